/* gc_handshake.c - mutators stop and go
 *
 * Under handshake_lock: a mutator with stops > 0 does not run. The collector
 * raises stops, waits until the mutator is parked or outside, does its work and
 * lowers stops; with the last stop it sets a parked mutator running itself, so
 * that nobody can slip in between the restart and the mutator's waking. One
 * that is outside comes back by itself, in gc_enter.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_barrier.h"
#include "gc_internal.h"

#include <stdlib.h>
#include <time.h>

/* The mutator polls when there is something to stop for. Pairs with the acquire
 * in gc_safepoint; the mutator then takes the lock, so nothing else depends on
 * this order. */
static void
set_poll(struct gc_thread *t)
{
	bool always = t->pub.gc->config.stress & GC_STRESS_SAFEPOINT;

	atomic_store_explicit(&t->pub.poll,
			      always || t->stops || t->scan_wanted,
			      memory_order_release);
}

static void
hold(struct gc_thread *t)
{
	t->stops++;
	set_poll(t);
}

static void
let_go(struct gc *gc, struct gc_thread *t)
{
	if (--t->stops)
		return;
	set_poll(t);
	if (t->state == MUTATOR_PARKED)
		t->state = MUTATOR_RUNNING;
	pthread_cond_broadcast(&gc->changed);
}

static void
wait_until_stopped(struct gc *gc, struct gc_thread *t)
{
	/* For gc_wait_wanted. */
	if (t->state == MUTATOR_RUNNING)
		pthread_cond_broadcast(&gc->changed);
	while (t->state == MUTATOR_RUNNING)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
}

