/* test_bench_list.c - words between commas, and commas within brackets */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_list.h"

/* Words are joined by "|", which none of them has. */
static void
assert_words(const char *text, const char *want)
{
	struct bench_list list = bench_list_split(text);
	char got[256] = "";

	for (size_t i = 0; i < list.n; i++) {
		strcat(got, i ? "|" : "");
		strcat(got, list.words[i]);
	}
	assert_string_equal(got, want);
	bench_list_free(&list);
}

static void
splits_at_commas(void **state)
{
	(void)state;
	assert_words("a", "a");
	assert_words("a,b,c", "a|b|c");
	assert_words("", "");
	assert_words(",", "|");
	assert_words("a,,b", "a||b");
	assert_words("a,", "a|");
}

static void
brackets_hold_together(void **state)
{
	(void)state;
	assert_words("sig:func(int, *byte) (int, error),size:8",
		     "sig:func(int, *byte) (int, error)|size:8");
	assert_words("sig:func(map[[2]int]func(a, b)),x",
		     "sig:func(map[[2]int]func(a, b))|x");
	assert_words("struct{a int; b, c},x", "struct{a int; b, c}|x");
}

/* Nothing closes: one word, for whoever parses it to refuse. What closes
 * without having been opened holds nothing. */
static void
unbalanced_brackets(void **state)
{
	(void)state;
	assert_words("f(a,b", "f(a,b");
	assert_words("a),b,c", "a)|b|c");
	assert_words("]]],(a,b),c", "]]]|(a,b)|c");
}

static void
sets_are_one_word(void **state)
{
	(void)state;
	assert_words("default;buffer=64,memclr=a;pool=go",
		     "default;buffer=64|memclr=a;pool=go");
}

static void
adds_and_finds(void **state)
{
	struct bench_list list = bench_list_split("self");

	(void)state;
	bench_list_add(&list, "l3");
	assert_int_equal(list.n, 2);
	assert_true(bench_list_has(&list, "self"));
	assert_true(bench_list_has(&list, "l3"));
	assert_false(bench_list_has(&list, "l"));
	assert_false(bench_list_has(&list, ""));
	bench_list_free(&list);
}

static void
assert_common(const char *a, const char *b, const char *want)
{
	char *common = bench_list_common(a, b);

	if (want)
		assert_string_equal(common, want);
	else
		assert_null(common);
	free(common);
}

static void
common_words(void **state)
{
	(void)state;
	assert_common("a,b,c", "c,a,x", "a,c");
	assert_common("a", "a", "a");
	assert_common("ab", "a,b", NULL);
	assert_common("", "a", NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_at_commas),
		cmocka_unit_test(brackets_hold_together),
		cmocka_unit_test(unbalanced_brackets),
		cmocka_unit_test(sets_are_one_word),
		cmocka_unit_test(adds_and_finds),
		cmocka_unit_test(common_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
