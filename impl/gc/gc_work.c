/* gc_work.c - grey objects in buffers, handed between mutators and markers
 *
 * A thread fills and empties a buffer of its own, last in first out. Full ones
 * go to a list that all markers take from; a marker with plenty shares when
 * another is idle. When every marker is idle and the list is empty, nothing
 * published is grey, and the drain is over.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "gc_internal.h"

/* Objects that are worth another marker's waking up: some 10 us of work. */
#define SHARE_AT_LEAST 64

void
gc_work_init(struct gc *gc)
{
	pthread_mutex_init(&gc->work_lock, NULL);
	pthread_cond_init(&gc->work_changed, NULL);
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
gc_work_destroy(struct gc *gc)
{
	free_list(gc->work_full);
	free_list(gc->work_free);
	pthread_cond_destroy(&gc->work_changed);
	pthread_mutex_destroy(&gc->work_lock);
}

static struct gc_workbuf *
take_free(struct gc *gc)
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

/* work_lock is held. */
static void
put(struct gc_workbuf **list, struct gc_workbuf *buf)
{
	buf->next = *list;
	/* Markers look at the list without the lock, to see whether to share.
	 */
	__atomic_store_n(list, buf, __ATOMIC_RELAXED);
}

static void
publish(struct gc *gc, struct gc_workbuf *buf)
{
	pthread_mutex_lock(&gc->work_lock);
	put(&gc->work_full, buf);
	if (gc->idle)
		pthread_cond_signal(&gc->work_changed);
	pthread_mutex_unlock(&gc->work_lock);
}

void
gc_work_publish(struct gc *gc, struct gc_workbuf **buf)
{
	struct gc_workbuf *b = *buf;

	*buf = NULL;
	if (!b)
		return;
	if (b->n) {
		publish(gc, b);
		return;
	}
	pthread_mutex_lock(&gc->work_lock);
	put(&gc->work_free, b);
	pthread_mutex_unlock(&gc->work_lock);
}

bool
gc_work_left(struct gc *gc)
{
	bool left;

	pthread_mutex_lock(&gc->work_lock);
	left = gc->work_full;
	pthread_mutex_unlock(&gc->work_lock);
	return left;
}

void
gc_work_push_slow(struct gc *gc, struct gc_workbuf **buf, uintptr_t object)
{
	if (*buf)
		publish(gc, *buf);
	*buf = take_free(gc);
	(*buf)->objects[(*buf)->n++] = object;
}

bool
gc_work_refill(struct gc *gc, struct gc_workbuf **buf)
{
	struct gc_workbuf *full;

	pthread_mutex_lock(&gc->work_lock);
	full = gc->work_full;
	if (full) {
		__atomic_store_n(&gc->work_full, full->next, __ATOMIC_RELAXED);
		if (*buf)
			put(&gc->work_free, *buf);
		*buf = full;
	}
	pthread_mutex_unlock(&gc->work_lock);
	return full;
}

void
gc_work_share(struct gc *gc, struct gc_workbuf *buf)
{
	struct gc_workbuf *half;

	/* Relaxed: a guess; at worst nobody needed it. */
	if (!__atomic_load_n(&gc->idle, __ATOMIC_RELAXED) || !buf ||
	    buf->n < 2 * SHARE_AT_LEAST ||
	    __atomic_load_n(&gc->work_full, __ATOMIC_RELAXED))
		return;
	half = take_free(gc);
	half->n = buf->n / 2;
	/* The oldest ones: likely the roots of the larger parts. */
	memcpy(half->objects, buf->objects, half->n * sizeof(*half->objects));
	buf->n -= half->n;
	memmove(buf->objects, buf->objects + half->n,
		buf->n * sizeof(*buf->objects));
	publish(gc, half);
}

/* How many idle markers there are; others read it without the lock. */
static void
set_idle(struct gc *gc, unsigned idle)
{
	__atomic_store_n(&gc->idle, idle, __ATOMIC_RELAXED);
}

void
gc_work_begin(struct gc *gc)
{
	pthread_mutex_lock(&gc->work_lock);
	set_idle(gc, 0);
	gc->draining = true;
	gc->drains++;
	pthread_cond_broadcast(&gc->work_changed);
	pthread_mutex_unlock(&gc->work_lock);
}

/* Whether the drain that a marker takes part in goes on. The next one may have
 * begun before a marker has woken from the end of the last. */
static bool
is_draining(const struct gc *gc, uint64_t drain)
{
	return gc->draining && gc->drains == drain;
}

bool
gc_work_wait(struct gc *gc)
{
	uint64_t drain;
	bool more;

	pthread_mutex_lock(&gc->work_lock);
	drain = gc->drains;
	set_idle(gc, gc->idle + 1);
	if (gc->idle == gc->config.markers && !gc->work_full) {
		gc->draining = false;
		pthread_cond_broadcast(&gc->work_changed);
	}
	while (is_draining(gc, drain) && !gc->work_full)
		pthread_cond_wait(&gc->work_changed, &gc->work_lock);
	more = is_draining(gc, drain);
	if (more)
		set_idle(gc, gc->idle - 1);
	pthread_mutex_unlock(&gc->work_lock);
	return more;
}

bool
gc_work_next_drain(struct gc *gc, uint64_t *seen)
{
	bool more;

	pthread_mutex_lock(&gc->work_lock);
	while (gc->drains == *seen && !gc->markers_exit)
		pthread_cond_wait(&gc->work_changed, &gc->work_lock);
	more = !gc->markers_exit;
	*seen = gc->drains;
	pthread_mutex_unlock(&gc->work_lock);
	return more;
}

void
gc_work_exit(struct gc *gc)
{
	pthread_mutex_lock(&gc->work_lock);
	gc->markers_exit = true;
	pthread_cond_broadcast(&gc->work_changed);
	pthread_mutex_unlock(&gc->work_lock);
}
