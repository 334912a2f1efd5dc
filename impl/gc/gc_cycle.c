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

/* Barriers off, bits handed to the sweep. The world is stopped. */
static void
end_marking(struct gc *gc)
{
	gc_shadow_end(gc);
	if (gc->config.snapshot)
		gc_snapshot_compare(gc);
	if (gc->config.verify)
		gc_verify_marks(gc);
	for (struct gc_thread *t = gc->threads; t; t = t->next) {
		t->pub.marking = 0;
		gc_alloc_return_cache(gc, t);
	}
	gc_sweep_start(gc);
	set_phase(gc, PHASE_SWEEP);
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
	pthread_cond_broadcast(&gc->changed);
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
	gc_sweep_background(gc);
	gc_pace_cycle_end(gc);
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
gc_hold_wait(struct gc *gc, struct gc_hold *hold)
{
	/* Relaxed: a stale value delays the hold by one step. */
	if (LIKELY(!__atomic_load_n(&hold->on, __ATOMIC_RELAXED)))
		return;
	pthread_mutex_lock(&gc->handshake_lock);
	if (gc->unheld) {
		pthread_mutex_unlock(&gc->handshake_lock);
		return;
	}
	while (hold->on && hold->quantum == 0) {
		hold->waiting = true;
		pthread_cond_broadcast(&gc->changed);
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	}
	if (hold->waiting)
		pthread_cond_broadcast(&gc->changed);
	hold->waiting = false;
	if (hold->quantum)
		hold->quantum--;
	pthread_mutex_unlock(&gc->handshake_lock);
}

static void
set_hold(struct gc *gc, struct gc_hold *hold, bool on)
{
	pthread_mutex_lock(&gc->handshake_lock);
	__atomic_store_n(&hold->on, on, __ATOMIC_RELAXED);
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
	while (gc->termination_hold.on && !gc->termination_hold.waiting)
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
	while ((hold->quantum || !hold->waiting) && hold->on &&
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

void
gc_cycle_finish(struct gc *gc, struct gc_mutator *mut)
{
	uint64_t cycles;

	if (mut)
		gc_leave(mut);
	pthread_mutex_lock(&gc->handshake_lock);
	cycles = gc->cycles;
	while (gc->wanted && gc->cycles == cycles)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
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
