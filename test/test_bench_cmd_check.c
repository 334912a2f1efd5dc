/* test_bench_cmd_check.c - a policy that holds passes, and a stale one fails */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <dirent.h>
#include <string.h>

#include "bench_manifest.h"
#include "fake_root.h"
#include "program.h"
#include "schema_check.h"

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
what_is_measured_is_kept_on_demand(void **state)
{
	char *kept = bench_printf("%s/kept", root);
	char *out = bench_printf("--out=%s", kept);
	struct program_result r =
		RUN("check", path, "--layouts=6", "--budget=120s", out);
	json_t *policy = load();
	char *cell = bench_printf(
		"--cell=%s",
		json_string_value(json_object_get(first_cell(policy), "id")));

	(void)state;
	assert_int_equal(r.status, BENCH_OK);
	program_result_free(&r);
	r = RUN("explain", kept, cell);
	assert_int_equal(r.status, BENCH_OK);
	assert_non_null(strstr(r.out, "memclr_libc"));
	program_result_free(&r);
	/* It is a run, and no second one's place. */
	r = RUN("check", path, out);
	assert_int_equal(r.status, BENCH_USAGE);
	assert_non_null(strstr(r.err, "holds a run already"));
	program_result_free(&r);
	json_decref(policy);
	free(cell);
	free(out);
	free(kept);
}

static size_t
count_entries(const char *dir_path)
{
	DIR *d = opendir(dir_path);
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void
else_nothing_is_left(void **state)
{
	const char *before = getenv("TMPDIR");
	char *tmp = before ? bench_strdup(before) : NULL;
	size_t n = count_entries(root);

	(void)state;
	setenv("TMPDIR", root, 1);
	assert_checked(BENCH_OK, "1 hold");
	assert_int_equal(count_entries(root), n);
	setenv("TMPDIR", "/nonexistent", 1);
	assert_bad(BENCH_CANNOT, "expected a directory that can be made there");
	if (tmp)
		setenv("TMPDIR", tmp, 1);
	else
		unsetenv("TMPDIR");
	free(tmp);
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
		{{"a", "--layouts=4"},
		 "check: --layouts=4: expected 1, for this one only, or 5"},
		{{"a", "--layouts=0"}, "check: --layouts=0: expected"},
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
		TEST(what_is_measured_is_kept_on_demand),
		TEST(else_nothing_is_left),
		cmocka_unit_test(usage),
	};

	program_require();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
