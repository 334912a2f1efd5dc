/* test_bench_group.c - which cells share a figure, and what it is called */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "bench_group.h"
#include "synthetic_run.h"

static const struct synthetic_candidate one[] = {{.name = "a", .ns = 1}};
static const struct synthetic_candidate two[] = {{.name = "b", .ns = 1},
						 {.name = "a", .ns = 1}};

#define CELL(list, ...)                                                        \
	{                                                                      \
		.candidates = list, .n_candidates = ARRAY_LEN(list), .axis = { \
			[AXIS_OP] = "memclr",                                  \
			__VA_ARGS__                                            \
		}                                                              \
	}

/* Sizes out of order; the level of the pre-state follows from the size. */
static const struct synthetic_cell cells[] = {
	CELL(one, [AXIS_WORKLOAD] = "size:4096", [AXIS_SIZE] = "4096",
	     [AXIS_PRESTATE] = "l2-zero", [AXIS_ABI] = "stack"),
	CELL(two, [AXIS_WORKLOAD] = "sizes:8-64", [AXIS_SIZE] = "8",
	     [AXIS_PRESTATE] = "l1-zero", [AXIS_ABI] = "stack"),
	CELL(one, [AXIS_WORKLOAD] = "size:8", [AXIS_SIZE] = "8",
	     [AXIS_PRESTATE] = "l1-live", [AXIS_ABI] = "stack"),
	CELL(one, [AXIS_WORKLOAD] = "sig:func()", [AXIS_SIZE] = "8",
	     [AXIS_PRESTATE] = "l1-zero", [AXIS_ABI] = "stack"),
	CELL(one, [AXIS_WORKLOAD] = "go-std", [AXIS_PRESTATE] = "l1-zero",
	     [AXIS_ABI] = "stack"),
};

struct run {
	char *dir;
	struct bench_summary *s;
	struct bench_groups groups;
};

static struct run
group(unsigned free_axes)
{
	struct run r = {.dir = synthetic_dir()};

	synthetic_run_write(r.dir, cells, ARRAY_LEN(cells), 1);
	r.s = bench_summary_read(r.dir);
	assert_non_null(r.s);
	r.groups = bench_group_cells(r.s, free_axes);
	return r;
}

static void
end(struct run *r)
{
	bench_groups_free(&r->groups);
	bench_summary_free(r->s);
	synthetic_remove(r->dir);
}

static void
test_by_size(void **state)
{
	struct run r = group(BENCH_AXIS_BIT(AXIS_SIZE));
	const struct bench_group *g = r.groups.groups;

	(void)state;
	/* Other contents, a signature and a mix stand apart. */
	assert_int_equal(r.groups.n, 4);
	assert_int_equal(g[0].n_cells, 2);
	assert_int_equal(bench_cell_size(&g[0].cells[0]->cell->cell), 8);
	assert_int_equal(bench_cell_size(&g[0].cells[1]->cell->cell), 4096);
	assert_int_equal(bench_group_sizes(&g[0]), 2);
	assert_int_equal(bench_group_sizes(&g[1]), 1);
	assert_int_equal(bench_group_sizes(&g[3]), 0);
	assert_int_equal(g[0].n_candidates, 2);
	end(&r);
}

static void
test_nothing_free(void **state)
{
	struct run r = group(0);

	(void)state;
	assert_int_equal(r.groups.n, ARRAY_LEN(cells));
	end(&r);
}

static void
assert_described(const struct bench_group *g, unsigned axes, const char *text)
{
	char *found = bench_group_describe(g, axes);

	assert_string_equal(found, text);
	free(found);
}

static void
test_description(void **state)
{
	struct run r = group(BENCH_AXIS_BIT(AXIS_SIZE));
	const struct bench_group *g = r.groups.groups;

	(void)state;
	assert_described(&g[0], ~0u,
			 "memclr, stack ABI, size 8 to 4096 B, pre-state "
			 "l1-zero to l2-zero");
	assert_described(&g[2], ~0u,
			 "memclr, stack ABI, sig:func(), size 8 B, pre-state "
			 "l1-zero");
	assert_described(&g[3], ~BENCH_AXIS_BIT(AXIS_ABI),
			 "memclr, go-std, pre-state l1-zero");
	assert_described(&g[0], 0, "");
	end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_size),
		cmocka_unit_test(test_nothing_free),
		cmocka_unit_test(test_description),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
