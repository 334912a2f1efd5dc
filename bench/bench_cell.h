/* bench_cell.h - the axes of an experiment, and a cell as a value on each
 *
 * Candidates are compared within a cell and never across. A value is the word
 * that the command line, the results and the plots use.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CELL_H
#define BENCH_CELL_H

#include "bench.h"

enum bench_axis {
	AXIS_OP,
	AXIS_CLIENT,
	AXIS_ABI,
	AXIS_WORKLOAD,
	AXIS_SIZE, /* bytes; "-" where a workload mixes sizes */
	AXIS_POPULATION,
	AXIS_PHASE,
	AXIS_RELATION,
	AXIS_PRESTATE,
	AXIS_MUTATORS,
	AXIS_MARKERS,
	AXIS_COUNT
};

/* The column names, in the order of the CSV: op, client, abi, workload, ... */
extern const char *const bench_axis_names[AXIS_COUNT];

struct bench_cell {
	char *axis[AXIS_COUNT]; /* each from malloc; "-" where not applicable */
};

#define BENCH_CELL_ID_SIZE 17

/* A cell's name in a run: 16 hex digits, a hash of its values, the same on
 * every machine. */
void bench_cell_id(const struct bench_cell *cell, char id[BENCH_CELL_ID_SIZE]);
/* Whether a text has the form of such a name. */
bool bench_cell_is_id(const char *text);
/* 0 when the workload mixes sizes. */
size_t bench_cell_size(const struct bench_cell *cell);
/* "op=memclr size=64 phase=off": the axes that apply. From malloc. */
char *bench_cell_text(const struct bench_cell *cell);
void bench_cell_free(struct bench_cell *cell);

#endif
