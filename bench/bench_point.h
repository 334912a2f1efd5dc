/* bench_point.h - where a policy decides: all cells that it cannot tell apart
 *
 * A point is all cells of one op, ABI, phase and size, or of one workload where
 * that mixes sizes. Cells of a point differ in what the user of a policy cannot
 * know at the call: relation, population, pre-state, client.
 *
 * A point where a cell has no bound yet, or a placebo that is not within
 * epsilon of its baseline, keeps the incumbent; where a bound is merely too
 * wide it is decided all the same, with that bound, and stands as unresolved.
 *
 * A candidate is good enough at a point when in each of its cells it is not
 * proved slower than the leader, or proved to be slower by at most epsilon. A
 * point allows the incumbent where that is good enough. Otherwise it allows the
 * candidate with the smallest worst regret, and all whose regret is at most
 * epsilon. The former is a compromise when it is not good enough: then nothing
 * is, or noise leaves open what that could cost.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_POINT_H
#define BENCH_POINT_H

#include "bench_choose.h"

struct bench_point {
	const struct bench_cell *axes; /* of its first cell */
	size_t group; /* points of a group differ in size only */
	size_t size;  /* 0: the workload mixes sizes */
	const struct bench_cell_summary **cells;
	size_t n_cells;
	/* With weights, of its group: share of the operations, and of the time
	 * at the best candidates'. NAN without. */
	double ops, share;
	size_t of; /* points of its group that have any */
	enum bench_ground ground;
	bool *good;    /* [name]: good enough */
	bool *allowed; /* [name]: what a policy may take */
};

/* The points of a run, sizes upwards within a group. A candidate is known by
 * its number in `names`, which is in list order. */
struct bench_points {
	const struct bench_choose_options *options;
	const char **names;
	size_t n_names;
	struct bench_point *points;
	size_t n_points;
};

void bench_points_init(struct bench_points *c, const struct bench_summary *s,
		       const struct bench_choose_options *options);
void bench_points_free(struct bench_points *c);
/* Gives every point that has a size its part of a workload, and takes out those
 * that have none. Points are in order, and not judged yet. */
void bench_points_weigh(struct bench_points *c,
			const struct bench_weights *weights);

/* The most that a candidate can be slower than any other contender of one of
 * these cells, as a fraction, 95 % in each; NAN when a cell is unresolved or
 * the candidate may not be chosen in it. */
double bench_point_regret(const struct bench_cell_summary *const *cells,
			  size_t n, const char *name);

/* The time of an operation with a candidate, the mean over cells; NAN where it
 * was not measured in one. */
double bench_point_time(const struct bench_cell_summary *const *cells, size_t n,
			const char *name);

/* Whether b may follow a in one band: the same group, and both or neither
 * resolved. */
bool bench_point_follows(const struct bench_point *a,
			 const struct bench_point *b);

/* Room for one more element at the end of an array. */
void *bench_point_append(void *array, size_t *n, size_t size);

#endif
