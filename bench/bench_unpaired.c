/* bench_unpaired.c - by what factor one of two independent samples is larger */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_unpaired.h"

#include <math.h>
#include <stdlib.h>

#include "bench.h"

/* Up to here ways are counted; the counts, at most C(64, 32), are then as exact
 * as a double's 53 bits are where it matters: in the tail. */
#define EXACT 64

/* ways[u], u <= max: of the C(n + m, n) orders of two samples, in how many the
 * Mann-Whitney statistic is u. Their generating function is the product over
 * i <= n of (1 - q^(m + i)) / (1 - q^i). (Mann and Whitney, 1947, have it as a
 * recurrence.) */
static double *
count_ways(size_t n, size_t m, size_t max)
{
	double *ways = bench_alloc((max + 1) * sizeof(*ways));

	for (size_t u = 0; u <= max; u++)
		ways[u] = u == 0;
	for (size_t i = 1; i <= n; i++) {
		for (size_t u = max; u >= m + i; u--)
			ways[u] -= ways[u - m - i];
		for (size_t u = i; u <= max; u++)
			ways[u] += ways[u - i];
	}
	return ways;
}

static double
choose(size_t n, size_t k)
{
	double c = 1;

	for (size_t i = 1; i <= k; i++)
		c *= (double)(n - k + i) / (double)i;
	return c;
}

static size_t
exact_rank(size_t n, size_t m, double tail)
{
	size_t max = n * m / 2, r = 0;
	double *ways = count_ways(n, m, max), left = tail * choose(n + m, n);

	/* r-th smallest misses when U < r. */
	while (r < max && ways[r] <= left)
		left -= ways[r++];
	free(ways);
	return r;
}

/* The x at which a standard normal variable is above x with that probability.
 */
static double
normal_quantile(double tail)
{
	double lo = 0, hi = 40;

	for (int i = 0; i < 64; i++) {
		double x = (lo + hi) / 2;
		if (erfc(x / sqrt(2)) / 2 > tail)
			lo = x;
		else
			hi = x;
	}
	return hi;
}

static size_t
normal_rank(size_t n, size_t m, double tail)
{
	double pairs = (double)n * (double)m;
	double sd = sqrt(pairs * (double)(n + m + 1) / 12);
	double r = floor((pairs + 1) / 2 - normal_quantile(tail) * sd);

	return r < 1 ? 0 : (size_t)r;
}

size_t
bench_unpaired_rank(size_t n, size_t m, double coverage)
{
	double tail = (1 - coverage) / 2;

	return n + m <= EXACT ? exact_rank(n, m, tail)
			      : normal_rank(n, m, tail);
}

/* How many of the ratios are at most `limit`; both samples are sorted. */
static size_t
count_up_to(const double *x, size_t n, const double *y, size_t m, double limit)
{
	size_t count = 0, j = 0;

	/* The larger x[i], the more of the y lie below. */
	for (size_t i = 0; i < n; i++) {
		while (j < m && y[j] / x[i] <= limit)
			j++;
		count += j;
	}
	return count;
}

/* The k-th smallest of the ratios, 1 <= k <= n m, by halving what is left of
 * the numbers: there are too many ratios to sort. */
static double
kth_ratio(const double *x, size_t n, const double *y, size_t m, size_t k)
{
	double lo = y[0] / x[n - 1], hi = y[m - 1] / x[0];

	if (count_up_to(x, n, y, m, lo) >= k)
		return lo;
	for (;;) {
		double mid = lo + (hi - lo) / 2;
		if (mid <= lo || mid >= hi)
			return hi;
		if (count_up_to(x, n, y, m, mid) >= k)
			hi = mid;
		else
			lo = mid;
	}
}

struct bench_interval
bench_unpaired_ratio(double *x, size_t n, double *y, size_t m, double coverage)
{
	struct bench_interval out = {NAN, NAN, NAN, MIN(n, m)};

	if (out.n == 0)
		return out;
	bench_stats_sort(x, n);
	bench_stats_sort(y, m);
	out.mid = (kth_ratio(x, n, y, m, (n * m + 1) / 2) +
		   kth_ratio(x, n, y, m, n * m / 2 + 1)) /
		  2;
	size_t rank = bench_unpaired_rank(n, m, coverage);
	if (rank > 0) {
		out.lo = kth_ratio(x, n, y, m, rank);
		out.hi = kth_ratio(x, n, y, m, n * m + 1 - rank);
	}
	return out;
}
