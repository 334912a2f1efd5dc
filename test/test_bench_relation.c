/* test_bench_relation.c - a relation's word says it all, and nothing else is
 * taken for one
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_relation.h"

#include "test_util.h"

static const struct {
	const char *word;
	struct bench_relation relation;
} known[] = {
	{"self", {true, 0, {-1, -1}}},
	{"none", {false, 0, {-1, -1}}},
	{"l3+numa+package",
	 {false,
	  1 << LEVEL_L3 | 1 << LEVEL_NUMA | 1 << LEVEL_PACKAGE,
	  {-1, -1}}},
	{"core+l2+l3+die+numa+package@0-0",
	 {false, (1 << LEVEL_COUNT) - 1, {0, 0}}},
	{"none@0-12", {false, 0, {0, 12}}},
	{"l2@2147483646-2147483647",
	 {false, 1 << LEVEL_L2, {2147483646, 2147483647}}},
};

static void
words_are_exact(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		char word[BENCH_RELATION_WORD_SIZE];

		bench_relation_word(&known[i].relation, word);
		assert_string_equal(word, known[i].word);
	}
}

static void
words_are_understood(void **state)
{
	struct bench_relation relation;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		assert_true(bench_relation_parse(known[i].word, &relation));
		assert_int_equal(
			bench_relation_compare(&relation, &known[i].relation),
			0);
	}
	assert_true(bench_relation_parse("package+numa+l3", &relation));
	assert_int_equal(bench_relation_compare(&relation, &known[2].relation),
			 0);
}

static void
longest_word_fits(void **state)
{
	struct bench_relation relation = {
		false, (1 << LEVEL_COUNT) - 1, {2147483647, 2147483647}};
	struct bench_relation again;
	char word[BENCH_RELATION_WORD_SIZE];

	(void)state;
	bench_relation_word(&relation, word);
	assert_true(bench_relation_parse(word, &again));
	assert_int_equal(bench_relation_compare(&relation, &again), 0);
}

static void
other_words_are_refused(void **state)
{
	static const char *const words[] = {
		"",
		"+",
		"l3+",
		"+l3",
		"l3++numa",
		"l4",
		"L3",
		"l3 ",
		"l3+l3",
		"none+l3",
		"self+l3",
		"self@0-0",
		"nonel3",
		"l3@",
		"l3@0",
		"l3@0-",
		"l3@-1-0",
		"l3@1-0",
		"l3@0-1x",
		"l3@0-1@0-1",
		"@0-1",
		"l3@ 0-1",
		"l3@+0-1",
		"l3@0-2147483648",
		"l3@0-99999999999999999999",
		"l3@0-4294967296",
	};
	struct bench_relation relation;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (bench_relation_parse(words[i], &relation))
			fail_msg("'%s' was taken for a relation", words[i]);
}

/* self, then shared cores, shared L2s, ..., nothing; lower kinds first. */
static void
closest_comes_first(void **state)
{
	static const char *const words[] = {
		"self",      "core+l2+l3",   "core+l2", "l2+l3@0-0",
		"l2+l3@0-1", "l2+l3@1-1",    "l2",      "l3+numa",
		"l3",        "numa+package", "package", "none@0-1",
		"none@1-1",
	};
	struct bench_relation a, b;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		for (size_t j = 0; j < ARRAY_LEN(words); j++) {
			int order;

			assert_true(bench_relation_parse(words[i], &a));
			assert_true(bench_relation_parse(words[j], &b));
			order = bench_relation_compare(&a, &b);
			assert_int_equal((order > 0) - (order < 0),
					 (i > j) - (i < j));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_exact),
		cmocka_unit_test(words_are_understood),
		cmocka_unit_test(longest_word_fits),
		cmocka_unit_test(other_words_are_refused),
		cmocka_unit_test(closest_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
