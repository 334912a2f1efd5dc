/* bench_point_weight.c - how much of a workload each point has */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_point.h"

#include <math.h>
#include <stdlib.h>

double
bench_point_time(const struct bench_cell_summary *const *cells, size_t n,
		 const char *name)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		const struct bench_estimate *e =
			bench_estimate_find(cells[i], name);

		sum += e && e->n > 0 ? e->value : NAN;
	}
	return sum / (double)n;
}

/* The same with the best of each cell. */
static double
best_time(const struct bench_point *p)
{
	double sum = 0;

	for (size_t i = 0; i < p->n_cells; i++)
		sum += p->cells[i]->leader ? p->cells[i]->leader->value : NAN;
	return sum / (double)p->n_cells;
}

static void
share_operations(struct bench_point *points, size_t n,
		 const struct bench_weights *weights)
{
	for (size_t i = 0; i < n; i++)
		points[i].ops = bench_weights_between(
			weights, i > 0 ? points[i - 1].size : 0,
			i + 1 < n ? points[i].size : SIZE_MAX);
}

static void
share_time(struct bench_point *points, size_t n)
{
	double all = 0;
	size_t of = 0;

	for (size_t i = 0; i < n; i++) {
		points[i].share = points[i].ops * best_time(&points[i]);
		all += isnan(points[i].share) ? 0 : points[i].share;
		of += points[i].ops > 0;
	}
	for (size_t i = 0; i < n; i++) {
		points[i].share /= all;
		points[i].of = of;
	}
}

static void
drop_idle(struct bench_points *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->n_points; i++)
		if (c->points[i].ops == 0)
			free(c->points[i].cells);
		else
			c->points[kept++] = c->points[i];
	c->n_points = kept;
}

void
bench_points_weigh(struct bench_points *c, const struct bench_weights *weights)
{
	for (size_t i = 0, n; i < c->n_points; i += n) {
		struct bench_point *first = &c->points[i];

		for (n = 1; i + n < c->n_points;)
			if (first[n].group == first->group)
				n++;
			else
				break;
		if (first->size == 0)
			continue;
		share_operations(first, n, weights);
		share_time(first, n);
	}
	drop_idle(c);
}
