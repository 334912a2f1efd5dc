/* test_bench_stats.c - intervals and tests against known and simulated truth */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base_random.h"
#include "bench_stats.h"
#include "synthetic_run.h"

static const double ones[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* Computed with rational arithmetic: sum of C(n, i) for i <= k, over 2^n. */
static void
test_tail(void **state)
{
	static const struct {
		size_t n, k;
		double p;
	} known[] = {
		{1, 0, 0.5},
		{6, 0, 0.015625},
		{10, 2, 0.0546875},
		{10, 9, 1 - 1.0 / 1024},
		{20, 5, 0.020694732666015625},
		{21, 10, 0.5},
		{100, 40, 0.028443966820490395},
		{200, 0, 6.223015277861142e-61},
		{1000, 480, 0.10872414660207047},
		{9999, 4900, 0.023843494660484705},
		{9999, 4000, 1.044605179583935e-89},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		double p = bench_stats_tail(known[i].n, known[i].k);
		assert_true(fabs(p / known[i].p - 1) < 1e-12);
	}
	assert_true(bench_stats_tail(0, 0) == 1);
	assert_true(bench_stats_tail(5, 5) == 1);
}

/* Computed with rational arithmetic; n = 1 to 30 and some beyond. */
static void
test_rank(void **state)
{
	static const size_t first[] = {0, 0, 0, 0, 0, 1, 1, 1, 2, 2,
				       2, 3, 3, 3, 4, 4, 5, 5, 5, 6,
				       6, 6, 7, 7, 8, 8, 8, 9, 9, 10};
	static const size_t later[][2] = {
		{40, 14}, {50, 18},  {60, 22},    {70, 27},     {80, 31},
		{90, 36}, {100, 40}, {1000, 469}, {9999, 4902},
	};
	(void)state;

	assert_int_equal(bench_stats_rank(0), 0);
	for (size_t i = 0; i < ARRAY_LEN(first); i++)
		assert_int_equal(bench_stats_rank(i + 1), first[i]);
	for (size_t i = 0; i < ARRAY_LEN(later); i++)
		assert_int_equal(bench_stats_rank(later[i][0]), later[i][1]);
}

static void
test_median(void **state)
{
	static const double x[] = {9, 1, 8, 2, 7, 3, 6};
	struct bench_interval m = bench_stats_median_ratio(x, ones, 7);
	(void)state;

	assert_true(m.mid == 6 && m.lo == 1 && m.hi == 9 && m.n == 7);
	m = bench_stats_median_ratio(x, ones, 6);
	assert_true(m.mid == 5 && m.lo == 1 && m.hi == 9);
	m = bench_stats_median_ratio(x, ones, 5);
	assert_true(m.mid == 7 && isnan(m.lo) && isnan(m.hi));
	m = bench_stats_median_ratio(x, ones, 1);
	assert_true(m.mid == 9 && isnan(m.lo) && m.n == 1);
	m = bench_stats_median_ratio(x, ones, 0);
	assert_true(isnan(m.mid) && isnan(m.lo) && isnan(m.hi) && m.n == 0);
}

static void
test_ties_and_zeros(void **state)
{
	static const double num[] = {3, 3, NAN, 3, 0, 2, 3, 4, 3, 5};
	static const double den[] = {1, 1, 1, 1, 0, 1, NAN, 1, 1, 0};
	struct bench_interval m = bench_stats_median_ratio(num, den, 10);
	(void)state;

	assert_int_equal(m.n, 6);
	assert_true(m.mid == 3 && m.lo == 2 && m.hi == 4);
	/* A numerator of 0 is a ratio. */
	m = bench_stats_median_ratio(&num[4], ones, 1);
	assert_true(m.n == 1 && m.mid == 0);
}

/* b over a has the inverse interval of a over b. */
static void
test_ratio_inverts(void **state)
{
	struct base_random random = {synthetic_seed()};
	double a[25], b[25];
	(void)state;

	for (int i = 0; i < 25; i++) {
		a[i] = 1 + (double)base_random_below(&random, 1000);
		b[i] = 1 + (double)base_random_below(&random, 1000);
	}
	struct bench_interval ab = bench_stats_median_ratio(a, b, 25);
	struct bench_interval ba = bench_stats_median_ratio(b, a, 25);
	assert_true(fabs(ab.lo * ba.hi - 1) < 1e-12);
	assert_true(fabs(ab.hi * ba.lo - 1) < 1e-12);
	assert_true(fabs(ab.mid * ba.mid - 1) < 1e-12);
}

/* Drift that both sides share cancels in a paired ratio. */
static void
test_ratio_is_paired(void **state)
{
	double a[8], b[8];
	(void)state;

	for (int i = 0; i < 8; i++) {
		b[i] = 100 * (i + 1);
		a[i] = 1.25 * b[i];
	}
	struct bench_interval r = bench_stats_median_ratio(a, b, 8);
	assert_true(r.mid == 1.25 && r.lo == 1.25 && r.hi == 1.25);
}

static void
test_total(void **state)
{
	static const double time[] = {10, 10, 10, 10, 10, 10, NAN, 1000};
	static const double ops[] = {1, 1, 1, 1, 1, 1, 1, 10};
	struct bench_interval t = bench_stats_total_ratio(time, ops, 8);
	(void)state;

	/* One cluster has what the median does not see. */
	assert_true(t.n == 7 && fabs(t.mid - 1060.0 / 16) < 1e-12);
	assert_true(t.lo == 10 && t.hi == 100);
	/* The interval contains the value even where the clusters' do not. */
	static const double late[] = {10, 10, 10, 10, 10, 10, 10, 10, 10, 90};
	t = bench_stats_total_ratio(late, ones, 10);
	assert_true(t.mid == 18 && t.lo == 10 && t.hi == 18);
	t = bench_stats_total_ratio(time, ops, 5);
	assert_true(t.mid == 10 && isnan(t.lo) && isnan(t.hi));
	t = bench_stats_total_ratio(time, ops, 0);
	assert_true(isnan(t.mid) && t.n == 0);
}

static void
test_sign(void **state)
{
	static const double a[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 9, 5, NAN};
	static const double b[] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 5, 2};
	(void)state;

	/* 1 of 10: 2 (1 + 10) / 2^10. */
	assert_true(fabs(bench_stats_sign_test(a, b, 12) - 22.0 / 1024) <
		    1e-15);
	assert_true(bench_stats_sign_test(a, b, 12) ==
		    bench_stats_sign_test(b, a, 12));
	/* All of 6; an even split; ties only; nothing. */
	assert_true(fabs(bench_stats_sign_test(a, b, 6) - 2.0 / 64) < 1e-15);
	assert_true(bench_stats_sign_test(&a[8], &b[8], 2) == 1);
	assert_true(bench_stats_sign_test(&a[10], &b[10], 1) == 1);
	assert_true(bench_stats_sign_test(a, b, 0) == 1);
}

