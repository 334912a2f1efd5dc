/* test_bench_prestate.c - words of pre-states: parsed, printed, refused */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <unistd.h>

#include "bench_prestate.h"
#include "capture.h"

static void
assert_printed(const char *word, const char *want)
{
	struct bench_prestate p;
	char *printed;

	assert_int_equal(bench_prestate_parse(word, &p), BENCH_OK);
	printed = bench_prestate_word(&p);
	assert_string_equal(printed, want);
	free(printed);
}

/* Whatever the order, one pre-state has one word; what is usual is left out. */
static void
a_word_has_one_form(void **state)
{
	(void)state;
	assert_printed("l1-zero", "l1-zero");
	assert_printed("dram-data+huge+read", "dram-data+huge+read");
	assert_printed("read+huge+data+dram", "dram-data+huge+read");
	assert_printed("refill+l2", "l2+refill");
	assert_printed("fresh", "fresh");
	assert_printed("src=0+dst=63", "dst=63+src=0");
	assert_printed("l1+skew=1088", "l1");
	assert_printed("l1+skew=4032", "l1+skew=4032");
}

static void
a_word_says_what_it_says(void **state)
{
	struct bench_prestate p;

	(void)state;
	assert_int_equal(
		bench_prestate_parse("l3-data+huge+dst=7+skew=0+refill", &p),
		BENCH_OK);
	assert_int_equal(p.place, PLACE_L3);
	assert_int_equal(p.content, CONTENT_DATA);
	assert_true(p.huge);
	assert_int_equal(p.dst, 7);
	assert_int_equal(p.src, BENCH_AS_IT_COMES);
	assert_int_equal(p.skew, 0);
	assert_int_equal(p.after, AFTER_REFILL);
}

static void
a_message_names_the_column(void **state)
{
	static const char *const bad[][2] = {
		{"", "column 1: '': expected one of l1, l2"},
		{"l4", "column 1: 'l4': expected one of l1, l2"},
		{"l1+", "column 4: '': expected one of"},
		{"huge+hug", "column 6: 'hug': expected one of"},
		{"l1-l2", "column 4: 'l2': expected nothing"},
		{"read+refill", "column 6: 'refill': expected nothing"},
		{"zero-l1", "column 1: 'zero': expected a place"},
		{"l1-zero-data", "column 4: 'zero': expected a place"},
		{"dst=", "column 1: 'dst=': expected one of"},
		{"l1+dst=64", "column 4: 'dst=64': expected dst=N with N from"},
		{"dst=-1", "column 1: 'dst=': expected one of"},
		{"dst=+1", "column 1: 'dst=': expected one of"},
		{"dst=1x", "'dst=1x': expected dst=N"},
		{"dst=18446744073709551616", "expected dst=N"},
		{"skew=32", "expected skew=N with N a multiple of 64"},
		{"dst=3+dst=4", "column 7: 'dst=4': expected nothing"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct bench_prestate p;
		struct capture c;
		int status;

		capture_start(&c, STDERR_FILENO);
		status = bench_prestate_parse(bad[i][0], &p);
		char *text = capture_end(&c);
		if (status != BENCH_USAGE || !strstr(text, bad[i][1]) ||
		    strchr(text, '\n') != text + strlen(text) - 1)
			fail_msg("%s: %d '%s'", bad[i][0], status, text);
		free(text);
	}
}

/* Each word of the list is taken, and printed as it is listed. */
static void
the_list_is_what_there_is(void **state)
{
	const char *name;

	(void)state;
	for (size_t i = 0; (name = bench_prestate_aspect(i)); i++) {
		bool numbered = name[strlen(name) - 1] == '=';
		bool usual_is_0 = strcmp(name, "neighbour=") == 0;
		char *word = bench_printf("%s%s", name,
					  !numbered    ? ""
					  : usual_is_0 ? "1"
						       : "0");

		assert_printed(word, word);
		free(word);
		assert_non_null(bench_prestate_summary(i));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_has_one_form),
		cmocka_unit_test(a_word_says_what_it_says),
		cmocka_unit_test(a_message_names_the_column),
		cmocka_unit_test(the_list_is_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
