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
		gc_buffer_flush(mut);
		p = mut->buffer_next;
	}
	mut->buffer_next = p + n;
	return p;
}

/* Which words of heap memory hold pointers: bit (first + i) of map belongs to
 * the i-th word from the address asked for. */
struct gc_heap_bits {
	const uint64_t *map;
	size_t first;
};

/* Finds the pointer bits for a heap address. False: not in the heap (a stack,
 * a global, foreign memory) or in a noscan object. Costs what Go's findObject
 * costs: arena, span, then the bitmap. */
bool gc_heap_bits_of(struct gc_mutator *mut, const void *ptr,
		     struct gc_heap_bits *out);

/* The 64 bits for the words from the i-th on; defined past the object's end.
 * Relaxed: another mutator may be setting the bits of a neighbour object. */
static inline uint64_t
gc_heap_bits_word(const struct gc_heap_bits *bits, size_t i)
{
	size_t at = bits->first + i, shift = at % 64;
	const uint64_t *p = &bits->map[at / 64];
	uint64_t low = __atomic_load_n(p, __ATOMIC_RELAXED);

	if (shift == 0)
		return low;
	return low >> shift | __atomic_load_n(p + 1, __ATOMIC_RELAXED)
				      << (64 - shift);
}

/* Whether the i-th word holds a pointer. */
static inline bool
gc_heap_bits_test(const struct gc_heap_bits *bits, size_t i)
{
	size_t at = bits->first + i;

	return __atomic_load_n(&bits->map[at / 64], __ATOMIC_RELAXED) >>
		       (at % 64) &
	       1;
}

#endif
