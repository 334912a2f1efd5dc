/* test_bench_table.c - the three formats to the byte, and their options */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <jansson.h>
#include <string.h>
#include <unistd.h>

#include "bench_table.h"
#include "capture.h"

static const char *const columns[] = {"name", ">n", "what"};

static struct bench_table
table(void)
{
	struct bench_table t = {columns, ARRAY_LEN(columns), NULL, 0};

	bench_table_row(&t, "a", "1", "first");
	bench_table_put(&t, "long%s", "er");
	bench_table_take(&t, bench_strdup("234"));
	bench_table_put(&t, "%s", "");
	bench_table_row(&t, "b", "", "\"quoted\" \\");
	return t;
}

static char *
print(const struct bench_table *t, enum bench_table_format format)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	bench_table_print(t, format, f);
	fclose(f);
	return text;
}

static void
assert_printed(enum bench_table_format format, const char *want)
{
	struct bench_table t = table();
	char *text = print(&t, format);

	assert_string_equal(text, want);
	free(text);
	bench_table_clear(&t);
}

static void
text_is_aligned_without_trailing_blanks(void **state)
{
	(void)state;
	assert_printed(TABLE_TEXT, "name      n  what\n"
				   "a         1  first\n"
				   "longer  234\n"
				   "b            \"quoted\" \\\n");
}

static void
tsv_has_a_header(void **state)
{
	(void)state;
	assert_printed(TABLE_TSV, "name\tn\twhat\n"
				  "a\t1\tfirst\n"
				  "longer\t234\t\n"
				  "b\t\t\"quoted\" \\\n");
}

static void
json_is_an_array_of_objects(void **state)
{
	struct bench_table t = table();
	char *text = print(&t, TABLE_JSON);
	json_t *json = json_loads(text, 0, NULL);
	json_t *want = json_pack("[{s:s,s:s,s:s},{s:s,s:s,s:s},{s:s,s:s,s:s}]",
				 "name", "a", "n", "1", "what", "first", "name",
				 "longer", "n", "234", "what", "", "name", "b",
				 "n", "", "what", "\"quoted\" \\");

	(void)state;
	assert_true(json && want && json_equal(json, want));
	json_decref(json);
	json_decref(want);
	free(text);
	bench_table_clear(&t);
}

static void
an_empty_table_has_its_columns(void **state)
{
	struct bench_table t = {columns, ARRAY_LEN(columns), NULL, 0};
	static const char *const want[] = {"name  n  what\n", "name\tn\twhat\n",
					   "[]\n"};

	(void)state;
	for (int format = TABLE_TEXT; format <= TABLE_JSON; format++) {
		char *text = print(&t, (enum bench_table_format)format);

		assert_string_equal(text, want[format]);
		free(text);
	}
	bench_table_clear(&t);
}

/* What is parsed of up to three arguments; a refusal is one line. */
static int
parse(const char *a, const char *b, const char *c,
      enum bench_table_format *format, const char **what)
{
	char *argv[] = {(char *)"list", (char *)a, (char *)b, (char *)c, NULL};
	struct capture capture;
	int status;

	capture_start(&capture, STDERR_FILENO);
	status = bench_table_options(1 + !!a + !!b + !!c, argv, "text tsv",
				     format, what);
	char *text = capture_end(&capture);
	if (status != BENCH_OK)
		assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	else
		assert_string_equal(text, "");
	free(text);
	return status;
}

static void
options(void **state)
{
	enum bench_table_format format = TABLE_TEXT;
	const char *what = "";

	(void)state;
	assert_int_equal(parse(NULL, NULL, NULL, &format, &what), BENCH_OK);
	assert_null(what);
	assert_int_equal(parse("x", "--format=tsv", NULL, &format, &what),
			 BENCH_OK);
	assert_string_equal(what, "x");
	assert_int_equal(format, TABLE_TSV);
	assert_int_equal(parse("--format", "text", "y", &format, &what),
			 BENCH_OK);
	assert_string_equal(what, "y");
	assert_int_equal(format, TABLE_TEXT);
}

static void
bad_options(void **state)
{
	static const char *const bad[][2] = {
		{"--format=json", NULL},
		{"--format=", NULL},
		{"--format=t", NULL},
		{"--format=text tsv", NULL},
		{"--format", NULL},
		{"--what", NULL},
		{"-f", NULL},
		{"x", "y"},
	};
	enum bench_table_format format;
	const char *what;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (parse(bad[i][0], bad[i][1], NULL, &format, &what) !=
		    BENCH_USAGE)
			fail_msg("%s", bad[i][0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_aligned_without_trailing_blanks),
		cmocka_unit_test(tsv_has_a_header),
		cmocka_unit_test(json_is_an_array_of_objects),
		cmocka_unit_test(an_empty_table_has_its_columns),
		cmocka_unit_test(options),
		cmocka_unit_test(bad_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