void
gc_wait_wanted(struct gc_mutator *mut)
{
	struct gc_thread *t = gc_thread_of(mut);
	struct gc *gc = mut->gc;

	pthread_mutex_lock(&gc->handshake_lock);
	while (!t->stops)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	pthread_mutex_unlock(&gc->handshake_lock);
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void
add_pause(struct gc_pauses *p, uint64_t ns)
{
	p->n++;
	p->total_ns += ns;
	p->last_ns = ns;
	p->max_ns = MAX(p->max_ns, ns);
}

void
gc_stop_world(struct gc *gc)
{
	pthread_mutex_lock(&gc->handshake_lock);
	gc->stop_began_ns = now_ns();
	gc->world_stopped = true;
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		hold(t);
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		wait_until_stopped(gc, t);
	add_pause(&gc->safepoints, now_ns() - gc->stop_began_ns);
	pthread_mutex_unlock(&gc->handshake_lock);
}

void
gc_start_world(struct gc *gc)
{
	pthread_mutex_lock(&gc->handshake_lock);
	add_pause(&gc->stops, now_ns() - gc->stop_began_ns);
	gc->world_stopped = false;
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		let_go(gc, t);
	pthread_cond_broadcast(&gc->changed);
	pthread_mutex_unlock(&gc->handshake_lock);
}

/* A mutator that this visit has not seen, held; NULL after the last. */
static struct gc_thread *
next_to_visit(struct gc *gc)
{
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		if (t->visited != gc->visit) {
			t->visited = gc->visit;
			hold(t);
			return t;
		}
	return NULL;
}

void
gc_visit_mutators(struct gc *gc, void (*fn)(struct gc *gc, struct gc_thread *t))
{
	struct gc_thread *t;

	pthread_mutex_lock(&gc->handshake_lock);
	gc->visit++;
	while ((t = next_to_visit(gc))) {
		wait_until_stopped(gc, t);
		pthread_mutex_unlock(&gc->handshake_lock);
		fn(gc, t);
		pthread_mutex_lock(&gc->handshake_lock);
		let_go(gc, t);
	}
	pthread_mutex_unlock(&gc->handshake_lock);
}

static void
scan_stack(struct gc *gc, struct gc_thread *t)
{
	if (gc_breaks(gc, GC_FAULT_BARRIER_LATE))
		t->pub.marking = 1;
	if (gc_breaks(gc, GC_FAULT_STACK_UNSCANNED))
		return;
	gc->stack_marked += gc_mark_roots(gc, t->pub.roots, &t->work);
	if (!gc_breaks(gc, GC_FAULT_KEPT_UNSCANNED))
		gc->stack_marked += gc_mark_roots(gc, t->pub.kept, &t->work);
	gc_work_publish(gc, &t->work);
}

/* A mutator that stands still with a grey stack, held and no longer wanted;
 * NULL when none does. */
static struct gc_thread *
next_to_scan(struct gc *gc)
{
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		if (t->scan_wanted && t->state != MUTATOR_RUNNING) {
			t->scan_wanted = false;
			hold(t);
			return t;
		}
	return NULL;
}

void
gc_scan_stacks(struct gc *gc)
{
	struct gc_thread *t;

	pthread_mutex_lock(&gc->handshake_lock);
	for (t = gc->threads; t; t = t->next) {
		t->scan_wanted = true;
		set_poll(t);
	}
	while ((t = next_to_scan(gc))) {
		pthread_mutex_unlock(&gc->handshake_lock);
		scan_stack(gc, t);
		pthread_mutex_lock(&gc->handshake_lock);
		let_go(gc, t);
	}
	pthread_mutex_unlock(&gc->handshake_lock);
}

/* At a safepoint of its own a mutator scans its stack itself. The lock is held,
 * and let go for the scan: the collector waits for the mutator to stop. */
static void
scan_own_stack(struct gc *gc, struct gc_thread *t)
{
	if (!t->scan_wanted)
		return;
	/* Under the lock: the collector looks for stacks to scan meanwhile. */
	t->scan_wanted = false;
	pthread_mutex_unlock(&gc->handshake_lock);
	scan_stack(gc, t);
	pthread_mutex_lock(&gc->handshake_lock);
	set_poll(t);
}

void
gc_safepoint_slow(struct gc_mutator *mut)
{
	struct gc_thread *t = gc_thread_of(mut);
	struct gc *gc = mut->gc;

	pthread_mutex_lock(&gc->handshake_lock);
	scan_own_stack(gc, t);
	if (t->stops) {
		t->state = MUTATOR_PARKED;
		pthread_cond_broadcast(&gc->changed);
		while (t->state == MUTATOR_PARKED)
			pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	}
	pthread_mutex_unlock(&gc->handshake_lock);
	if (gc->config.stress & GC_STRESS_SAFEPOINT)
		gc_cycle_unheld(gc, mut);
}

void
gc_leave(struct gc_mutator *mut)
{
	struct gc *gc = mut->gc;

	pthread_mutex_lock(&gc->handshake_lock);
	ASSERT(gc_thread_of(mut)->state == MUTATOR_RUNNING);
	scan_own_stack(gc, gc_thread_of(mut));
	gc_thread_of(mut)->state = MUTATOR_OUTSIDE;
	pthread_cond_broadcast(&gc->changed);
	pthread_mutex_unlock(&gc->handshake_lock);
}

void
gc_enter(struct gc_mutator *mut)
{
	struct gc_thread *t = gc_thread_of(mut);
	struct gc *gc = mut->gc;

	pthread_mutex_lock(&gc->handshake_lock);
	ASSERT(t->state == MUTATOR_OUTSIDE);
	while (t->stops)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	t->state = MUTATOR_RUNNING;
	pthread_mutex_unlock(&gc->handshake_lock);
}

static void
allot_buffer(struct gc_mutator *mut, size_t words)
{
	if (mut->gc->config.stress & GC_STRESS_BUFFER)
		words = 2;
	free(mut->buffer);
	mut->buffer = malloc(words * WORD_SIZE);
	CHECK(mut->buffer && words >= 2);
	mut->buffer_next = mut->buffer;
	mut->buffer_end = mut->buffer + words;
}

void
gc_set_buffer_words(struct gc_mutator *mut, size_t words)
{
	if ((size_t)(mut->buffer_end - mut->buffer) == words)
		return;
	gc_buffer_flush(mut);
	allot_buffer(mut, words);
}

struct gc_mutator *
gc_attach(struct gc *gc)
{
	struct gc_thread *t = calloc(1, sizeof(*t));

	CHECK(t);
	t->pub.gc = gc;
	allot_buffer(&t->pub, gc->config.buffer_words);
	pthread_mutex_lock(&gc->handshake_lock);
	while (gc->world_stopped)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	/* A stack without roots is black from the start. */
	t->pub.marking = gc->phase == PHASE_MARK &&
			 !gc_breaks(gc, GC_FAULT_ATTACH_UNMARKED);
	t->state = MUTATOR_RUNNING;
	set_poll(t);
	t->next = gc->threads;
	gc->threads = t;
	pthread_mutex_unlock(&gc->handshake_lock);
	return &t->pub;
}

void
gc_detach(struct gc_mutator *mut)
{
	struct gc_thread *t = gc_thread_of(mut), **p;
	struct gc *gc = mut->gc;

	CHECK(!mut->roots && !mut->kept);
	if (!gc_breaks(gc, GC_FAULT_DETACH_DROPS))
		gc_buffer_flush(mut);
	gc_work_publish(gc, &t->work);
	gc_alloc_return_cache(gc, t);
	pthread_mutex_lock(&gc->handshake_lock);
	t->scan_wanted = false;
	t->state = MUTATOR_OUTSIDE;
	pthread_cond_broadcast(&gc->changed);
	while (t->stops)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	for (p = &gc->threads; *p != t; p = &(*p)->next)
		;
	*p = t->next;
	pthread_mutex_unlock(&gc->handshake_lock);
	free(mut->buffer);
	free(t);
}

void
gc_keep_root(struct gc_mutator *mut, struct gc_root *root)
{
	root->prev = mut->kept;
	mut->kept = root;
}

void
gc_drop_root(struct gc_mutator *mut, struct gc_root *root)
{
	struct gc_root **p = &mut->kept;

	while (*p != root) {
		CHECK(*p);
		p = &(*p)->prev;
	}
	*p = root->prev;
}
