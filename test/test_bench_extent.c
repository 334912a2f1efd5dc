/* test_bench_extent.c - a figure's median and where it is most; of nothing too
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>

#include "bench_extent.h"

static void
test_median_and_ends(void **state)
{
	static const double values[] = {3, NAN, 1, 2, INFINITY};
	struct bench_extent e = {0};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		bench_extent_add(&e, values[i], NULL);
	assert_int_equal(e.n, 3);
	assert_true(bench_extent_median(&e) == 2);
	assert_int_equal(bench_extent_most(&e), 0);
	assert_int_equal(bench_extent_least(&e), 1);
	bench_extent_clear(&e);
}

/* A report of a run without blocks has such figures. */
static void
test_nothing_has_no_median(void **state)
{
	struct bench_extent e = {0};

	(void)state;
	assert_true(isnan(bench_extent_median(&e)));
	bench_extent_clear(&e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median_and_ends),
		cmocka_unit_test(test_nothing_has_no_median),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
