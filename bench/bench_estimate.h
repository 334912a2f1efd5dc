/* bench_estimate.h - what the blocks of one cell say about its entrants */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_ESTIMATE_H
#define BENCH_ESTIMATE_H

#include "bench_summary.h"

/* Whether a cell's op is memclr or memmove: rounds are its samples then, and
 * blocks are those of all others. */
bool bench_estimate_is_raw(const struct bench_cell *cell);

/* The nanoseconds that a sample is charged with: those measured and, but for
 * raw ops, those that it left to the marker. */
double bench_estimate_cost(const struct bench_cell *cell,
			   const struct bench_sample *sample);

/* Fills in estimates, leader and regret of c, whose cell and blocks are set. A
 * candidate that did not enter the cell is named in a message and left out. */
void bench_estimate_cell(struct bench_cell_summary *c);

/* Whether the estimates rest on a block: disturbed ones are left out. */
bool bench_estimate_uses(const struct bench_cell_summary *c,
			 const struct bench_block *b);

#endif
