/* test_bench_williams.c - every candidate at every place, after every other */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_williams.h"

#define MAX_K 24

/* How often a stood at a place, and just after b. */
struct counts {
	unsigned at[MAX_K][MAX_K], after[MAX_K][MAX_K];
};

static void
count(struct counts *c, const unsigned *order, size_t k)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < k; i++) {
		assert_true(order[i] < k);
		seen |= 1ull << order[i];
		c->at[order[i]][i]++;
		if (i > 0)
			c->after[order[i]][order[i - 1]]++;
	}
	assert_int_equal(seen, (1ull << k) - 1);
}

static void
assert_balanced(const struct counts *c, size_t k, unsigned designs)
{
	unsigned twice = k % 2 == 0 || k == 1 ? 1 : 2;

	for (size_t a = 0; a < k; a++)
		for (size_t b = 0; b < k; b++) {
			assert_int_equal(c->at[a][b], twice * designs);
			assert_int_equal(c->after[a][b],
					 a == b ? 0 : twice * designs);
		}
}

static void
a_design_is_balanced(void **state)
{
	unsigned order[MAX_K];

	(void)state;
	for (size_t k = 1; k <= MAX_K; k++) {
		struct counts c = {0};

		for (size_t row = 0; row < bench_williams_rows(k); row++) {
			bench_williams_row(order, k, row);
			count(&c, order, k);
		}
		assert_balanced(&c, k, 1);
	}
}

/* Shuffled, it stays so; the next design is another one. */
static void
so_is_a_sequence_of_designs(void **state)
{
	unsigned order[MAX_K], first[2][MAX_K];
	uint64_t seed = test_seed();

	(void)state;
	for (size_t k = 1; k <= MAX_K; k++) {
		size_t rows = bench_williams_rows(k);
		struct counts c = {0};

		for (size_t round = 0; round < 3 * rows; round++) {
			bench_williams_order(order, k, round, seed);
			count(&c, order, k);
		}
		assert_balanced(&c, k, 3);
	}
	/* Of 12! orders the same is next to impossible. */
	bench_williams_order(first[0], 12, 0, seed);
	bench_williams_order(first[1], 12, 12, seed);
	assert_true(memcmp(first[0], first[1], 12 * sizeof(order[0])) != 0);
	bench_williams_order(first[1], 12, 0, seed);
	assert_memory_equal(first[0], first[1], 12 * sizeof(order[0]));
	bench_williams_order(first[1], 12, 0, seed + 1000);
	assert_true(memcmp(first[0], first[1], 12 * sizeof(order[0])) != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_design_is_balanced),
		cmocka_unit_test(so_is_a_sequence_of_designs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
