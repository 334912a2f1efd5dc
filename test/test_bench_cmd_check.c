/* test_bench_cmd_check.c - a policy that holds passes, and a stale one fails */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>
#include <string.h>

#include "bench_check.h"
#include "bench_topo.h"
#include "capture.h"
#include "fake_root.h"
#include "program.h"
#include "schema_check.h"
#include "synthetic_run.h"

#define RUN(...) program_run((const char *const[]){__VA_ARGS__, NULL}, NULL)

static char *root, *dir, *path;

/* A policy for one cell, chosen from a real run: for 1 KiB libc's memset stores
 * vectors and is some three times as fast as stores of one word, on an idle
 * machine and on a busy one. From 2 KiB on it is `rep stosb`, which at some
 * addresses is no faster than they are. */
static int
make_policy(void **state)
{
	struct program_result r;
	char *out;

	(void)state;
	root = fake_root_new();
	dir = bench_printf("%s/run", root);
	path = bench_printf("%s/defaults/policy.json", dir);
	out = bench_printf("--out=%s", dir);
	r = RUN("run", "--op=memclr", "--workload=size:1024", "--phase=off",
		"--strategy=memclr_libc,memclr_word", "--epsilon=20",
		"--budget=120s", out);
	CHECK(r.status == BENCH_OK);
	program_result_free(&r);
	r = RUN("choose", dir, "--epsilon=20");
	CHECK(r.status == BENCH_OK);
	program_result_free(&r);
	free(out);
	return 0;
}

static int
remove_policy(void **state)
{
	(void)state;
	free(dir);
	free(path);
	fake_root_free(root);
	return 0;
}

static json_t *
load(void)
{
	json_t *policy = json_load_file(path, 0, NULL);

	assert_non_null(policy);
	return policy;
}

static json_t *
first_row(json_t *policy)
{
	return json_array_get(json_object_get(policy, "rows"), 0);
}

static json_t *
first_cell(json_t *policy)
{
	return json_array_get(json_object_get(first_row(policy), "cells"), 0);
}

static void
save(json_t *policy)
{
	assert_int_equal(bench_write_json(path, policy), BENCH_OK);
	json_decref(policy);
}

static void
assert_checked(int status, const char *fragment)
{
	struct program_result r = RUN("check", path, "--budget=120s");

	if (r.status != status || !strstr(r.out, fragment) ||
	    program_errors(&r) > 0)
		fail_msg("status %d: %s%s", r.status, r.out, r.err);
	program_result_free(&r);
}

static void
a_policy_that_holds_passes(void **state)
{
	(void)state;
	assert_checked(BENCH_OK, "1 witness cells: 1 hold, 0 open, 0 stale");
}

static void
a_stale_policy_fails(void **state)
{
	json_t *policy;

	(void)state;
	/* A sanitizer's memset is no libc's, and slower than words. */
	if (TEST_SANITIZED)
		skip();
	policy = load();
	json_object_set_new(first_row(policy), "strategy",
			    json_string("memclr_word"));
	json_object_set_new(first_row(policy), "regret", json_real(0.1));
	save(policy);
	assert_checked(BENCH_FAILED, "1 witness cells: 0 hold, 0 open, 1 st");

	struct program_result r =
		RUN("check", path, "--budget=120s", "--format=json");
	assert_int_equal(r.status, BENCH_FAILED);
	json_t *json = json_loads(r.out, JSON_REJECT_DUPLICATES, NULL);
	char *why = schema_check("check", json);
	if (why)
		fail_msg("%s", why);
	const json_t *cell = json_array_get(json_object_get(json, "cells"), 0);
	assert_string_equal(json_string_value(json_object_get(cell, "leader")),
			    "memclr_libc");
	assert_true(json_number_value(json_object_get(cell, "lo")) > 1.2);
	json_decref(json);
	program_result_free(&r);
}

/* That is not what is asked: whether it costs more than it was known to. */
static void
what_was_known_to_cost_is_not_stale(void **state)
{
	json_t *policy = load();

	(void)state;
	json_object_set_new(first_row(policy), "strategy",
			    json_string("memclr_word"));
	json_object_set_new(first_row(policy), "regret", json_real(1e6));
	save(policy);
	assert_checked(BENCH_OK, "0 stale");
}

