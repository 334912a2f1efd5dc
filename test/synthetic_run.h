/* synthetic_run.h - runs whose truth is known, for what reads runs
 *
 *	static const struct synthetic_candidate candidates[] = {
 *		{.name = "memclr_avx2", .ns = 10},
 *		{.name = "memclr_word", .ns = 12},
 *		{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
 *	};
 *	static const struct synthetic_cell cell = {
 *		.axis = {[AXIS_OP] = "memclr", [AXIS_SIZE] = "64"},
 *		.candidates = candidates,
 *		.n_candidates = ARRAY_LEN(candidates),
 *	};
 *
 *	char *dir = synthetic_dir();
 *	synthetic_run_write(dir, &cell, 1, seed);
 *	...
 *	synthetic_remove(dir);
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef SYNTHETIC_RUN_H
#define SYNTHETIC_RUN_H

#include "base_random.h"
#include "bench_journal.h"
#include "bench_manifest.h"

struct synthetic_candidate {
	const char *name;
	enum bench_standing standing;       /* STANDING_CONTENDER by default */
	double ns;                          /* true time of an operation */
	double per_op[BENCH_COUNTER_COUNT]; /* true amounts an operation */
	size_t absent_blocks;               /* not in the first so many */
	bool unverified;                    /* though a contender */
};

struct synthetic_cell {
	const char *axis[AXIS_COUNT]; /* NULL: "-" */
	const struct synthetic_candidate *candidates;
	size_t n_candidates;
	size_t blocks, rounds; /* 0: 8 blocks of 4 rounds */
	/* Relative standard deviation of a sample; 0: 1 %, negative: none. */
	double noise;
};

/* Creates a fresh directory, and removes one with all that is in it. The name
 * is freed with the directory. */
char *synthetic_dir(void);
void synthetic_remove(char *dir);

/* Writes manifest.json and samples.jsonl. The same seed makes the same run. */
void synthetic_run_write(const char *dir, const struct synthetic_cell *cells,
			 size_t n_cells, uint64_t seed);

/* The parts, for runs that are wrong in some way. The caller frees. */
json_t *synthetic_manifest(const struct synthetic_cell *cells, size_t n_cells);
/* A refused candidate is not in it. NULL when no candidate is. */
struct bench_block *synthetic_block(const struct synthetic_cell *cell,
				    unsigned index, struct base_random *random);
/* Of what it points to, only entrants is the caller's. */
struct bench_manifest_cell
synthetic_manifest_cell(const struct synthetic_cell *cell);
void synthetic_cell_id(const struct synthetic_cell *cell,
		       char id[BENCH_CELL_ID_SIZE]);

/* Seed of randomised tests: FRAMEBENCH_SEED or a fixed one. Prints it. */
uint64_t synthetic_seed(void);

#endif
