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

static char *dir;

static int
make_run(void **state)
{
	(void)state;
	dir = synthetic_dir();
	synthetic_run_write(dir, cells, ARRAY_LEN(cells), 1);
	return 0;
}

static int
remove_run(void **state)
{
	(void)state;
	synthetic_remove(dir);
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
explain_cell(const char *prefix)
{
	char *option = bench_printf("--cell=%s", prefix);
	struct explained e = explain(dir, option);

	free(option);
	return e;
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
		cmocka_unit_test(test_shows_code),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, make_run, remove_run);
}
