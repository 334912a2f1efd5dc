/* test_bench_unpaired.c - the factor between two runs against known truth */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "base_random.h"
#include "bench_unpaired.h"
#include "synthetic_run.h"

/* One more than the critical values of U in the tables of Mann and Whitney, two
 * sides together. */
static void
test_rank(void **state)
{
	static const struct {
		size_t n, m;
		double coverage;
		size_t rank;
	} known[] = {
		{3, 3, 0.95, 0},     {3, 4, 0.95, 0},    {4, 4, 0.95, 1},
		{5, 5, 0.95, 3},     {6, 6, 0.95, 6},    {8, 12, 0.95, 23},
		{12, 8, 0.95, 23},   {10, 10, 0.95, 24}, {20, 20, 0.95, 128},
		{4, 4, 0.99, 0},     {6, 6, 0.99, 3},    {10, 10, 0.99, 17},
		{20, 20, 0.99, 106},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		assert_int_equal(bench_unpaired_rank(known[i].n, known[i].m,
						     known[i].coverage),
				 known[i].rank);
	assert_int_equal(bench_unpaired_rank(0, 9, 0.95), 0);
	/* From exact to approximate without a step: ranks grow by about what
	 * one more value adds. */
	for (double coverage = 0.9; coverage < 0.9995;
	     coverage = 1 - (1 - coverage) / 10) {
		size_t at = bench_unpaired_rank(32, 32, coverage);
		size_t last = bench_unpaired_rank(32, 31, coverage);
		size_t next = bench_unpaired_rank(32, 33, coverage);
		assert_true(next > at && next - at <= at - last + 2);
	}
	/* Further out the approximation errs to the safe side. */
	assert_true(bench_unpaired_rank(32, 33, 0.9999) <=
		    bench_unpaired_rank(32, 32, 0.9999));
}

/* The ends are the very ratios that sorting all of them gives, with ties. */
static void
test_ends_are_ratios(void **state)
{
	struct base_random random = {synthetic_seed()};
	double x[11], y[17], all[11 * 17];
	(void)state;

	for (int trial = 0; trial < 50; trial++) {
		for (int i = 0; i < 11; i++)
			x[i] = 1 + (double)base_random_below(&random, 30);
		for (int j = 0; j < 17; j++)
			y[j] = 1 + (double)base_random_below(&random, 30);
		for (int k = 0; k < 11 * 17; k++)
			all[k] = y[k % 17] / x[k / 17];
		bench_stats_sort(all, 11 * 17);
		size_t rank = bench_unpaired_rank(11, 17, 0.95);
		struct bench_interval r =
			bench_unpaired_ratio(x, 11, y, 17, 0.95);
		assert_true(r.mid == all[11 * 17 / 2]);
		assert_true(r.lo == all[rank - 1]);
		assert_true(r.hi == all[11 * 17 - rank]);
		assert_int_equal(r.n, 11);
	}
}

static void
test_too_few(void **state)
{
	double x[] = {2, 1, 3}, y[] = {4, 2, 6};
	struct bench_interval r = bench_unpaired_ratio(x, 3, y, 3, 0.95);
	(void)state;

	assert_true(r.mid == 2 && isnan(r.lo) && isnan(r.hi) && r.n == 3);
	r = bench_unpaired_ratio(x, 0, y, 3, 0.95);
	assert_true(isnan(r.mid) && isnan(r.lo) && r.n == 0);
}

/* Skewed, as times are: 1 and a tail. */
static double
draw(struct base_random *random)
{
	double u = ldexp((double)(base_random_next(random) >> 11) + 1, -53);

	return 1 - 0.2 * log(u);
}

/* Counts on which side the truth, a factor of 1.1, is missed. */
static void
simulate(size_t n, size_t m, double coverage, unsigned trials,
	 unsigned missed[2])
{
	struct base_random random = {synthetic_seed()};
	double x[64], y[64];

	missed[0] = missed[1] = 0;
	for (unsigned t = 0; t < trials; t++) {
		for (size_t i = 0; i < n; i++)
			x[i] = draw(&random);
		for (size_t j = 0; j < m; j++)
			y[j] = 1.1 * draw(&random);
		struct bench_interval r =
			bench_unpaired_ratio(x, n, y, m, coverage);
		missed[0] += r.lo > 1.1;
		missed[1] += r.hi < 1.1;
	}
}

/* Each side is missed in at most 2.5 % of runs, and where there are many values
 * in not much less. 4000 trials have a standard error of 0.25 %. */
static void
test_coverage(void **state)
{
	static const size_t sizes[][2] = {{6, 6}, {9, 20}, {60, 60}};
	unsigned missed[2];
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		simulate(sizes[i][0], sizes[i][1], 0.95, 4000, missed);
		for (int side = 0; side < 2; side++) {
			assert_in_range(missed[side], 4000 * 15 / 1000,
					4000 * 33 / 1000);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rank),
		cmocka_unit_test(test_ends_are_ratios),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_coverage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
