/* gc_hold.c - parts of the collector that wait, and do a quantum at a time */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_internal.h"

/* What makes a part look, before a step, whether it waits: it is held; or the
 * cycle is abandoned, which the marker has to hear of. */
enum {
	HOLD_ASKED = 1,
	HOLD_ABANDONED = 2,
};

/* The lock is held. */
static bool
holds(const struct gc *gc, const struct gc_hold *hold)
{
	return hold->on & HOLD_ASKED && !gc->unheld && !gc->abandoned;
}

/* The lock is held; parts look without it. */
static void
set(struct gc_hold *hold, unsigned flag, bool on)
{
	unsigned flags = on ? hold->on | flag : hold->on & ~flag;

	__atomic_store_n(&hold->on, flags, __ATOMIC_RELAXED);
}

void
gc_hold_abandon(struct gc *gc, bool abandon)
{
	gc->abandoned = abandon;
	set(&gc->mark_hold, HOLD_ABANDONED, abandon);
	pthread_cond_broadcast(&gc->changed);
}

bool
gc_hold_wait(struct gc *gc, struct gc_hold *hold)
{
	bool go_on;

	/* Relaxed: a stale value delays the hold by one step. */
	if (LIKELY(!__atomic_load_n(&hold->on, __ATOMIC_RELAXED)))
		return true;
	pthread_mutex_lock(&gc->handshake_lock);
	while (holds(gc, hold) && hold->quantum == 0) {
		hold->waiting = true;
		pthread_cond_broadcast(&gc->changed);
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	}
	if (hold->waiting)
		pthread_cond_broadcast(&gc->changed);
	hold->waiting = false;
	if (hold->quantum)
		hold->quantum--;
	go_on = !gc->abandoned;
	pthread_mutex_unlock(&gc->handshake_lock);
	return go_on;
}

static void
set_hold(struct gc *gc, struct gc_hold *hold, bool on)
{
	pthread_mutex_lock(&gc->handshake_lock);
	set(hold, HOLD_ASKED, on);
	hold->quantum = 0;
	pthread_cond_broadcast(&gc->changed);
	pthread_mutex_unlock(&gc->handshake_lock);
}

void
gc_hold_marker(struct gc *gc, bool hold)
{
	set_hold(gc, &gc->mark_hold, hold);
}

void
gc_hold_termination(struct gc *gc, bool hold)
{
	set_hold(gc, &gc->termination_hold, hold);
}

void
gc_hold_sweep(struct gc *gc, bool hold)
{
	set_hold(gc, &gc->sweep_hold, hold);
}

void
gc_wait_no_grey(struct gc *gc)
{
	pthread_mutex_lock(&gc->handshake_lock);
	while (holds(gc, &gc->termination_hold) &&
	       !gc->termination_hold.waiting)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	pthread_mutex_unlock(&gc->handshake_lock);
}

/* Lets what is held do so many steps, and waits until it waits for more, so
 * that the last one is done too, or its phase is over. */
static uint64_t
do_quantum(struct gc *gc, struct gc_hold *hold, enum gc_phase phase,
	   size_t steps)
{
	uint64_t start = gc_markers_cpu_ns(gc);

	pthread_mutex_lock(&gc->handshake_lock);
	hold->quantum = steps;
	pthread_cond_broadcast(&gc->changed);
	while ((hold->quantum || !hold->waiting) && holds(gc, hold) &&
	       gc->phase == phase)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	pthread_mutex_unlock(&gc->handshake_lock);
	return gc_markers_cpu_ns(gc) - start;
}

uint64_t
gc_mark_quantum(struct gc *gc, size_t objects)
{
	return do_quantum(gc, &gc->mark_hold, PHASE_MARK, objects);
}

uint64_t
gc_sweep_quantum(struct gc *gc, size_t spans)
{
	return do_quantum(gc, &gc->sweep_hold, PHASE_SWEEP, spans);
}

void
gc_allow_sweep(struct gc *gc, size_t spans)
{
	pthread_mutex_lock(&gc->handshake_lock);
	gc->sweep_hold.quantum = spans;
	pthread_cond_broadcast(&gc->changed);
	pthread_mutex_unlock(&gc->handshake_lock);
}
