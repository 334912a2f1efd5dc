/* bench_estimate.h - what the blocks of one cell say about its entrants */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_ESTIMATE_H
#define BENCH_ESTIMATE_H

#include "bench_summary.h"

/* Whether a cell's op is memclr, memmove or a ceiling of theirs. */
bool bench_estimate_is_raw(const struct bench_cell *cell);

/* The nanoseconds that a sample is charged with: those measured and, but for
 * raw ops, those that it left to the marker. */
double bench_estimate_cost(const struct bench_cell *cell,
			   const struct bench_sample *sample);

/* Fills in all of c but its cell, rule and blocks, which are set. A
 * candidate that did not enter the cell is named in a message and left out. */
void bench_estimate_cell(struct bench_cell_summary *c);

/* The most that a contender may take of the leader's time, a ratio: of the
 * leader itself by the cell's regret. */
double bench_estimate_most(const struct bench_cell_summary *c,
			   const struct bench_estimate *e);

/* The entrant of which another is the placebo, going by its name
 * (STRATEGY_PLACEBO_SUFFIX), if both may be measured; else n_entrants. */
size_t bench_estimate_baseline(const struct bench_manifest_cell *cell,
			       size_t placebo);

/* Whether block i is the first of its launch that estimates rest on. */
bool bench_estimate_begins_launch(const struct bench_cell_summary *c, size_t i);
/* Sets what is counted of c's blocks: disturbed, launches. */
void bench_estimate_count_blocks(struct bench_cell_summary *c);
/* When the cell is looked at. Its pairs are rows or launches. */
struct bench_looks bench_estimate_looks(const struct bench_cell_summary *c);
/* Whether launches are clusters: the run samples layouts. */
bool bench_estimate_by_launch(const struct bench_cell_summary *c);

/* Whether the estimates rest on a block: disturbed ones are left out. */
bool bench_estimate_uses(const struct bench_cell_summary *c,
			 const struct bench_block *b);

#endif
