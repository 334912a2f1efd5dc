/* test_memclr.c - every memclr clears what it should and nothing else */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base_page.h"
#include "kernel_check.h"

#define CANARY 0xa5
/* Bytes looked at on both sides: more than the widest vector. */
#define MARGIN 128
#define AREA   (MARGIN + KERNEL_ALIGNS + KERNEL_LARGEST + MARGIN)

static unsigned char area[AREA] __attribute__((aligned(KERNEL_ALIGNS)));
static unsigned char want[AREA];
static struct base_guarded guarded;

static void
check_aligned(const struct strategy *s, size_t align, size_t n)
{
	size_t off = MARGIN + align, len = off + n + MARGIN;
	struct kernel_case c = {s, n, area + off, NULL};

	if (!kernel_in_domain(s, align, n))
		return;
	memset(area, CANARY, len);
	memset(want, CANARY, len);
	memset(want + off, 0, n);
	kernel_begin(&c);
	s->memclr(area + off, n);
	kernel_expect(&c, area, want, len);
}

static void
check_small(const struct strategy *s)
{
	for (size_t n = 0; n <= KERNEL_SMALL; n++)
		for (size_t align = 0; align < KERNEL_ALIGNS; align++)
			check_aligned(s, align, n);
}

static void
check_large(const struct strategy *s)
{
	for (size_t i = 0; i < kernel_large_count; i++)
		for (size_t align = 0; align < KERNEL_ALIGNS; align++)
			check_aligned(s, align, kernel_large[i]);
}

/* The memory ends or starts at an unmapped page. */
static void
check_flush(const struct strategy *s, unsigned char *ptr, size_t n)
{
	struct kernel_case c = {s, n, ptr, NULL};

	if (!kernel_in_domain(s, (uintptr_t)ptr, n))
		return;
	memset(ptr, CANARY, n);
	memset(want, 0, n);
	kernel_begin(&c);
	s->memclr(ptr, n);
	kernel_expect(&c, ptr, want, n);
}

static void
check_guarded(const struct strategy *s)
{
	for (size_t n = 0; n <= KERNEL_SMALL; n++) {
		check_flush(s, guarded.start, n);
		check_flush(s, guarded.end - n, n);
	}
	for (size_t i = 0; i < kernel_large_count; i++) {
		check_flush(s, guarded.start, kernel_large[i]);
		check_flush(s, guarded.end - kernel_large[i], kernel_large[i]);
	}
}

static void
test_every_small_size_and_alignment(void **state)
{
	(void)state;
	kernel_each(STRATEGY_MEMCLR, check_small);
}

static void
test_large_sizes_at_every_alignment(void **state)
{
	(void)state;
	kernel_each(STRATEGY_MEMCLR, check_large);
}

static void
test_beside_unmapped_pages(void **state)
{
	(void)state;
	base_guarded_alloc(&guarded, KERNEL_LARGEST);
	kernel_each(STRATEGY_MEMCLR, check_guarded);
	base_guarded_free(&guarded);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_small_size_and_alignment),
		cmocka_unit_test(test_large_sizes_at_every_alignment),
		cmocka_unit_test(test_beside_unmapped_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return kernel_main(run);
}
