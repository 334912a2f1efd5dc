/* call_pool.c - engines, targets, and frames got and put */
// SPDX-License-Identifier: BSD-3-Clause
#include "call.h"

#include <stdlib.h>
#include <string.h>

#include "gc_barrier.h"

/* Pooled frames become victims, and the victims of the last cycle go. */
static void
retire_pools(struct call_engine *e)
{
	for (struct call_target *t = e->targets; t; t = t->next) {
		memcpy(t->slots + CALL_POOL_SLOTS, t->slots,
		       CALL_POOL_SLOTS * sizeof(*t->slots));
		memset(t->slots, 0, CALL_POOL_SLOTS * sizeof(*t->slots));
		t->n_victims = t->n_pooled;
		t->n_pooled = 0;
	}
}

/* The world is stopped. */
static void
cycle_start(void *engine)
{
	struct call_engine *e = engine;

	retire_pools(e);
	e->ctx.barrier.cycle_start(&e->ctx);
}

struct call_engine *
call_engine_new(struct gc_mutator *mut)
{
	struct call_engine *e = calloc(1, sizeof(*e));

	CHECK(e);
	e->mut = mut;
	return e;
}

void
call_engine_free(struct call_engine *e)
{
	e->mut->cycle_start = NULL;
	while (e->targets) {
		struct call_target *t = e->targets;

		e->targets = t->next;
		gc_remove_global(e->mut->gc, &t->root);
		free(t);
	}
	free(e);
}

struct call_target *
call_target_new(struct call_engine *e, const struct call_layout *layout)
{
	struct call_target *t = calloc(1, sizeof(*t));

	CHECK(t);
	t->layout = layout;
	t->root = (struct gc_root){t->slots, ARRAY_LEN(t->slots), NULL, NULL};
	t->next = e->targets;
	e->targets = t;
	gc_add_global(e->mut->gc, &t->root);
	return t;
}

/* A pool's slots are a global: what leaves or enters one while marking is
 * shaded, or a frame could move past the marker unseen. */
static void
set_slot(struct call_engine *e, void **slot, void *frame)
{
	gc_shade(e->mut, (uintptr_t)*slot);
	gc_shade(e->mut, (uintptr_t)frame);
	/* Relaxed: the marker may be reading the slot. */
	__atomic_store_n(slot, frame, __ATOMIC_RELAXED);
}

static void
drop_pools(struct call_engine *e)
{
	for (struct call_target *t = e->targets; t; t = t->next) {
		for (size_t i = 0; i < ARRAY_LEN(t->slots); i++)
			set_slot(e, &t->slots[i], NULL);
		t->n_pooled = t->n_victims = 0;
	}
}

void
call_engine_bind(struct call_engine *e, const struct call_set *set)
{
	size_t words = call_set_buffer_words(set);

	strategy_bind(&e->ctx, e->mut, call_set_bind_memclr(set),
		      call_set_bind_memmove(set), set->barrier);
	/* The engine empties its pools first and then asks the strategy. */
	e->mut->cycle_start = cycle_start;
	e->mut->cycle_start_arg = e;
	e->pooling = set->pooling;
	if (words)
		gc_set_buffer_words(e->mut, words);
	drop_pools(e);
}

static bool
pools(const struct call_engine *e, const struct call_layout *layout)
{
	return e->pooling == CALL_POOL_GO && layout->n_results == 0;
}

/* A pooled frame, then a victim, then NULL. */
static void *
take(struct call_engine *e, struct call_target *t)
{
	void **slot, *frame;

	if (LIKELY(t->n_pooled))
		slot = &t->slots[--t->n_pooled];
	else if (t->n_victims)
		slot = &t->slots[CALL_POOL_SLOTS + --t->n_victims];
	else
		return NULL;
	frame = *slot;
	set_slot(e, slot, NULL);
	return frame;
}

void
call_frame_get(struct call_engine *e, struct call_target *target,
	       struct strategy_frame *frame)
{
	const struct call_layout *layout = target->layout;

	frame->type = &layout->frame;
	frame->word = 0;
	frame->ptr = pools(e, layout) ? take(e, target) : NULL;
	if (!frame->ptr)
		frame->ptr = gc_must_alloc(e->mut, frame->type, 1);
	e->ctx.barrier.frame_begin(&e->ctx, frame);
}

void
call_frame_put(struct call_engine *e, struct call_target *target,
	       struct strategy_frame *frame)
{
	if (!pools(e, target->layout))
		return;
	e->ctx.barrier.frame_put(&e->ctx, frame);
	if (target->n_pooled < CALL_POOL_SLOTS)
		set_slot(e, &target->slots[target->n_pooled++], frame->ptr);
}
