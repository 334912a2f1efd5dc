/* test_bench_witness.c - a policy's witness cells, and a plan of them */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_topo.h"
#include "bench_witness.h"
#include "capture.h"
#include "synthetic_run.h"

static json_t *
make_cell(const char *size, double ratio_hi)
{
	char *workload = bench_printf("size:%s", size);
	const struct synthetic_cell cell = {
		.axis = {[AXIS_OP] = "memclr",
			 [AXIS_WORKLOAD] = workload,
			 [AXIS_SIZE] = size,
			 [AXIS_PHASE] = "off",
			 [AXIS_PRESTATE] = "l1-zero",
			 [AXIS_MUTATORS] = "1",
			 [AXIS_MARKERS] = "0"},
	};
	struct bench_manifest_cell m = synthetic_manifest_cell(&cell);
	json_t *json =
		json_pack("{s:s, s:o, s:[{s:s, s:s, s:f}, {s:s, s:s, s:f}, "
			  "{s:s, s:s, s:n}]}",
			  "id", m.id, "axes", bench_manifest_axes_json(&m.cell),
			  "candidates", "name", "memclr_word", "verdict", "tie",
			  "ratio_hi", ratio_hi, "name", "memclr_libc",
			  "verdict", "best", "ratio_hi", 1.0, "name",
			  "memclr_floor", "verdict", "bound", "ratio_hi");

	free(m.entrants);
	free(workload);
	return json;
}

/* A row that has chosen, and one that has not. */
static json_t *
make_policy(void)
{
	json_t *policy = json_pack(
		"{s:i, s:f, s:s, s:[{s:s, s:s, s:s, s:s, s:i, s:s, s:i, s:i,"
		" s:f, s:[o, o, o, o, o]},"
		" {s:s, s:s, s:s, s:s, s:n, s:n, s:i, s:i, s:n, s:[o]}]}",
		"schema", 1, "epsilon", 0.02, "seed", "1", "rows", "op",
		"memclr", "abi", "-", "workload", "-", "phase", "off",
		"max_size", 128, "strategy", "memclr_word", "first_measured", 8,
		"last_measured", 128, "regret", 0.05, "cells",
		make_cell("8", 1.01), make_cell("16", 1.02),
		make_cell("32", 1.05), make_cell("64", 1.03),
		make_cell("128", 1.0), "op", "memclr", "abi", "-", "workload",
		"-", "phase", "off", "max_size", "strategy", "first_measured",
		256, "last_measured", 256, "regret", "cells",
		make_cell("256", 1));

	assert_non_null(policy);
	return policy;
}

static struct bench_plan *
plan_of(const char *path, const struct bench_selection *narrow, int *status)
{
	struct bench_topo *topo;
	struct bench_plan *plan;

	assert_int_equal(bench_topo_load(&topo, "this"), BENCH_OK);
	plan = bench_plan_make(path, narrow, 1, topo, status);
	bench_topo_free(topo);
	return plan;
}

/* Both ends of a row and its worst cell, with the policy's contenders. */
static void
witnesses_are_ends_and_worst(void **state)
{
	static const char *const sizes[] = {"8", "128", "32"};
	static const struct bench_selection all = {.op = NULL};
	char *dir = synthetic_dir();
	char *path = bench_printf("%s/policy.json", dir);
	json_t *policy = make_policy();
	struct bench_plan *plan;
	int status;

	(void)state;
	assert_int_equal(bench_write_json(path, policy), BENCH_OK);
	plan = plan_of(path, &all, &status);
	assert_int_equal(status, BENCH_OK);
	assert_int_equal(plan->n_cells, ARRAY_LEN(sizes));
	for (size_t i = 0; i < plan->n_cells; i++) {
		const struct bench_plan_cell *c = &plan->cells[i];

		assert_string_equal(c->cell.axis[AXIS_SIZE], sizes[i]);
		assert_string_equal(c->choice, "memclr_word");
		assert_true(c->allowed == 0.05);
		/* Word's placebo comes along. */
		assert_int_equal(c->n_contestants, 3);
	}
	bench_plan_free(plan);
	json_decref(policy);
	free(path);
	synthetic_remove(dir);
}

static void
assert_no_plan(const char *path, const struct bench_selection *narrow,
	       int expected, const char *expect)
{
	struct capture c;
	int status;
	char *said;

	capture_start(&c, STDERR_FILENO);
	assert_null(plan_of(path, narrow, &status));
	said = capture_end(&c);
	assert_int_equal(status, expected);
	if (!strstr(said, expect))
		fail_msg("no '%s' in '%s'", expect, said);
	free(said);
}

static void
what_makes_no_plan(void **state)
{
	static const struct bench_selection all = {.op = NULL};
	static const struct bench_selection narrow = {.phase = "off"};
	char *dir = synthetic_dir();
	char *path = bench_printf("%s/policy.json", dir);
	json_t *policy = make_policy();
	json_t *cell = json_array_get(
		json_object_get(
			json_array_get(json_object_get(policy, "rows"), 0),
			"cells"),
		0);

	(void)state;
	assert_no_plan(path, &all, BENCH_USAGE, "expected a policy.json");
	assert_int_equal(bench_write_json(path, policy), BENCH_OK);
	assert_no_plan(path, &narrow, BENCH_USAGE,
		       "policy.json': expected no --op, --strategy or other");
	json_object_set_new(cell, "id", json_string("0123456789abcdef"));
	assert_int_equal(bench_write_json(path, policy), BENCH_OK);
	assert_no_plan(path, &all, BENCH_CANNOT,
		       "cell 0123456789abcdef of the policy: this program and "
		       "machine have no such cell");
	json_array_clear(json_object_get(policy, "rows"));
	assert_int_equal(bench_write_json(path, policy), BENCH_OK);
	assert_no_plan(path, &all, BENCH_USAGE,
		       "expected a choice that was measured");
	json_decref(policy);
	free(path);
	synthetic_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(witnesses_are_ends_and_worst),
		cmocka_unit_test(what_makes_no_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
