/* test_call_signature.c - which texts are signatures, and where others are not
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_signature.h"

static struct call_layout_error error;

static struct call_signature *
parse(const char *receiver, const char *text)
{
	struct call_signature *sig =
		call_signature_parse(receiver, text, &error);

	if (!sig)
		print_message("%s: %s:%zu: %s\n", text,
			      error.in_receiver ? "receiver" : "signature",
			      error.column, error.text);
	return sig;
}

/* The text "func(TYPE)". */
static struct call_signature *
parse_argument(const char *type)
{
	char text[256];

	snprintf(text, sizeof(text), "func(%s)", type);
	return parse("-", text);
}

static void
test_types(void **state)
{
	static const struct {
		const char *text;
		size_t size, align, ptrbytes;
	} types[] = {
		{"bool", 1, 1, 0},
		{"byte", 1, 1, 0},
		{"int8", 1, 1, 0},
		{"uint8", 1, 1, 0},
		{"int16", 2, 2, 0},
		{"uint16", 2, 2, 0},
		{"int32", 4, 4, 0},
		{"uint32", 4, 4, 0},
		{"int64", 8, 8, 0},
		{"uint64", 8, 8, 0},
		{"int", 8, 8, 0},
		{"uint", 8, 8, 0},
		{"uintptr", 8, 8, 0},
		{"float32", 4, 4, 0},
		{"float64", 8, 8, 0},
		{"complex64", 8, 4, 0},
		{"complex128", 16, 8, 0},
		{"string", 16, 8, 8},
		{"any", 16, 8, 16},
		{"error", 16, 8, 16},
		{"interface{}", 16, 8, 16},
		{"unsafe.Pointer", 8, 8, 8},
		{"*int", 8, 8, 8},
		{"***int", 8, 8, 8},
		{"*notinheap", 8, 8, 0},
		{"**notinheap", 8, 8, 8},
		{"[]int", 24, 8, 8},
		{"chan int", 8, 8, 8},
		{"chan*int", 8, 8, 8},
		{"map[string][]int", 8, 8, 8},
		{"func()", 8, 8, 8},
		{"func(int, func() (int, error), string) chan func() int", 8, 8,
		 8},
		{"[3]int16", 6, 2, 0},
		{"[0]*int", 0, 8, 0},
		{"[07]byte", 7, 1, 0},
		{"[2][3]string", 96, 8, 88},
		{"[9223372036854775807]struct{}", 0, 1, 0},
		{"struct{}", 0, 1, 0},
		{"struct{a byte; b *int; c bool}", 24, 8, 16},
		{"struct{ _ int32; Größe9 [0]int64 }", 16, 8, 0},
		{"struct{int int; int string}", 24, 8, 16},
		/* What reflect prints. */
		{"struct { F0 interface {}; F1 struct {} }", 24, 8, 16},
		{"  [ 2 ] * map [ int ] func ( ) ( int , any )", 16, 8, 16},
		/* Size does not matter behind a pointer. */
		{"*[1125899906842624]byte", 8, 8, 8},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct call_signature *sig = parse_argument(types[i].text);
		assert_non_null(sig);
		assert_int_equal(sig->args.n, 1);
		assert_int_equal(sig->args.first->size, types[i].size);
		assert_int_equal(sig->args.first->align, types[i].align);
		assert_int_equal(sig->args.first->ptrbytes, types[i].ptrbytes);
		free(sig);
	}
}

static void
test_lists(void **state)
{
	static const struct {
		const char *text;
		size_t n_args, n_results;
	} texts[] = {
		{"func()", 0, 0},
		{" func ( ) ", 0, 0},
		{"func() int", 0, 1},
		{"func() (int)", 0, 1},
		{"func() *int", 0, 1},
		{"func() []int", 0, 1},
		{"func() func() func()", 0, 1},
		{"func(int,int) (int,int,error)", 2, 3},
		{"func(func() int, func() (int, int), int)", 3, 0},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct call_signature *sig = parse(NULL, texts[i].text);
		assert_non_null(sig);
		assert_false(sig->has_receiver);
		assert_int_equal(sig->args.n, texts[i].n_args);
		assert_int_equal(sig->results.n, texts[i].n_results);
		free(sig);
	}
}

