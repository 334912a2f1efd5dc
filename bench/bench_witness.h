/* bench_witness.h - the cells of a policy in which it would fail first
 *
 * In each row they are the smallest and the largest size measured, which are
 * the sides of the switches to the rows before and after, and the cell with the
 * largest bound on regret; of several cells of a size the one with the largest.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_WITNESS_H
#define BENCH_WITNESS_H

#include <jansson.h>

#include "bench_plan.h"

/* What it points to is the policy's. */
struct bench_witness {
	const json_t *cell;
	const char *choice;
	double allowed; /* regret, a fraction: epsilon, or more where the row
			 * had to be a compromise */
};

struct bench_witnesses {
	struct bench_witness *all;
	size_t n;
};

/* Of a policy that bench_policy_read has read from a path: at least one, or
 * BENCH_USAGE after a message. */
int bench_witnesses_find(struct bench_witnesses *w, const json_t *policy,
			 const char *path);
void bench_witnesses_free(struct bench_witnesses *w);

/* Fills an empty plan with the witnesses' cells, in their order, each with the
 * contenders that the policy chose from. BENCH_OK, or a status after a message:
 * one cannot be measured here. */
int bench_witness_plan(struct bench_plan *plan, const char *path,
		       const struct bench_topo *topo);

#endif
