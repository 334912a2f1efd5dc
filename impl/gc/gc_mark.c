/* gc_mark.c - greying, work buffers, and the marker's loop */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_internal.h"

#include <stdlib.h>
#include <time.h>

/* Objects that the marker has prefetched but not scanned: enough to cover a
 * miss to memory by the scans in between (16 scans of about 10 ns against
 * about 100 ns), few enough to stay in L1. The technique is Cher, Hosking and
 * Vitek's (Software prefetching for mark-sweep garbage collection, ASPLOS
 * 2004). A power of two. */
#define PREFETCH_DISTANCE 16

struct prefetch_queue {
	uintptr_t objects[PREFETCH_DISTANCE];
	size_t head, n;
};

static struct gc_workbuf *
take_free_buf(struct gc *gc)
{
	struct gc_workbuf *buf;

	pthread_mutex_lock(&gc->work_lock);
	buf = gc->work_free;
	if (buf)
		gc->work_free = buf->next;
	pthread_mutex_unlock(&gc->work_lock);
	if (!buf) {
		buf = malloc(sizeof(*buf));
		CHECK(buf);
	}
	buf->n = 0;
	return buf;
}

static void
put_buf(struct gc *gc, struct gc_workbuf **list, struct gc_workbuf *buf)
{
	pthread_mutex_lock(&gc->work_lock);
	buf->next = *list;
	*list = buf;
	pthread_mutex_unlock(&gc->work_lock);
}

/* A buffer of published grey objects, or NULL. */
static struct gc_workbuf *
take_full_buf(struct gc *gc)
{
	struct gc_workbuf *buf;

	pthread_mutex_lock(&gc->work_lock);
	buf = gc->work_full;
	if (buf)
		gc->work_full = buf->next;
	pthread_mutex_unlock(&gc->work_lock);
	return buf;
}

static void
push_work(struct gc *gc, struct gc_workbuf **buf, uintptr_t object)
{
	if (UNLIKELY(!*buf)) {
		*buf = take_free_buf(gc);
	} else if (UNLIKELY((*buf)->n == GC_WORKBUF_OBJECTS)) {
		put_buf(gc, &gc->work_full, *buf);
		*buf = take_free_buf(gc);
	}
	(*buf)->objects[(*buf)->n++] = object;
}

static uintptr_t
pop_work(struct gc *gc, struct gc_workbuf **buf)
{
	if (!*buf || (*buf)->n == 0) {
		struct gc_workbuf *full = take_full_buf(gc);

		if (!full)
			return 0;
		if (*buf)
			put_buf(gc, &gc->work_free, *buf);
		*buf = full;
	}
	return (*buf)->objects[--(*buf)->n];
}

bool
gc_publish(struct gc *gc, struct gc_workbuf **buf)
{
	bool any = *buf && (*buf)->n > 0;

	if (*buf)
		put_buf(gc, any ? &gc->work_full : &gc->work_free, *buf);
	*buf = NULL;
	return any;
}

const struct gc_span *
gc_grey(struct gc *gc, uintptr_t ptr, struct gc_workbuf **buf)
{
	const struct gc_span *span = gc_span_of(gc, ptr);
	size_t i;

	if (!span)
		return NULL;
	i = gc_span_index(span, ptr);
	if (!gc_bit_set(span->mark_bits, i))
		return NULL;
	if (!span->noscan)
		push_work(gc, buf, span->base + i * span->elem_size);
	return span;
}

/* The marker is the only writer; others read for evidence. */
static void
bump(_Atomic uint64_t *n)
{
	atomic_store_explicit(n,
			      atomic_load_explicit(n, memory_order_relaxed) + 1,
			      memory_order_relaxed);
}

/* Greys what a slot points to; true when that was white. */
static bool
mark_slot(struct gc *gc, void *const *slot, struct gc_workbuf **buf)
{
	/* Relaxed: the mutator may be writing the slot. Whatever whole word is
	 * read, the barrier has recorded the other one. */
	uintptr_t ptr = (uintptr_t)__atomic_load_n(slot, __ATOMIC_RELAXED);

	return gc_grey(gc, ptr, buf);
}

/* Reads up to 64 slots that the bits name. */
static void
mark_slots(struct gc *gc, void *const *base, uint64_t bits)
{
	for (; bits; bits &= bits - 1)
		if (mark_slot(gc, base + __builtin_ctzll(bits),
			      &gc->marker_work))
			bump(&gc->marker_marked);
}

size_t
gc_mark_roots(struct gc *gc, const struct gc_root *root,
	      struct gc_workbuf **buf)
{
	size_t n = 0;

	for (; root; root = root->prev)
		for (size_t i = 0; i < root->nwords; i++)
			if (!root->ptrmask || gc_bit_test(root->ptrmask, i))
				n += mark_slot(gc, root->base + i, buf);
	return n;
}

/* The pointer bits of an object's words [i, i + 64), which lie from bit `at` of
 * the span's bitmap on. */
static uint64_t
ptr_bits_at(const struct gc_span *span, size_t at)
{
	const uint64_t *p = &span->ptr_bits[at / 64];
	uint64_t low = __atomic_load_n(p, __ATOMIC_RELAXED);

	if (at % 64 == 0)
		return low;
	return low >> at % 64 | __atomic_load_n(p + 1, __ATOMIC_RELAXED)
					<< (64 - at % 64);
}

static void
scan(struct gc *gc, uintptr_t object)
{
	const struct gc_span *span = gc_span_of(gc, object);
	size_t at = (object - span->base) / WORD_SIZE;
	size_t nwords = span->elem_size / WORD_SIZE;
	void *const *base = (void *const *)object;

	for (; nwords > 64; nwords -= 64, at += 64, base += 64)
		mark_slots(gc, base, ptr_bits_at(span, at));
	mark_slots(gc, base,
		   ptr_bits_at(span, at) & ~(uint64_t)0 >> (64 - nwords));
}

/* Takes the next object from the work buffers and prefetches it; returns the
 * one that was prefetched longest ago, or 0 when nothing is grey. */
static uintptr_t
next_grey(struct gc *gc, struct prefetch_queue *q)
{
	uintptr_t object;

	while (q->n < PREFETCH_DISTANCE) {
		object = pop_work(gc, &gc->marker_work);
		if (!object)
			break;
		__builtin_prefetch((void *)object);
		q->objects[(q->head + q->n++) % PREFETCH_DISTANCE] = object;
	}
	if (q->n == 0)
		return 0;
	object = q->objects[q->head];
	q->head = (q->head + 1) % PREFETCH_DISTANCE;
	q->n--;
	return object;
}

uint64_t
gc_thread_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

void
gc_mark_drain(struct gc *gc)
{
	struct prefetch_queue q = {.n = 0};
	uint64_t start = gc_thread_cpu_ns();
	uintptr_t object;

	while ((object = next_grey(gc, &q))) {
		gc_hold_wait(gc, &gc->mark_hold);
		scan(gc, object);
		bump(&gc->scanned);
	}
	gc->drain_cpu_ns += gc_thread_cpu_ns() - start;
}

void
gc_mark_init(struct gc *gc)
{
	pthread_mutex_init(&gc->work_lock, NULL);
}

static void
free_list(struct gc_workbuf *buf)
{
	while (buf) {
		struct gc_workbuf *next = buf->next;

		free(buf);
		buf = next;
	}
}

void
gc_mark_destroy(struct gc *gc)
{
	free_list(gc->work_full);
	free_list(gc->work_free);
	free(gc->marker_work);
	pthread_mutex_destroy(&gc->work_lock);
}
