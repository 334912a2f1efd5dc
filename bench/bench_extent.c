/* bench_extent.c - one figure of many cells: its median, and where it is most
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_extent.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void
bench_extent_add(struct bench_extent *e, double value,
		 const struct bench_cell_summary *cell)
{
	if (!isfinite(value))
		return;
	e->values = bench_realloc(e->values, (e->n + 1) * sizeof(*e->values));
	e->cells = bench_realloc(e->cells, (e->n + 1) * sizeof(*e->cells));
	e->values[e->n] = value;
	e->cells[e->n++] = cell;
}

void
bench_extent_clear(struct bench_extent *e)
{
	free(e->values);
	free(e->cells);
	*e = (struct bench_extent){NULL, NULL, 0};
}

double
bench_extent_median(const struct bench_extent *e)
{
	double *sorted, median;

	if (e->n == 0)
		return NAN;
	sorted = bench_alloc(e->n * sizeof(*sorted));
	memcpy(sorted, e->values, e->n * sizeof(*sorted));
	bench_stats_sort(sorted, e->n);
	median = (sorted[(e->n - 1) / 2] + sorted[e->n / 2]) / 2;
	free(sorted);
	return median;
}

size_t
bench_extent_most(const struct bench_extent *e)
{
	size_t most = 0;

	for (size_t i = 1; i < e->n; i++)
		if (e->values[i] > e->values[most])
			most = i;
	return most;
}

size_t
bench_extent_least(const struct bench_extent *e)
{
	size_t least = 0;

	for (size_t i = 1; i < e->n; i++)
		if (e->values[i] < e->values[least])
			least = i;
	return least;
}
