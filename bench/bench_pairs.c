/* bench_pairs.c - the times of a cell's entrants, in the rows that are compared
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_pairs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_calibrate.h"
#include "bench_estimate.h"

/* Index of the entrant of that name that may be measured, or n_entrants. */
static size_t
find_entrant(const struct bench_manifest_cell *cell, const char *name)
{
	const struct bench_entrant *e = cell->entrants;
	size_t i = 0;

	while (i < cell->n_entrants && (strcmp(e[i].name, name) != 0 ||
					e[i].standing == STANDING_REFUSED))
		i++;
	return i;
}

static double *
times_of(const struct bench_pairs *p, size_t entrant)
{
	return &p->times[entrant * p->n];
}

/* The fewest flushes in a round of a candidate that flushes, on average. */
static double
least_flushes(const struct bench_block *b)
{
	double least = INFINITY;

	for (size_t i = 0; i < b->n_candidates; i++) {
		double flushes = 0;

		for (size_t r = 0; r < b->n_rounds; r++)
			flushes += (double)BENCH_BLOCK_AT(b, samples, r, i)
					   .counters[COUNTER_flushes];
		if (flushes > 0)
			least = MIN(least, flushes / (double)b->n_rounds);
	}
	return least;
}

static size_t
rounds_a_row(const struct bench_block *b)
{
	double rounds = ceil(BENCH_BLOCK_FLUSHES / least_flushes(b));

	return (size_t)MIN(MAX(rounds, 1), (double)b->n_rounds);
}

size_t
bench_pairs_rows(const struct bench_block *b)
{
	return b->n_rounds / rounds_a_row(b);
}

/* Adds a block's samples of candidate i to an entrant's rows, of so many rounds
 * each. What is left over is the last row's. */
static void
add_samples(const struct bench_cell *cell, double *times,
	    const struct bench_block *b, size_t i, size_t rounds)
{
	size_t rows = b->n_rounds / rounds;

	for (size_t r = 0; r < b->n_rounds; r++) {
		double *time = &times[MIN(r / rounds, rows - 1)];
		double before = isnan(*time) ? 0 : *time;

		*time = before +
			bench_estimate_cost(cell,
					    &BENCH_BLOCK_AT(b, samples, r, i));
	}
}

/* Returns the first row after the block's own. */
static size_t
add_block(struct bench_pairs *p, const struct bench_manifest_cell *cell,
	  const struct bench_block *b, size_t row)
{
	size_t rounds = rounds_a_row(b), n = b->n_rounds / rounds;

	for (size_t i = 0; i < n; i++)
		p->ops[row + i] = (double)b->iters * (double)rounds;
	p->ops[row + n - 1] +=
		(double)b->iters * (double)(b->n_rounds - n * rounds);
	for (size_t i = 0; i < b->n_candidates; i++) {
		size_t entrant = find_entrant(cell, b->candidates[i]);

		if (entrant < cell->n_entrants)
			add_samples(&cell->cell, times_of(p, entrant) + row, b,
				    i, rounds);
		else
			bench_error(BENCH_USAGE,
				    "block %u of cell %s: left out %s, which "
				    "the manifest has not or refuses there",
				    b->block, b->cell, b->candidates[i]);
	}
	return row + n;
}

/* Numbers the launches from 0 in the order in which they come up. */
static void
number_launches(struct bench_pairs *p, const unsigned *launch)
{
	p->cluster = bench_alloc(p->n * sizeof(*p->cluster));
	p->n_clusters = 0;
	for (size_t i = 0; i < p->n; i++) {
		size_t k = 0;

		while (k < i && launch[k] != launch[i])
			k++;
		p->cluster[i] = k < i ? p->cluster[k] : p->n_clusters++;
	}
}

static void
fill(struct bench_pairs *p, const struct bench_cell_summary *c)
{
	unsigned *launch = bench_alloc(p->n * sizeof(*launch));
	size_t row = 0;

	for (size_t i = 0; i < c->n_blocks; i++) {
		size_t first = row;

		if (!bench_estimate_uses(c, c->blocks[i]))
			continue;
		row = add_block(p, c->cell, c->blocks[i], row);
		while (first < row)
			launch[first++] = c->blocks[i]->launch;
	}
	if (bench_estimate_by_launch(c))
		number_launches(p, launch);
	free(launch);
}

