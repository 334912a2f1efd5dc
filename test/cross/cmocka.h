/* cmocka.h - as much of cmocka as the tests of impl/ use, for a build to which
 * that library is not at hand (make check-aarch64)
 *
 * The first failure ends the program.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CMOCKA_H
#define CMOCKA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
	const char *name;
	void (*test)(void **state);
	int (*setup)(void **state);
	int (*teardown)(void **state);
};

#define cmocka_unit_test(f)       \
	{                         \
#f, f, NULL, NULL \
	}
#define cmocka_unit_test_setup(f, up) \
	{                             \
#f, f, up, NULL       \
	}
#define cmocka_unit_test_setup_teardown(f, up, down) \
	{                                            \
#f, f, up, down                      \
	}

#define print_message printf

_Noreturn static inline void
cmocka_fail(const char *file, int line, const char *what)
{
	printf("%s:%d: %s\n", file, line, what);
	exit(1);
}

static inline int
cmocka_in(unsigned long long n, unsigned long long low, unsigned long long high)
{
	return n >= low && n <= high;
}

#define fail_msg(...)                                        \
	do {                                                 \
		printf(__VA_ARGS__);                         \
		cmocka_fail(__FILE__, __LINE__, ": failed"); \
	} while (0)
#define fail() cmocka_fail(__FILE__, __LINE__, "failed")

#define assert_true(c) \
	((c) ? (void)0 : cmocka_fail(__FILE__, __LINE__, #c " is false"))
#define assert_false(c)    assert_true(!(c))
#define assert_null(p)     assert_true((p) == NULL)
#define assert_non_null(p) assert_true((p) != NULL)
#define assert_int_equal(a, b) \
	assert_true((unsigned long long)(a) == (unsigned long long)(b))
#define assert_int_not_equal(a, b) \
	assert_true((unsigned long long)(a) != (unsigned long long)(b))
#define assert_ptr_equal(a, b) \
	assert_true((const void *)(a) == (const void *)(b))
#define assert_ptr_not_equal(a, b) \
	assert_true((const void *)(a) != (const void *)(b))
#define assert_in_range(n, low, high) assert_true(cmocka_in(n, low, high))
#define assert_string_equal(a, b)     assert_true(strcmp(a, b) == 0)
#define assert_string_not_equal(a, b) assert_true(strcmp(a, b) != 0)
#define assert_memory_equal(a, b, n)  assert_true(memcmp(a, b, n) == 0)

/* Any test that cannot run here says so for its program. */
#define skip() exit(77)

static inline int
cmocka_run(const struct CMUnitTest *tests, size_t n, int (*setup)(void **),
	   int (*teardown)(void **))
{
	void *group = NULL;

	if (setup && setup(&group))
		cmocka_fail(__FILE__, __LINE__, "setup of the group");
	for (size_t i = 0; i < n; i++) {
		void *state = group;

		printf("%s\n", tests[i].name);
		if (tests[i].setup && tests[i].setup(&state))
			cmocka_fail(__FILE__, __LINE__, "setup");
		tests[i].test(&state);
		if (tests[i].teardown && tests[i].teardown(&state))
			cmocka_fail(__FILE__, __LINE__, "teardown");
	}
	return teardown ? teardown(&group) : 0;
}

#define cmocka_run_group_tests(tests, setup, teardown) \
	cmocka_run(tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

#endif
