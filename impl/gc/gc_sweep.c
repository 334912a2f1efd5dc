/* gc_sweep.c - what was not marked is free again
 *
 * A span's mark bits become its alloc bits; a span without a mark goes back to
 * the page table. The collector sweeps in the background, an allocation that
 * needs a span sweeps those of its class first.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_internal.h"

#include <string.h>

/* Any word that is no heap address and no small number, so that a use of freed
 * memory faults or shows. */
#define POISON 0xdb

/* Spans that an allocation sweeps in search of room, at most, before it takes a
 * fresh one: as in Go's mcentral.cacheSpan. */
#define SWEEP_BUDGET 100

void
gc_sweep_start(struct gc *gc)
{
	for (size_t i = 0; i < gc_class_count; i++)
		for (int noscan = 0; noscan < 2; noscan++) {
			struct gc_central *c = &gc->central[i][noscan];

			ASSERT(!c->unswept_partial && !c->unswept_full);
			c->unswept_partial = c->partial;
			c->unswept_full = c->full;
			c->partial = c->full = NULL;
		}
	pthread_mutex_lock(&gc->heap_lock);
	gc->unswept = gc->n_spans;
	pthread_mutex_unlock(&gc->heap_lock);
}

static size_t
count_marked(const struct gc_span *span)
{
	size_t n = 0;

	for (size_t i = 0; i < gc_span_bits_bytes(span); i += 8) {
		uint64_t w;

		memcpy(&w, span->mark_bits + i, 8);
		n += (size_t)__builtin_popcountll(w);
	}
	return n;
}

static void
poison_dead(const struct gc_span *span)
{
	for (size_t i = 0; i < span->nelems; i++)
		if (gc_span_has(span, i) && !gc_bit_test(span->mark_bits, i))
			memset((char *)span->base + i * span->shape->elem_size,
			       POISON, span->shape->elem_size);
}

/* heap_lock is held; the span is on no list. Returns the list that it goes to,
 * or NULL when it is gone. */
static struct gc_span **
sweep(struct gc *gc, struct gc_span *span)
{
	struct gc_central *c =
		&gc->central[span->size_class][span->shape->noscan];
	size_t live = count_marked(span);

	gc->unswept--;
	if (gc->config.poison)
		poison_dead(span);
	if (live == 0) {
		gc_span_free(gc, span);
		return NULL;
	}
	memcpy(span->alloc_bits, span->mark_bits, gc_span_bits_bytes(span));
	if (gc_breaks(gc, GC_FAULT_SWEEP_FORGETS))
		memset(span->alloc_bits, 0, gc_span_bits_bytes(span));
	if (!gc_breaks(gc, GC_FAULT_MARKS_STALE))
		memset(span->mark_bits, 0, gc_span_bits_bytes(span));
	span->free_index = 0;
	span->needs_zero = !gc_breaks(gc, GC_FAULT_ALLOC_DIRTY);
	return live < span->nelems ? &c->partial : &c->full;
}

static struct gc_span *
pop(struct gc_span **list)
{
	struct gc_span *span = *list;

	if (span)
		*list = span->next;
	return span;
}

static void
push(struct gc_span **list, struct gc_span *span)
{
	span->next = *list;
	*list = span;
}

/* Those that had room before the cycle come first: they have some still. */
static struct gc_span *
pop_unswept(struct gc_central *c)
{
	return pop(c->unswept_partial ? &c->unswept_partial : &c->unswept_full);
}

struct gc_span *
gc_sweep_for(struct gc *gc, size_t size_class, bool noscan)
{
	struct gc_central *c = &gc->central[size_class][noscan];
	struct gc_span *span;

	for (int i = 0; i < SWEEP_BUDGET && (span = pop_unswept(c)); i++) {
		struct gc_span **list = sweep(gc, span);

		gc->swept_by_alloc++;
		if (list == &c->partial)
			return span;
		if (list)
			push(list, span);
	}
	return NULL;
}

/* The next unswept span, large objects first and then by class from the largest
 * down: what returns most memory, while the small classes, which are wanted
 * most, are left to allocation. heap_lock is held. */
static struct gc_span *
next_unswept(struct gc *gc, size_t *at)
{
	for (; *at < gc_class_count; ++*at) {
		struct gc_central *c =
			gc->central[(gc_class_count - *at) % gc_class_count];

		for (int noscan = 0; noscan < 2; noscan++)
			if (c[noscan].unswept_partial || c[noscan].unswept_full)
				return pop_unswept(&c[noscan]);
	}
	return NULL;
}

/* Sweeps one span and counts it in *swept; false when none is left. */
static bool
sweep_one(struct gc *gc, size_t *at, uint64_t *swept)
{
	struct gc_span *span, **list;

	pthread_mutex_lock(&gc->heap_lock);
	span = next_unswept(gc, at);
	if (span) {
		list = sweep(gc, span);
		if (list)
			push(list, span);
		++*swept;
	}
	pthread_mutex_unlock(&gc->heap_lock);
	return span;
}

void
gc_sweep_all(struct gc *gc)
{
	size_t at = 0;

	while (sweep_one(gc, &at, &gc->swept_by_alloc))
		;
}

void
gc_sweep_background(struct gc *gc)
{
	uint64_t start = gc_thread_cpu_ns();
	size_t at = 0;

	do
		gc_hold_wait(gc, &gc->sweep_hold);
	while (sweep_one(gc, &at, &gc->swept_by_background));
	pthread_mutex_lock(&gc->handshake_lock);
	gc->sweep_cpu_ns += gc_thread_cpu_ns() - start;
	pthread_mutex_unlock(&gc->handshake_lock);
}
