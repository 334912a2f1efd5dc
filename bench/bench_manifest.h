/* bench_manifest.h - what a run set out to measure, on what, with what
 *
 * manifest.json stands in the run directory before the first sample:
 * schema (1), plan, plan_hash, seed (a decimal string), budget_s, blocks (per
 * cell), rounds (per block), commit, compiler, flags, candidates_hash, machine
 * (the fingerprint, an object), preflight (an array of {name, state, text}),
 * and cells: an array of {id, axes: {name: value}, candidates: [{name, status,
 * reason, verified}]}, where status is "contender", "bound" or "refused",
 * reason is "" for a contender, and verified, which older programs leave out,
 * says whether it passed its checks in the cell's client and phase
 * (bench_vet.h).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_MANIFEST_H
#define BENCH_MANIFEST_H

#include <jansson.h>

#include "bench_cell.h"

enum bench_standing {
	STANDING_CONTENDER,
	STANDING_BOUND,   /* measured and shown, never chosen */
	STANDING_REFUSED, /* unsound in this cell, or this CPU lacks it */
};

extern const char *const bench_standing_names[];

struct bench_entrant {
	char *name;
	enum bench_standing standing;
	char *reason;
	bool verified;
};

struct bench_manifest_cell {
	struct bench_cell cell;
	char id[BENCH_CELL_ID_SIZE];
	struct bench_entrant *entrants;
	size_t n_entrants;
};

struct bench_manifest {
	json_t *json; /* the whole document */
	struct bench_manifest_cell *cells;
	size_t n_cells;
};

/* Reads and checks RUN/manifest.json; NULL after a message. */
struct bench_manifest *bench_manifest_read(const char *run_dir);
/* The same of a document, which it refers to; NULL with a reason, from malloc.
 */
struct bench_manifest *bench_manifest_of(json_t *json, char **why);
void bench_manifest_free(struct bench_manifest *m);
/* What reading a manifest checks of it beside its cells: the members that say
 * what the run was, which each source of a merged run has too, and the sources.
 * A reason, from malloc, in *why where one is not as expected. */
void bench_manifest_check_head(const json_t *json, char **why);
void bench_manifest_check_sources(const json_t *json, char **why);
/* The JSON of one cell's axes, and of the cells array. Names must be UTF-8. */
json_t *bench_manifest_axes_json(const struct bench_cell *cell);
json_t *bench_manifest_cells_json(const struct bench_manifest_cell *cells,
				  size_t n);
/* Writes a JSON file whole or not at all (a temporary name, then rename).
 * BENCH_OK, or a status after a message. */
int bench_write_json(const char *path, const json_t *json);

#endif
