/* gc_form.h - where the heap says which words are pointers
 *
 * A span with ptr_bits has one bit a word; all its objects are described there.
 * In a span without, a type describes the object and its mask repeats for each
 * element: the type stands in the header of a small object, 8 bytes before its
 * first byte, and in the span of a large one. The object that the marker and
 * the mark bits know is the slot, header and all; everybody else's begins
 * behind the header.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_FORM_H
#define GC_FORM_H

#include <string.h>

#include "gc_barrier.h"
#include "gc_find.h"

/* The largest object that a bitmap in its span describes: Go 1.22's
 * minSizeForMallocHeader. Here 128 bytes of bitmap cost an 8 KiB span as much
 * as sixteen headers would; and an object's bits are one word. */
#define GC_FORM_BITMAP_MAX ((size_t)512)
#define GC_FORM_HEADER     sizeof(struct gc_type *)

/* Bytes that go before an object of `size` bytes, if its slot is small. */
static inline size_t
gc_form_header(const struct gc *gc, size_t size, bool noscan)
{
	if (LIKELY(size <= GC_FORM_BITMAP_MAX) || noscan)
		return 0;
	return gc->config.form == GC_HEAP_HEADERS ? GC_FORM_HEADER : 0;
}

/* Decides how spans of `bytes`, for many objects or a large one, describe them:
 * fills in map_off and header of a shape whose other members are set. Objects
 * have the bytes before map_off, or all. */
void gc_form_shape(const struct gc *gc, struct gc_shape *shape, bool large,
		   size_t bytes);

/* Readies the bitmap of a new span of `bytes`, if it shall have one. */
void gc_form_span(const struct gc *gc, struct gc_span *span, size_t bytes);

/* Releases what gc_form_span has allocated. */
void gc_form_span_free(struct gc_span *span);

/* Sets nbits <= 64 of a bitmap from bit `at`. Neighbours' bits share words with
 * these and may be read meanwhile, so words are stored whole. */
static inline void
gc_form_put_bits(uint64_t *map, size_t at, size_t nbits, uint64_t value)
{
	uint64_t mask = nbits < 64 ? ((uint64_t)1 << nbits) - 1 : ~(uint64_t)0;
	size_t shift = at % 64;
	uint64_t *p = &map[at / 64];

	value &= mask;
	__atomic_store_n(p, (*p & ~(mask << shift)) | value << shift,
			 __ATOMIC_RELAXED);
	if (shift + nbits > 64) {
		shift = 64 - shift;
		__atomic_store_n(p + 1,
				 (p[1] & ~(mask >> shift)) | value >> shift,
				 __ATOMIC_RELAXED);
	}
}

/* Word i of a type's mask; its bits past ptrbytes are undefined. */
static inline uint64_t
gc_form_mask_word(const struct gc_type *type, size_t i)
{
	uint64_t w;

	memcpy(&w, type->ptrmask + i * 8, 8);
	return w;
}

/* All bits of a type with pointers in its first 64 words, and none elsewhere.
 */
static inline uint64_t
gc_form_small_mask(const struct gc_type *type)
{
	size_t undefined = 64 - type->ptrbytes / WORD_SIZE;

	return gc_form_mask_word(type, 0) << undefined >> undefined;
}

void gc_form_describe_slow(struct gc_span *span, uintptr_t slot,
			   const struct gc_type *type, size_t n);

/* Says of a slot that it holds n elements of a type with pointers. */
static inline void
gc_form_describe(struct gc_span *span, uintptr_t slot,
		 const struct gc_type *type, size_t n)
{
	size_t nwords = span->shape->elem_size / WORD_SIZE;

	if (LIKELY(n == 1 && nwords <= 64 && span->ptr_bits))
		gc_form_put_bits(span->ptr_bits,
				 (slot - span->base) / WORD_SIZE, nwords,
				 gc_form_small_mask(type));
	else
		gc_form_describe_slow(span, slot, type, n);
}

/* The type of a slot in a span without ptr_bits. Relaxed: the header was
 * published together with the object. */
static inline const struct gc_type *
gc_form_type(const struct gc_span *span, uintptr_t slot)
{
	if (span->large_type)
		return span->large_type;
	return __atomic_load_n((const struct gc_type **)slot, __ATOMIC_RELAXED);
}

size_t gc_form_typed_slots(const struct gc_span *span, uintptr_t ptr,
			   size_t nwords, struct gc_slots *out);

/* gc_slots_begin in a span; ptr is in an object of it. */
static inline size_t
gc_form_slots(const struct gc *gc, struct gc_home home, uintptr_t ptr,
	      size_t nwords, struct gc_slots *out)
{
	const struct gc_span *span;

	out->map = (const uint64_t *)(home.base + home.shape->map_off);
	if (UNLIKELY(!home.shape->map_off)) {
		span = gc_span_of(gc, ptr);
		if (!span->ptr_bits)
			return gc_form_typed_slots(span, ptr, nwords, out);
		out->map = span->ptr_bits;
	}
	out->first = (ptr - home.base) / WORD_SIZE;
	out->at = out->left = 0;
	return nwords;
}

#endif
