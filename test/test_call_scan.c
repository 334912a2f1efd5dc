/* test_call_scan.c - tokens, and what an error says of a place in a text */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "call_scan.h"

static struct call_layout_error error;

static struct call_scan
scan(const char *text)
{
	memset(&error, 0, sizeof(error));
	return (struct call_scan){text, text, &error};
}

static void
test_tokens(void **state)
{
	struct call_scan s = scan("  map[ _a9.B]x");
	(void)state;

	assert_int_equal(call_scan_column(&s), 3);
	assert_int_equal(call_scan_word(&s), 3);
	assert_false(call_scan_is(&s, "ma"));
	assert_false(call_scan_accept_word(&s, "mapx"));
	assert_true(call_scan_accept_word(&s, "map"));
	assert_false(call_scan_accept(&s, ']'));
	assert_true(call_scan_accept(&s, '['));
	assert_int_equal(call_scan_word(&s), 5);
	assert_int_equal(call_scan_column(&s), 8);
	assert_true(call_scan_accept_word(&s, "_a9.B"));
	assert_true(call_scan_expect(&s, ']'));
	assert_int_equal(call_scan_peek(&s), 'x');
	assert_true(call_scan_accept_word(&s, "x"));
	assert_int_equal(call_scan_peek(&s), '\0');
	assert_int_equal(call_scan_word(&s), 0);
}

static void
assert_found(const char *text, size_t column, const char *message)
{
	struct call_scan s = scan(text);

	assert_false(call_scan_fail(&s, "a type"));
	assert_int_equal(error.column, column);
	assert_string_equal(error.text, message);
}

static void
test_found(void **state)
{
	(void)state;
	assert_found("", 1, "expected a type, found the end");
	assert_found("  ", 3, "expected a type, found the end");
	assert_found(" time.Time)", 2, "expected a type, found 'time.Time'");
	assert_found(")int", 1, "expected a type, found ')'");
	assert_found("9a", 1, "expected a type, found '9'");
	assert_found("\n", 1, "expected a type, found byte 0x0a");
	assert_found("\t", 1, "expected a type, found byte 0x09");
	assert_found("\x7f", 1, "expected a type, found byte 0x7f");
	/* No terminal is sent what may be no text. */
	assert_found("\xc3\xa9t\xc3\xa9", 1,
		     "expected a type, found byte 0xc3");
	/* A message stays readable. */
	assert_found("aaaaaaaaaabbbbbbbbbbccccccccccdddddddddde", 1,
		     "expected a type, found "
		     "'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd'");
}

static void
test_expect_names_the_character(void **state)
{
	struct call_scan s = scan("(x");
	(void)state;

	assert_true(call_scan_expect(&s, '('));
	assert_false(call_scan_expect(&s, '}'));
	assert_int_equal(error.column, 2);
	assert_string_equal(error.text, "expected '}', found 'x'");
}

static void
test_limit(void **state)
{
	(void)state;
	assert_false(call_scan_limit(&error, 7, SIZE_MAX, "bytes in a frame"));
	assert_int_equal(error.column, 7);
	assert_string_equal(error.text,
			    "expected at most 18446744073709551615 bytes in a "
			    "frame, found more");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_expect_names_the_character),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
