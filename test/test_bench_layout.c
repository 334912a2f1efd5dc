/* test_bench_layout.c - each launch lies elsewhere, and says where */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "bench_journal.h"
#include "fake_root.h"
#include "program.h"

static bool
same(const struct bench_layout *a, const struct bench_layout *b)
{
	return a->environment == b->environment && a->stack == b->stack &&
	       a->buffer == b->buffer;
}

static void
launches_differ(void **state)
{
	uint64_t seed = test_seed();
	struct bench_layout last = bench_layout_draw(seed, 999);
	unsigned alike = 0, buffers = 0;

	(void)state;
	for (unsigned launch = 0; launch < 1000; launch++) {
		struct bench_layout a = bench_layout_draw(seed, launch),
				    b = bench_layout_draw(seed, launch);

		assert_true(same(&a, &b) && a.seed == b.seed);
		assert_true(a.environment < BENCH_LAYOUT_SPAN);
		assert_true(a.stack < BENCH_LAYOUT_SPAN && a.stack % 16 == 0);
		assert_true(a.buffer < BENCH_LAYOUT_SPAN && a.buffer % 64 == 0);
		assert_int_equal(a.swapped, launch % 2);
		alike += same(&a, &last);
		buffers |= 1u << (a.buffer / 64 % 32);
		last = a;
	}
	/* Of 67 million; by chance once in 67,000 tests, and never twice. */
	assert_true(alike <= 1);
	assert_true(buffers == UINT32_MAX);
}

/* A run starts itself again with the environment that its journal names. */
static void
a_run_has_its_layout(void **state)
{
	char *root = fake_root_new(), *dir = bench_printf("%s/run", root);
	char *out = bench_printf("--out=%s", dir);
	struct program_result r =
		program_run((const char *const[]){"run", "smoke", "--op=memclr",
						  "--workload=size:64",
						  "--seed=3", out, NULL},
			    NULL);
	struct bench_layout want = bench_layout_draw(3, 0);
	struct bench_block **blocks;
	size_t n, skipped;

	(void)state;
	assert_int_equal(r.status, BENCH_OK);
	program_result_free(&r);
	assert_int_equal(bench_journal_read(dir, &blocks, &n, &skipped),
			 BENCH_OK);
	assert_true(n > 0);
	assert_true(blocks[0]->layout.seed == want.seed);
	assert_true(same(&blocks[0]->layout, &want));
	assert_int_equal(bench_journal_next_launch(dir), 1);
	for (size_t i = 0; i < n; i++)
		bench_block_free(blocks[i]);
	free(blocks);
	free(dir);
	free(out);
	fake_root_free(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(launches_differ),
		cmocka_unit_test(a_run_has_its_layout),
	};

	program_require();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
