/* bench_group.h - cells that differ in some axes only: a figure, a table */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_GROUP_H
#define BENCH_GROUP_H

#include "bench_summary.h"

/* A set of axes. */
#define BENCH_AXIS_BIT(axis) (1u << (axis))

struct bench_group {
	const struct bench_cell_summary **cells; /* sizes upwards */
	size_t n_cells;
	/* Every candidate of any of its cells, once, in list order. */
	const char **candidates;
	size_t n_candidates;
};

struct bench_groups {
	struct bench_group *groups;
	size_t n;
};

/* Groups the cells of a run by all axes but those in `free_axes`. Cells of one
 * size each are of one workload, whether that is called `size:N` or
 * `sizes:A-B`. Where sizes may differ, the cache level of a pre-state may. */
struct bench_groups bench_group_cells(const struct bench_summary *s,
				      unsigned free_axes);
void bench_groups_free(struct bench_groups *groups);

/* How many sizes there are; 0 when its workload mixes them. */
size_t bench_group_sizes(const struct bench_group *group);

/* "call, client frame, stack ABI, go-std, phase mark": the axes of the set that
 * apply, in words; "A to B" where the first and last cell differ. From malloc.
 */
char *bench_group_describe(const struct bench_group *group, unsigned axes);

#endif
