/* test_bench_findings.c - where the winner of a cell flips */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>
#include <string.h>

#include "bench_findings.h"
#include "synthetic_run.h"

static const struct synthetic_candidate a_wins[] = {
	{.name = "memclr_a", .ns = 10},
	{.name = "memclr_b", .ns = 12},
};
static const struct synthetic_candidate b_wins[] = {
	{.name = "memclr_a", .ns = 15},
	{.name = "memclr_b", .ns = 10},
};

#define CELL(size, load, state, who)                                 \
	{                                                            \
		.axis = {[AXIS_OP] = "memclr",                       \
			 [AXIS_SIZE] = (size),                       \
			 [AXIS_WORKLOAD] = (load),                   \
			 [AXIS_PRESTATE] = (state),                  \
			 [AXIS_MUTATORS] = "1"},                     \
		.candidates = (who), .n_candidates = ARRAY_LEN(who), \
	}

static const struct synthetic_cell cells[] = {
	CELL("64", "size:64", "l1-zero", a_wins),
	CELL("64", "size:64", "l1-zero+direct", b_wins),
	CELL("64", "size:64", "l1-zero+huge", a_wins),    /* no flip */
	CELL("64", "size:64", "l2-data", b_wins),         /* two things */
	CELL("128", "size:128", "l1-zero+plt", b_wins),   /* and size */
	CELL("-", "csv:a+b+period=4", "l1-zero", a_wins), /* with the next */
	CELL("-", "csv:a+b", "l1-zero", b_wins),
	CELL("-", "csv:a+c", "l1-zero", a_wins), /* another file */
};

static void
a_flip_in_one_thing_is_found(void **state)
{
	char *dir = synthetic_dir();
	struct bench_finding *f;
	struct bench_summary *s;
	size_t n;

	(void)state;
	synthetic_run_write(dir, cells, ARRAY_LEN(cells), test_seed());
	s = bench_summary_read(dir);
	assert_non_null(s);
	f = bench_findings_find(s, &n);
	assert_int_equal(n, 2);
	assert_ptr_equal(f[0].a, &s->cells[0]);
	assert_ptr_equal(f[0].b, &s->cells[1]);
	assert_string_equal(f[0].depends_on, "the call form");
	/* memclr_a takes 1.5 times as long there, memclr_b 1.2 times here. */
	assert_true(f[0].cost_a > 0.45 && f[0].cost_a < 0.5);
	assert_true(f[0].cost_b > 0.15 && f[0].cost_b < 0.2);
	assert_ptr_equal(f[1].a, &s->cells[5]);
	assert_ptr_equal(f[1].b, &s->cells[6]);
	assert_string_equal(f[1].depends_on, "the order of sizes");
	free(f);
	bench_summary_free(s);
	synthetic_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flip_in_one_thing_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
