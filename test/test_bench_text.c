/* test_bench_text.c - three digits, units, wrapped lines */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include "bench_text.h"

static void
assert_text(char *text, const char *expected)
{
	assert_string_equal(text, expected);
	free(text);
}

static void
test_number(void **state)
{
	(void)state;
	assert_text(bench_text_number(0), "0");
	assert_text(bench_text_number(1e-9), "0");
	assert_text(bench_text_number(0.012345), "0.0123");
	assert_text(bench_text_number(0.09996), "0.100");
	assert_text(bench_text_number(1), "1.00");
	assert_text(bench_text_number(9.994), "9.99");
	assert_text(bench_text_number(9.996), "10.0");
	assert_text(bench_text_number(99.96), "100");
	assert_text(bench_text_number(123.4), "123");
	assert_text(bench_text_number(123456), "123456");
	assert_text(bench_text_number(-1.234), "-1.23");
	assert_text(bench_text_number(NAN), "-");
	assert_text(bench_text_number(INFINITY), "-");
}

static void
test_interval(void **state)
{
	(void)state;
	assert_text(bench_text_interval(0.5, 12.34), "[0.500, 12.3]");
	assert_text(bench_text_interval(NAN, 1), "-");
}

static void
test_percent(void **state)
{
	(void)state;
	assert_text(bench_text_percent(0), "0 %");
	assert_text(bench_text_percent(0.01234), "1.23 %");
	assert_text(bench_text_percent(0.1234), "12.3 %");
	assert_text(bench_text_percent(NAN), "unknown");
}

static void
test_size(void **state)
{
	(void)state;
	assert_text(bench_text_size(8), "8 B");
	assert_text(bench_text_size(1000), "1000 B");
	assert_text(bench_text_size(1024), "1 KiB");
	assert_text(bench_text_size(1536), "1536 B");
	assert_text(bench_text_size(65536), "64 KiB");
	assert_text(bench_text_size((size_t)3 << 30), "3 GiB");
	assert_text(bench_text_size((size_t)5 << 40), "5120 GiB");
}

static char *
wrap(const char *first, const char *next, const char *words, size_t width)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	bench_text_wrap(f, first, next, words, width);
	fclose(f);
	return text;
}

static void
test_wrap(void **state)
{
	(void)state;
	assert_text(wrap("- ", "  ", "aa bb cc dd", 7), "- aa bb\n  cc dd\n");
	assert_text(wrap("- ", "  ", "aa bb", 6), "- aa\n  bb\n");
	assert_text(wrap("\t", "\t", "aa bb cc", 13), "\taa bb\n\tcc\n");
	assert_text(wrap("", "", "longer than that", 3),
		    "longer\nthan\nthat\n");
	assert_text(wrap("- ", "  ", "", 7), "- \n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),  cmocka_unit_test(test_interval),
		cmocka_unit_test(test_percent), cmocka_unit_test(test_size),
		cmocka_unit_test(test_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
