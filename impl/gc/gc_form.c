/* gc_form.c - pointer bits in the span, beside it, or from an object's type */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_form.h"

#include <stdlib.h>

/* Bytes of a bitmap for the words of a span of `bytes`. */
static size_t
map_bytes(size_t bytes)
{
	return bytes / WORD_SIZE / 8;
}

void
gc_form_shape(const struct gc *gc, struct gc_shape *shape, bool large,
	      size_t bytes)
{
	if (shape->noscan || gc->config.form == GC_HEAP_BITMAP)
		return;
	if (shape->elem_size <= GC_FORM_BITMAP_MAX)
		shape->map_off = (uint32_t)(bytes - map_bytes(bytes));
	else if (!large)
		shape->header = GC_FORM_HEADER;
}

void
gc_form_span(const struct gc *gc, struct gc_span *span, size_t bytes)
{
	if (span->shape->map_off) {
		span->ptr_bits =
			(uint64_t *)(span->base + span->shape->map_off);
		/* The pages may have been used before. */
		memset(span->ptr_bits, 0, map_bytes(bytes));
	} else if (!span->shape->noscan && gc->config.form == GC_HEAP_BITMAP) {
		span->ptr_bits = calloc(1, map_bytes(bytes));
		CHECK(span->ptr_bits);
	}
}

void
gc_form_span_free(struct gc_span *span)
{
	/* A bitmap in the span goes with its pages. */
	if (!span->shape->map_off)
		free(span->ptr_bits);
}

/* Writes the pointer bits of one value at word `at` of the span. */
static void
put_type(uint64_t *map, size_t at, const struct gc_type *type)
{
	size_t nwords = type->ptrbytes / WORD_SIZE;

	for (size_t i = 0; i < nwords; i += 64)
		gc_form_put_bits(map, at + i, MIN(nwords - i, 64),
				 gc_form_mask_word(type, i / 64));
}

static void
put_array(struct gc_span *span, size_t at, const struct gc_type *type, size_t n)
{
	size_t nwords = span->shape->elem_size / WORD_SIZE;

	/* What an earlier object left; a fresh span has none. */
	if (span->needs_zero)
		for (size_t i = 0; i < nwords; i += 64)
			gc_form_put_bits(span->ptr_bits, at + i,
					 MIN(nwords - i, 64), 0);
	for (size_t i = 0; i < n; i++)
		put_type(span->ptr_bits, at + i * (type->size / WORD_SIZE),
			 type);
}

void
gc_form_describe_slow(struct gc_span *span, uintptr_t slot,
		      const struct gc_type *type, size_t n)
{
	ASSERT(type->size % WORD_SIZE == 0);
	ASSERT((uintptr_t)type->ptrmask % sizeof(uint64_t) == 0);
	if (span->ptr_bits)
		put_array(span, (slot - span->base) / WORD_SIZE, type, n);
	else if (span->shape->header)
		__atomic_store_n((const struct gc_type **)slot, type,
				 __ATOMIC_RELAXED);
	else
		span->large_type = type;
}

/* Finds the slot and its type, and from these the place in the mask. */
size_t
gc_form_typed_slots(const struct gc_span *span, uintptr_t ptr, size_t nwords,
		    struct gc_slots *out)
{
	const struct gc_type *type;
	uintptr_t slot;
	size_t off, n = 0;

	if (span->shape->noscan)
		return 0;
	slot = span->base + gc_span_index(span, ptr) * span->shape->elem_size;
	type = gc_form_type(span, slot);
	off = ptr - (slot + span->shape->header);
	/* Most ranges begin in the first element: no division. */
	if (off >= type->size)
		off %= type->size;
	out->map = (const uint64_t *)type->ptrmask;
	out->first = off / WORD_SIZE;
	out->at = 0;
	out->period = type->size / WORD_SIZE;
	out->ptrs = type->ptrbytes / WORD_SIZE;
	if (out->first < out->ptrs)
		n = MIN(out->ptrs - out->first, nwords);
	out->left = nwords - n;
	return n ? n : gc_slots_next(out, 0);
}