/* Whatever it is, a receiver is one word; only *notinheap is no pointer. */
static void
test_receivers(void **state)
{
	static const struct {
		const char *text;
		size_t ptrbytes;
	} receivers[] = {
		{"*byte", 8},
		{"int", 8},
		{"uintptr", 8},
		{"struct{}", 8},
		{"[5]string", 8},
		{"struct{F0 error}", 8},
		{"struct{F0 *notinheap; F1 struct{}}", 8},
		{"[2]*notinheap", 8},
		{"**notinheap", 8},
		{"*notinheap", 0},
		{"[1]*notinheap", 0},
		{"struct{F0 [1]struct{F0 *notinheap}}", 0},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(receivers); i++) {
		struct call_signature *sig =
			parse(receivers[i].text, "func(int)");
		assert_non_null(sig);
		assert_true(sig->has_receiver);
		assert_int_equal(sig->args.n, 2);
		assert_int_equal(sig->args.first->size, 8);
		assert_int_equal(sig->args.first->ptrbytes,
				 receivers[i].ptrbytes);
		free(sig);
	}
}

static void
assert_bad(const char *receiver, const char *text, bool in_receiver,
	   size_t column, const char *message)
{
	assert_null(call_signature_parse(receiver, text, &error));
	assert_int_equal(error.in_receiver, in_receiver);
	assert_int_equal(error.column, column);
	assert_string_equal(error.text, message);
}

