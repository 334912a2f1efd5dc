/* gc_alloc.c - allocation: a mutator's cached spans, then the central lists */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "gc_form.h"

/* Cycles that gc_must_alloc tries. Other mutators may take what a cycle has
 * freed; who gets nothing from so many is in a heap too small to run in. */
#define MAX_COLLECTIONS 10

/* The first free object at or after free_index; nelems when there is none. */
static uint32_t
next_free(const struct gc_span *span)
{
	for (size_t i = span->free_index; i < span->nelems;
	     i = (i / 64 + 1) * 64) {
		uint64_t used;

		memcpy(&used, span->alloc_bits + i / 64 * 8, 8);
		used = ~used & ~(uint64_t)0 << i % 64;
		if (used) {
			i = i / 64 * 64 + (size_t)__builtin_ctzll(used);
			return (uint32_t)MIN(i, span->nelems);
		}
	}
	return span->nelems;
}

/* Gives a span back to its list. heap_lock is held. */
static void
return_span(struct gc *gc, struct gc_span *span)
{
	struct gc_central *c =
		&gc->central[span->size_class][span->shape->noscan];
	struct gc_span **list =
		next_free(span) < span->nelems ? &c->partial : &c->full;

	span->next = *list;
	*list = span;
}

/* A new span. When the limit is in the way, what is dead but not swept goes
 * first. heap_lock is held, and let go for the sweep. */
static struct gc_span *
new_span(struct gc *gc, size_t size_class, size_t size, bool noscan)
{
	struct gc_span *span = gc_span_new(gc, size_class, size, noscan);

	if (span)
		return span;
	pthread_mutex_unlock(&gc->heap_lock);
	gc_sweep_all(gc);
	pthread_mutex_lock(&gc->heap_lock);
	return gc_span_new(gc, size_class, size, noscan);
}

/* A span with room for the cache; NULL when the heap is full. */
static struct gc_span *
take_span(struct gc *gc, size_t size_class, bool noscan)
{
	struct gc_central *c = &gc->central[size_class][noscan];
	struct gc_span *span = c->partial;

	if (span) {
		c->partial = span->next;
		return span;
	}
	span = gc_sweep_for(gc, size_class, noscan);
	if (span)
		return span;
	return new_span(gc, size_class, gc_class_size[size_class], noscan);
}

/* After spans were taken. */
static void
unlock_heap(struct gc *gc)
{
	bool due = gc_pace_due(gc);

	pthread_mutex_unlock(&gc->heap_lock);
	if (UNLIKELY(due))
		gc_cycle_request(gc);
}

static struct gc_span *
refill(struct gc_thread *t, size_t size_class, bool noscan)
{
	struct gc *gc = t->pub.gc;
	struct gc_span **slot = &t->cache[size_class][noscan];

	pthread_mutex_lock(&gc->heap_lock);
	if (*slot)
		return_span(gc, *slot);
	*slot = take_span(gc, size_class, noscan);
	unlock_heap(gc);
	return *slot;
}

void
gc_alloc_return_cache(struct gc *gc, struct gc_thread *t)
{
	pthread_mutex_lock(&gc->heap_lock);
	for (size_t i = 0; i < gc_class_count; i++)
		for (int noscan = 0; noscan < 2; noscan++) {
			if (t->cache[i][noscan])
				return_span(gc, t->cache[i][noscan]);
			t->cache[i][noscan] = NULL;
		}
	pthread_mutex_unlock(&gc->heap_lock);
}

/* A large object is a span of its own, entered in the full list at birth. */
static struct gc_span *
take_large(struct gc *gc, size_t size, bool noscan)
{
	struct gc_span *span;

	/* Also what would wrap when rounded to pages. */
	if (size > gc->config.heap_limit)
		return NULL;
	pthread_mutex_lock(&gc->heap_lock);
	span = new_span(gc, 0, size, noscan);
	if (span) {
		span->next = gc->central[0][noscan].full;
		gc->central[0][noscan].full = span;
	}
	unlock_heap(gc);
	return span;
}

/* A span with a free slot for an object of `size` bytes, and its index. */
static struct gc_span *
span_for(struct gc_thread *t, size_t size, bool noscan, uint32_t *i)
{
	size_t header = gc_form_header(t->pub.gc, size, noscan);
	struct gc_span *span;
	size_t size_class;

	*i = 0;
	if (size > GC_SMALL_MAX - header || t->pub.gc->config.unmap)
		return take_large(t->pub.gc, size, noscan);
	size_class = gc_class_of(size + header);
	span = t->cache[size_class][noscan];
	while (!span || (*i = next_free(span)) == span->nelems) {
		span = refill(t, size_class, noscan);
		if (!span)
			return NULL;
	}
	return span;
}

void *
gc_alloc(struct gc_mutator *mut, const struct gc_type *type, size_t n)
{
	bool noscan = type->ptrbytes == 0;
	struct gc_span *span;
	uintptr_t slot;
	uint32_t i;
	size_t size;

	CHECK(!__builtin_mul_overflow(type->size, n, &size));
	if (size == 0)
		return &mut->gc->zero_size;
	span = span_for(gc_thread_of(mut), size, noscan, &i);
	if (!span)
		return NULL;
	span->free_index = i + 1;
	slot = span->base + i * span->shape->elem_size;
	if (span->needs_zero)
		memset((void *)slot, 0, span->shape->elem_size);
	if (!noscan)
		gc_form_describe(span, slot, type, n);
	if (mut->marking) {
		if (!gc_breaks(mut->gc, GC_FAULT_ALLOC_WHITE))
			gc_bit_set(span->mark_bits, i);
		if (UNLIKELY(mut->gc->shadow != NULL))
			gc_shadow_know(mut->gc, slot);
		if (mut->gc->config.assist)
			gc_pace_pay(gc_thread_of(mut), span->shape->elem_size);
	}
	/* The zeros and the pointer bits before anybody sees the object; pairs
	 * with the marker's dependent load of a slot that points to it. */
	atomic_thread_fence(memory_order_release);
	return (void *)(slot + span->shape->header);
}

static void
run_out(struct gc *gc, size_t asked)
{
	if (gc->config.out_of_memory)
		gc->config.out_of_memory(asked, gc->config.heap_limit,
					 gc_pace_live(gc));
	CHECK(!"out of memory: the heap limit leaves no room");
}

void *
gc_must_alloc(struct gc_mutator *mut, const struct gc_type *type, size_t n)
{
	struct gc *gc = mut->gc;
	void *ptr = gc_alloc(mut, type, n);

	if (LIKELY(ptr))
		return ptr;
	/* A cycle whose marker is held would not end. */
	gc_hold_marker(gc, false);
	for (int i = 0; !ptr && i < MAX_COLLECTIONS; i++) {
		gc_collect(gc, mut);
		ptr = gc_alloc(mut, type, n);
	}
	if (!ptr)
		run_out(gc, type->size * n);
	return ptr;
}
