/* test_bench_code.c - the code that is shown is the code that runs */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bench_code.h"
#include "strategy.h"

typedef void function(void);

/* Of known alignment, and an address in the middle of it is its own too. */
__attribute__((noinline, aligned(128))) static int
aligned(int x)
{
	for (int i = 0; i < 9; i++)
		x = x * 31 + i;
	return x;
}

static void
test_finds_a_function(void **state)
{
	function *f = (function *)aligned;
	struct bench_code code, inside;
	(void)state;

	assert_true(bench_code_find(f, &code));
	assert_string_equal(code.symbol, "aligned");
	assert_true(code.size > 1);
	assert_ptr_equal(code.bytes, (const uint8_t *)(uintptr_t)f);
	assert_true(bench_code_alignment(&code) >= 128);
	/* What ASLR adds are whole pages. */
	assert_int_equal(code.address % 4096, (uintptr_t)f % 4096);

	f = (function *)((uintptr_t)f + code.size - 1);
	assert_true(bench_code_find(f, &inside));
	assert_true(inside.bytes == code.bytes && inside.size == code.size);
	free(code.symbol);
	free(inside.symbol);
}

static void
test_alignment(void **state)
{
	struct bench_code code = {.address = 0x1230};
	(void)state;

	assert_int_equal(bench_code_alignment(&code), 16);
	code.address = 0x1231;
	assert_int_equal(bench_code_alignment(&code), 1);
	code.address = 0x30000;
	assert_int_equal(bench_code_alignment(&code), 4096);
}

/* Every kernel has code of its own. */
static void
test_finds_every_kernel(void **state)
{
	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);
		struct bench_code code;
		function *f = s->kind == STRATEGY_MEMCLR ? (function *)s->memclr
			      : s->kind == STRATEGY_MEMMOVE
				      ? (function *)s->memmove
				      : (function *)s->barrier.clear;
		assert_true(bench_code_find(f, &code));
		assert_ptr_equal(code.bytes, (const uint8_t *)(uintptr_t)f);
		free(code.symbol);
	}
}

/* A library's, and no function at all. */
static void
test_finds_nothing_elsewhere(void **state)
{
	static int data;
	struct bench_code code;
	(void)state;

	assert_false(bench_code_find((function *)(uintptr_t)&data, &code));
	assert_false(bench_code_find((function *)(uintptr_t)state, &code));
	assert_false(bench_code_find(NULL, &code));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_a_function),
		cmocka_unit_test(test_alignment),
		cmocka_unit_test(test_finds_every_kernel),
		cmocka_unit_test(test_finds_nothing_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
