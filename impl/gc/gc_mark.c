/* gc_mark.c - greying, scanning, and the markers' loop
 *
 * An object passes through two short queues on its way, each long enough to
 * hide a miss by the work on the others: a pointer that was read waits for its
 * span and its mark bit to arrive; a grey object for its own words and for its
 * pointer bits. The technique is Cher, Hosking and Vitek's (Software
 * prefetching for mark-sweep garbage collection, ASPLOS 2004).
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <time.h>

#include "gc_form.h"

/* Powers of two. 16 objects of some 20 ns cover a miss to memory of some 100
 * ns three times; 32 and 8 were slower in bench-mark. */
#define GREY_QUEUE    16
#define POINTER_QUEUE 16

/* Objects between two looks at whether another marker is idle. */
#define SHARE_EVERY 256

struct queue {
	uintptr_t at[MAX(GREY_QUEUE, POINTER_QUEUE)];
	size_t head, n;
};

/* Puts x in and takes the oldest out when the queue is full; else 0. */
static inline uintptr_t
queue_cycle(struct queue *q, size_t length, uintptr_t x)
{
	uintptr_t old = 0;

	if (q->n == length) {
		old = q->at[q->head];
		q->at[q->head] = x;
		q->head = (q->head + 1) % length;
	} else {
		q->at[(q->head + q->n++) % length] = x;
	}
	return old;
}

/* The oldest, or 0. */
static inline uintptr_t
queue_take(struct queue *q, size_t length)
{
	uintptr_t old = 0;

	if (q->n) {
		old = q->at[q->head];
		q->head = (q->head + 1) % length;
		q->n--;
	}
	return old;
}

static inline const struct gc_shape *
grey(struct gc *gc, uintptr_t ptr, struct gc_workbuf **buf)
{
	struct gc_home home = gc_home_of(gc, ptr);
	size_t i;

	if (!home.shape)
		return NULL;
	i = gc_shape_index(home.shape, ptr - home.base);
	if (!gc_bit_set(gc_mark_table_at(gc, home.base - gc->base), i))
		return NULL;
	if (!home.shape->noscan)
		gc_work_push(gc, buf, home.base + i * home.shape->elem_size);
	return home.shape;
}

const struct gc_shape *
gc_grey(struct gc *gc, uintptr_t ptr, struct gc_workbuf **buf)
{
	return grey(gc, ptr, buf);
}

/* A marker is the only writer of its counts; others read them for evidence. */
static inline void
add(_Atomic uint64_t *n, uint64_t more)
{
	uint64_t old = atomic_load_explicit(n, memory_order_relaxed);

	atomic_store_explicit(n, old + more, memory_order_relaxed);
}

static uintptr_t
load_slot(void *const *slot)
{
	/* Relaxed: the mutator may be writing the slot. Whatever whole word is
	 * read, the barrier has recorded the other one. */
	return (uintptr_t)__atomic_load_n(slot, __ATOMIC_RELAXED);
}

size_t
gc_mark_roots(struct gc *gc, const struct gc_root *root,
	      struct gc_workbuf **buf)
{
	size_t n = 0;

	size_t left_out = gc_breaks(gc, GC_FAULT_ROOT_LAST_WORD);

	for (; root; root = root->prev)
		for (size_t i = 0; i + left_out < root->nwords; i++)
			if (!root->ptrmask || gc_bit_test(root->ptrmask, i))
				n += grey(gc, load_slot(root->base + i), buf) !=
				     NULL;
	return n;
}

/* What one marker works with during a drain. */
struct drain {
	struct gc *gc;
	struct gc_marker *marker;
	struct queue pointers, greys;
};

static inline void
mark_pointer(struct drain *d, uintptr_t ptr)
{
	if (ptr && grey(d->gc, ptr, &d->marker->work))
		add(&d->marker->marked, 1);
}

/* A pointer that was read: what marking it will need is fetched. */
static inline void
see_pointer(struct drain *d, uintptr_t ptr)
{
	const struct gc *gc = d->gc;
	uintptr_t off = ptr - gc->base;

	if (off >= gc->limit - gc->base)
		return;
	__builtin_prefetch(gc_mark_table_at(gc, off), 1);
	mark_pointer(d, queue_cycle(&d->pointers, POINTER_QUEUE, ptr));
}

/* Reads up to 64 slots that the bits name. */
static inline void
see_slots(struct drain *d, void *const *base, uint64_t bits)
{
	for (; bits; bits &= bits - 1)
		see_pointer(d, load_slot(base + __builtin_ctzll(bits)));
}

