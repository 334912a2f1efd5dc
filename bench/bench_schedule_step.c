/* bench_schedule_step.c - what each step of a schedule does, and when it can be
 *
 * The collector's thread is not asked to wait for its turn: it is let go only
 * so far that it comes to stand by itself, in a hold or waiting for a mutator,
 * and the scheduler waits until it does. It never waits for a mutator that the
 * scheduler does not mean it to wait for.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_schedule_step.h"

#include <string.h>

static void
run_op(struct bench_schedule *s, struct bench_actor *a, enum bench_actor_op op)
{
	bench_actor_run(a, op);
	bench_schedule_tell_actor(s, a, true);
}

uint64_t
bench_schedule_lost(const struct bench_schedule *s)
{
	struct gc_stats stats;

	gc_get_stats(s->gc, &stats);
	return stats.lost;
}

static void
cycle_over(struct bench_schedule *s)
{
	gc_cycle_finish(s->gc, NULL);
	bench_schedule_tell_collector(
		s, bench_schedule_lost(s) > s->lost
			   ? "marking is over: an object is LOST"
			   : "marking is over");
	s->cycle = CYCLE_OFF;
}

/* After a step of a mutator the collector may go on to its next wait. */
static void
settle(struct bench_schedule *s)
{
	struct bench_actor *a = s->actors;

	if (s->cycle == CYCLE_VISITING && a[0].outside) {
		if (!a[1].outside)
			gc_wait_wanted(a[1].mut);
		s->cycle = CYCLE_STOPPING;
	}
	if (s->cycle == CYCLE_STOPPING && a[1].outside)
		cycle_over(s);
}

static void
start(struct bench_schedule *s, struct bench_actor *a)
{
	struct bench_actor *other = &s->actors[!a->index];

	if (!other->outside)
		run_op(s, other, ACTOR_SAFEPOINT);
	gc_hold_marker(s->gc, true);
	gc_hold_termination(s->gc, true);
	for (unsigned i = 0; i < SCHEDULE_ACTORS; i++)
		s->actors[i].scanned = i != a->index;
	bench_actor_run(a, ACTOR_START);
	/* The others stand still: their stacks are scanned before it waits. */
	gc_mark_quantum(s->gc, 0);
	bench_schedule_tell_collector(
		s, a->index ? "marking is on, M0's stack is black"
			    : "marking is on, M1's stack is black");
	s->cycle = CYCLE_MARKING;
	s->scans = 0;
}

static void
drain(struct bench_schedule *s)
{
	gc_hold_marker(s->gc, false);
	gc_wait_no_grey(s->gc);
	bench_schedule_tell_collector(s, "marks until no object is grey");
	s->cycle = CYCLE_DRAINED;
}

/* Mutators are visited in the order of their list, the oldest, 0, last. */
static void
terminate(struct bench_schedule *s)
{
	struct bench_actor *a = s->actors;

	gc_hold_termination(s->gc, false);
	if (a[0].outside) {
		cycle_over(s);
		return;
	}
	gc_wait_wanted(a[0].mut);
	bench_schedule_tell_collector(
		s, "ragged barrier: has visited M1, waits for M0");
	s->cycle = CYCLE_VISITING;
}

static bool
can_start(const struct bench_schedule *s, unsigned i)
{
	const struct bench_actor *a = &s->actors[i], *other = &s->actors[!i];

	return s->cycle == CYCLE_OFF && !a->busy &&
	       (!other->busy || other->outside);
}

/* Where it waits for a mutator, that one's stack is black: a wanted scan is not
 * taken for a wanted stop. */
static bool
can_terminate(const struct bench_schedule *s)
{
	const struct bench_actor *a = s->actors;

	return s->cycle == CYCLE_DRAINED && a[1].outside &&
	       (a[0].outside || a[0].scanned);
}

bool
bench_schedule_can(const struct bench_schedule *s, unsigned step)
{
	const struct bench_actor *a;

	switch (step) {
	case SCHEDULE_SCAN:
		return s->cycle == CYCLE_MARKING && s->scans < SCHEDULE_SCANS;
	case SCHEDULE_DRAIN: return s->cycle == CYCLE_MARKING;
	case SCHEDULE_TERMINATE: return can_terminate(s);
	}
	if (step >= SCHEDULE_START)
		return can_start(s, step - SCHEDULE_START);
	a = &s->actors[step >= SCHEDULE_GO_ON ? step - SCHEDULE_GO_ON
					      : step / 16];
	if (s->cycle == CYCLE_STOPPING && a->index == 0)
		return false;
	if (step >= SCHEDULE_GO_ON)
		return a->busy;
	return step % 16 < ACTOR_OPS && !a->busy &&
	       bench_actor_can(a, step % 16);
}

void
bench_schedule_do(struct bench_schedule *s, unsigned step)
{
	switch (step) {
	case SCHEDULE_SCAN:
		gc_mark_quantum(s->gc, 1);
		s->scans++;
		bench_schedule_tell_collector(s, "scans an object");
		return;
	case SCHEDULE_DRAIN: drain(s); return;
	case SCHEDULE_TERMINATE: terminate(s); return;
	}
	if (step >= SCHEDULE_START) {
		start(s, &s->actors[step - SCHEDULE_START]);
		return;
	}
	if (step >= SCHEDULE_GO_ON) {
		bench_actor_go_on(&s->actors[step - SCHEDULE_GO_ON]);
		bench_schedule_tell_actor(s, &s->actors[step - SCHEDULE_GO_ON],
					  false);
	} else {
		run_op(s, &s->actors[step / 16], step % 16);
	}
	settle(s);
}

/* What is begun is ended. */
void
bench_schedule_finish(struct bench_schedule *s)
{
	for (unsigned i = SCHEDULE_ACTORS; i-- > 0;) {
		while (bench_schedule_can(s, SCHEDULE_GO_ON + i))
			bench_schedule_do(s, SCHEDULE_GO_ON + i);
		if (bench_schedule_can(s, 16 * i + ACTOR_SAFEPOINT))
			bench_schedule_do(s, 16 * i + ACTOR_SAFEPOINT);
	}
	if (s->cycle == CYCLE_MARKING)
		drain(s);
	if (s->cycle == CYCLE_DRAINED)
		terminate(s);
	for (unsigned i = 0; i < SCHEDULE_ACTORS; i++)
		memset(s->actors[i].regs, 0, sizeof(s->actors[i].regs));
}
