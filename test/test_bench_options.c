/* test_bench_options.c - what run and plan take, and what a run remembers */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <unistd.h>

#include "bench_options.h"
#include "capture.h"

#define ACCEPTS                                                                \
	"op client abi workload population phase relation strategy prestate "  \
	"mutators markers budget seed shard out resume strict peers launches " \
	"layouts"

/* Parses up to four arguments. The message of a refusal is left in *text. */
static int
parse(struct bench_options *o, const char *const arguments[4], char **text)
{
	char *argv[6] = {(char *)"run"};
	struct capture c;
	int n = 0, status;

	while (n < 4 && arguments[n]) {
		argv[n + 1] = (char *)arguments[n];
		n++;
	}
	capture_start(&c, STDERR_FILENO);
	status = bench_options_parse(o, n + 1, argv, ACCEPTS);
	*text = capture_end(&c);
	return status;
}

static struct bench_options
good(const char *a, const char *b, const char *c, const char *d)
{
	struct bench_options o;
	char *text;

	assert_int_equal(parse(&o, (const char *[]){a, b, c, d}, &text),
			 BENCH_OK);
	assert_string_equal(text, "");
	free(text);
	return o;
}

static void
defaults(void **state)
{
	struct bench_options o = good(NULL, NULL, NULL, NULL);

	(void)state;
	assert_null(o.plan);
	assert_null(o.out);
	assert_null(o.selection.op);
	assert_true(o.budget_s == 0);
	assert_int_equal(o.seed, 1);
	assert_int_equal(o.shard, 1);
	assert_int_equal(o.shards, 1);
	assert_string_equal(o.topology, "this");
	assert_false(o.resume || o.strict || o.print_shards);
}

static void
values(void **state)
{
	struct bench_options o =
		good("quick", "--op=call,memclr", "--phase", "mark");

	(void)state;
	assert_string_equal(o.plan, "quick");
	assert_string_equal(o.selection.op, "call,memclr");
	assert_string_equal(o.selection.phase, "mark");
	o = good("--seed=18446744073709551615", "--shard=3/7", "--resume",
		 "--out=x y");
	assert_true(o.seed == UINT64_MAX);
	assert_int_equal(o.shard, 3);
	assert_int_equal(o.shards, 7);
	assert_true(o.resume);
	assert_string_equal(o.out, "x y");
	o = good("--mutators=1", "--markers=1,2", "--abi=stack", "--strict");
	assert_string_equal(o.selection.markers, "1,2");
	assert_true(o.strict);
}

/* A plan that sets out for launches has them, and more where more are asked
 * for; others have as many as their layouts take. */
static void
launches_and_layouts(void **state)
{
	static const struct {
		const char *flag;
		unsigned of_plan, launches, layouts;
	} cases[] = {{"--seed=1", 1, 1, 1},      {"--seed=1", 20, 20, 1},
		     {"--launches=4", 1, 4, 1},  {"--launches=4", 20, 4, 1},
		     {"--layouts=5", 1, 1, 5},   {"--layouts=5", 20, 20, 1},
		     {"--layouts=30", 20, 30, 1}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench_options o = good(cases[i].flag, NULL, NULL, NULL);
		struct bench_plan plan = {.launches = cases[i].of_plan};

		assert_int_equal(bench_options_launches(&o, &plan),
				 cases[i].launches);
		assert_int_equal(bench_options_layouts(&o, &plan),
				 cases[i].layouts);
	}
}

