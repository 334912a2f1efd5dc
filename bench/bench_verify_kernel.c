/* bench_verify_kernel.c - memclr and memmove against a byte loop */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "base_page.h"
#include "base_random.h"
#include "bench_progress.h"
#include "bench_verify.h"

/* Past every threshold of the kernels but the string instructions' start. */
#define ARENA_SIZE 16384

struct arena {
	struct base_guarded memory;
	unsigned char expected[ARENA_SIZE];
	struct base_random random;
};

static void
arena_open(struct arena *a, uint64_t seed)
{
	base_guarded_alloc(&a->memory, ARENA_SIZE);
	a->random = (struct base_random){seed};
}

/* Fills both copies with the same noise. */
static void
arena_shuffle(struct arena *a)
{
	for (size_t i = 0; i < ARENA_SIZE; i += 8) {
		uint64_t x = base_random_next(&a->random);

		memcpy(a->expected + i, &x, 8);
	}
	memcpy(a->memory.start, a->expected, ARENA_SIZE);
}

/* Small sizes mostly; one in eight as large as fits. */
static size_t
random_size(struct base_random *r)
{
	size_t max = 64u << base_random_below(r, 8);

	return base_random_below(r, MIN(max, ARENA_SIZE) + 1);
}

/* An offset for n bytes: anywhere, or flush with either end. */
static size_t
random_offset(struct base_random *r, size_t n)
{
	switch (base_random_below(r, 4)) {
	case 0: return 0;
	case 1: return ARENA_SIZE - n;
	default: return base_random_below(r, ARENA_SIZE - n + 1);
	}
}

/* Half of them so that the n bytes from there overlap or touch those at `to`.
 */
static size_t
random_source(struct base_random *r, size_t to, size_t n)
{
	size_t low = to > n ? to - n : 0, high = MIN(to + n, ARENA_SIZE - n);

	if (base_random_below(r, 2))
		return random_offset(r, n);
	return low + base_random_below(r, high - low + 1);
}

/* Whole words, for strategies that take nothing else. */
static size_t
rounded(const struct strategy *s, size_t x)
{
	return s->flags & STRATEGY_WORDS_ONLY ? ALIGN_DOWN(x, WORD_SIZE) : x;
}

static void
compare(struct arena *a, const char *call, struct bench_verify_result *r)
{
	for (size_t i = 0; i < ARENA_SIZE; i++) {
		if (a->memory.start[i] == a->expected[i])
			continue;
		if (r->wrong++ == 0)
			snprintf(r->first, sizeof(r->first),
				 "%s: byte %zu is %02x, expected %02x", call, i,
				 a->memory.start[i], a->expected[i]);
	}
	r->rounds++;
}

void
bench_verify_memclr(const struct strategy *s, uint64_t seed, double until_s,
		    struct bench_verify_result *r)
{
	struct arena a;

	arena_open(&a, seed);
	do {
		size_t n = rounded(s, random_size(&a.random));
		size_t off = rounded(s, random_offset(&a.random, n));
		char call[64];

		arena_shuffle(&a);
		s->memclr(a.memory.start + off, n);
		for (size_t i = 0; i < n; i++)
			a.expected[off + i] = 0;
		snprintf(call, sizeof(call), "clear %zu bytes at %zu", n, off);
		compare(&a, call, r);
	} while (bench_now_s() < until_s);
	base_guarded_free(&a.memory);
}

/* Forwards or backwards, so that nothing is read after it was written. */
static void
copy_bytes(unsigned char *dst, const unsigned char *src, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = dst <= src ? i : n - 1 - i;

		dst[k] = src[k];
	}
}

void
bench_verify_memmove(const struct strategy *s, uint64_t seed, double until_s,
		     struct bench_verify_result *r)
{
	struct arena a;

	arena_open(&a, seed);
	do {
		size_t n = rounded(s, random_size(&a.random));
		size_t to = rounded(s, random_offset(&a.random, n));
		size_t from = rounded(s, random_source(&a.random, to, n));
		char call[96];

		arena_shuffle(&a);
		s->memmove(a.memory.start + to, a.memory.start + from, n);
		copy_bytes(a.expected + to, a.expected + from, n);
		snprintf(call, sizeof(call), "move %zu bytes from %zu to %zu",
			 n, from, to);
		compare(&a, call, r);
	} while (bench_now_s() < until_s);
	base_guarded_free(&a.memory);
}
