/* bench_schedule.c - schedules drawn, replayed and searched */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_schedule.h"

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base_random.h"
#include "bench_schedule_step.h"

struct list_node {
	struct list_node *next;
	uintptr_t unused;
};

static const struct gc_type list_type = {
	.size = sizeof(struct list_node),
	.ptrbytes = WORD_SIZE,
	.ptrmask = (const uint8_t *)&(const uint64_t){1},
};

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
		if (owner(i) == who && bench_schedule_can(s, i))
			steps[n++] = i;
	return n ? steps[base_random_below(r, n)] : SCHEDULE_STEPS;
}

static void
begin(struct bench_schedule *s, const struct bench_script *script, FILE *trace)
{
	s->lost = bench_schedule_lost(s);
	s->script = script;
	s->trace = trace;
	bench_actor_run(&s->actors[0], ACTOR_SET);
	bench_schedule_tell_heap(s);
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
		bench_schedule_do(s, step);
	}
	bench_schedule_finish(s);
	return bench_schedule_lost(s) - s->lost;
}

uint64_t
bench_schedule_replay(struct bench_schedule *s,
		      const struct bench_script *script, FILE *trace)
{
	begin(s, script, trace);
	for (size_t i = 0; i < script->n; i++)
		if (bench_schedule_can(s, script->steps[i]))
			bench_schedule_do(s, script->steps[i]);
	bench_schedule_finish(s);
	return bench_schedule_lost(s) - s->lost;
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

	for (size_t i = 0; i < SCHEDULE_LIST; i++) {
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
