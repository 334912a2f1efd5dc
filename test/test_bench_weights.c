/* test_bench_weights.c - how often a workload has which sizes */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <stdint.h>

#include "bench_weights.h"

static void
every_size_of_a_grid_is_as_frequent(void **state)
{
	struct bench_weights *w = bench_weights_read("sizes:8-64");

	(void)state;
	assert_non_null(w);
	assert_int_equal(w->n, 7); /* 8 12 16 24 32 48 64 */
	assert_float_equal(bench_weights_between(w, 0, SIZE_MAX), 1, 1e-12);
	assert_float_equal(bench_weights_between(w, 8, 16), 2 / 7.0, 1e-12);
	assert_float_equal(bench_weights_between(w, 64, SIZE_MAX), 0, 1e-12);
	bench_weights_free(w);
}

/* Most functions have no frame in the register ABI: they clear nothing. */
static void
what_touches_nothing_is_left_out(void **state)
{
	struct bench_weights *all = bench_weights_read("go-std-register");
	struct bench_weights *framed =
		bench_weights_read("go-std-register-framed");

	(void)state;
	assert_non_null(all);
	assert_non_null(framed);
	assert_float_equal(bench_weights_between(all, 0, SIZE_MAX), 1, 1e-9);
	for (size_t size = 8; size <= 512; size *= 2)
		assert_float_equal(bench_weights_between(all, 0, size),
				   bench_weights_between(framed, 0, size),
				   1e-9);
	bench_weights_free(all);
	bench_weights_free(framed);
}

static void
what_is_no_workload_is_refused(void **state)
{
	(void)state;
	assert_null(bench_weights_read("nope"));
	assert_null(bench_weights_read("sizes:64-8"));
	assert_null(bench_weights_read("csv:/nonexistent"));
	assert_null(bench_weights_read("sig:func()"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size_of_a_grid_is_as_frequent),
		cmocka_unit_test(what_touches_nothing_is_left_out),
		cmocka_unit_test(what_is_no_workload_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
