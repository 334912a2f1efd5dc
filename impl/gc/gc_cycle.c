/* gc_cycle.c - the collector thread: one cycle after another, on request */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_barrier.h"
#include "gc_internal.h"

#include <stdlib.h>

static void
set_phase(struct gc *gc, enum gc_phase phase)
{
	pthread_mutex_lock(&gc->handshake_lock);
	gc->phase = phase;
	pthread_cond_broadcast(&gc->changed);
	pthread_mutex_unlock(&gc->handshake_lock);
}

static void
reset_counts(struct gc *gc)
{
	gc->stack_marked = 0;
	for (unsigned i = 0; i < gc->config.markers; i++) {
		struct gc_marker *m = &gc->markers[i];

		m->marked = m->scanned = m->bytes = 0;
		m->drain_cpu_ns = 0;
	}
}

/* Barriers on, under a stopped world: no object is scanned before every
 * mutator records. */
static void
start_marking(struct gc *gc)
{
	gc_stop_world(gc);
	reset_counts(gc);
	gc_pace_cycle_start(gc);
	for (struct gc_thread *t = gc->threads; t; t = t->next) {
		t->pub.marking = !gc_breaks(gc, GC_FAULT_BARRIER_LATE);
		if (!gc_breaks(gc, GC_FAULT_BUFFER_KEPT))
			t->pub.buffer_next = t->pub.buffer;
		if (t->pub.cycle_start)
			t->pub.cycle_start(t->pub.cycle_start_arg);
	}
	gc_shadow_begin(gc);
	if (gc->config.snapshot)
		gc_snapshot_take(gc);
	set_phase(gc, PHASE_MARK);
	gc_start_world(gc);
}

/* Makes a mutator's records and grey objects the marker's. Its stack is black:
 * it was scanned before it could stop. */
static void
collect_work(struct gc *gc, struct gc_thread *t)
{
	ASSERT(!t->scan_wanted);
	if (gc_breaks(gc, GC_FAULT_TERMINATION_DROPS))
		t->pub.buffer_next = t->pub.buffer;
	if (t->pub.buffer_next != t->pub.buffer)
		gc_buffer_flush(&t->pub);
	if (!gc_breaks(gc, GC_FAULT_WORK_KEPT))
		gc_work_publish(gc, &t->work);
}

static bool
is_abandoned(struct gc *gc)
{
	bool abandoned;

	pthread_mutex_lock(&gc->handshake_lock);
	abandoned = gc->abandoned;
	pthread_mutex_unlock(&gc->handshake_lock);
	return abandoned;
}

/* Bits handed to the sweep. */
static void
hand_to_sweep(struct gc *gc)
{
	if (gc->config.verify)
		gc_verify_marks(gc);
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		gc_alloc_return_cache(gc, t);
	gc_sweep_start(gc);
	set_phase(gc, PHASE_SWEEP);
}

/* Barriers off. The world is stopped. */
static void
end_marking(struct gc *gc)
{
	bool abandoned = is_abandoned(gc);

	gc_shadow_end(gc);
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		t->pub.marking = 0;
	/* What is allocated, alloc bits say; marks say no more than that. */
	if (abandoned)
		gc_heap_drop_marks(gc);
	if (gc->config.snapshot)
		gc_snapshot_compare(gc);
	if (!abandoned)
		hand_to_sweep(gc);
}

/*
 * Whether marking is over; then it has ended. The ragged barrier visits one
 * mutator after another, and a mutator that was visited early may since have
 * greyed an object that a later one had recorded too: the later flush then
 * finds it marked and reports no work (Go's issue 27993). So all buffers are
 * flushed once more while the world is stopped.
 */
static bool
try_terminate(struct gc *gc)
{
	bool more;

	gc_visit_mutators(gc, collect_work);
	if (gc_work_left(gc))
		return false;
	gc_stop_world(gc);
	for (struct gc_thread *t = gc->threads; t; t = t->next)
		if (!gc_breaks(gc, GC_FAULT_ONE_ROUND))
			collect_work(gc, t);
	more = gc_work_left(gc);
	if (more)
		gc->restarts++;
	else
		end_marking(gc);
	gc_start_world(gc);
	return !more;
}

static void
end_cycle(struct gc *gc)
{
	pthread_mutex_lock(&gc->handshake_lock);
	for (unsigned i = 0; i < gc->config.markers; i++) {
		gc->total_scanned += gc->markers[i].scanned;
		gc->mark_cpu_ns += gc->markers[i].drain_cpu_ns;
	}
	gc->cycles++;
	gc->phase = PHASE_OFF;
	gc->wanted = false;
	gc_hold_abandon(gc, false);
	pthread_mutex_unlock(&gc->handshake_lock);
}