static void
test_bad_signatures(void **state)
{
	static const struct {
		const char *text;
		size_t column;
		const char *message;
	} bad[] = {
		{"", 1, "expected 'func', found the end"},
		{"int", 1, "expected 'func', found 'int'"},
		{"function()", 1, "expected 'func', found 'function'"},
		{"func", 5, "expected '(', found the end"},
		{"func(", 6, "expected a type, found the end"},
		{"func(int", 9, "expected ',' or ')', found the end"},
		{"func(int string)", 10, "expected ',' or ')', found 'string'"},
		{"func(x int)", 6, "expected a type, found 'x'"},
		{"func(int,)", 10, "expected a type, found ')'"},
		{"func(,int)", 6, "expected a type, found ','"},
		{"func(...int)", 6, "expected a type, found '.'"},
		{"func() ()", 9, "expected a type, found ')'"},
		{"func() (int", 12, "expected ',' or ')', found the end"},
		{"func() int, int", 11, "expected the end, found ','"},
		{"func() 5", 8, "expected the end, found '5'"},
		{"func())", 7, "expected the end, found ')'"},
		{"func(int)\tfunc()", 10, "expected the end, found byte 0x09"},
		{"func(time.Time)", 6, "expected a type, found 'time.Time'"},
		{"func(notinheap)", 6, "expected a type, found 'notinheap'"},
		{"func(*)", 7, "expected a type, found ')'"},
		{"func([)", 7, "expected ']' or an array length, found ')'"},
		{"func([]", 8, "expected a type, found the end"},
		{"func([-1]int)", 7,
		 "expected ']' or an array length, found '-'"},
		{"func([n]int)", 7,
		 "expected ']' or an array length, found 'n'"},
		{"func([1 2]int)", 9, "expected ']', found '2'"},
		{"func([0x10]int)", 8, "expected ']', found 'x10'"},
		{"func([9223372036854775808]struct{})", 7,
		 "expected at most 9223372036854775807 elements in an array, "
		 "found more"},
		{"func([99999999999999999999999]struct{})", 7,
		 "expected at most 9223372036854775807 elements in an array, "
		 "found more"},
		{"func(struct)", 12, "expected '{', found ')'"},
		{"func(struct{int})", 16, "expected a type, found '}'"},
		{"func(struct{a int,b int})", 18,
		 "expected ';' or '}', found ','"},
		{"func(struct{a int;})", 19,
		 "expected a field name, found '}'"},
		{"func(struct{a.b int})", 13,
		 "expected a field name, found 'a.b'"},
		{"func(struct{chan int})", 13,
		 "expected a field name, found 'chan'"},
		{"func(struct{9 int})", 13, "expected a field name, found '9'"},
		{"func(struct{a, b int})", 14, "expected a type, found ','"},
		{"func(map)", 9, "expected '[', found ')'"},
		{"func(map[]int)", 10, "expected a type, found ']'"},
		{"func(map[int)", 13, "expected ']', found ')'"},
		{"func(map[int])", 14, "expected a type, found ')'"},
		{"func(chan)", 10, "expected a type, found ')'"},
		{"func(chan<- int)", 10, "expected a type, found '<'"},
		{"func(chanint)", 6, "expected a type, found 'chanint'"},
		{"func(interface)", 15, "expected '{', found ')'"},
		{"func(interface{M()})", 16, "expected '}', found 'M'"},
		{"func(\x01)", 6, "expected a type, found byte 0x01"},
		{"func([1125899906842625]byte)", 6,
		 "expected at most 1125899906842624 bytes in a type, found "
		 "more"},
		{"func(int, *[4294967296][4294967296]int)", 12,
		 "expected at most 1125899906842624 bytes in a type, found "
		 "more"},
		{"func(struct{a [1125899906842624]byte; b byte})", 6,
		 "expected at most 1125899906842624 bytes in a type, found "
		 "more"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_bad("-", bad[i].text, false, bad[i].column,
			   bad[i].message);
	assert_bad("*byte", "func(", false, 6,
		   "expected a type, found the end");
}

static void
test_bad_receivers(void **state)
{
	(void)state;
	assert_bad("", "func()", true, 1, "expected a type, found the end");
	assert_bad("- ", "func()", true, 1, "expected a type, found '-'");
	assert_bad("T", "func()", true, 1, "expected a type, found 'T'");
	assert_bad("int int", "func()", true, 5,
		   "expected the end, found 'int'");
	assert_bad("error", "func()", true, 1,
		   "expected a type that is no interface, found 'error'");
	assert_bad("any", "bad", true, 1,
		   "expected a type that is no interface, found 'any'");
	assert_bad(" interface {}", "func()", true, 2,
		   "expected a type that is no interface, found 'interface'");
}

/* before, then part n times, then after. */
static char *
repeat(const char *before, const char *part, size_t n, const char *after)
{
	char *text =
		malloc(strlen(before) + n * strlen(part) + strlen(after) + 1);

	assert_non_null(text);
	char *end = stpcpy(text, before);
	for (size_t i = 0; i < n; i++)
		end = stpcpy(end, part);
	strcpy(end, after);
	return text;
}

static void
assert_limit(const char *before, const char *part, size_t n, const char *after,
	     size_t column, const char *message)
{
	char *good = repeat(before, part, n, after);
	char *bad = repeat(before, part, n + 1, after);
	struct call_signature *sig = call_signature_parse("-", good, &error);

	assert_non_null(sig);
	free(sig);
	assert_null(call_signature_parse("-", bad, &error));
	assert_false(error.in_receiver);
	assert_int_equal(error.column, column);
	assert_string_equal(error.text, message);
	free(good);
	free(bad);
}

static void
test_limits(void **state)
{
	(void)state;
	assert_limit("func(", "*", 999, "int)", 1006,
		     "expected at most 1000 types within types, found more");
	assert_limit("func(", "[1]", 999, "int)", 3006,
		     "expected at most 1000 types within types, found more");
	assert_limit("func() ", "func() ", 1000, "", 7008,
		     "expected at most 1000 types within types, found more");
	assert_limit("func(int", ",int", 32766, ")", 131074,
		     "expected at most 32767 in a list, found more");
	assert_limit("func() (int", ",int", 32766, ")", 131077,
		     "expected at most 32767 in a list, found more");
	assert_limit("func(struct{a int", ";a int", 32766, "})", 196615,
		     "expected at most 32767 in a list, found more");
	assert_limit("func()", " ", (1 << 20) - 6, "", (1 << 20) + 1,
		     "expected at most 1048576 bytes of text, found more");
}

/* Deep enough to use up a stack, were the depth not limited. */
static void
test_deep_nesting_ends(void **state)
{
	static const char *const parts[] = {
		"*",       "[]",   "[1]",      "chan ",     "func(",
		"func() ", "map[", "map[int]", "struct{a ",
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		char *text = repeat("func(", parts[i], 100000, "");
		assert_null(call_signature_parse("-", text, &error));
		assert_non_null(strstr(error.text, "1000 types within types"));
		assert_null(call_signature_parse(text + 5, "func()", &error));
		assert_true(error.in_receiver);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_receivers),
		cmocka_unit_test(test_bad_signatures),
		cmocka_unit_test(test_bad_receivers),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_deep_nesting_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
