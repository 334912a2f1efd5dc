/* gc_barrier.h - what barrier strategies are made of
 *
 * Recording a pointer makes it grey for the invariant at the top of gc.h, even
 * before the buffer is flushed. Filling and flushing a buffer is the mutator's
 * own work: a flush finds each object, sets its mark bit, and hands the marker
 * those that were white and have slots to read.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_BARRIER_H
#define GC_BARRIER_H

#include "gc.h"

/* Where a barrier can be held in the middle: a file that builds one a second
 * time for that (bench_schedule_hooked.h) defines this first. The one that is
 * measured has nothing there. */
#ifndef BARRIER_POINT
#define BARRIER_POINT(mut, point, at) ((void)0)
#endif

/* Flushes the buffer: buffer_next is buffer again. While not marking the
 * entries are dropped. */
void gc_buffer_flush(struct gc_mutator *mut);

void gc_shade_slow(struct gc_mutator *mut, uintptr_t ptr);

/* While marking, shades one object at once, without a buffer. Any word is
 * allowed. */
static inline void
gc_shade(struct gc_mutator *mut, uintptr_t ptr)
{
	if (mut->marking)
		gc_shade_slow(mut, ptr);
}

/* Room for n words, n <= 2, flushing first when there is none. The words must
 * be written before the next safepoint. */
static inline uintptr_t *
gc_buffer_reserve(struct gc_mutator *mut, unsigned n)
{
	uintptr_t *p = mut->buffer_next;

	if (UNLIKELY((size_t)(mut->buffer_end - p) < n)) {
		BARRIER_POINT(mut, "flush", mut->buffer);
		gc_buffer_flush(mut);
		p = mut->buffer_next;
	}
	mut->buffer_next = p + n;
	return p;
}

/*
 * The pointer slots of a range of memory, in runs of words: bit first + i of
 * map is 1 when word at + i of the range holds a pointer. Words in no run hold
 * none. Where the heap has a bitmap, and in a global, the range is one run;
 * where a type describes the object, each element has its own (gc.h,
 * gc_heap_form).
 *
 *	for (n = gc_slots_begin(...); n; n = gc_slots_next(&s, n))
 *		for (i = 0; i < n; i += 64)
 *			... gc_slots_word(&s, i, n) ...
 */
struct gc_slots {
	const uint64_t *map;
	size_t first, at;
	/* The heap's own, in words: what is left of the range behind the run;
	 * the size of an element, and what of it may hold pointers. */
	size_t left, period, ptrs;
};

/* Finds the first run of a range of whole words in one object or global and
 * returns its length. 0: there is none, also because the range is in neither (a
 * stack, foreign memory, pages that were freed). Costs what Go's findObject
 * costs: arena, span, and then for a typed object a product to find its header;
 * outside the heap, a search among the globals. While marking only, when no
 * global goes. */
size_t gc_slots_begin(struct gc_mutator *mut, const void *ptr, size_t nwords,
		      struct gc_slots *out);

/* Steps from a run of n words to the one of the next element. */
static inline size_t
gc_slots_next(struct gc_slots *s, size_t n)
{
	size_t skip;

	if (LIKELY(s->left == 0))
		return 0;
	skip = s->period - s->first - n;
	if (s->left <= skip)
		return 0;
	s->at += n + skip;
	s->left -= skip;
	s->first = 0;
	n = MIN(s->ptrs, s->left);
	s->left -= n;
	return n;
}

/* The 64 bits for the words of a run of n from the i-th on, 0 from the n-th.
 * Relaxed: another mutator may be setting the bits of a neighbour object. */
static inline uint64_t
gc_slots_word(const struct gc_slots *s, size_t i, size_t n)
{
	size_t bit = s->first + i, left = n - i, shift = bit % 64;
	const uint64_t *p = &s->map[bit / 64];
	uint64_t bits = __atomic_load_n(p, __ATOMIC_RELAXED) >> shift;

	/* The next word may be past the end of a type's mask. */
	if (shift && shift + left > 64)
		bits |= __atomic_load_n(p + 1, __ATOMIC_RELAXED)
			<< (64 - shift);
	return left < 64 ? bits & (((uint64_t)1 << left) - 1) : bits;
}

/* Whether the i-th word of a run holds a pointer. */
static inline bool
gc_slots_test(const struct gc_slots *s, size_t i)
{
	size_t bit = s->first + i;

	return __atomic_load_n(&s->map[bit / 64], __ATOMIC_RELAXED) >>
		       bit % 64 &
	       1;
}

#endif
