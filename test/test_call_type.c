/* test_call_type.c - size, alignment and pointers of arrays and structs */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "call_type.h"

static struct call_type
basic(size_t size, size_t ptrbytes)
{
	return (struct call_type){.size = size,
				  .align = MIN(size, WORD_SIZE),
				  .ptrbytes = ptrbytes,
				  .count = 1};
}

static void
test_array(void **state)
{
	struct call_type string = basic(16, 8);
	struct call_type t = {.first = &string, .count = 3};
	(void)state;

	assert_true(call_type_set_array(&t));
	assert_int_equal(t.size, 48);
	assert_int_equal(t.align, 8);
	assert_int_equal(t.ptrbytes, 40);

	t = (struct call_type){.first = &string, .count = 0};
	assert_true(call_type_set_array(&t));
	assert_int_equal(t.size, 0);
	assert_int_equal(t.align, 8);
	assert_int_equal(t.ptrbytes, 0);
}

static void
test_array_limit(void **state)
{
	struct call_type word = basic(8, 8);
	struct call_type t = {.first = &word, .count = CALL_MAX_TYPE / 8};
	(void)state;

	assert_true(call_type_set_array(&t));
	assert_int_equal(t.size, CALL_MAX_TYPE);
	t.count++;
	assert_false(call_type_set_array(&t));
	t.count = SIZE_MAX;
	assert_false(call_type_set_array(&t));
}

static void
test_struct(void **state)
{
	struct call_type c = basic(1, 0);
	struct call_type b = {
		.size = 16, .align = 8, .ptrbytes = 8, .next = &c};
	struct call_type a = basic(2, 0);
	struct call_type t = {.align = 1, .count = 1, .first = &a};
	(void)state;

	a.next = &b;
	assert_true(call_type_set_struct(&t));
	assert_int_equal(a.off, 0);
	assert_int_equal(b.off, 8);
	assert_int_equal(c.off, 24);
	assert_int_equal(t.size, 32);
	assert_int_equal(t.align, 8);
	assert_int_equal(t.ptrbytes, 16);
}

/* Only a last field without size, in a struct that has one, takes a byte. */
static void
test_trailing_zero_size(void **state)
{
	struct call_type none = {.align = 1, .count = 1};
	struct call_type word = basic(8, 8);
	struct call_type t = {.align = 1, .count = 1, .first = &none};
	(void)state;

	assert_true(call_type_set_struct(&t));
	assert_int_equal(t.size, 0);
	none.next = &word;
	assert_true(call_type_set_struct(&t));
	assert_int_equal(t.size, 8);
	none.next = NULL;
	word.next = &none;
	t.first = &word;
	assert_true(call_type_set_struct(&t));
	assert_int_equal(none.off, 8);
	assert_int_equal(t.size, 16);
	assert_int_equal(t.ptrbytes, 8);
}

static void
test_struct_limit(void **state)
{
	struct call_type byte = basic(1, 0);
	struct call_type most = {.size = CALL_MAX_TYPE, .align = 1};
	struct call_type t = {.align = 1, .count = 1, .first = &most};
	(void)state;

	assert_true(call_type_set_struct(&t));
	assert_int_equal(t.size, CALL_MAX_TYPE);
	most.next = &byte;
	assert_false(call_type_set_struct(&t));
}

static void
test_notinheap_alone(void **state)
{
	struct call_type word = basic(8, 0), other = basic(8, 0);
	struct call_type array = {.first = &word, .count = 1};
	struct call_type t = {.align = 1, .count = 1, .first = &word};
	(void)state;

	word.notinheap = true;
	assert_true(call_type_set_array(&array));
	assert_true(array.notinheap);
	assert_true(call_type_set_struct(&t));
	assert_true(t.notinheap);
	array.count = 2;
	assert_true(call_type_set_array(&array));
	assert_false(array.notinheap);
	word.next = &other;
	assert_true(call_type_set_struct(&t));
	assert_false(t.notinheap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_array),
		cmocka_unit_test(test_array_limit),
		cmocka_unit_test(test_struct),
		cmocka_unit_test(test_trailing_zero_size),
		cmocka_unit_test(test_struct_limit),
		cmocka_unit_test(test_notinheap_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
