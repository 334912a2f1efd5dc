/* test_bench_clock.c - time goes forward, at the speed of the system's clock */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_clock.h"

#include <string.h>

#include "test_util.h"

/* Keeps what bench_clock_init chose, for the tests that try the other clock. */
static struct bench_clock chosen;

static int
calibrate(void **state)
{
	(void)state;
	bench_clock_init();
	chosen = bench_clock;
	return 0;
}

static int
restore(void **state)
{
	(void)state;
	bench_clock = chosen;
	return 0;
}

static int
fall_back(void **state)
{
	(void)state;
	bench_clock = (struct bench_clock){.ns_per_tick = 1};
	return 0;
}

static void
never_goes_back(void **state)
{
	uint64_t last = bench_clock_ticks();

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		uint64_t now = bench_clock_ticks();

		assert_true(now >= last);
		last = now;
	}
}

/* Two ways of reading one stretch of time. What lies between the readings of
 * the two clocks is an error of at most twice the gap that was seen, so this
 * is about the speed of the clock and not about the speed of the machine. */
static void
ticks_are_nanoseconds(void **state)
{
	uint64_t outer[2], inner[2], raw[2];
	double least, most;

	(void)state;
	for (int i = 0; i < 2; i++) {
		outer[i] = bench_clock_ticks();
		raw[i] = bench_clock_raw_ns();
		inner[i] = bench_clock_ticks();
		while (i == 0 && bench_clock_raw_ns() - raw[0] < 50000000)
			;
	}
	least = bench_clock_ns(outer[1] - inner[0]);
	most = bench_clock_ns(inner[1] - outer[0]);
	/* 1 %: a hundred times what calibration may be off. */
	assert_true(least * 0.99 <= (double)(raw[1] - raw[0]));
	assert_true(most * 1.01 >= (double)(raw[1] - raw[0]));
}

static void
overhead_is_a_time(void **state)
{
	(void)state;
	assert_true(bench_clock.overhead_ns >= 0);
	assert_true(bench_clock.overhead_ns < 1e6);
	assert_true(bench_clock.ns_per_tick > 0);
}

static void
second_init_changes_nothing(void **state)
{
	(void)state;
	bench_clock_init();
	assert_memory_equal(&bench_clock, &chosen, sizeof(chosen));
}

static void
name_says_which(void **state)
{
	(void)state;
	assert_string_equal(bench_clock_name(),
			    bench_clock.tsc ? "tsc" : "monotonic_raw");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_goes_back),
		cmocka_unit_test(ticks_are_nanoseconds),
		cmocka_unit_test(overhead_is_a_time),
		cmocka_unit_test(second_init_changes_nothing),
		cmocka_unit_test(name_says_which),
		cmocka_unit_test_setup_teardown(never_goes_back, fall_back,
						restore),
		cmocka_unit_test_setup_teardown(ticks_are_nanoseconds,
						fall_back, restore),
		cmocka_unit_test_setup_teardown(name_says_which, fall_back,
						restore),
	};

	return cmocka_run_group_tests(tests, calibrate, NULL);
}