static void
budgets(void **state)
{
	static const struct {
		const char *text;
		double seconds;
	} cases[] = {{"--budget=90s", 90},
		     {"--budget=5m", 300},
		     {"--budget=2h", 7200},
		     {"--budget=0.5s", 0.5}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_true(good(cases[i].text, NULL, NULL, NULL).budget_s ==
			    cases[i].seconds);
}

/* Each with what its message must have. */
static void
refused(void **state)
{
	static const char *const bad[][2] = {
		{"--budget=", "--budget=:"},
		{"--budget=0s", "90s, 5m or 2h"},
		{"--budget=-1s", "90s, 5m or 2h"},
		{"--budget=1ms", "90s, 5m or 2h"},
		{"--budget=1e9h", "90s, 5m or 2h"},
		{"--budget=nans", "90s, 5m or 2h"},
		{"--budget=infs", "90s, 5m or 2h"},
		{"--budget=5", "90s, 5m or 2h"},
		{"--seed=", "--seed=:"},
		{"--seed=-1", "whole number"},
		{"--seed=1.5", "whole number"},
		{"--seed=18446744073709551616", "whole number"},
		{"--shard=0/3", "1 <= i <= N"},
		{"--shard=4/3", "1 <= i <= N"},
		{"--shard=1", "1 <= i <= N"},
		{"--shard=1/", "1 <= i <= N"},
		{"--shard=1/3/4", "1 <= i <= N"},
		{"--shard=1/4294967297", "1 <= i <= N"},
		{"--peers", "--peers is not built yet"},
		{"--shards=2", "run does not take --shards"},
		{"--topology=this", "run does not take --topology"},
		{"--op", "--op: expected a value"},
		{"--layouts=0", "--layouts=0: expected"},
		{"--bogus", "--bogus: unknown option"},
		{"--bogus=1", "--bogus=1: unknown option"},
		{"-x", "-x: unknown option"},
		{"-xy", "-xy: unknown option"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct bench_options o;
		char *text;
		int status =
			parse(&o, (const char *[4]){"quick", bad[i][0]}, &text);

		if (status != BENCH_USAGE || !strstr(text, bad[i][1]) ||
		    strchr(text, '\n') != text + strlen(text) - 1)
			fail_msg("%s: %d '%s'", bad[i][0], status, text);
		free(text);
	}
}

static void
one_plan_only(void **state)
{
	struct bench_options o;
	char *text;

	(void)state;
	assert_int_equal(parse(&o, (const char *[4]){"quick", "smoke"}, &text),
			 BENCH_USAGE);
	assert_non_null(strstr(text, "'smoke': expected one plan"));
	free(text);
}

static int
resume(struct bench_options *o, const json_t *kept, char **text)
{
	struct capture c;
	int status;

	capture_start(&c, STDERR_FILENO);
	status = bench_options_resume(o, kept, "DIR");
	*text = capture_end(&c);
	return status;
}

static void
a_run_remembers_its_cells(void **state)
{
	struct bench_options o =
		good("quick", "--op=call", "--shard=2/3", "--relation=self");
	json_t *kept = bench_options_json(&o);
	char *text;

	(void)state;
	o = good("--resume", NULL, NULL, NULL);
	assert_int_equal(resume(&o, kept, &text), BENCH_OK);
	assert_string_equal(text, "");
	free(text);
	assert_string_equal(o.plan, "quick");
	assert_string_equal(o.selection.op, "call");
	assert_string_equal(o.selection.relation, "self");
	assert_null(o.selection.strategy);
	assert_int_equal(o.shard, 2);
	assert_int_equal(o.shards, 3);
	json_decref(kept);
}

static void
what_is_given_again_must_be_the_same(void **state)
{
	struct bench_options first =
		good("quick", "--op=call", "--shard=2/3", NULL);
	json_t *kept = bench_options_json(&first);
	static const struct {
		const char *argument, *other; /* NULL: the same */
	} cases[] = {{"quick", NULL},          {"--op=call", NULL},
		     {"--shard=2/3", NULL},    {"smoke", "plan"},
		     {"--op=memclr", "op"},    {"--phase=off", "phase"},
		     {"--shard=1/3", "shard"}, {"--shard=2/4", "shards"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench_options o =
			good("--resume", cases[i].argument, NULL, NULL);
		char *text, *want;
		int status = resume(&o, kept, &text);

		want = bench_printf("expected the %s of DIR/manifest.json",
				    cases[i].other);
		assert_int_equal(status,
				 cases[i].other ? BENCH_USAGE : BENCH_OK);
		assert_true(!cases[i].other || strstr(text, want));
		free(want);
		free(text);
	}
	json_decref(kept);
}

static void
damaged_arguments(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{\"shard\": 1}",
		"{\"shard\": 0, \"shards\": 1}",
		"{\"shard\": 2, \"shards\": 1}",
		"{\"shard\": 1, \"shards\": 4294967296}",
		"{\"shard\": \"1\", \"shards\": 1}",
		"[]",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct bench_options o = good("--resume", NULL, NULL, NULL);
		json_t *kept = json_loads(bad[i], 0, NULL);
		char *text;

		assert_non_null(kept);
		assert_int_equal(resume(&o, kept, &text), BENCH_USAGE);
		assert_non_null(strstr(text, "DIR/manifest.json: arguments: "));
		free(text);
		json_decref(kept);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(values),
		cmocka_unit_test(launches_and_layouts),
		cmocka_unit_test(budgets),
		cmocka_unit_test(refused),
		cmocka_unit_test(one_plan_only),
		cmocka_unit_test(a_run_remembers_its_cells),
		cmocka_unit_test(what_is_given_again_must_be_the_same),
		cmocka_unit_test(damaged_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
