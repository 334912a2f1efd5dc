/* test_base_histogram.c - buckets, quantiles and the maximum */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "base_histogram.h"
#include "base_random.h"

static void
test_buckets_tile_the_numbers(void **state)
{
	(void)state;
	assert_int_equal(base_histogram_bucket(UINT64_MAX),
			 BASE_HISTOGRAM_BUCKETS - 1);
	for (unsigned i = 1; i < BASE_HISTOGRAM_BUCKETS; i++) {
		uint64_t floor = base_histogram_floor(i);

		assert_int_equal(base_histogram_bucket(floor), i);
		assert_int_equal(base_histogram_bucket(floor - 1), i - 1);
	}
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void
test_quantiles_are_right_to_an_eighth(void **state)
{
	struct base_random r = {test_seed()};
	static const double q[] = {0.01, 0.5, 0.99, 1};
	uint64_t values[1000];

	(void)state;
	for (int round = 0; round < 100; round++) {
		struct base_histogram h = {0};
		size_t n = 1 + base_random_below(&r, ARRAY_LEN(values));

		for (size_t i = 0; i < n; i++) {
			values[i] = base_random_next(&r) >>
				    base_random_below(&r, 63);
			base_histogram_add(&h, values[i]);
		}
		qsort(values, n, sizeof(*values), by_value);
		assert_int_equal(h.n, n);
		assert_int_equal(h.max, values[n - 1]);
		for (size_t k = 0; k < ARRAY_LEN(q); k++) {
			size_t rank = (size_t)(q[k] * (double)n + 0.999999);
			uint64_t exact = values[MAX(rank, 1) - 1];
			uint64_t got = base_histogram_quantile(&h, q[k]);

			assert_true(got <= exact);
			assert_true(exact - got <= exact / 8);
		}
	}
}

static void
test_empty(void **state)
{
	struct base_histogram h = {0};

	(void)state;
	assert_int_equal(base_histogram_quantile(&h, 0.5), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets_tile_the_numbers),
		cmocka_unit_test(test_quantiles_are_right_to_an_eighth),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
