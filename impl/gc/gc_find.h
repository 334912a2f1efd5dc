/* gc_find.h - from an address to its span, its object and its mark bit
 *
 * Marking a small object reads no span: what it must know is shared by all
 * spans of a size class (gc_shape), and a table of four bytes a page (homes)
 * says which shape a page has and where its span begins.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_FIND_H
#define GC_FIND_H

#include "gc_internal.h"

/* The span of an address; NULL when it is none of the heap. */
static inline struct gc_span *
gc_span_of(const struct gc *gc, uintptr_t ptr)
{
	uintptr_t off = ptr - gc->base;

	if (off >= gc->limit - gc->base)
		return NULL;
	/* Pairs with the release in enter_pages: whoever meets a pointer into a
	 * new span sees the span whole. It goes only when none is left. */
	return __atomic_load_n(
		&gc->arenas[off >> GC_ARENA_SHIFT]
			 ->spans[off >> GC_PAGE_SHIFT & (GC_ARENA_PAGES - 1)],
		__ATOMIC_ACQUIRE);
}

/* The index of the object at an offset from a span's base. A product with the
 * rounded-up reciprocal is exact while offset * size < 2^32: spans of small
 * objects are at most 128 KiB, objects at most 32 KiB. */
static inline size_t
gc_shape_index(const struct gc_shape *shape, uintptr_t off)
{
	return (uint64_t)(uint32_t)off * shape->div_magic >> 32;
}

static inline size_t
gc_span_index(const struct gc_span *span, uintptr_t ptr)
{
	return gc_shape_index(span->shape, ptr - span->base);
}

#define GC_HOME_SHIFT 8
_Static_assert(GC_SHAPES <= 1 << GC_HOME_SHIFT, "a home has room for a shape");

/* The span that an address lies in, without reading it if it holds small
 * objects. */
struct gc_home {
	const struct gc_shape *shape; /* NULL: the address is none of the heap's
				       */
	uintptr_t base;
};

static inline struct gc_home
gc_home_of(const struct gc *gc, uintptr_t ptr)
{
	uintptr_t off = ptr - gc->base, page = off >> GC_PAGE_SHIFT;
	const struct gc_span *span;
	uint32_t home;

	if (off >= gc->limit - gc->base)
		return (struct gc_home){NULL, 0};
	/* Pairs with the release in enter_pages, as in gc_span_of. */
	home = __atomic_load_n(&gc->homes[page], __ATOMIC_ACQUIRE);
	if (LIKELY(home)) {
		page -= home >> GC_HOME_SHIFT;
		home %= 1 << GC_HOME_SHIFT;
		return (struct gc_home){&gc->shapes[home],
					gc->base + (page << GC_PAGE_SHIFT)};
	}
	span = gc_span_of(gc, ptr);
	if (!span)
		return (struct gc_home){NULL, 0};
	return (struct gc_home){span->shape, span->base};
}

static inline uint8_t *
gc_mark_table_at(const struct gc *gc, uintptr_t off)
{
	return gc->mark_table + (off >> GC_PAGE_SHIFT) * GC_MARK_BYTES;
}

#endif
