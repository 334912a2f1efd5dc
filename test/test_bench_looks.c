/* test_bench_looks.c - looks come at set times, and share one error */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "bench_looks.h"
#include "bench_stats.h"

/* All looks together at all contests never have more than delta. */
static void
errors_add_up_to_delta(void **state)
{
	(void)state;
	for (size_t k = 2; k < 12; k++) {
		struct bench_looks l = bench_looks_make(k, 12, 0.05);
		double sum = 0;

		assert_int_equal(l.contests, k * (k - 1) / 2);
		for (size_t n = l.first; n < 100000;
		     n = bench_looks_next(&l, n))
			sum += bench_looks_error(&l, n) * (double)l.contests;
		assert_true(sum > 0.9 * 0.05 && sum < 0.05);
	}
}

static void
looks_are_geometric(void **state)
{
	static const size_t expect[] = {12, 17, 23, 32, 44, 60, 81};
	struct bench_looks l = bench_looks_make(2, 12, 0.05);
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(expect); i++) {
		assert_int_equal(bench_looks_next(&l, n), expect[i]);
		n = expect[i];
		assert_int_equal(bench_looks_number(&l, n), i + 1);
		/* One that comes late, with the rows of a whole block, is the
		 * same look: the next has another number. */
		assert_int_equal(bench_looks_number(&l, n + 1), i + 1);
	}
}

/* The first look has a bound, and the pair before it would have none. */
static void
a_first_look_has_a_bound(void **state)
{
	(void)state;
	for (size_t k = 1; k < 30; k++) {
		struct bench_looks l = bench_looks_make(k, 1, 0.05);
		double error = bench_looks_error(&l, l.first);

		assert_true(bench_stats_rank_at(l.first, error) > 0);
		assert_int_equal(bench_stats_rank_at(l.first - 1, error), 0);
	}
	assert_int_equal(bench_looks_make(3, 1, 0.05).first, 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_add_up_to_delta),
		cmocka_unit_test(looks_are_geometric),
		cmocka_unit_test(a_first_look_has_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
