/* bench_stage_terminate.c - the end of marking, with three mutators
 *
 * A and B stand where Go's issue 27993 needs them: the ragged barrier has
 * visited A, and waits for B. B has a white object in its buffer and nowhere
 * else; A records the same object and flushes, so that it is marked and waits
 * in A's queue; then B is visited, flushes, and finds it marked already. Nobody
 * has reported work, and the object has not been scanned. C comes and goes
 * while marking is on, and its records must stay behind.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <sched.h>
#include <string.h>

#include "bench_stage.h"
#include "gc_barrier.h"

static const uint8_t first_word[16] = {1};
static const struct gc_type slot_type = {WORD_SIZE, WORD_SIZE, first_word};

/* A mutator with a stack of its own and the scene's candidate. */
struct party {
	struct gc_mutator *mut;
	struct strategy_ctx ctx;
	void *stack[2];
	struct gc_root root;
};

static void
attach(struct stage *s, struct party *p)
{
	p->mut = gc_attach(s->gc);
	gc_set_buffer_words(p->mut, 64);
	strategy_bind(&p->ctx, p->mut, s->ctx->memclr, s->ctx->memmove,
		      s->scene->set->barrier);
	p->root = (struct gc_root){p->stack, ARRAY_LEN(p->stack), NULL, NULL};
	gc_push_root(p->mut, &p->root);
}

/* Its mutator is running. */
static void
detach(struct party *p)
{
	gc_pop_root(p->mut, &p->root);
	p->mut->cycle_start = NULL;
	gc_detach(p->mut);
}

/* Takes what a slot holds, and clears it. */
static void *
take(struct party *p, void **slot)
{
	void *ptr = *slot;

	p->ctx.barrier.clear(&p->ctx, &slot_type, slot, 0, WORD_SIZE);
	return ptr;
}

static void
wait_for_round(struct stage *s, uint64_t rounds)
{
	struct gc_stats stats;

	do {
		sched_yield();
		gc_get_stats(s->gc, &stats);
	} while (stats.rounds == rounds);
}

/* The collector tries to end marking, and waits for b alone when this returns:
 * it has visited a, which is outside and first in its list. */
static void
begin_end(struct stage *s, struct party *a)
{
	struct gc_stats stats;

	gc_get_stats(s->gc, &stats);
	gc_hold_termination(s->gc, false);
	wait_for_round(s, stats.rounds);
	gc_enter(a->mut);
}

static void
check(struct stage *s, struct stage_object *o)
{
	if (o &&
	    (!stage_is_whole(o) || (s->scene->population != POPULATION_NOSCAN &&
				    !stage_is_whole(o->next))))
		stage_wrong(s, "an object in use was freed");
}

/* Slots behind a list, with an object each; slots that all stacks lead to, and
 * that marking has passed. */
struct slots {
	void **hidden, **shared;
};

static struct stage_object *
new_object(struct stage *s)
{
	enum bench_population p = s->scene->population;
	struct stage_object *o = NULL;

	if (p != POPULATION_NIL)
		o = stage_object(s, p == POPULATION_NOSCAN);
	if (p == POPULATION_MARKED)
		stage_push(s, o);
	return o;
}

static void
set(struct stage *s, struct slots *slots, struct stage_object *objects[2])
{
	memset(s->stack, 0, s->depth * sizeof(*s->stack));
	s->depth = 0;
	slots->hidden = stage_alloc(s, &slot_type, 2);
	slots->shared = stage_alloc(s, &slot_type, 1);
	s->global = stage_list(s, 3, NULL);
	stage_push(s, slots->shared);
	stage_push(s, stage_list(s, 100, slots->hidden));
	for (size_t i = 0; i < 2; i++)
		slots->hidden[i] = objects[i] = new_object(s);
}

/* C takes the second object, leaves it to B's stack, and goes. */
static void
visit_of_c(struct stage *s, struct slots *slots, struct party *b)
{
	struct party c = {0};

	attach(s, &c);
	b->stack[1] = take(&c, &slots->hidden[1]);
	detach(&c);
}

void
stage_terminate(struct stage *s)
{
	struct stage_object *objects[2];
	struct party a = {0}, b = {0};
	struct slots slots;

	set(s, &slots, objects);
	stage_settle(s);
	if (stage_is_bad(s))
		return;
	attach(s, &b);
	attach(s, &a);
	gc_hold_marker(s->gc, true);
	gc_hold_termination(s->gc, true);
	gc_leave(s->mut);
	gc_leave(a.mut);
	gc_cycle_start(s->gc, b.mut);
	gc_leave(b.mut);
	gc_mark_quantum(s->gc, 1);
	gc_enter(b.mut);
	visit_of_c(s, &slots, &b);
	b.stack[0] = take(&b, &slots.hidden[0]);
	gc_hold_marker(s->gc, false);
	gc_wait_no_grey(s->gc);
	b.ctx.barrier.move(&b.ctx, &slot_type, slots.shared, b.stack, 0,
			   WORD_SIZE);
	begin_end(s, &a);
	a.stack[0] = take(&a, slots.shared);
	if (a.mut->buffer_next != a.mut->buffer)
		gc_buffer_flush(a.mut);
	gc_leave(a.mut);
	gc_leave(b.mut);
	gc_cycle_finish(s->gc, NULL);
	for (size_t i = 0; i < 2; i++)
		check(s, objects[i]);
	gc_enter(a.mut);
	detach(&a);
	gc_enter(b.mut);
	detach(&b);
	gc_enter(s->mut);
}