void
bench_pairs_collect(struct bench_pairs *p, const struct bench_cell_summary *c)
{
	*p = (struct bench_pairs){
		.raw = bench_estimate_is_raw(&c->cell->cell),
		.n_entrants = c->cell->n_entrants,
	};
	for (size_t i = 0; i < c->n_blocks; i++)
		if (bench_estimate_uses(c, c->blocks[i]))
			p->n += bench_pairs_rows(c->blocks[i]);
	p->n_clusters = p->n;
	p->ops = bench_alloc(p->n * sizeof(double));
	p->times = bench_alloc(p->n_entrants * p->n * sizeof(double));
	for (size_t i = 0; i < p->n_entrants * p->n; i++)
		p->times[i] = NAN;
	fill(p, c);
}

void
bench_pairs_free(struct bench_pairs *p)
{
	free(p->ops);
	free(p->times);
	free(p->cluster);
}

/* The median of a launch's ratios; sums of both for a total. */
static void
join_cluster(const struct bench_pairs *p, size_t cluster, const double *num,
	     const double *den, bool total, double joined[2])
{
	double *a = bench_alloc(p->n * sizeof(*a));
	double *b = bench_alloc(p->n * sizeof(*b));
	size_t n = 0;

	joined[0] = joined[1] = 0;
	for (size_t i = 0; i < p->n; i++) {
		if (p->cluster[i] != cluster || !isfinite(num[i] / den[i]))
			continue;
		a[n] = num[i];
		b[n++] = den[i];
		joined[0] += num[i];
		joined[1] += den[i];
	}
	if (!total && n > 0) {
		joined[0] = bench_stats_median_ratio(a, b, n).mid;
		joined[1] = 1;
	}
	free(a);
	free(b);
}

static struct bench_interval
compare(const double *num, const double *den, size_t n, bool total,
	double error)
{
	return total ? bench_stats_total_ratio_at(num, den, n, error)
		     : bench_stats_median_ratio_at(num, den, n, error);
}

/* Over launches where they are clusters, else over rows. A launch without both
 * is 0 over 0, and left out like a row without. */
static struct bench_interval
compare_clusters(const struct bench_pairs *p, const double *num,
		 const double *den, bool total, double error)
{
	double *a, *b, joined[2];
	struct bench_interval out;

	if (!p->cluster)
		return compare(num, den, p->n, total, error);
	a = bench_alloc(p->n_clusters * sizeof(*a));
	b = bench_alloc(p->n_clusters * sizeof(*b));
	for (size_t k = 0; k < p->n_clusters; k++) {
		join_cluster(p, k, num, den, total, joined);
		a[k] = joined[0];
		b[k] = joined[1];
	}
	out = compare(a, b, p->n_clusters, total, error);
	free(a);
	free(b);
	return out;
}

size_t
bench_pairs_shared(const struct bench_pairs *p, size_t a, size_t b)
{
	const double *num = times_of(p, a), *den = times_of(p, b);
	bool *seen = bench_alloc(p->n_clusters * sizeof(*seen));
	size_t n = 0;

	memset(seen, 0, p->n_clusters * sizeof(*seen));
	for (size_t i = 0; i < p->n; i++) {
		size_t k = p->cluster ? p->cluster[i] : i;

		if (seen[k] || !isfinite(num[i] / den[i]))
			continue;
		seen[k] = true;
		n++;
	}
	free(seen);
	return n;
}

struct bench_interval
bench_pairs_ratio(const struct bench_pairs *p, size_t a, size_t b, double error)
{
	return compare_clusters(p, times_of(p, a), times_of(p, b), false,
				error);
}

struct bench_interval
bench_pairs_value(const struct bench_pairs *p, size_t i)
{
	return compare_clusters(p, times_of(p, i), p->ops, !p->raw,
				1 - BENCH_STATS_COVERAGE);
}

double
bench_pairs_ops(const struct bench_pairs *p, size_t i)
{
	const double *times = times_of(p, i);
	double ops = 0;

	for (size_t row = 0; row < p->n; row++)
		ops += isnan(times[row]) ? 0 : p->ops[row];
	return ops;
}
