/* gc_heap.c - the reservation, its page table, and spans
 *
 * One contiguous reservation of whole arenas; the kernel commits a page when it
 * is first touched. The table of spans is the page allocator's only state: a
 * page is free when no span is entered for it.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "gc_form.h"
#include "gc_unmap.h"

static struct gc_span **
page_entry(struct gc *gc, size_t page)
{
	return &gc->arenas[page / GC_ARENA_PAGES]->spans[page % GC_ARENA_PAGES];
}

/* What the spans of each size class have in common. */
static void
init_shapes(struct gc *gc)
{
	for (size_t i = 1; i < gc_class_count; i++)
		for (int noscan = 0; noscan < 2; noscan++) {
			struct gc_shape *s =
				&gc->shapes[gc_shape_number(i, noscan)];

			s->elem_size = gc_class_size[i];
			s->div_magic =
				(uint32_t)(UINT32_MAX / s->elem_size + 1);
			s->noscan = noscan;
			gc_form_shape(gc, s, false,
				      (size_t)gc_class_pages[i]
					      << GC_PAGE_SHIFT);
		}
}

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* Linux 5.14 */
#endif

/* Zero memory that is committed where it is touched. */
static void *
reserve(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

void
gc_heap_init(struct gc *gc)
{
	size_t arena = (size_t)1 << GC_ARENA_SHIFT;
	size_t size = ALIGN_UP(gc->config.heap_limit, arena);

	/* One arena more, to align the base. */
	gc->reservation_size = size + arena;
	gc->reservation = reserve(gc->reservation_size);
	gc->base = ALIGN_UP((uintptr_t)gc->reservation, arena);
	/* A wish: marking meets a new page with almost every pointer. */
	if (gc->config.huge_pages)
		madvise((void *)gc->base, size, MADV_HUGEPAGE);
	/* Likewise: all at once takes less time than page by page. */
	if (gc->config.committed)
		madvise((void *)gc->base, MIN(gc->config.committed, size),
			MADV_POPULATE_WRITE);
	gc->limit = gc->base + size;
	gc->n_pages = size >> GC_PAGE_SHIFT;
	gc->mark_table = reserve(gc->n_pages * GC_MARK_BYTES);
	gc->homes = reserve(gc->n_pages * sizeof(*gc->homes));
	gc->arenas = calloc(size >> GC_ARENA_SHIFT, sizeof(*gc->arenas));
	CHECK(gc->arenas);
	for (size_t i = 0; i < size >> GC_ARENA_SHIFT; i++) {
		gc->arenas[i] = calloc(1, sizeof(*gc->arenas[i]));
		CHECK(gc->arenas[i]);
	}
	init_shapes(gc);
}

void
gc_heap_destroy(struct gc *gc)
{
	struct gc_span *span;

	for (size_t page = 0; (span = gc_heap_next_span(gc, &page));)
		gc_span_free(gc, span);
	for (size_t i = 0; i < gc->n_pages / GC_ARENA_PAGES; i++)
		free(gc->arenas[i]);
	free(gc->arenas);
	munmap(gc->homes, gc->n_pages * sizeof(*gc->homes));
	munmap(gc->mark_table, gc->n_pages * GC_MARK_BYTES);
	munmap(gc->reservation, gc->reservation_size);
}

struct gc_span *
gc_heap_next_span(struct gc *gc, size_t *page)
{
	struct gc_span *span = NULL;

	while (!span && *page < gc->fresh_page) {
		span = *page_entry(gc, *page);
		*page += span ? span->npages : 1;
	}
	return span;
}

/* The first page of a free run of n, searched from the last one found, or from
 * the lowest one freed since; n_pages when there is none. */
static size_t
find_pages(struct gc *gc, size_t n)
{
	size_t run = 0, page = gc->next_page;

	for (size_t seen = 0; seen < gc->n_pages + n; seen++, page++) {
		if (page >= gc->n_pages) {
			page = 0;
			run = 0;
		}
		run = *page_entry(gc, page) ? 0 : run + 1;
		if (run == n) {
			gc->next_page = page + 1;
			return page + 1 - n;
		}
	}
	return gc->n_pages;
}

/* Release: the span is whole before it can be found (gc_span_of, gc_home_of).
 */
static void
enter_pages(struct gc *gc, size_t first, size_t n, struct gc_span *span)
{
	uint32_t shape = span && span->size_class
				 ? (uint32_t)(span->shape - gc->shapes)
				 : 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t home =
			shape ? (uint32_t)i << GC_HOME_SHIFT | shape : 0;

		__atomic_store_n(&gc->homes[first + i], home, __ATOMIC_RELEASE);
		__atomic_store_n(page_entry(gc, first + i), span,
				 __ATOMIC_RELEASE);
	}
}

