/* gc_create.c - the life of a collector, and what can be asked of it */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_find.h"
#include "gc_unmap.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned stress_of_all; /* gc_stress_heaps */

void
gc_stress_heaps(unsigned stress)
{
	stress_of_all = stress;
}

struct gc *
gc_create(const struct gc_config *config)
{
	struct gc *gc = aligned_alloc(64, sizeof(*gc));

	CHECK(gc);
	memset(gc, 0, sizeof(*gc));
	gc->config = *config;
	gc->config.stress |= stress_of_all;
	gc_size_init();
	gc_heap_init(gc);
	gc_shadow_init(gc);
	gc_unmap_init(gc);
	gc_work_init(gc);
	pthread_mutex_init(&gc->heap_lock, NULL);
	pthread_mutex_init(&gc->handshake_lock, NULL);
	pthread_cond_init(&gc->changed, NULL);
	gc_pace_set_trigger(gc);
	gc_mark_start(gc);
	CHECK(pthread_create(&gc->markers[0].thread, NULL, gc_collector_main,
			     gc) == 0);
	return gc;
}

void
gc_destroy(struct gc *gc)
{
	CHECK(!gc->threads);
	gc_hold_marker(gc, false);
	gc_hold_termination(gc, false);
	gc_hold_sweep(gc, false);
	gc_cycle_finish(gc, NULL);
	pthread_mutex_lock(&gc->handshake_lock);
	gc->exiting = true;
	pthread_cond_broadcast(&gc->changed);
	pthread_mutex_unlock(&gc->handshake_lock);
	pthread_join(gc->markers[0].thread, NULL);
	gc_mark_stop(gc);
	gc_work_destroy(gc);
	gc_shadow_destroy(gc);
	gc_heap_destroy(gc);
	gc_unmap_destroy(gc);
	gc_global_destroy(gc);
	pthread_mutex_destroy(&gc->heap_lock);
	pthread_mutex_destroy(&gc->handshake_lock);
	pthread_cond_destroy(&gc->changed);
	free(gc);
}

uint64_t
gc_markers_cpu_ns(struct gc *gc)
{
	uint64_t ns = 0;

	for (unsigned i = 0; i < gc->config.markers; i++) {
		struct timespec t;
		clockid_t clock;

		CHECK(!pthread_getcpuclockid(gc->markers[i].thread, &clock));
		clock_gettime(clock, &t);
		ns += (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
	}
	return ns;
}

void
gc_get_stats(struct gc *gc, struct gc_stats *out)
{
	out->marker_cpu_ns = gc_markers_cpu_ns(gc);
	out->scanned = 0;
	out->assisted = gc->assist_scanned;
	out->marked = gc->stack_marked + gc->assist_marked;
	for (unsigned i = 0; i < gc->config.markers; i++) {
		out->scanned += gc->markers[i].scanned;
		out->marked += gc->markers[i].marked;
	}
	pthread_mutex_lock(&gc->heap_lock);
	out->heap_bytes = gc->heap_bytes;
	out->unswept = gc->unswept;
	out->swept_by_alloc = gc->swept_by_alloc;
	out->swept_by_background = gc->swept_by_background;
	pthread_mutex_unlock(&gc->heap_lock);
	pthread_mutex_lock(&gc->handshake_lock);
	out->cycles = gc->cycles;
	out->total_scanned = gc->total_scanned;
	out->mark_cpu_ns = gc->mark_cpu_ns;
	out->sweep_cpu_ns = gc->sweep_cpu_ns;
	out->rounds = gc->visit;
	out->stops = gc->stops;
	out->safepoints = gc->safepoints;
	out->restarts = gc->restarts;
	out->lost = gc->lost;
	out->stray = gc->stray;
	out->bypassed = gc->bypassed;
	out->verified = gc->verified;
	out->overshaded = gc->overshaded;
	out->overshaded_bytes = gc->overshaded_bytes;
	pthread_mutex_unlock(&gc->handshake_lock);
}

void
gc_set_verify(struct gc *gc, bool verify)
{
	pthread_mutex_lock(&gc->handshake_lock);
	CHECK(!gc->wanted);
	gc->config.verify = verify;
	pthread_mutex_unlock(&gc->handshake_lock);
}

bool
gc_is_marked(struct gc *gc, const void *ptr)
{
	const struct gc_span *span;
	bool marked;

	/* A sweep swaps a span's bits, and frees spans, under the lock. */
	pthread_mutex_lock(&gc->heap_lock);
	span = gc_span_of(gc, (uintptr_t)ptr);
	marked = span && gc_bit_test(span->mark_bits,
				     gc_span_index(span, (uintptr_t)ptr));
	pthread_mutex_unlock(&gc->heap_lock);
	return marked;
}

bool
gc_has_pointers(struct gc *gc, const void *ptr)
{
	const struct gc_span *span;
	bool pointers;

	pthread_mutex_lock(&gc->heap_lock);
	span = gc_span_of(gc, (uintptr_t)ptr);
	pointers = span && !span->shape->noscan;
	pthread_mutex_unlock(&gc->heap_lock);
	return pointers;
}

void *
gc_object_of(struct gc *gc, const void *ptr, size_t *size)
{
	const struct gc_span *span;
	void *object = NULL;

	pthread_mutex_lock(&gc->heap_lock);
	span = gc_span_of(gc, (uintptr_t)ptr);
	if (span) {
		*size = span->shape->elem_size - span->shape->header;
		object = (void *)(span->base + span->shape->header +
				  gc_span_index(span, (uintptr_t)ptr) *
					  span->shape->elem_size);
	}
	pthread_mutex_unlock(&gc->heap_lock);
	return object;
}
