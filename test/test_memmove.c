/* test_memmove.c - every memmove copies what it should and nothing else
 *
 * All copies go from one place to another of one arena, so that overlap is only
 * a small distance. The same copy made by the C library in a second arena says
 * what the whole arena should hold then.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base_page.h"
#include "base_random.h"
#include "kernel_check.h"

#define MARGIN 128
/* Two of the largest, far enough apart not to overlap at any alignment. */
#define ARENA (3 * MARGIN + 2 * (KERNEL_LARGEST + 2 * KERNEL_ALIGNS))

/* Repeats after 251 bytes, a prime: a vector taken from or put in a wrong
 * place, by a multiple of any length that kernels use, shows. */
static unsigned char pattern[ARENA];
static unsigned char arena[ARENA] __attribute__((aligned(KERNEL_ALIGNS)));
static unsigned char want[ARENA];
static struct base_guarded guarded_dst, guarded_src;

static int
fill_pattern(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARENA; i++)
		pattern[i] = (unsigned char)(i % 251);
	return 0;
}

/* Copies n bytes from src to dst, both counted from the start of the arena. */
static void
check_move(const struct strategy *s, size_t dst, size_t src, size_t n)
{
	struct kernel_case c = {s, n, arena + dst, arena + src};
	size_t len = MAX(dst, src) + n + MARGIN;

	if (!kernel_in_domain(s, dst | src, n))
		return;
	CHECK(len <= ARENA);
	memcpy(arena, pattern, len);
	memcpy(want, pattern, len);
	memmove(want + dst, want + src, n);
	kernel_begin(&c);
	s->memmove(arena + dst, arena + src, n);
	kernel_expect(&c, arena, want, len);
}

/* To every alignment, from the same one and from some others. */
static void
check_apart(const struct strategy *s, size_t n)
{
	size_t far = 2 * MARGIN + ALIGN_UP(n, KERNEL_ALIGNS) + KERNEL_ALIGNS;

	for (size_t align = 0; align < KERNEL_ALIGNS; align++) {
		check_move(s, MARGIN + align, far + align, n);
		check_move(s, MARGIN + align, far, n);
		check_move(s, MARGIN + align, far + 1, n);
		check_move(s, far + align, MARGIN + 8, n);
	}
}

static void
check_small(const struct strategy *s)
{
	for (size_t n = 0; n <= KERNEL_SMALL; n++)
		check_apart(s, n);
}

static void
check_large(const struct strategy *s)
{
	for (size_t i = 0; i < kernel_large_count; i++)
		check_apart(s, kernel_large[i]);
}

/* Both ways, at an alignment that changes from case to case. */
static void
check_both_ways(const struct strategy *s, size_t distance, size_t n)
{
	size_t low = MARGIN + (distance * 8 + n) % KERNEL_ALIGNS;

	check_move(s, low, low + distance, n);
	check_move(s, low + distance, low, n);
}

static void
check_small_overlaps(const struct strategy *s)
{
	for (size_t n = 0; n <= KERNEL_SMALL; n++)
		for (size_t distance = 0; distance <= KERNEL_SMALL; distance++)
			check_both_ways(s, distance, n);
}

static void
check_large_overlaps(const struct strategy *s)
{
	static const size_t distances[] = {
		0,   1,   7,   8,   9,   15,  16,   17,   24,   31,   32,
		33,  40,  63,  64,  65,  120, 127,  128,  129,  255,  256,
		257, 264, 511, 512, 513, 520, 1024, 4088, 4095, 4096, 4097,
	};

	for (size_t i = 0; i < kernel_large_count; i++) {
		size_t n = kernel_large[i];

		for (size_t j = 0; j < ARRAY_LEN(distances); j++)
			check_both_ways(s, distances[j], n);
		check_both_ways(s, n - 8, n);
		check_both_ways(s, n - 1, n);
		check_both_ways(s, n, n);
		check_both_ways(s, n + 1, n);
	}
}

static struct base_random rng;

/* 8 KiB at most, so that most pairs of places overlap. */
static void
check_random(const struct strategy *s)
{
	for (int i = 0; i < 4000; i++) {
		size_t n = base_random_below(&rng, 8192 + 1);
		size_t dst = MARGIN + base_random_below(&rng, 8192);
		size_t src = MARGIN + base_random_below(&rng, 8192);

		check_move(s, dst, src, n);
		check_move(s, dst & ~7u, src & ~7u, n & ~7u);
	}
}

/* Both memories end or start at an unmapped page. */
static void
check_flush(const struct strategy *s, unsigned char *dst, unsigned char *src,
	    size_t n)
{
	struct kernel_case c = {s, n, dst, src};

	if (!kernel_in_domain(s, (uintptr_t)dst | (uintptr_t)src, n))
		return;
	memset(dst, 0, n);
	memcpy(src, pattern, n);
	kernel_begin(&c);
	s->memmove(dst, src, n);
	kernel_expect(&c, dst, pattern, n);
}

static void
check_flush_all(const struct strategy *s, size_t n)
{
	struct base_guarded *d = &guarded_dst, *f = &guarded_src;

	check_flush(s, d->start, f->start, n);
	check_flush(s, d->start, f->end - n, n);
	check_flush(s, d->end - n, f->start, n);
	check_flush(s, d->end - n, f->end - n, n);
}

static void
check_guarded(const struct strategy *s)
{
	for (size_t n = 0; n <= KERNEL_SMALL; n++)
		check_flush_all(s, n);
	for (size_t i = 0; i < kernel_large_count; i++)
		check_flush_all(s, kernel_large[i]);
}

static void
test_every_small_size_and_alignment(void **state)
{
	(void)state;
	kernel_each(STRATEGY_MEMMOVE, check_small);
}

static void
test_large_sizes_at_every_alignment(void **state)
{
	(void)state;
	kernel_each(STRATEGY_MEMMOVE, check_large);
}

static void
test_every_small_overlap(void **state)
{
	(void)state;
	kernel_each(STRATEGY_MEMMOVE, check_small_overlaps);
}

static void
test_large_overlaps(void **state)
{
	(void)state;
	kernel_each(STRATEGY_MEMMOVE, check_large_overlaps);
}

static void
test_random_places(void **state)
{
	(void)state;
	rng.state = kernel_seed();
	kernel_each(STRATEGY_MEMMOVE, check_random);
}

static void
test_beside_unmapped_pages(void **state)
{
	(void)state;
	base_guarded_alloc(&guarded_dst, KERNEL_LARGEST);
	base_guarded_alloc(&guarded_src, KERNEL_LARGEST);
	kernel_each(STRATEGY_MEMMOVE, check_guarded);
	base_guarded_free(&guarded_dst);
	base_guarded_free(&guarded_src);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_small_size_and_alignment),
		cmocka_unit_test(test_large_sizes_at_every_alignment),
		cmocka_unit_test(test_every_small_overlap),
		cmocka_unit_test(test_large_overlaps),
		cmocka_unit_test(test_random_places),
		cmocka_unit_test(test_beside_unmapped_pages),
	};

	return cmocka_run_group_tests(tests, fill_pattern, NULL);
}

int
main(void)
{
	return kernel_main(run);
}
