/* test_bench_cmd_explain.c - one cell, found by its id, with all there is */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "strategy.h"
#include "synthetic_run.h"

static const struct synthetic_candidate candidates[] = {
	{.name = "memclr_word",
	 .ns = 10,
	 .per_op = {[COUNTER_switches] = 0.125}},
	{.name = "memclr_libc", .ns = 13},
	{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
	{.name = "memclr_mine", .standing = STANDING_REFUSED},
};

#define CELL(size)                                                  \
	{                                                           \
		.axis = {[AXIS_OP] = "memclr", [AXIS_SIZE] = size}, \
		.candidates = candidates,                           \
		.n_candidates = ARRAY_LEN(candidates), .rounds = 2, \
		.noise = -1,                                        \
	}

static const struct synthetic_cell cells[] = {CELL("8"), CELL("16"),
					      CELL("24")};

/* Two that are alike, one that is not, and a placebo that is not as it should
 * be: what a race does with them in 32 rounds. */
static const struct synthetic_candidate racers[] = {
	{.name = "memclr_word", .ns = 10},
	{.name = "memclr_avx2", .ns = 10},
	{.name = "memclr_libc", .ns = 13},
	{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
};
static const struct synthetic_candidate mislaid[] = {
	{.name = "memclr_word", .ns = 10},
	{.name = "memclr_word_placebo", .ns = 11, .standing = STANDING_BOUND},
};

#define RACE(size, who, sigma)                                      \
	{                                                           \
		.axis = {[AXIS_OP] = "memclr", [AXIS_SIZE] = size}, \
		.candidates = who, .n_candidates = ARRAY_LEN(who),  \
		.blocks = 8, .rounds = 4, .noise = sigma,           \
	}

static const struct synthetic_cell races[] = {RACE("8", racers, 0.05),
					      RACE("16", mislaid, 0.001),
					      RACE("24", candidates, 0.001)};

static char *dir, *race_dir;

/* Blocks as the race needs them, instead of so many. */
static void
unfix_blocks(const char *run)
{
	char *path = bench_printf("%s/manifest.json", run);
	json_t *m = json_load_file(path, 0, NULL);

	json_object_set_new(m, "blocks", json_integer(0));
	assert_int_equal(bench_write_json(path, m), BENCH_OK);
	json_decref(m);
	free(path);
}

static int
make_run(void **state)
{
	(void)state;
	dir = synthetic_dir();
	synthetic_run_write(dir, cells, ARRAY_LEN(cells), 1);
	race_dir = synthetic_dir();
	synthetic_run_write(race_dir, races, ARRAY_LEN(races), 1);
	unfix_blocks(race_dir);
	return 0;
}

static int
remove_run(void **state)
{
	(void)state;
	synthetic_remove(dir);
	synthetic_remove(race_dir);
	return 0;
}

struct explained {
	int status;
	char *out, *err;
};

static struct explained
explain(const char *a, const char *b)
{
	char *argv[] = {(char *)"explain", (char *)a, (char *)b, NULL};
	struct capture out, err;
	struct explained e;

	capture_start(&out, STDOUT_FILENO);
	capture_start(&err, STDERR_FILENO);
	e.status = bench_cmd_explain(1 + !!a + !!b, argv);
	e.err = capture_end(&err);
	e.out = capture_end(&out);
	return e;
}

static void
end(struct explained *e)
{
	free(e->out);
	free(e->err);
}

static struct explained
explain_cell_of(const char *run, const char *prefix)
{
	char *option = bench_printf("--cell=%s", prefix);
	struct explained e = explain(run, option);

	free(option);
	return e;
}

static struct explained
explain_cell(const char *prefix)
{
	return explain_cell_of(dir, prefix);
}

static struct explained
explain_race(const struct synthetic_cell *cell)
{
	char id[BENCH_CELL_ID_SIZE];

	synthetic_cell_id(cell, id);
	return explain_cell_of(race_dir, id);
}

static void
assert_says(const struct explained *e, const char *fragment)
{
	if (!strstr(e->out, fragment))
		fail_msg("no '%s' in %s%s", fragment, e->out, e->err);
}

/* Also by how its id begins, as long as no other begins so. */
static void
test_finds_the_cell(void **state)
{
	char id[BENCH_CELL_ID_SIZE];
	(void)state;

	synthetic_cell_id(&cells[1], id);
	for (size_t n = BENCH_CELL_ID_SIZE - 1; n >= 8; n--) {
		id[n] = '\0';
		struct explained e = explain_cell(id);
		assert_int_equal(e.status, BENCH_OK);
		assert_string_equal(e.err, "");
		assert_says(&e, "op=memclr size=16\n");
		end(&e);
	}
}

static void
test_says_what_was_measured(void **state)
{
	char id[BENCH_CELL_ID_SIZE];
	(void)state;

	synthetic_cell_id(&cells[0], id);
	struct explained e = explain_cell(id);
	assert_says(&e, "memclr_word leads, with a regret of at most 0 %.");
	/* Estimates, with the ratio and what is above the floor. */
	assert_says(&e, "memclr_libc   slower    13.0  [13.0, 13.0]   1.30    "
			"[1.30, 1.30]         12.0      -      16");
	assert_says(&e, "memclr_mine   refused      -  ");
	assert_says(&e, "synthetic\n");
	/* Samples: least to most. */
	assert_says(&e, "memclr_word        16   10.0  10.0    10.0  10.0  "
			"10.0         1.00");
	assert_says(&e, "memclr_word  switches  0.125\n");
	/* Blocks, evidence, and each round in its order. */
	assert_says(&e, "8 blocks, 0 of them disturbed.");
	assert_says(&e, "    7  phase     \"synthetic\"");
	assert_says(&e, "    0.0 memclr_");
	assert_says(&e, "    7.1 memclr_");
	assert_null(strstr(e.out, "    7.2 "));
	end(&e);
}

/* Look by look: with how many rounds, who is left, and by what bound who is
 * not. The synthetic run goes on measuring those who are out. */
static void
test_shows_the_looks(void **state)
{
	struct explained e = explain_race(&races[0]);

	(void)state;
	assert_says(&e, "A row is a round; the first look wants 12.");
	assert_says(&e, "\n   1    12       3   2  memclr_");
	assert_says(&e, "\n   2    20       5   2  memclr_");
	assert_says(&e, "\n   4    32       8   2  memclr_");
	assert_says(&e, "\n   1  memclr_libc   dropped out  ");
	assert_says(&e, "\n   1  memclr_floor  a bound, measured to the first "
			"look  ");
	assert_says(&e, "5 of 8 blocks have measured others");
	assert_says(&e, "It is open: the run ended at row 32, and the next "
			"look is at 44.");
	end(&e);
}

/* Each reason for which a race stops. */
static void
test_says_why_it_stopped(void **state)
{
	struct explained e = explain_race(&races[1]);
	char id[BENCH_CELL_ID_SIZE];

	(void)state;
	assert_says(&e, ", beyond epsilon\n");
	assert_says(&e, "It stopped because the placebo is proved to be more "
			"than 2.00 %");
	end(&e);
	e = explain_race(&races[2]);
	assert_says(&e, "It stopped because it is resolved: the leader's "
			"regret is at most 2.00 %.");
	end(&e);
	synthetic_cell_id(&cells[0], id);
	e = explain_cell(id);
	assert_says(&e, "The plan fixes 8 blocks a cell");
	end(&e);
}

/* The bytes are those of the function that is called. */
static void
test_shows_code(void **state)
{
	const uint8_t *bytes =
		(const uint8_t *)(uintptr_t)strategy_find("memclr_word")
			->memclr;
	char id[BENCH_CELL_ID_SIZE];
	(void)state;

	synthetic_cell_id(&cells[0], id);
	struct explained e = explain_cell(id);
	const char *at = strstr(e.out, "- memclr_word memclr: ");
	assert_non_null(at);
	char *line = bench_printf("  %02x %02x %02x %02x ", bytes[0], bytes[1],
				  bytes[2], bytes[3]);
	at = strstr(at, line);
	assert_non_null(at);
	assert_says(&e, "this program has no such set: ");
	/* The synthetic run is no program's. */
	assert_says(&e, "is not the one that");
	free(line);
	end(&e);
}

static void
assert_bad(struct explained e, const char *expect)
{
	assert_int_equal(e.status, BENCH_USAGE);
	assert_string_equal(e.out, "");
	if (!strstr(e.err, expect))
		fail_msg("said %s", e.err);
	assert_ptr_equal(strchr(e.err, '\n'), strrchr(e.err, '\n'));
	end(&e);
}

static void
test_usage(void **state)
{
	char id[BENCH_CELL_ID_SIZE];
	(void)state;

	synthetic_cell_id(&cells[0], id);
	char *example = bench_printf("3 cells of %s, or how one begins; "
				     "summary.json and compare name them, for "
				     "example %s",
				     dir, id);
	assert_bad(explain_cell("xyz"), example);
	assert_bad(explain_cell(""), "expected one cell");
	assert_bad(explain_cell(""), "found 3 that begin so");
	assert_bad(explain(dir, NULL), "explain: expected --cell=ID");
	assert_bad(explain("--cell=a", NULL), "one run directory, found 0");
	assert_bad(explain(dir, "--x"), "--x: expected --cell=ID");
	assert_bad(explain("/nonexistent", "--cell=a"), "/nonexistent/manif");
	free(example);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_the_cell),
		cmocka_unit_test(test_says_what_was_measured),
		cmocka_unit_test(test_shows_the_looks),
		cmocka_unit_test(test_says_why_it_stopped),
		cmocka_unit_test(test_shows_code),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, make_run, remove_run);
}
