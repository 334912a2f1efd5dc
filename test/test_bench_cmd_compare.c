/* test_bench_cmd_compare.c - regressions are found, and nothing else is */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "schema_check.h"
#include "synthetic_run.h"

/* memclr_word is slower in B, go1.12 faster by its marker time alone, and the
 * floor, which is a bound, slower. */
static const struct synthetic_candidate raw_a[] = {
	{.name = "memclr_avx2", .ns = 10},
	{.name = "memclr_word", .ns = 20},
	{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
	{.name = "memclr_gone", .ns = 7},
};
static const struct synthetic_candidate raw_b[] = {
	{.name = "memclr_avx2", .ns = 10},
	{.name = "memclr_word", .ns = 24},
	{.name = "memclr_floor", .ns = 2, .standing = STANDING_BOUND},
	{.name = "memclr_libc", .standing = STANDING_REFUSED},
};
static const struct synthetic_candidate call_a[] = {
	{.name = "go1.12", .ns = 30, .per_op = {[COUNTER_marker_ns] = 30}},
	{.name = "go1.23", .ns = 40},
};
static const struct synthetic_candidate call_b[] = {
	{.name = "go1.12", .ns = 30},
	{.name = "go1.23", .ns = 39}, /* less than the threshold */
};
static const struct synthetic_candidate none[] = {
	{.name = "memclr_word", .standing = STANDING_REFUSED},
};

#define CELL(list, ...)                                                        \
	{                                                                      \
		.candidates = list, .n_candidates = ARRAY_LEN(list), .axis = { \
			__VA_ARGS__                                            \
		}                                                              \
	}
#define RAW(list, size) CELL(list, [AXIS_OP] = "memclr", [AXIS_SIZE] = size)
#define CALL(list, abi) CELL(list, [AXIS_OP] = "call", [AXIS_ABI] = abi)

static const struct synthetic_cell run_a[] = {
	RAW(raw_a, "64"), CALL(call_a, "stack"), RAW(raw_a, "8")};
static const struct synthetic_cell run_b[] = {RAW(raw_b, "64"),
					      CALL(call_b, "stack"),
					      RAW(raw_b, "16"), RAW(none, "8")};
static const struct synthetic_cell run_register[] = {RAW(raw_a, "64"),
						     CALL(call_b, "register")};

struct compared {
	int status;
	char *out, *err;
};

static struct compared
compare(const char *a, const char *b, const char *x, const char *y)
{
	char *argv[] = {(char *)"compare", (char *)a, (char *)b,
			(char *)x,         (char *)y, NULL};
	int argc = 1 + !!a + !!b + !!x + !!y;
	struct capture out, err;
	struct compared c;

	capture_start(&out, STDOUT_FILENO);
	capture_start(&err, STDERR_FILENO);
	c.status = bench_cmd_compare(argc, argv);
	c.err = capture_end(&err);
	c.out = capture_end(&out);
	return c;
}

static void
end(struct compared *c)
{
	free(c->out);
	free(c->err);
}

static char *dirs[2];

static void
write_runs(const struct synthetic_cell *a, size_t n_a,
	   const struct synthetic_cell *b, size_t n_b)
{
	dirs[0] = synthetic_dir();
	dirs[1] = synthetic_dir();
	synthetic_run_write(dirs[0], a, n_a, 1);
	synthetic_run_write(dirs[1], b, n_b, 2);
}

static void
remove_runs(void)
{
	synthetic_remove(dirs[0]);
	synthetic_remove(dirs[1]);
}

/* Compares and parses what is written. */
static json_t *
compare_json(const char *option, int status)
{
	struct compared c = compare(dirs[0], dirs[1], "--format=json", option);

	assert_string_equal(c.err, "");
	assert_int_equal(c.status, status);
	json_t *json = json_loads(c.out, JSON_REJECT_DUPLICATES, NULL);
	char *why = schema_check("compare", json);
	if (why)
		fail_msg("%s", why);
	end(&c);
	return json;
}

static const char *
string(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static double
number(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	assert_true(json_is_number(value));
	return json_number_value(value);
}

/* The comparison of a candidate in the cells of an op; NULL when none is. */
static const json_t *
find(const json_t *json, const char *op, const char *candidate)
{
	size_t i;
	json_t *item;

	json_array_foreach (json_object_get(json, "comparisons"), i, item)
		if (strcmp(string(item, "candidate"), candidate) == 0 &&
		    strcmp(string(json_object_get(item, "axes"), "op"), op) ==
			    0)
			return item;
	return NULL;
}

static void
assert_change(const json_t *item, const char *change, double truth)
{
	assert_non_null(item);
	assert_string_equal(string(item, "change"), change);
	assert_true(number(item, "lo") <= truth && truth <= number(item, "hi"));
	assert_true(fabs(number(item, "ratio") - truth) < 0.02 * truth);
	assert_true(json_is_true(json_object_get(item, "together")));
}

static void
test_finds_changes(void **state)
{
	(void)state;
	write_runs(run_a, 3, run_b, 4);
	json_t *json = compare_json(NULL, BENCH_FAILED);
	assert_int_equal(json_array_size(json_object_get(json, "comparisons")),
			 5);
	assert_change(find(json, "memclr", "memclr_word"), "slower", 1.2);
	assert_change(find(json, "memclr", "memclr_avx2"), "same", 1);
	assert_change(find(json, "memclr", "memclr_floor"), "slower", 2);
	assert_change(find(json, "call", "go1.12"), "faster", 0.5);
	assert_change(find(json, "call", "go1.23"), "same", 0.975);
	/* Not the floor. */
	assert_int_equal(number(json, "regressions"), 1);
	assert_true(fabs(number(json, "false_alarms") - 5 * 0.025) < 1e-9);
	json_decref(json);
	/* Past the change nothing has regressed. */
	json_decref(compare_json("--threshold=30%", BENCH_OK));
	remove_runs();
}

/* 20 is to 24 as 24 is to 28.8, so that B's times under A's are no regression.
 */
static void
test_is_directed(void **state)
{
	struct compared c;
	(void)state;

	write_runs(run_b, 2, run_a, 2);
	c = compare(dirs[0], dirs[1], NULL, NULL);
	/* go1.12 has the marker's time again. */
	assert_int_equal(c.status, BENCH_FAILED);
	assert_null(strstr(c.out, "memclr_avx2"));
	assert_non_null(strstr(c.out, "memclr_word"));
	assert_non_null(strstr(c.out, "memclr_floor (bound)"));
	assert_non_null(strstr(c.out, "5 comparisons in 2 cells, threshold 5 "
				      "%: 1 slower, 2 faster, 2 same"));
	end(&c);
	remove_runs();
}

static size_t
count_lone(const json_t *json, const char *side, const char *candidate)
{
	size_t i, n = 0;
	json_t *item;

	json_array_foreach (json_object_get(json, side), i, item) {
		const char *name = string(item, "candidate");
		n += name && candidate ? strcmp(name, candidate) == 0
				       : name == candidate;
	}
	return n;
}

static void
test_names_what_only_one_has(void **state)
{
	char id[2][BENCH_CELL_ID_SIZE];
	(void)state;

	write_runs(run_a, 3, run_b, 4);
	json_t *json = compare_json(NULL, BENCH_FAILED);
	assert_int_equal(json_array_size(json_object_get(json, "only_a")), 2);
	assert_int_equal(json_array_size(json_object_get(json, "only_b")), 1);
	assert_int_equal(count_lone(json, "only_a", NULL), 1);
	assert_int_equal(count_lone(json, "only_a", "memclr_gone"), 1);
	assert_int_equal(count_lone(json, "only_b", NULL), 1);
	json_decref(json);

	struct compared c = compare(dirs[0], dirs[1], NULL, NULL);
	synthetic_cell_id(&run_a[0], id[0]);
	synthetic_cell_id(&run_a[2], id[1]);
	char *gone = bench_printf("Only A has memclr_gone in cell %s:", id[0]);
	char *cell =
		bench_printf("Only A has cell %s: op=memclr size=8", id[1]);
	assert_non_null(strstr(c.out, gone));
	assert_non_null(strstr(c.out, cell));
	free(gone);
	free(cell);
	end(&c);
	remove_runs();
}

static void
edit(const char *dir, const char *object, const char *name, const char *value)
{
	char *path = bench_printf("%s/manifest.json", dir);
	json_t *json = json_load_file(path, 0, NULL);
	json_t *at = *object ? json_object_get(json, object) : json;

	json_object_set_new(at, name, json_string(value));
	assert_int_equal(bench_write_json(path, json), BENCH_OK);
	json_decref(json);
	free(path);
}

/* Refused, with the member that differs and what to say to have it all the
 * same; and then it is in the result. */
static void
assert_refused_unless_told(const char *aspect, const char *how, int status)
{
	char *option = bench_printf("--different=%s", aspect);
	struct compared c = compare(dirs[0], dirs[1], NULL, NULL);

	assert_int_equal(c.status, BENCH_USAGE);
	assert_string_equal(c.out, "");
	if (!strstr(c.err, how) || !strstr(c.err, option))
		fail_msg("said %s", c.err);
	assert_ptr_equal(strchr(c.err, '\n'), strrchr(c.err, '\n'));
	end(&c);
	json_t *json = compare_json(option, status);
	assert_string_equal(string(json_object_get(json, "different"), aspect),
			    how);
	json_decref(json);
	free(option);
}

static void
test_refuses_what_is_not_alike(void **state)
{
	static const struct {
		const char *aspect, *object, *name, *how;
	} members[] = {
		{"machine", "machine", "model_name",
		 "model_name is \"synthetic\" in one and \"x\" in the other"},
		{"machine", "machine", "features",
		 "features is not there in one and \"x\" in the other"},
		{"system", "machine", "libc",
		 "libc is not there in one and \"x\" in the other"},
		{"build", "", "flags",
		 "flags is \"\" in one and \"x\" in the other"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		write_runs(run_a, 3, run_a, 3);
		edit(dirs[1], members[i].object, members[i].name, "x");
		assert_refused_unless_told(members[i].aspect, members[i].how,
					   BENCH_OK);
		remove_runs();
	}
	/* Another commit is no obstacle. */
	write_runs(run_a, 3, run_a, 3);
	edit(dirs[1], "", "commit", "x");
	json_decref(compare_json(NULL, BENCH_OK));
	remove_runs();
}

/* Results of two ABIs are mixed by nobody who has not asked for it. */
static void
test_refuses_other_abi(void **state)
{
	(void)state;
	write_runs(run_a, 2, run_register, 2);
	assert_refused_unless_told(
		"abi",
		"abi is [\"stack\"] in one and [\"register\"] in the other",
		BENCH_OK);
	json_t *json = compare_json("--different=abi,system", BENCH_OK);
	assert_change(find(json, "call", "go1.12"), "faster", 0.5);
	json_decref(json);
	remove_runs();
}

/* 3 rounds are too few for an interval, which is no pass either. */
static void
test_unresolved(void **state)
{
	struct synthetic_cell few = run_a[1];
	(void)state;

	few.blocks = 3;
	few.rounds = 1;
	write_runs(&few, 1, &few, 1);
	json_t *json = compare_json(NULL, BENCH_OK);
	const json_t *item = find(json, "call", "go1.12");
	assert_string_equal(string(item, "change"), "unresolved");
	assert_true(json_is_null(json_object_get(item, "lo")));
	assert_true(number(json, "false_alarms") == 0);
	json_decref(json);
	remove_runs();
}

/* Writes a run of 20 launches whose layout makes all that they measure slower
 * or faster by up to 30 %. */
static void
write_launches(const char *dir, uint64_t seed)
{
	struct synthetic_cell cell = run_a[0];
	struct base_random random = {seed};

	cell.blocks = 20;
	char *path = bench_printf("%s/manifest.json", dir);
	json_t *manifest = synthetic_manifest(&cell, 1);
	struct bench_journal *j = bench_journal_open(dir);
	assert_int_equal(bench_write_json(path, manifest), BENCH_OK);
	for (unsigned i = 0; i < cell.blocks; i++) {
		struct bench_block *b = synthetic_block(&cell, i, &random);
		double layout =
			0.7 +
			0.6 * (double)base_random_below(&random, 1000) / 1000;
		b->launch = i;
		for (size_t k = 0; k < b->n_rounds * b->n_candidates; k++)
			b->samples[k].ns *= layout;
		assert_int_equal(bench_journal_append(j, b), BENCH_OK);
		bench_block_free(b);
	}
	bench_journal_close(j);
	json_decref(manifest);
	free(path);
}

/* Rounds of one layout are no independent samples of layouts: the interval is
 * that of launches. */
static void
test_launches_are_clusters(void **state)
{
	(void)state;
	dirs[0] = synthetic_dir();
	dirs[1] = synthetic_dir();
	write_launches(dirs[0], 1);
	write_launches(dirs[1], 2);
	json_t *json = compare_json(NULL, BENCH_OK);
	const json_t *item = find(json, "memclr", "memclr_word");
	assert_string_equal(string(item, "change"), "unclear");
	assert_true(number(item, "hi") / number(item, "lo") > 1.15);
	json_decref(json);
	remove_runs();
}

static void
assert_bad(const char *a, const char *b, const char *option, const char *expect)
{
	struct compared c = compare(a, b, option, NULL);

	assert_int_equal(c.status, BENCH_USAGE);
	assert_string_equal(c.out, "");
	if (!strstr(c.err, expect))
		fail_msg("said %s", c.err);
	end(&c);
}

static void
test_usage(void **state)
{
	(void)state;
	write_runs(run_a, 1, run_a + 1, 1);
	assert_bad(NULL, NULL, NULL, "expected two run directories, found 0");
	assert_bad(dirs[0], NULL, NULL, "two run directories, found 1");
	assert_bad(dirs[0], dirs[1], dirs[1], "two run directories, found 3");
	assert_bad(dirs[0], dirs[1], "--threshold=x",
		   "compare: --threshold='x': expected a percentage");
	assert_bad(dirs[0], dirs[1], "--different=machine,cpu",
		   "--different='machine,cpu': expected a list of machine, ");
	assert_bad(dirs[0], dirs[1], "--format=tsv",
		   "--format='tsv': expected text or json");
	assert_bad(dirs[0], dirs[1], "--colour",
		   "--colour: expected --threshold=PCT");
	assert_bad("/nonexistent", dirs[1], NULL, "/nonexistent/manifest.json");
	assert_bad(dirs[0], dirs[1], NULL,
		   "expected a candidate that both have measured in a cell");
	remove_runs();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_changes),
		cmocka_unit_test(test_is_directed),
		cmocka_unit_test(test_names_what_only_one_has),
		cmocka_unit_test(test_refuses_what_is_not_alike),
		cmocka_unit_test(test_refuses_other_abi),
		cmocka_unit_test(test_unresolved),
		cmocka_unit_test(test_launches_are_clusters),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
