/* test_bench_share.c - ceilings of a plan, and shares of a run */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>
#include <string.h>

#include "bench_share.h"
#include "synthetic_run.h"

/* Loops that take 0.01 ns a byte at best, 0.02 where the memory is further. */
static const struct synthetic_candidate near_loops[] = {
	{.name = "loop_a", .ns = 163.84, .standing = STANDING_BOUND},
	{.name = "loop_b", .ns = 81.92, .standing = STANDING_BOUND},
};
static const struct synthetic_candidate far_loops[] = {
	{.name = "loop_a", .ns = 1310.72, .standing = STANDING_BOUND},
};
static const struct synthetic_candidate kernels[] = {
	{.name = "memclr_x", .ns = 50},
	{.name = "memclr_y", .ns = 100},
	{.name = "memclr_floor", .ns = 2, .standing = STANDING_BOUND},
};
static const struct synthetic_candidate short_kernels[] = {
	{.name = "memclr_x", .ns = 4},
	{.name = "memclr_floor", .ns = 2, .standing = STANDING_BOUND},
};

#define CELL(op, size, prestate, who)                                \
	{                                                            \
		.axis = {[AXIS_OP] = (op),                           \
			 [AXIS_SIZE] = (size),                       \
			 [AXIS_PRESTATE] = (prestate),               \
			 [AXIS_MUTATORS] = "1"},                     \
		.candidates = (who), .n_candidates = ARRAY_LEN(who), \
		.noise = -1,                                         \
	}

static const struct synthetic_cell cells[] = {
	CELL("store", "8192", "l1-zero", near_loops),
	CELL("store", "65536", "dram-zero", far_loops),
	CELL("memclr", "4096", "l1-zero", kernels),
	CELL("memclr", "4096", "dram-data+read", kernels),
	CELL("memclr", "64", "l1-zero", short_kernels),
	CELL("memclr", "4096", "l2-zero", kernels),
	CELL("memclr", "4096", "l1-zero+huge", kernels),
	CELL("memclr", "4096", "fresh", kernels),
	CELL("memmove", "4096", "l1-zero", kernels),
	CELL("memclr", "4096", "no such word", kernels),
	CELL("typedmemclr", "4096", "l1-live", kernels),
};

static struct bench_summary *
read_run(char **dir)
{
	struct bench_summary *s;

	*dir = synthetic_dir();
	synthetic_run_write(*dir, cells, ARRAY_LEN(cells), test_seed());
	s = bench_summary_read(*dir);
	assert_non_null(s);
	return s;
}

static double
share(const struct bench_summary *s, size_t cell, const char *name)
{
	return bench_estimate_find(&s->cells[cell], name)->share;
}

static void
a_share_is_of_the_place_and_the_pages(void **state)
{
	char *dir;
	struct bench_summary *s = read_run(&dir);

	(void)state;
	assert_true(fabs(share(s, 2, "memclr_x") - 40.96 / 50) < 1e-6);
	assert_true(fabs(share(s, 2, "memclr_y") - 40.96 / 100) < 1e-6);
	assert_true(fabs(share(s, 3, "memclr_x") - 81.92 / 50) < 1e-6);
	/* The floor takes longer than 64 bytes do. */
	assert_true(fabs(share(s, 4, "memclr_x") - 2.0 / 4) < 1e-6);
	for (size_t i = 5; i < ARRAY_LEN(cells); i++)
		assert_true(isnan(share(s, i, "memclr_x")));
	for (size_t i = 2; i < 4; i++)
		assert_true(isnan(share(s, i, "memclr_floor")));
	assert_true(isnan(share(s, 0, "loop_a")));
	bench_summary_free(s);
	synthetic_remove(dir);
}

static size_t
count(const struct bench_plan *plan, const char *op, const char *prestate)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_cells; i++) {
		char *const *axis = plan->cells[i].cell.axis;

		n += strcmp(axis[AXIS_OP], op) == 0 &&
		     strcmp(axis[AXIS_PRESTATE], prestate) == 0;
	}
	return n;
}

/* One for each place and kind of page of each operation, once. */
static void
a_plan_gets_the_ceilings_it_needs(void **state)
{
	const struct bench_selection sel = {
		.op = "memclr,memmove",
		.workload = "size:64,size:128,go-std",
		.phase = "off",
		.relation = "self",
		.prestate = "l1,l2-data+read,l2,l2+huge,fresh"};
	struct bench_topo *topo;
	struct bench_plan *plan;
	int status;
	size_t n;

	(void)state;
	assert_int_equal(bench_topo_load(&topo, "synthetic:l3:1(size=16777216) "
						"l2:2(size=1048576) "
						"l1:1(size=32768) core:1 pu:1"),
			 BENCH_OK);
	plan = bench_plan_make(NULL, &sel, 1, topo, &status);
	assert_non_null(plan);
	n = plan->n_cells;
	assert_int_equal(bench_share_plan(plan, topo), BENCH_OK);
	assert_int_equal(plan->n_cells, n + 6);
	assert_int_equal(bench_share_plan(plan, topo), BENCH_OK);
	assert_int_equal(plan->n_cells, n + 6);
	assert_int_equal(count(plan, "store", "l1-zero"), 1);
	assert_int_equal(count(plan, "store", "l2-zero"), 1);
	assert_int_equal(count(plan, "copy", "l2-zero+huge"), 1);
	for (size_t i = n; i < plan->n_cells; i++)
		for (size_t k = 0; k < plan->cells[i].n_contestants; k++)
			assert_int_equal(plan->cells[i].contestants[k].standing,
					 STANDING_BOUND);
	bench_plan_free(plan);
	bench_topo_free(topo);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_is_of_the_place_and_the_pages),
		cmocka_unit_test(a_plan_gets_the_ceilings_it_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
