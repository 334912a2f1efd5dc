/* bench_schedule.c - which thread goes on, choice by choice
 *
 * The collector's thread is not asked to wait for its turn: it is let go only
 * so far that it comes to stand by itself, in a hold or waiting for a mutator,
 * and the scheduler waits until it does. It never waits for a mutator that the
 * scheduler does not mean it to wait for.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_schedule.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base_random.h"
#include "bench_schedule_actor.h"

/* Of the first marking steps of a cycle, so that the list that keeps the marker
 * busy is never at its end: it sees 16 objects ahead (gc_mark.c), and scans
 * those of the run as well. */
#define SCANS_MAX 24
#define LIST      128

struct list_node {
	struct list_node *next;
	uintptr_t unused;
};

static const struct gc_type list_type = {
	.size = sizeof(struct list_node),
	.ptrbytes = WORD_SIZE,
	.ptrmask = (const uint8_t *)&(const uint64_t){1},
};

/* A letter for the object that an address is in, in order of allocation. */
static char
name(const struct bench_schedule *s, const void *at)
{
	for (size_t i = 0; i < s->n_objects; i++)
		if (at >= s->objects[i] &&
		    (const char *)at < (char *)s->objects[i] + 2 * WORD_SIZE)
			return (char)('A' + i);
	return '-';
}

static void
tell_heap(const struct bench_schedule *s)
{
	if (!s->trace)
		return;
	fprintf(s->trace, "  heap");
	for (size_t i = 0; i < s->n_objects; i++)
		fprintf(s->trace, " %c.slot=%c", name(s, s->objects[i]),
			name(s, *(void **)s->objects[i]));
	for (unsigned i = 0; i < SCHEDULE_ACTORS; i++)
		fprintf(s->trace, "; M%u has r0=%c r1=%c", i,
			name(s, s->actors[i].regs[0]),
			name(s, s->actors[i].regs[1]));
	fprintf(s->trace, "\n");
}

static void
tell_actor(const struct bench_schedule *s, const struct bench_actor *a,
	   bool begins)
{
	static const char *const ops[] = {
		[ACTOR_LOAD] = "load r1 = r0.slot",
		[ACTOR_FOLLOW] = "load r0 = r0.slot",
		[ACTOR_WRITE] = "write r0.slot = r1",
		[ACTOR_CLEAR] = "clear r0.slot",
		[ACTOR_DROP] = "drop r1",
		[ACTOR_SWAP] = "swap r0, r1",
		[ACTOR_ALLOC] = "allocate r1",
		[ACTOR_CALL] = "call: a frame's slot = r1",
		[ACTOR_ARGUMENT] = "load r1 = frame.slot",
		[ACTOR_RETURN] = "return: clear frame.slot",
		[ACTOR_SAFEPOINT] = "safepoint, its stack is scanned",
	};

	if (!s->trace)
		return;
	fprintf(s->trace, "  M%u    %s%s", a->index,
		begins ? "" : "goes on: ", ops[a->op]);
	if (a->busy)
		fprintf(s->trace, ", held at %s", a->point);
	if (a->busy && a->at)
		fprintf(s->trace, " %c", name(s, a->at));
	fprintf(s->trace, "  [r0=%c r1=%c", name(s, a->regs[0]),
		name(s, a->regs[1]));
	if (a->regs[2])
		fprintf(s->trace, " frame=%c", name(s, a->regs[2]));
	fprintf(s->trace, "]\n");
}

static void
tell_collector(const struct bench_schedule *s, const char *what)
{
	if (s->trace)
		fprintf(s->trace, "  GC    %s\n", what);
}

static void
run_op(struct bench_schedule *s, struct bench_actor *a, enum bench_actor_op op)
{
	bench_actor_run(a, op);
	tell_actor(s, a, true);
}

static uint64_t
count_lost(const struct bench_schedule *s)
{
	struct gc_stats stats;

	gc_get_stats(s->gc, &stats);
	return stats.lost;
}