static void
scan(struct drain *d, uintptr_t object)
{
	struct gc_home home = gc_home_of(d->gc, object);
	uintptr_t first = object + home.shape->header;
	size_t size = home.shape->elem_size - home.shape->header, n;
	struct gc_slots s;

	for (n = gc_form_slots(d->gc, home, first, size / WORD_SIZE, &s); n;
	     n = gc_slots_next(&s, n))
		for (size_t i = 0; i < n; i += 64)
			see_slots(d, (void *const *)first + s.at + i,
				  gc_slots_word(&s, i, n));
	add(&d->marker->scanned, 1);
	add(&d->marker->bytes, size);
}

/* A grey object: what scanning it will need is fetched. A header comes with the
 * object, and types are few. Always inline: gcc 12 takes a function that only
 * fetches for one without effect, and drops the call. */
static ALWAYS_INLINE void
see_grey(struct drain *d, uintptr_t object)
{
	struct gc_home home = gc_home_of(d->gc, object);

	__builtin_prefetch((void *)object);
	if (home.shape->map_off)
		__builtin_prefetch((char *)home.base + home.shape->map_off +
				   (object - home.base) / WORD_SIZE / 8);
}

/* The next object to scan, 0 when this marker has none. */
static uintptr_t
next_grey(struct drain *d)
{
	uintptr_t object, ready, ptr;

	while ((object = gc_work_pop(d->gc, &d->marker->work))) {
		see_grey(d, object);
		ready = queue_cycle(&d->greys, GREY_QUEUE, object);
		if (ready)
			return ready;
	}
	/* Nothing to fetch: what waits for its mark may yet be grey. */
	while (!gc_breaks(d->gc, GC_FAULT_QUEUE_DROPPED) &&
	       (ptr = queue_take(&d->pointers, POINTER_QUEUE)))
		mark_pointer(d, ptr);
	if (d->marker->work && d->marker->work->n)
		return next_grey(d);
	return queue_take(&d->greys, GREY_QUEUE);
}

uint64_t
gc_thread_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* Scans until this marker finds no work. Its counts are final before it waits:
 * the collector reads them when the last one does. */
static void
drain_some(struct drain *d)
{
	struct gc_marker *m = d->marker;
	uint64_t start = gc_thread_cpu_ns();
	uintptr_t object;
	size_t n = 0;

	while ((object = next_grey(d))) {
		if (LIKELY(gc_hold_wait(m->gc, &m->gc->mark_hold)))
			scan(d, object);
		if (++n % SHARE_EVERY == 0)
			gc_work_share(m->gc, m->work);
	}
	m->drain_cpu_ns += gc_thread_cpu_ns() - start;
}

static void
drain(struct gc_marker *m)
{
	struct drain d = {.gc = m->gc, .marker = m};

	do
		drain_some(&d);
	while (gc_work_wait(m->gc));
}

void
gc_mark_drain(struct gc *gc)
{
	gc_work_begin(gc);
	drain(&gc->markers[0]);
}

void
gc_mark_assist(struct gc_marker *m, uint64_t bytes)
{
	struct drain d = {.gc = m->gc, .marker = m};
	uintptr_t x;

	while (m->bytes < bytes && (x = next_grey(&d)))
		scan(&d, x);
	while ((x = queue_take(&d.pointers, POINTER_QUEUE)))
		mark_pointer(&d, x);
	while ((x = queue_take(&d.greys, GREY_QUEUE)))
		gc_work_push(m->gc, &m->work, x);
}

/* Markers but the first, which is the collector's own thread. */
static void *
marker_main(void *arg)
{
	struct gc_marker *m = arg;
	struct gc *gc = m->gc;
	uint64_t seen = 0;

	if (gc->config.bind_marker)
		gc->config.bind_marker(gc->config.bind_marker_arg,
				       (unsigned)(m - gc->markers));
	while (gc_work_next_drain(gc, &seen))
		drain(m);
	return NULL;
}

void
gc_mark_start(struct gc *gc)
{
	CHECK(gc->config.markers >= 1 && gc->config.markers <= GC_MARKERS_MAX);
	for (unsigned i = 0; i < gc->config.markers; i++)
		gc->markers[i].gc = gc;
	for (unsigned i = 1; i < gc->config.markers; i++) {
		struct gc_marker *m = &gc->markers[i];

		CHECK(pthread_create(&m->thread, NULL, marker_main, m) == 0);
	}
}

void
gc_mark_stop(struct gc *gc)
{
	gc_work_exit(gc);
	for (unsigned i = 1; i < gc->config.markers; i++)
		pthread_join(gc->markers[i].thread, NULL);
	for (unsigned i = 0; i < gc->config.markers; i++)
		free(gc->markers[i].work);
}
