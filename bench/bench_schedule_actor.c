/* bench_schedule_actor.c - what a mutator does between two words of the
 * scheduler
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_schedule_actor.h"

#include "base.h"

static const struct gc_type object_type = {
	.size = 2 * WORD_SIZE,
	.ptrbytes = WORD_SIZE,
	.ptrmask = (const uint8_t *)&(const uint64_t){1},
};

/* The actor whose thread this is; NULL on others. */
static _Thread_local struct bench_actor *self;

static void
stand(struct bench_actor *a)
{
	sem_post(&a->stands);
	while (sem_wait(&a->go))
		;
}

void
bench_schedule_point(struct gc_mutator *mut, const char *point, const void *at)
{
	(void)mut;
	if (!self)
		return;
	self->point = point;
	self->at = at;
	stand(self);
}

static void
leave(struct bench_actor *a)
{
	gc_leave(a->mut);
	a->outside = a->scanned = true;
}

static void
enter(struct bench_actor *a)
{
	gc_enter(a->mut);
	a->outside = false;
}

void
bench_schedule_safepoint(struct gc_mutator *mut)
{
	if (!self)
		return;
	leave(self);
	bench_schedule_point(mut, "safepoint", NULL);
	enter(self);
}

static void *
new_object(struct bench_actor *a)
{
	struct bench_schedule *s = a->schedule;
	void *object = gc_alloc(a->mut, &object_type, 1);

	CHECK(object);
	s->objects[s->n_objects++] = object;
	return object;
}

/* The objects of a run, each pointing to one or none, and what the actors have
 * of them. Marking is off. */
static void
set_heap(struct bench_actor *a)
{
	struct bench_schedule *s = a->schedule;
	const uint8_t *heap = s->script->heap;
	void *any[SCHEDULE_SHARED + 1] = {NULL};

	s->n_objects = 0;
	for (unsigned i = 0; i < SCHEDULE_SHARED; i++)
		any[i + 1] = new_object(a);
	for (unsigned i = 0; i < SCHEDULE_SHARED; i++)
		*(void **)s->objects[i] = any[*heap++];
	for (unsigned i = 0; i < SCHEDULE_ACTORS; i++)
		for (unsigned r = 0; r < 2; r++)
			s->actors[i].regs[r] = any[*heap++];
}

static void
call(struct bench_actor *a)
{
	struct strategy_ctx *ctx = &a->ctx;

	a->frame = (struct strategy_frame){.ptr = new_object(a),
					   .type = &object_type};
	a->regs[2] = a->frame.ptr;
	ctx->barrier.frame_begin(ctx, &a->frame);
	ctx->barrier.frame_fill(ctx, &a->frame, 0, &a->regs[1], WORD_SIZE);
}

static void
clear_frame(struct bench_actor *a)
{
	struct strategy_ctx *ctx = &a->ctx;

	ctx->barrier.frame_clear(ctx, &a->frame, 0, WORD_SIZE);
	ctx->barrier.frame_put(ctx, &a->frame);
	a->regs[2] = NULL;
}

static void
swap(void **regs)
{
	void *r0 = regs[0];

	regs[0] = regs[1];
	regs[1] = r0;
}

static void
operate(struct bench_actor *a)
{
	struct strategy_ctx *ctx = &a->ctx;
	void **regs = a->regs;

	switch (a->op) {
	case ACTOR_LOAD: regs[1] = *(void **)regs[0]; break;
	case ACTOR_FOLLOW: regs[0] = *(void **)regs[0]; break;
	case ACTOR_WRITE:
		ctx->barrier.move(ctx, &object_type, regs[0], &regs[1], 0,
				  WORD_SIZE);
		break;
	case ACTOR_CLEAR:
		ctx->barrier.clear(ctx, &object_type, regs[0], 0, WORD_SIZE);
		break;
	case ACTOR_DROP: regs[1] = NULL; break;
	case ACTOR_SWAP: swap(regs); break;
	case ACTOR_ALLOC: regs[1] = new_object(a); break;
	case ACTOR_CALL: call(a); break;
	case ACTOR_ARGUMENT: regs[1] = *(void **)regs[2]; break;
	case ACTOR_RETURN: clear_frame(a); break;
	case ACTOR_SAFEPOINT: leave(a); break;
	case ACTOR_SET: set_heap(a); break;
	default: gc_cycle_start(a->schedule->gc, a->mut);
	}
}

bool
bench_actor_can(const struct bench_actor *a, enum bench_actor_op op)
{
	void *const *regs = a->regs;
	bool room = a->schedule->n_objects < SCHEDULE_OBJECTS;

	switch (op) {
	case ACTOR_LOAD:
	case ACTOR_FOLLOW:
	case ACTOR_WRITE:
	case ACTOR_CLEAR: return regs[0];
	case ACTOR_DROP: return regs[1];
	case ACTOR_SWAP: return regs[0] != regs[1];
	case ACTOR_ALLOC: return room;
	case ACTOR_CALL: return regs[1] && !regs[2] && room;
	case ACTOR_ARGUMENT:
	case ACTOR_RETURN: return regs[2];
	default: return !a->outside;
	}
}

static void *
actor_main(void *arg)
{
	struct bench_actor *a = self = arg;

	a->mut = gc_attach(a->schedule->gc);
	strategy_bind(&a->ctx, a->mut, strategy_find("memclr_word")->memclr,
		      strategy_find("memmove_word")->memmove,
		      a->schedule->barrier);
	a->root = (struct gc_root){a->regs, ACTOR_REGS, NULL, NULL};
	gc_push_root(a->mut, &a->root);
	leave(a);
	for (stand(a); a->op != ACTOR_EXIT; stand(a)) {
		if (a->outside)
			enter(a);
		operate(a);
		a->busy = false;
	}
	enter(a);
	gc_pop_root(a->mut, &a->root);
	gc_detach(a->mut);
	return NULL;
}

static void
wait_until_it_stands(struct bench_actor *a)
{
	while (sem_wait(&a->stands))
		;
}

void
bench_actor_go_on(struct bench_actor *a)
{
	sem_post(&a->go);
	wait_until_it_stands(a);
}

void
bench_actor_run(struct bench_actor *a, enum bench_actor_op op)
{
	a->op = op;
	a->busy = true;
	bench_actor_go_on(a);
}

void
bench_actor_start(struct bench_actor *a)
{
	sem_init(&a->go, 0, 0);
	sem_init(&a->stands, 0, 0);
	CHECK(pthread_create(&a->thread, NULL, actor_main, a) == 0);
	wait_until_it_stands(a);
}

void
bench_actor_stop(struct bench_actor *a)
{
	a->op = ACTOR_EXIT;
	sem_post(&a->go);
	pthread_join(a->thread, NULL);
	sem_destroy(&a->go);
	sem_destroy(&a->stands);
}