static void
choose_from(json_t *policy, const char *candidate)
{
	json_t *more = json_pack("{s:s, s:s, s:n}", "name", candidate,
				 "verdict", "tie", "ratio_hi");

	json_object_set_new(first_row(policy), "strategy",
			    json_string(candidate));
	json_array_append_new(json_object_get(first_cell(policy), "candidates"),
			      more);
}

/* memclr_libc, which a marker may see half a pointer of. */
static void
a_refused_choice_is_stale(void **state)
{
	char *out = bench_printf("--out=%s/marking", root);
	char *marking = bench_printf("%s/marking", root);
	struct program_result r =
		RUN("run", "--op=memclr", "--workload=size:64", "--phase=mark",
		    "--strategy=memclr_word", "--budget=120s", out);
	json_t *policy;

	(void)state;
	CHECK(r.status == BENCH_OK);
	program_result_free(&r);
	free(path);
	path = bench_printf("%s/defaults/policy.json", marking);
	r = RUN("choose", marking);
	CHECK(r.status == BENCH_OK);
	program_result_free(&r);
	policy = load();
	choose_from(policy, "memclr_libc");
	save(policy);
	assert_checked(BENCH_FAILED, "1 witness cells: 0 hold, 0 open, 1 st");
	free(marking);
	free(out);
}

static void
another_program_is_said(void **state)
{
	json_t *policy = load();

	(void)state;
	json_object_set_new(policy, "compiler", json_string("cc 1"));
	save(policy);
	assert_checked(BENCH_OK, "not the policy's build: compiler is \"cc 1\" "
				 "in one and ");
}

static void
assert_bad(int status, const char *expect)
{
	struct program_result r = RUN("check", path, "--budget=60s");

	if (r.status != status || *r.out || program_errors(&r) != 1 ||
	    !strstr(r.err, expect))
		fail_msg("status %d: %s%s", r.status, r.out, r.err);
	program_result_free(&r);
}

static void
policies_that_cannot_be_checked(void **state)
{
	json_t *policy = load();

	(void)state;
	json_object_set_new(first_cell(policy), "id",
			    json_string("0123456789abcdef"));
	save(policy);
	assert_bad(BENCH_CANNOT, "cell 0123456789abcdef of the policy: this ");
	policy = load();
	json_object_del(json_object_get(first_cell(policy), "axes"), "op");
	save(policy);
	assert_bad(BENCH_USAGE,
		   "policy.json: rows[0].cells[0].op: expected a string");
	policy = load();
	json_object_del(first_cell(policy), "candidates");
	save(policy);
	assert_bad(BENCH_USAGE, "rows[0].cells[0].op: expected a string");
	policy = load();
	json_array_clear(json_object_get(policy, "rows"));
	save(policy);
	assert_bad(BENCH_USAGE, "expected a choice that was measured");
}

/* Damages a copy of the policy: one member is a string. */
static void
assert_distrusted(const json_t *policy, json_t *(*part)(json_t *policy),
		  const char *member, const char *expect)
{
	json_t *copy = json_deep_copy(policy);

	json_object_set_new(part(copy), member, json_string("1"));
	save(copy);
	assert_bad(BENCH_USAGE, expect);
}

static json_t *
whole(json_t *policy)
{
	return policy;
}

static json_t *
first_candidate(json_t *policy)
{
	return json_array_get(json_object_get(first_cell(policy), "candidates"),
			      0);
}

/* A number that is none is not read as 0, or as not known. */
static void
numbers_are_numbers(void **state)
{
	json_t *policy = load();

	(void)state;
	assert_distrusted(policy, whole, "epsilon",
			  "policy.json: epsilon: expected a number");
	assert_distrusted(policy, first_row, "regret",
			  "rows[0].regret: expected a number or null");
	assert_distrusted(policy, first_row, "last_measured",
			  "rows[0].last_measured: expected an integer");
	assert_distrusted(policy, first_candidate, "ratio_hi",
			  "rows[0].cells[0].candidates[0].ratio_hi: expected");
	json_object_set_new(policy, "epsilon", json_real(1e300));
	save(policy);
	assert_bad(BENCH_USAGE, "epsilon: expected 0 to 1, found 1.0");
}