static void
cycle_over(struct bench_schedule *s)
{
	gc_cycle_finish(s->gc, NULL);
	tell_collector(s, count_lost(s) > s->lost
				  ? "marking is over: an object is LOST"
				  : "marking is over");
	s->cycle = CYCLE_OFF;
}

/* The collector holds a mutator and stands until that one does. */
static void
wait_until_wanted(struct bench_actor *a)
{
	while (!atomic_load(&a->mut->poll))
		sched_yield();
}

/* After a step of a mutator the collector may go on to its next wait. */
static void
settle(struct bench_schedule *s)
{
	struct bench_actor *a = s->actors;

	if (s->cycle == CYCLE_VISITING && a[0].outside) {
		if (!a[1].outside)
			wait_until_wanted(&a[1]);
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
	tell_collector(s, a->index ? "marking is on, M0's stack is black"
				   : "marking is on, M1's stack is black");
	s->cycle = CYCLE_MARKING;
	s->scans = 0;
}

static void
drain(struct bench_schedule *s)
{
	gc_hold_marker(s->gc, false);
	gc_wait_no_grey(s->gc);
	tell_collector(s, "marks until no object is grey");
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
	wait_until_wanted(&a[0]);
	tell_collector(s, "ragged barrier: has visited M1, waits for M0");
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

static bool
can(const struct bench_schedule *s, unsigned step)
{
	const struct bench_actor *a;

	switch (step) {
	case SCHEDULE_SCAN:
		return s->cycle == CYCLE_MARKING && s->scans < SCANS_MAX;
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

static void
do_step(struct bench_schedule *s, unsigned step)
{
	switch (step) {
	case SCHEDULE_SCAN:
		gc_mark_quantum(s->gc, 1);
		s->scans++;
		tell_collector(s, "scans an object");
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
		tell_actor(s, &s->actors[step - SCHEDULE_GO_ON], false);
	} else {
		run_op(s, &s->actors[step / 16], step % 16);
	}
	settle(s);
}

/* Whose a step is: an actor's, or the collector's. */
static unsigned
owner(unsigned step)
{
	if (step >= SCHEDULE_START)
		return SCHEDULE_ACTORS;
	return step >= SCHEDULE_GO_ON ? step - SCHEDULE_GO_ON : step / 16;
}

/* One of the steps that are possible; each thread has the same chance.
 * SCHEDULE_STEPS when the thread that is drawn has none. */
static unsigned
draw_step(const struct bench_schedule *s, struct base_random *r)
{
	unsigned steps[SCHEDULE_STEPS], n = 0;
	unsigned who = (unsigned)base_random_below(r, SCHEDULE_ACTORS + 1);

	for (unsigned i = 0; i < SCHEDULE_STEPS; i++)
		if (owner(i) == who && can(s, i))
			steps[n++] = i;
	return n ? steps[base_random_below(r, n)] : SCHEDULE_STEPS;
}

/* What is begun is ended. */
static void
finish(struct bench_schedule *s)
{
	for (unsigned i = SCHEDULE_ACTORS; i-- > 0;) {
		while (can(s, SCHEDULE_GO_ON + i))
			do_step(s, SCHEDULE_GO_ON + i);
		if (can(s, 16 * i + ACTOR_SAFEPOINT))
			do_step(s, 16 * i + ACTOR_SAFEPOINT);
	}
	if (s->cycle == CYCLE_MARKING)
		drain(s);
	if (s->cycle == CYCLE_DRAINED)
		terminate(s);
	for (unsigned i = 0; i < SCHEDULE_ACTORS; i++)
		memset(s->actors[i].regs, 0, sizeof(s->actors[i].regs));
}

static void
begin(struct bench_schedule *s, const struct bench_script *script, FILE *trace)
{
	s->lost = count_lost(s);
	s->script = script;
	s->trace = trace;
	bench_actor_run(&s->actors[0], ACTOR_SET);
	tell_heap(s);
}

uint64_t
bench_schedule_draw(struct bench_schedule *s, uint64_t seed,
		    struct bench_script *script)
{
	struct base_random r = {seed};

	script->n = 0;
	for (size_t i = 0; i < BENCH_SCHEDULE_HEAP; i++)
		script->heap[i] =
			(uint8_t)base_random_below(&r, SCHEDULE_SHARED + 1);
	begin(s, script, NULL);
	while (script->n < BENCH_SCHEDULE_STEPS) {
		unsigned step = draw_step(s, &r);

		if (step == SCHEDULE_STEPS)
			continue;
		script->steps[script->n++] = (uint8_t)step;
		do_step(s, step);
	}
	finish(s);
	return count_lost(s) - s->lost;
}

uint64_t
bench_schedule_replay(struct bench_schedule *s,
		      const struct bench_script *script, FILE *trace)
{
	begin(s, script, trace);
	for (size_t i = 0; i < script->n; i++)
		if (can(s, script->steps[i]))
			do_step(s, script->steps[i]);
	finish(s);
	return count_lost(s) - s->lost;
}

size_t
bench_schedule_search(struct bench_schedule *s, uint64_t seed, size_t n,
		      struct bench_script *script)
{
	for (size_t i = 0; i < n; i++)
		if (bench_schedule_draw(s, seed + i, script))
			return i + 1;
	script->n = 0;
	return n;
}

void
bench_schedule_stats(const struct bench_schedule *s, struct gc_stats *out)
{
	gc_get_stats(s->gc, out);
}

/* A list from a global keeps the marker at work. */
static void
set_grey_list(struct bench_schedule *s)
{
	struct gc_mutator *mut = gc_attach(s->gc);

	for (size_t i = 0; i < LIST; i++) {
		struct list_node *node = gc_alloc(mut, &list_type, 1);

		CHECK(node);
		node->next = s->grey_list;
		s->grey_list = node;
	}
	s->grey_root = (struct gc_root){&s->grey_list, 1, NULL, NULL};
	gc_add_global(s->gc, &s->grey_root);
	gc_detach(mut);
}

/* All threads on one CPU, since only one runs at a time: to hand over then
 * costs a switch and no wake-up of another CPU. Threads inherit it. */
static void
share_cpu(struct bench_schedule *s)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	CHECK(sched_getaffinity(0, sizeof(s->allowed), &s->allowed) == 0);
	CPU_ZERO(&one);
	if (cpu < 0)
		return;
	CPU_SET(cpu, &one);
	/* Where it may not, it runs slower. */
	sched_setaffinity(0, sizeof(one), &one);
}

struct bench_schedule *
bench_schedule_open(const struct strategy *barrier,
		    void (*configure)(struct gc_config *config))
{
	struct bench_schedule *s = calloc(1, sizeof(*s));
	/* The least buffer: it is full as often as can be. */
	struct gc_config config = {.heap_limit = (size_t)64 << 20,
				   .buffer_words = 2,
				   .verify = true,
				   .snapshot = true,
				   .poison = true,
				   .markers = 1};

	CHECK(s);
	if (configure)
		configure(&config);
	share_cpu(s);
	s->gc = gc_create(&config);
	s->barrier = barrier;
	set_grey_list(s);
	for (unsigned i = 0; i < SCHEDULE_ACTORS; i++) {
		s->actors[i].schedule = s;
		s->actors[i].index = i;
		bench_actor_start(&s->actors[i]);
	}
	return s;
}

void
bench_schedule_close(struct bench_schedule *s)
{
	for (unsigned i = 0; i < SCHEDULE_ACTORS; i++)
		bench_actor_stop(&s->actors[i]);
	gc_remove_global(s->gc, &s->grey_root);
	gc_destroy(s->gc);
	sched_setaffinity(0, sizeof(s->allowed), &s->allowed);
	free(s);
}
