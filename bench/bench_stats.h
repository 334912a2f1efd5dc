/* bench_stats.h - medians, totals and their intervals, without assumptions
 *
 * Times are skewed and have outliers, so nothing here assumes a distribution.
 * All intervals have a coverage of at least 95 %, or of 1 - error where a
 * function is told that, and are exact: they follow from the binomial
 * distribution with p = 1/2 alone. Nothing is random, so the
 * same numbers give the same answer everywhere.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_STATS_H
#define BENCH_STATS_H

#include "base.h"

#define BENCH_STATS_COVERAGE 0.95

/* Without any value all three are NAN. With too few values for the coverage lo
 * and hi are: 6 are the fewest (then from the smallest to the largest, with a
 * coverage of 1 - 2 / 2^6 = 96.9 %). */
struct bench_interval {
	double mid, lo, hi;
	size_t n; /* values that it rests on */
};

/* P(X <= k) for X ~ Binomial(n, 1/2). */
double bench_stats_tail(size_t n, size_t k);

/* The largest r such that the r-th smallest to the r-th largest of n values
 * cover the median with at least BENCH_STATS_COVERAGE; 0 when none does.
 * (David and Nagaraja, Order Statistics, 3rd ed., 7.1: the coverage is
 * 1 - 2 P(X < r), whatever the distribution; ties only raise it.) */
size_t bench_stats_rank(size_t n);
size_t bench_stats_rank_at(size_t n, double error);

/* In place, the smallest first; no NAN is among them. */
void bench_stats_sort(double *x, size_t n);

/* Interval of the median of num[i] / den[i], i < n. A pair that makes no ratio
 * (a denominator of 0, or a NAN for what was not measured) is left out. */
struct bench_interval bench_stats_median_ratio(const double *num,
					       const double *den, size_t n);
struct bench_interval bench_stats_median_ratio_at(const double *num,
						  const double *den, size_t n,
						  double error);

/* The ratio of the sums of num and den, for what a median would lose: rare but
 * large amounts. Each pair is a cluster, and the interval is that of the median
 * of the clusters' own ratios, widened to contain the ratio of the sums. It
 * holds for that ratio as far as clusters are large enough for their ratios to
 * be symmetric about it; a cluster must therefore hold several of the rare
 * events. Pairs are left out as above. */
struct bench_interval bench_stats_total_ratio(const double *num,
					      const double *den, size_t n);
struct bench_interval bench_stats_total_ratio_at(const double *num,
						 const double *den, size_t n,
						 double error);

/* Two-sided sign test of "a and b are equally often the larger": the
 * probability of so uneven a split, or a more uneven one. Pairs that are equal
 * or hold a NAN say nothing and are left out (Conover, Practical Nonparametric
 * Statistics, 3.4). 1 when none is left. */
double bench_stats_sign_test(const double *a, const double *b, size_t n);

#endif
