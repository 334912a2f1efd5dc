/* test_bench_loop.c - pure loops store and copy every byte, and no other */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "base_page.h"
#include "bench_loop.h"

#define UNITS 5
#define BYTES ((size_t)UNITS * BENCH_LOOP_UNIT)

static bool
all_are(const unsigned char *p, size_t n, unsigned char byte)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != byte)
			return false;
	return true;
}

static void
every_byte_and_no_other(void **state)
{
	const struct bench_loop *loop;
	size_t n = 0;
	unsigned char *memory = base_page_alloc(4 * BYTES, BASE_PAGE_SMALL);
	unsigned char *dst = memory + BENCH_LOOP_UNIT;
	unsigned char *src = memory + 2 * BYTES;

	(void)state;
	assert_non_null(memory);
	for (; (loop = bench_loop_at(n)); n++) {
		memset(memory, 0xff, 4 * BYTES);
		loop->store(dst, BYTES);
		assert_true(all_are(dst, BYTES, 0));
		assert_true(all_are(memory, BENCH_LOOP_UNIT, 0xff));
		assert_true(all_are(dst + BYTES, BENCH_LOOP_UNIT, 0xff));
		for (size_t i = 0; i < BYTES; i++)
			src[i] = (unsigned char)(i * 7 % 251);
		loop->copy(dst, src, BYTES);
		assert_memory_equal(dst, src, BYTES);
		assert_true(all_are(dst + BYTES, BENCH_LOOP_UNIT, 0xff));
	}
	assert_true(n >= 2);
	base_page_free(memory, 4 * BYTES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