/* Exponential: skewed as times are. Its median is ln 2. */
static double
exponential(struct base_random *random)
{
	return -log(ldexp((double)base_random_next(random) + 1, -64));
}

static double
coverage(size_t n, int trials, struct base_random *random)
{
	double x[64], one[64];
	int covered = 0;

	for (int t = 0; t < trials; t++) {
		for (size_t i = 0; i < n; i++) {
			x[i] = exponential(random);
			one[i] = 1;
		}
		struct bench_interval m = bench_stats_median_ratio(x, one, n);
		covered += m.lo <= log(2) && log(2) <= m.hi;
	}
	return covered / (double)trials;
}

/* What the binomial distribution promises is what a simulation sees, within 5
 * standard deviations of 20,000 trials. */
static void
test_coverage(void **state)
{
	static const size_t ns[] = {6, 9, 25, 64};
	struct base_random random = {synthetic_seed()};
	const int trials = 20000;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(ns); i++) {
		size_t n = ns[i];
		double exact =
			1 - 2 * bench_stats_tail(n, bench_stats_rank(n) - 1);
		double sd = sqrt(exact * (1 - exact) / trials);
		double seen = coverage(n, trials, &random);
		assert_true(exact >= BENCH_STATS_COVERAGE);
		assert_true(fabs(seen - exact) < 5 * sd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_rank),
		cmocka_unit_test(test_median),
		cmocka_unit_test(test_ties_and_zeros),
		cmocka_unit_test(test_ratio_inverts),
		cmocka_unit_test(test_ratio_is_paired),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_sign),
		cmocka_unit_test(test_coverage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
