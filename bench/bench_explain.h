/* bench_explain.h - everything that is known of one cell of a run */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_EXPLAIN_H
#define BENCH_EXPLAIN_H

#include "bench_doc.h"
#include "bench_summary.h"

/* A document with the cell's coordinates, its candidates and what is said of
 * them, their samples, counters, blocks, orders and evidence, and the code of
 * the candidates in this program. */
struct bench_doc *bench_explain(const struct bench_summary *s,
				const struct bench_cell_summary *cell);

/* Its part on the race: what it saw at each look, who dropped out and by what
 * bound, and why it stopped. A race follows from its blocks, so it is run again
 * here (bench_race.h). */
void bench_explain_race(struct bench_doc *doc, const struct bench_summary *s,
			const struct bench_cell_summary *cell);

/* The last of its parts: the functions of each candidate. */
void bench_explain_code(struct bench_doc *doc, const struct bench_summary *s,
			const struct bench_cell_summary *cell);

#endif
