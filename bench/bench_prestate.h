/* bench_prestate.h - where memory is and what is in it before an operation, and
 * what is done around the operation
 *
 * As a word: words joined by "+", in the order of the list below, where what is
 * usual is left out.
 *
 *   l1-zero         the place and the content, each may be left out:
 *                   l1, l2, l3, dram or fresh, which no one has touched yet;
 *                   zero, data, or live for what is on the heap
 *   huge            huge pages, where otherwise small ones
 *   dst=N, src=N    each call's memory begins N bytes past a cache line, where
 *                   otherwise on a word, as the calls before it leave it
 *   skew=N          the source's region lies N bytes past the destination's,
 *                   modulo 4 KiB, where otherwise 1088
 *   read, refill    each call's memory is read, or filled again, as part of
 *                   the operation
 *   busy            another CPU copies memory that fits no cache
 *   neighbour=N     N KiB of other memory, which was in cache, are read after
 *                   each lap of the calls, as part of them: what they evict
 *   direct, plt     the function is called so (bench_form.h)
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_PRESTATE_H
#define BENCH_PRESTATE_H

#include "bench.h"

enum bench_place {
	PLACE_UNSAID, /* the smallest cache that holds what a batch touches */
	PLACE_L1,
	PLACE_L2,
	PLACE_L3,
	PLACE_DRAM,
	PLACE_FRESH, /* the first touch faults its page in */
};

enum bench_content {
	CONTENT_UNSAID,
	CONTENT_ZERO,
	CONTENT_DATA, /* no byte is zero */
	CONTENT_LIVE, /* heap values */
};

enum bench_after {
	AFTER_NOTHING,
	AFTER_READ,   /* word by word, as a trampoline reads a frame */
	AFTER_REFILL, /* word by word, as the next call fills it */
};

/* Cache lines of the CPUs that this runs on. */
#define BENCH_LINE 64
/* No offset in a line was asked for. */
#define BENCH_AS_IT_COMES SIZE_MAX
/* Source and destination differ by this much modulo 4 KiB where nothing is
 * said, so that loads do not wait for stores that only look like theirs (4 KiB
 * aliasing). */
#define BENCH_SKEW 1088

struct bench_prestate {
	size_t place;     /* enum bench_place */
	size_t content;   /* enum bench_content */
	size_t huge;      /* bool */
	size_t dst, src;  /* offset in a cache line, or BENCH_AS_IT_COMES */
	size_t skew;      /* a multiple of BENCH_LINE below 4096 */
	size_t after;     /* enum bench_after */
	size_t busy;      /* bool */
	size_t neighbour; /* KiB */
	size_t form;      /* enum bench_form */
	/* Set by bench_resolve, and no part of the word. */
	size_t region; /* bytes that one side of the calls walks over */
	size_t evict;  /* bytes to read so that nothing is left closer */
	bool restored; /* brought about again before each lap of the region */
};

/* What is usual. */
extern const struct bench_prestate bench_prestate_usual;

/* Parses a word. BENCH_OK, or BENCH_USAGE after a message that names the
 * column. */
int bench_prestate_parse(const char *word, struct bench_prestate *p);
/* The same without a message: whether it is one. */
bool bench_prestate_is(const char *word, struct bench_prestate *p);
/* The word, as short as can be, from malloc. */
char *bench_prestate_word(const struct bench_prestate *p);

/* The one thing that two of them differ in, or NULL: none or several. */
const char *bench_prestate_difference(const struct bench_prestate *a,
				      const struct bench_prestate *b);

/* The words there are, by index, and what each means; NULL after the last. A
 * word that ends in "=" takes a number. */
const char *bench_prestate_aspect(size_t i);
const char *bench_prestate_summary(size_t i);

#endif
