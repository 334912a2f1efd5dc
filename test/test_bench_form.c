/* test_bench_form.c - loops with calls of each form call what they are aimed at
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_form.h"

static size_t calls[2];
static struct bench_form_call last;

static void
first(void *dst, uintptr_t second, size_t third)
{
	last = (struct bench_form_call){dst, second, third};
	calls[0]++;
}

static void
other(void *dst, uintptr_t second, size_t third)
{
	last = (struct bench_form_call){dst, second, third};
	calls[1]++;
}

static void
each_call_has_its_arguments(void **state)
{
	struct bench_form_call list[3] = {
		{&list[0], 1, 2}, {&list[1], 3, 4}, {&list[2], 5, 6}};

	(void)state;
	if (!bench_form_supported())
		skip();
	for (enum bench_form form = FORM_DIRECT; form <= FORM_PLT; form++) {
		struct bench_form_code *code =
			bench_form_make(form, (void (*)(void))first);

		assert_non_null(code);
		memset(calls, 0, sizeof(calls));
		bench_form_loop(code)(list, 0);
		assert_int_equal(calls[0], 0);
		for (size_t n = 1; n <= 3; n++) {
			bench_form_loop(code)(list, n);
			assert_ptr_equal(last.dst, list[n - 1].dst);
			assert_int_equal(last.second, list[n - 1].second);
			assert_int_equal(last.third, list[n - 1].third);
		}
		assert_int_equal(calls[0], 6);
		bench_form_aim(code, (void (*)(void))other);
		bench_form_loop(code)(list, 3);
		assert_int_equal(calls[0], 6);
		assert_int_equal(calls[1], 3);
		bench_form_free(code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_has_its_arguments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
