/* test_bench_form.c - loops with calls of each form call what they are aimed at
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_form.h"
#include "bench_prestate.h"

static size_t calls[2];
static struct bench_form_call last;
static const void *caller;

static void
first(void *dst, uintptr_t second, size_t third)
{
	last = (struct bench_form_call){dst, second, third};
	calls[0]++;
	caller = __builtin_return_address(0);
}

static void
other(void *dst, uintptr_t second, size_t third)
{
	last = (struct bench_form_call){dst, second, third};
	calls[1]++;
}

static struct bench_form_code *
make(enum bench_form form)
{
	struct bench_form_code *code =
		bench_form_make(form, (bench_form_target *)first);

	assert_non_null(code);
	memset(calls, 0, sizeof(calls));
	return code;
}

static void
each_call_has_its_arguments(void **state)
{
	struct bench_form_call list[3] = {
		{&list[0], 1, 2}, {&list[1], 3, 4}, {&list[2], 5, 6}};

	(void)state;
	if (!bench_form_supported())
		skip();
	for (enum bench_form form = FORM_POINTER; form <= FORM_PLT; form++) {
		struct bench_form_code *code = make(form);

		bench_form_aim(code, (bench_form_target *)first, 0);
		bench_form_run(code, list, 0);
		assert_int_equal(calls[0], 0);
		for (size_t n = 1; n <= 3; n++) {
			bench_form_run(code, list, n);
			assert_ptr_equal(last.dst, list[n - 1].dst);
			assert_int_equal(last.second, list[n - 1].second);
			assert_int_equal(last.third, list[n - 1].third);
		}
		assert_int_equal(calls[0], 6);
		bench_form_aim(code, (bench_form_target *)other, 0);
		bench_form_run(code, list, 3);
		assert_int_equal(calls[0], 6);
		assert_int_equal(calls[1], 3);
		bench_form_free(code);
	}
}

/* Each place is another line, that of the call before last too. */
static void
calls_come_from_their_place(void **state)
{
	static const size_t places[] = {0, 1, 7, BENCH_FORM_PLACES - 1};
	struct bench_form_call list[1] = {{&list[0], 1, 2}};

	(void)state;
	if (!bench_form_supported())
		skip();
	for (enum bench_form form = FORM_POINTER; form <= FORM_PLT; form++) {
		struct bench_form_code *code = make(form);
		const void *from[ARRAY_LEN(places)];

		for (size_t i = 0; i < ARRAY_LEN(places); i++) {
			bench_form_aim(code, (bench_form_target *)first,
				       places[i]);
			bench_form_run(code, list, 1);
			from[i] = caller;
		}
		for (size_t i = 1; i < ARRAY_LEN(places); i++) {
			size_t apart = (size_t)((uintptr_t)from[i] -
						(uintptr_t)from[0]);

			assert_int_equal(apart % BENCH_LINE, 0);
			assert_int_equal(
				apart / places[i],
				((uintptr_t)from[1] - (uintptr_t)from[0]));
		}
		bench_form_aim(code, (bench_form_target *)first,
			       BENCH_FORM_PLACES + 7);
		bench_form_run(code, list, 1);
		assert_ptr_equal(caller, from[2]);
		assert_int_equal(calls[0], ARRAY_LEN(places) + 1);
		bench_form_free(code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_has_its_arguments),
		cmocka_unit_test(calls_come_from_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
