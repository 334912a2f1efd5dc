/* test_bench_selftest.c - planted time is real, and trials are judged right */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "bench.h"
#include "bench_clock.h"
#include "bench_plant.h"
#include "bench_progress.h"
#include "bench_selftest.h"
#include "bench_topo.h"
#include "heap_stress.h"

static uint64_t
time_ops(memclr_fn *memclr, int ops)
{
	static char buffer[64];
	uint64_t start = bench_clock_raw_ns();

	for (int i = 0; i < ops; i++)
		memclr(buffer, sizeof(buffer));
	return bench_clock_raw_ns() - start;
}

/* At least a third of what was asked for has gone by, however fast the CPU has
 * become since its speed was measured; a busy machine makes it only longer. */
static void
test_planted_time_is_real(void **state)
{
	enum { OPS = 1024, NS = 10000 };
	(void)state;

	for (unsigned copy = 0; copy < BENCH_PLANT_COPIES; copy++) {
		memclr_fn *memclr = bench_plant(STRATEGY_MEMCLR, copy)->memclr;
		uint64_t least = UINT64_MAX;
		bench_plant_set(copy, NS);
		assert_true(time_ops(memclr, OPS) > (uint64_t)OPS * NS / 3);
		bench_plant_set(copy, 0);
		/* One quiet try is enough. */
		for (int i = 0; i < 100 && least > OPS * NS / 3; i++)
			least = MIN(least, time_ops(memclr, OPS));
		assert_true(least < OPS * NS / 3);
	}
}

/* The same work at two addresses. */
static void
test_copies(void **state)
{
	char a[100], b[100];
	(void)state;

	for (unsigned copy = 0; copy < BENCH_PLANT_COPIES; copy++) {
		memset(a, 1, sizeof(a));
		memset(b, 1, sizeof(b));
		memset(b, 0, 77);
		bench_plant(STRATEGY_MEMCLR, copy)->memclr(a, 77);
		assert_memory_equal(a, b, sizeof(a));
	}
	assert_ptr_not_equal(bench_plant(STRATEGY_MEMCLR, 0)->memclr,
			     bench_plant(STRATEGY_MEMCLR, 1)->memclr);
	assert_ptr_not_equal(bench_plant(STRATEGY_BARRIER, 0)->barrier.clear,
			     bench_plant(STRATEGY_BARRIER, 1)->barrier.clear);
}

/* From tables of Clopper and Pearson's limits. */
static void
test_proportion(void **state)
{
	static const struct {
		unsigned k, n;
		double lo, hi;
	} known[] = {
		{0, 10, 0, 0.3085},       {1, 10, 0.0025, 0.4450},
		{5, 10, 0.1871, 0.8129},  {20, 20, 0.8316, 1},
		{14, 20, 0.4572, 0.8811}, {950, 1000, 0.9346, 0.9626},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		struct bench_interval p =
			bench_selftest_proportion(known[i].k, known[i].n);
		assert_true(fabs(p.mid - (double)known[i].k / known[i].n) <
			    1e-12);
		assert_true(fabs(p.lo - known[i].lo) < 1e-4);
		assert_true(fabs(p.hi - known[i].hi) < 1e-4);
	}
	struct bench_interval none = bench_selftest_proportion(0, 0);
	assert_true(isnan(none.mid) && none.lo == 0 && none.hi == 1);
}

static enum bench_aim
aim(size_t plant, unsigned n, unsigned found, unsigned wrong)
{
	struct bench_tries tries = {.n = n, .found = found, .wrong = wrong};

	return bench_selftest_aim(&tries, plant);
}

static void
test_aims(void **state)
{
	enum { TWINS, ONE, THREE, FIVE };
	(void)state;

	assert_true(bench_selftest_plants[TWINS] == 0);
	assert_true(bench_selftest_plants[THREE] == BENCH_SELFTEST_FOUND);
	assert_int_equal(aim(TWINS, 72, 0, 0), AIM_MET);
	assert_int_equal(aim(TWINS, 20, 1, 0), AIM_SO_FAR);
	assert_int_equal(aim(TWINS, 20, 1, 1), AIM_OPEN);
	assert_int_equal(aim(TWINS, 20, 3, 3), AIM_MISSED);
	assert_int_equal(aim(ONE, 20, 0, 0), AIM_NONE);
	assert_int_equal(aim(THREE, 72, 72, 0), AIM_MET);
	assert_int_equal(aim(THREE, 20, 19, 0), AIM_SO_FAR);
	assert_int_equal(aim(THREE, 20, 17, 0), AIM_OPEN);
	assert_int_equal(aim(THREE, 20, 14, 0), AIM_MISSED);
	/* To find the opposite is to find nothing. */
	assert_int_equal(aim(FIVE, 20, 0, 20), AIM_MISSED);
}

/* A short trial of everything, on real samples. */
static void
test_trials_run(void **state)
{
	struct bench_selftest t = {.seed = 1, .trials = 1};
	(void)state;

	assert_int_equal(bench_topo_load(&t.topo, "this"), BENCH_OK);
	t.deadline_s = bench_now_s() + 240;
	assert_int_equal(bench_selftest_begin(&t), BENCH_OK);
	for (size_t k = 0; k < BENCH_SELFTEST_CELLS; k++)
		t.cells[k].max_rows = 4;
	assert_int_equal(bench_selftest_run(&t), BENCH_OK);
	for (size_t k = 0; k < BENCH_SELFTEST_CELLS; k++) {
		const struct bench_selftest_cell *c = &t.cells[k];
		assert_true(c->ns > 0 && c->noise >= 0);
		for (size_t i = 0; i < BENCH_SELFTEST_PLANTS; i++) {
			assert_int_equal(c->tries[i].n, 1);
			assert_true(c->tries[i].rows >= 1);
			assert_true(c->tries[i].ratio > 0);
			assert_true(c->tries[i].found + c->tries[i].wrong <= 1);
		}
	}
	bench_selftest_end(&t);
	bench_topo_free(t.topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_planted_time_is_real),
		cmocka_unit_test(test_copies),
		cmocka_unit_test(test_proportion),
		cmocka_unit_test(test_aims),
		cmocka_unit_test(test_trials_run),
	};

	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
