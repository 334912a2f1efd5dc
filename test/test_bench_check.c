/* test_bench_check.c - what a run of a policy's witnesses proves of it */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>
#include <string.h>

#include "bench_check.h"
#include "synthetic_run.h"

#define BLOCKS 3 /* of a launch */

static void
what_is_proved(void **state)
{
	(void)state;
	assert_int_equal(bench_check_hold(1.03, 1.2, 0.02), HOLD_STALE);
	assert_int_equal(bench_check_hold(1.01, 1.2, 0.02), HOLD_OPEN);
	assert_int_equal(bench_check_hold(0.99, 1.01, 0.02), HOLD_HOLDS);
	assert_int_equal(bench_check_hold(NAN, NAN, 0.02), HOLD_OPEN);
}

/* Five that agree are the fewest; of more, one may differ. */
static void
what_launches_prove(void **state)
{
	(void)state;
	assert_false(bench_check_proves(0, 0));
	assert_false(bench_check_proves(4, 4));
	assert_true(bench_check_proves(5, 5));
	assert_false(bench_check_proves(6, 7));
	assert_true(bench_check_proves(7, 8));
	assert_false(bench_check_proves(0, 8));
}

#define CELL(slow)                                                           \
	{                                                                    \
		.axis = {[AXIS_OP] = "memclr", [AXIS_SIZE] = "64"},          \
		.candidates = slow, .n_candidates = 2, .blocks = BLOCKS * 5, \
	}

static const struct synthetic_candidate alike[] = {
	{.name = "memclr_word", .ns = 10},
	{.name = "memclr_libc", .ns = 10},
};
static const struct synthetic_candidate slower[] = {
	{.name = "memclr_word", .ns = 12},
	{.name = "memclr_libc", .ns = 10},
};
/* The same cell in a launch whose layout is good, and in one where it is not.
 */
static const struct synthetic_cell good = CELL(alike), bad = CELL(slower);

/* A run in which word is slower in the first so many of its launches. */
static void
write_run(const char *dir, unsigned launches, unsigned slow, unsigned layouts)
{
	struct base_random random = {synthetic_seed()};
	json_t *manifest = synthetic_manifest(&good, 1);
	char *path = bench_printf("%s/manifest.json", dir);
	struct bench_journal *j;

	json_object_set_new(manifest, "layouts", json_integer(layouts));
	assert_int_equal(bench_write_json(path, manifest), BENCH_OK);
	j = bench_journal_open(dir);
	assert_non_null(j);
	for (unsigned i = 0; i < launches * BLOCKS; i++) {
		struct bench_block *b = synthetic_block(
			i / BLOCKS < slow ? &bad : &good, i, &random);

		b->launch = i / BLOCKS;
		assert_int_equal(bench_journal_append(j, b), BENCH_OK);
		bench_block_free(b);
	}
	bench_journal_close(j);
	json_decref(manifest);
	free(path);
}

/* One that has chosen word there. */
static json_t *
make_policy(void)
{
	struct bench_manifest_cell m = synthetic_manifest_cell(&good);
	json_t *policy = json_pack(
		"{s:f, s:s, s:[{s:s, s:i, s:i, s:f, s:[{s:s, s:o, s:[{s:s, s:s,"
		" s:f}]}]}]}",
		"epsilon", 0.02, "seed", "1", "rows", "strategy", "memclr_word",
		"first_measured", 64, "last_measured", 64, "regret", 0.01,
		"cells", "id", m.id, "axes", bench_manifest_axes_json(&m.cell),
		"candidates", "name", "memclr_word", "verdict", "best",
		"ratio_hi", 1.0);

	assert_non_null(policy);
	free(m.entrants);
	return policy;
}

static void
what_layouts_prove(void **state)
{
	static const struct {
		unsigned launches, slow, layouts;
		enum bench_hold hold;
	} runs[] = {
		{5, 0, 5, HOLD_HOLDS},
		{5, 5, 5, HOLD_STALE},
		/* All rows together say that it is slower, and half of all
		 * layouts may say that it is not. */
		{5, 4, 5, HOLD_OPEN},
		{8, 7, 5, HOLD_STALE},
		/* The budget has ended before. */
		{4, 4, 5, HOLD_OPEN},
		{4, 0, 5, HOLD_OPEN},
		/* This layout only. */
		{1, 1, 1, HOLD_STALE},
		{1, 0, 1, HOLD_HOLDS},
	};
	json_t *policy = make_policy();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
		char *dir = synthetic_dir();
		const struct bench_check_run run = {
			.policy = policy, .path = "policy", .dir = dir};
		struct bench_check c;

		write_run(dir, runs[i].launches, runs[i].slow, runs[i].layouts);
		assert_int_equal(bench_check_judge(&c, &run), BENCH_OK);
		assert_int_equal(c.witnesses.n, 1);
		if (c.cells[0].hold != runs[i].hold)
			fail_msg("run %zu %s", i,
				 bench_hold_names[c.cells[0].hold]);
		assert_int_equal(c.counts[runs[i].hold], 1);
		assert_string_equal(c.cells[0].witness->choice, "memclr_word");
		if (runs[i].slow) {
			assert_int_equal(c.cells[0].launches, runs[i].launches);
			assert_int_equal(c.cells[0].slower, runs[i].slow);
			assert_string_equal(c.cells[0].leader, "memclr_libc");
		}
		bench_check_free(&c);
		synthetic_remove(dir);
	}
	json_decref(policy);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_proved),
		cmocka_unit_test(what_launches_prove),
		cmocka_unit_test(what_layouts_prove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
