/* bench_extent.h - one figure of many cells: its median, and where it is most
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_EXTENT_H
#define BENCH_EXTENT_H

#include "bench_summary.h"

struct bench_extent {
	double *values;
	const struct bench_cell_summary **cells; /* that each is of */
	size_t n;
};

/* Leaves out a value that is not known. */
void bench_extent_add(struct bench_extent *e, double value,
		      const struct bench_cell_summary *cell);
void bench_extent_clear(struct bench_extent *e);
/* NAN without any. */
double bench_extent_median(const struct bench_extent *e);
/* The index of the largest, or of the smallest; there is one. */
size_t bench_extent_most(const struct bench_extent *e);
size_t bench_extent_least(const struct bench_extent *e);

#endif
