/* bench_unpaired.h - by what factor one of two independent samples is larger
 *
 * For what was not measured in the same rounds: two runs. The factor is the
 * median of all ratios y[j] / x[i], and its interval is made of two of those
 * ratios, as the Mann-Whitney test inverted (Hodges and Lehmann, 1963;
 * Hollander and Wolfe, Nonparametric Statistical Methods, 2nd ed., 4.2 and 4.3,
 * on the logarithms). It holds where the values of a sample are independent and
 * the two samples differ by a factor alone; nothing else is assumed of their
 * distribution.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_UNPAIRED_H
#define BENCH_UNPAIRED_H

#include "bench_stats.h"

/* The largest r such that the r-th smallest to the r-th largest of the n m
 * ratios cover the factor with at least that probability; 0 when none does.
 * Exact up to 64 values in all; beyond, from the normal approximation,
 * which is too wide rather than too narrow far out. */
size_t bench_unpaired_rank(size_t n, size_t m, double coverage);

/* x and y hold positive numbers, n and m of them, and are sorted in place. All
 * three are NAN without any value on a side; lo and hi are with too few for the
 * coverage. The result's n is the smaller of the two. */
struct bench_interval bench_unpaired_ratio(double *x, size_t n, double *y,
					   size_t m, double coverage);

#endif
