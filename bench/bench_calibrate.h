/* bench_calibrate.h - how long a cell's batches and blocks are */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CALIBRATE_H
#define BENCH_CALIBRATE_H

#include "bench_plan.h"

/* Flushes of a barrier's buffer in a block, at least, of every contender that
 * has any (the contract): so many that none is a rare event. */
#define BENCH_BLOCK_FLUSHES 8

/* Rounds of a block, more where those hold too few flushes: half of what a
 * cell's first look wants. */
#define BENCH_BLOCK_ROUNDS 6

/* Finds out what the cell does not know yet: iters, and where `rounds` is 0 the
 * rounds of a block. What a journal says of a batch may have been edited: then
 * that is found out again. BENCH_OK, or a status of bench_trial_run. */
int bench_calibrate(struct bench_plan_cell *cell, struct bench_fixture *f,
		    unsigned rounds);

#endif
