/* bench_stats.c - medians, totals and their intervals, without assumptions */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_stats.h"

#include <math.h>
#include <stdlib.h>

#include "bench.h"

/* P(X = n / 2) for X ~ Binomial(n, 1/2), as the product of (2i - 1) / 2i for
 * i <= n / 2, rounded up: no factorial overflows and no power underflows. */
static double
central_probability(size_t n)
{
	double p = 1;

	for (size_t i = 1; i <= (n + 1) / 2; i++)
		p *= 1 - 0.5 / (double)i;
	return p;
}

double
bench_stats_tail(size_t n, size_t k)
{
	if (k >= n)
		return 1;
	if (k > (n - 1) / 2)
		return 1 - bench_stats_tail(n, n - 1 - k);
	/* From the centre outwards, C(n, i - 1) = C(n, i) i / (n - i + 1). All
	 * terms are positive, so that the smallest tail is as precise as the
	 * largest. */
	double p = central_probability(n), sum = 0;
	for (size_t i = n / 2; i > 0 && p > 0; i--) {
		if (i <= k)
			sum += p;
		p *= (double)i / (double)(n - i + 1);
	}
	return sum + p;
}

size_t
bench_stats_rank_at(size_t n, double error)
{
	size_t good = 0, bad = n / 2 + 1;

	while (bad - good > 1) {
		size_t r = good + (bad - good) / 2;
		if (2 * bench_stats_tail(n, r - 1) <= error)
			good = r;
		else
			bad = r;
	}
	return good;
}

size_t
bench_stats_rank(size_t n)
{
	return bench_stats_rank_at(n, 1 - BENCH_STATS_COVERAGE);
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void
bench_stats_sort(double *x, size_t n)
{
	if (n > 0) /* an array of none may be NULL, which qsort may not get */
		qsort(x, n, sizeof(*x), compare_doubles);
}

/* The ratios that the pairs make, sorted; the caller frees. */
static double *
sorted_ratios(const double *num, const double *den, size_t n, size_t *n_made)
{
	double *ratios = bench_alloc(n * sizeof(*ratios));

	*n_made = 0;
	for (size_t i = 0; i < n; i++)
		if (isfinite(num[i] / den[i]))
			ratios[(*n_made)++] = num[i] / den[i];
	bench_stats_sort(ratios, *n_made);
	return ratios;
}

struct bench_interval
bench_stats_median_ratio_at(const double *num, const double *den, size_t n,
			    double error)
{
	struct bench_interval out = {.mid = NAN, .lo = NAN, .hi = NAN};
	double *ratios = sorted_ratios(num, den, n, &out.n);
	size_t rank = bench_stats_rank_at(out.n, error);

	if (out.n > 0)
		out.mid = (ratios[(out.n - 1) / 2] + ratios[out.n / 2]) / 2;
	if (rank > 0) {
		out.lo = ratios[rank - 1];
		out.hi = ratios[out.n - rank];
	}
	free(ratios);
	return out;
}

struct bench_interval
bench_stats_median_ratio(const double *num, const double *den, size_t n)
{
	return bench_stats_median_ratio_at(num, den, n,
					   1 - BENCH_STATS_COVERAGE);
}

struct bench_interval
bench_stats_total_ratio_at(const double *num, const double *den, size_t n,
			   double error)
{
	struct bench_interval out =
		bench_stats_median_ratio_at(num, den, n, error);
	double total_num = 0, total_den = 0;

	if (out.n == 0)
		return out;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(num[i] / den[i]))
			continue;
		total_num += num[i];
		total_den += den[i];
	}
	out.mid = total_num / total_den;
	/* Comparisons with a NAN are false: no interval stays none. */
	if (out.mid < out.lo)
		out.lo = out.mid;
	if (out.mid > out.hi)
		out.hi = out.mid;
	return out;
}

struct bench_interval
bench_stats_total_ratio(const double *num, const double *den, size_t n)
{
	return bench_stats_total_ratio_at(num, den, n,
					  1 - BENCH_STATS_COVERAGE);
}

double
bench_stats_sign_test(const double *a, const double *b, size_t n)
{
	size_t less = 0, greater = 0;

	for (size_t i = 0; i < n; i++) {
		less += a[i] < b[i];
		greater += a[i] > b[i];
	}
	/* An even split counts its middle twice. */
	return MIN(1, 2 * bench_stats_tail(less + greater, MIN(less, greater)));
}