static void
run_cycle(struct gc *gc)
{
	start_marking(gc);
	if (!gc_breaks(gc, GC_FAULT_GLOBALS_UNSCANNED))
		gc->stack_marked += gc_mark_roots(gc, gc_global_roots(gc),
						  &gc->markers[0].work);
	gc_scan_stacks(gc);
	do {
		gc_mark_drain(gc);
		gc_hold_wait(gc, &gc->termination_hold);
	} while (!try_terminate(gc));
	if (gc->phase == PHASE_SWEEP) {
		gc_sweep_background(gc);
		gc_pace_cycle_end(gc);
	}
	end_cycle(gc);
}

static bool
may_run_unasked(const struct gc *gc)
{
	return gc->config.stress & GC_STRESS_MARK && gc->asking == 0;
}

static bool
wait_for_command(struct gc *gc)
{
	bool run;

	pthread_mutex_lock(&gc->handshake_lock);
	while (!gc->wanted && !gc->exiting && !may_run_unasked(gc))
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	if (!gc->wanted && !gc->exiting)
		gc->wanted = gc->unheld = true;
	run = gc->wanted;
	pthread_mutex_unlock(&gc->handshake_lock);
	return run;
}

void *
gc_collector_main(void *arg)
{
	struct gc *gc = arg;

	if (gc->config.bind_marker)
		gc->config.bind_marker(gc->config.bind_marker_arg, 0);
	while (wait_for_command(gc)) {
		run_cycle(gc);
		/* Not before: a request while a cycle is wanted is lost. */
		gc_pace_set_trigger(gc);
	}
	return NULL;
}

void
gc_cycle_request(struct gc *gc)
{
	pthread_mutex_lock(&gc->handshake_lock);
	gc->unheld &= gc->wanted;
	gc->wanted = true;
	pthread_cond_broadcast(&gc->changed);
	pthread_mutex_unlock(&gc->handshake_lock);
}

/* Begins a cycle; no other is wanted. The lock is held. */
static void
begin(struct gc *gc, struct gc_mutator *mut, bool unheld)
{
	struct gc_thread *t = mut ? gc_thread_of(mut) : NULL;

	gc->wanted = true;
	gc->unheld = unheld;
	if (t)
		t->state = MUTATOR_PARKED;
	pthread_cond_broadcast(&gc->changed);
	while (t ? t->state == MUTATOR_PARKED
		 : gc->wanted && (gc->phase == PHASE_OFF || gc->world_stopped))
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
}

void
gc_cycle_start(struct gc *gc, struct gc_mutator *mut)
{
	pthread_mutex_lock(&gc->handshake_lock);
	gc->asking++;
	while (gc->wanted) {
		/* Another thread's cycle. */
		pthread_mutex_unlock(&gc->handshake_lock);
		gc_cycle_finish(gc, mut);
		pthread_mutex_lock(&gc->handshake_lock);
	}
	gc->asking--;
	begin(gc, mut, false);
	pthread_mutex_unlock(&gc->handshake_lock);
}

void
gc_mark_finish(struct gc *gc, struct gc_mutator *mut)
{
	uint64_t cycles;

	if (mut)
		gc_leave(mut);
	pthread_mutex_lock(&gc->handshake_lock);
	cycles = gc->cycles;
	while (gc->cycles == cycles &&
	       (gc->phase == PHASE_MARK || gc->world_stopped))
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	pthread_mutex_unlock(&gc->handshake_lock);
	if (mut)
		gc_enter(mut);
}

/* Until the cycle that is wanted has ended. The lock is held. */
static void
wait_for_end(struct gc *gc)
{
	uint64_t cycles = gc->cycles;

	while (gc->wanted && gc->cycles == cycles)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
}

void
gc_cycle_finish(struct gc *gc, struct gc_mutator *mut)
{
	if (mut)
		gc_leave(mut);
	pthread_mutex_lock(&gc->handshake_lock);
	wait_for_end(gc);
	pthread_mutex_unlock(&gc->handshake_lock);
	if (mut)
		gc_enter(mut);
}

void
gc_cycle_abandon(struct gc *gc, struct gc_mutator *mut)
{
	if (mut)
		gc_leave(mut);
	pthread_mutex_lock(&gc->handshake_lock);
	if (gc->wanted && !gc->unheld) {
		gc_hold_abandon(gc, true);
		wait_for_end(gc);
	}
	pthread_mutex_unlock(&gc->handshake_lock);
	if (mut)
		gc_enter(mut);
}

void
gc_collect(struct gc *gc, struct gc_mutator *mut)
{
	gc_cycle_start(gc, mut);
	gc_cycle_finish(gc, mut);
}

void
gc_cycle_unheld(struct gc *gc, struct gc_mutator *mut)
{
	bool begun;

	pthread_mutex_lock(&gc->handshake_lock);
	begun = !gc->wanted;
	if (begun)
		begin(gc, mut, true);
	pthread_mutex_unlock(&gc->handshake_lock);
	if (begun)
		gc_cycle_finish(gc, mut);
}

bool
gc_cycle_running(struct gc *gc)
{
	bool running;

	pthread_mutex_lock(&gc->handshake_lock);
	running = gc->wanted;
	pthread_mutex_unlock(&gc->handshake_lock);
	return running;
}