/* Bitmaps are read and scanned in 8-byte words, and one word past. */
static void *
new_bits(size_t nbits)
{
	void *bits = calloc(nbits / 64 + 2, 8);

	CHECK(bits);
	return bits;
}

static void
set_shape(struct gc *gc, struct gc_span *span, size_t elem_size, bool noscan,
	  size_t bytes)
{
	struct gc_shape *own = &span->large_shape;
	const struct gc_shape *s = own;

	if (span->size_class) {
		s = &gc->shapes[gc_shape_number(span->size_class, noscan)];
		span->nelems = (uint32_t)((s->map_off ? s->map_off : bytes) /
					  elem_size);
	} else {
		own->elem_size = elem_size;
		own->noscan = noscan;
		gc_form_shape(gc, own, true, bytes);
		span->nelems = 1;
	}
	span->shape = s;
}

struct gc_span *
gc_span_new(struct gc *gc, size_t size_class, size_t elem_size, bool noscan)
{
	size_t npages =
		size_class ? gc_class_pages[size_class]
			   : (elem_size + GC_PAGE_SIZE - 1) >> GC_PAGE_SHIFT;
	size_t bytes = npages << GC_PAGE_SHIFT, first;
	struct gc_span *span;

	if (bytes > gc->config.heap_limit - gc->heap_bytes)
		return NULL;
	first = find_pages(gc, npages);
	if (first == gc->n_pages)
		return NULL;
	span = aligned_alloc(64, ALIGN_UP(sizeof(*span), 64));
	CHECK(span);
	memset(span, 0, sizeof(*span));
	span->base = gc->base + (first << GC_PAGE_SHIFT);
	span->npages = (uint32_t)npages;
	span->size_class = (uint8_t)size_class;
	span->needs_zero = first < gc->fresh_page;
	if (gc->config.unmap)
		gc_unmap_use(gc, span);
	set_shape(gc, span, elem_size, noscan, bytes);
	gc_form_span(gc, span, bytes);
	span->alloc_bits = new_bits(span->nelems);
	span->mark_bits = gc_mark_table_at(gc, span->base - gc->base);
	gc->fresh_page = MAX(gc->fresh_page, first + npages);
	gc->heap_bytes += bytes;
	gc->n_spans++;
	enter_pages(gc, first, npages, span);
	return span;
}

void
gc_span_free(struct gc *gc, struct gc_span *span)
{
	size_t first = (span->base - gc->base) >> GC_PAGE_SHIFT;

	enter_pages(gc, first, span->npages, NULL);
	/* Low addresses first, as in Go: their pages are in memory. */
	if (gc->config.unmap)
		gc_unmap_free(gc, span);
	else
		gc->next_page = MIN(gc->next_page, first);
	gc->heap_bytes -= (size_t)span->npages << GC_PAGE_SHIFT;
	gc->n_spans--;
	memset(span->mark_bits, 0, gc_span_bits_bytes(span));
	free(span->alloc_bits);
	gc_form_span_free(span);
	free(span->reach_bits);
	free(span->dead_bits);
	free(span);
}

void
gc_heap_drop_marks(struct gc *gc)
{
	memset(gc->mark_table, 0, gc->fresh_page * GC_MARK_BYTES);
}
