/* bench_sampler.h - measures one block of a cell
 *
 * A block is set up, its rounds are run in a seeded order of candidates
 * (bench_williams.h), and it is torn down. Each sample is one batch in one
 * phase, brought about before it and checked after it; one that a change of
 * phase has caught is repeated, and the block counts as disturbed.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SAMPLER_H
#define BENCH_SAMPLER_H

#include "bench_journal.h"
#include "bench_plan.h"

struct bench_sampler;

/* The calling thread is the mutator of all that follows. No sample begins after
 * the deadline, a time of bench_now_s; 0: there is none. */
struct bench_sampler *bench_sampler_open(const struct bench_topo *topo,
					 double deadline_s);
void bench_sampler_close(struct bench_sampler *s);

/* One block to measure. */
struct bench_turn {
	unsigned launch, block; /* numbers, as the journal has them */
	unsigned round;         /* the number of its first round */
	unsigned rounds;        /* 0: as bench_calibrate says */
	struct bench_layout layout;
	uint64_t seed;  /* of the orders, from one design to the next */
	size_t row;     /* rounds that had the same seed and candidates */
	const bool *in; /* [contestant] of the cell, refused ones are out all
			 * the same; NULL: all */
};

/* Measures a block of a cell, calibrating the cell's batch first where that has
 * not been done. BENCH_OK, or a status after a message. *out is NULL when the
 * deadline came first. */
int bench_sampler_block(struct bench_sampler *s, struct bench_plan_cell *cell,
			const struct bench_turn *turn,
			struct bench_block **out);

#endif