/* Where a budget ends before anything is known, that is no pass. */
static void
no_time_is_no_pass(void **state)
{
	struct program_result r = RUN("check", path, "--budget=0.001s");

	(void)state;
	assert_int_equal(r.status, BENCH_CANNOT);
	assert_non_null(strstr(r.out, "0 hold, 1 open"));
	assert_non_null(strstr(r.err, "nothing could be shown"));
	program_result_free(&r);
}

static void
what_is_proved(void **state)
{
	(void)state;
	assert_int_equal(bench_check_hold(1.03, 1.2, 0.02), HOLD_STALE);
	assert_int_equal(bench_check_hold(1.01, 1.2, 0.02), HOLD_OPEN);
	assert_int_equal(bench_check_hold(0.99, 1.01, 0.02), HOLD_HOLDS);
	assert_int_equal(bench_check_hold(NAN, NAN, 0.02), HOLD_OPEN);
}

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

/* Both ends of a row and its worst cell, with the policy's contenders. */
static void
witnesses_are_ends_and_worst(void **state)
{
	json_t *policy = json_pack(
		"{s:f, s:s, s:[{s:s, s:i, s:i, s:f, s:[o, o, o, o, o]},"
		" {s:n, s:i, s:i, s:n, s:[o]}]}",
		"epsilon", 0.02, "seed", "1", "rows", "strategy", "memclr_word",
		"first_measured", 8, "last_measured", 128, "regret", 0.05,
		"cells", make_cell("8", 1.01), make_cell("16", 1.02),
		make_cell("32", 1.05), make_cell("64", 1.03),
		make_cell("128", 1.0), "strategy", "first_measured", 256,
		"last_measured", 256, "regret", "cells", make_cell("256", 1));
	static const char *const sizes[] = {"8", "128", "32"};
	struct bench_topo *topo;
	struct bench_check c;

	(void)state;
	assert_non_null(policy);
	assert_int_equal(bench_topo_load(&topo, "this"), BENCH_OK);
	assert_int_equal(bench_check_begin(&c, policy, "policy", topo),
			 BENCH_OK);
	assert_int_equal(c.n, ARRAY_LEN(sizes));
	for (size_t i = 0; i < c.n; i++) {
		const struct bench_witness *w = &c.witnesses[i];
		assert_string_equal(w->now.cell.axis[AXIS_SIZE], sizes[i]);
		assert_string_equal(w->choice, "memclr_word");
		assert_true(w->allowed == 0.05);
		/* Word's placebo comes along. */
		assert_int_equal(w->now.n_contestants, 3);
	}
	bench_check_end(&c);
	bench_topo_free(topo);
	json_decref(policy);
}

static void
usage(void **state)
{
	static const struct {
		const char *args[3], *expect;
	} bad[] = {
		{{NULL}, "check: expected one policy.json, found 0"},
		{{"a", "b"}, "expected one policy.json, found 2"},
		{{"--x"}, "check: --x: expected --budget=TIME"},
		{{"a", "--budget=1"}, "check: --budget=1: expected a time"},
		{{"a", "--format=tsv"}, "check: --format='tsv': expected text"},
		{{"/none"}, "/none: expected a policy.json, found"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const char *args[] = {"check", bad[i].args[0], bad[i].args[1],
				      NULL};
		struct program_result r = program_run(args, NULL);
		if (r.status != BENCH_USAGE || *r.out ||
		    program_errors(&r) != 1 || !strstr(r.err, bad[i].expect))
			fail_msg("status %d: %s", r.status, r.err);
		program_result_free(&r);
	}
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, make_policy, remove_policy)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_policy_that_holds_passes),
		TEST(a_stale_policy_fails),
		TEST(what_was_known_to_cost_is_not_stale),
		TEST(a_refused_choice_is_stale),
		TEST(another_program_is_said),
		TEST(policies_that_cannot_be_checked),
		TEST(numbers_are_numbers),
		TEST(no_time_is_no_pass),
		cmocka_unit_test(what_is_proved),
		cmocka_unit_test(witnesses_are_ends_and_worst),
		cmocka_unit_test(usage),
	};

	program_require();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
