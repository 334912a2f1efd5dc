/* call_pool.c - engines, their targets, and the pools of these */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "call_frame.h"

/* The first table of targets: 2^6 slots. */
#define FIRST_BITS 6

/* What an empty slot holds: no key is equal to its own. */
static struct call_target no_target;

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

static void
grow_table(struct call_engine *e, unsigned bits)
{
	size_t n = (size_t)1 << bits;

	free(e->table);
	e->table = malloc(n * sizeof(*e->table));
	CHECK(e->table);
	e->shift = 64 - bits;
	for (size_t i = 0; i < n; i++)
		e->table[i] = &no_target;
}

struct call_engine *
call_engine_new(struct gc_mutator *mut)
{
	struct call_engine *e = calloc(1, sizeof(*e));

	CHECK(e);
	e->mut = mut;
	grow_table(e, FIRST_BITS);
	return e;
}

void
call_engine_free(struct call_engine *e)
{
	e->mut->cycle_start = NULL;
	while (e->targets) {
		struct call_target *t = e->targets;

		e->targets = t->next;
		gc_drop_root(e->mut, &t->root);
		free(t);
	}
	free(e->table);
	free(e);
}

/* What binding a set decides for a target. */
static void
bind_target(const struct call_engine *e, struct call_target *t)
{
	const struct call_layout *l = t->layout;

	t->pools = (e->pooling == CALL_POOL_GO && !l->n_results) ||
		   (e->pooling == CALL_POOL_UNALIASED &&
		    l->frame.size == l->retoffset);
	t->returns_frame = l->n_results && !t->pools;
}

struct call_target *
call_target_new(struct call_engine *e, const struct call_layout *layout)
{
	struct call_target *t = calloc(1, sizeof(*t));

	CHECK(t);
	t->layout = layout;
	t->trampoline = call_trampoline_for(layout->frame.size);
	t->root = (struct gc_root){t->slots, ARRAY_LEN(t->slots), NULL, NULL};
	t->next = e->targets;
	e->targets = t;
	bind_target(e, t);
	gc_keep_root(e->mut, &t->root);
	return t;
}

/* The slot of a key, or the empty one where it would be. */
static struct call_target **
find(struct call_engine *e, struct call_key key)
{
	size_t mask = ~(uint64_t)0 >> e->shift;
	size_t i = call_key_hash(key) >> e->shift;

	while (e->table[i] != &no_target &&
	       !call_key_equal(e->table[i]->key, key))
		i = (i + 1) & mask;
	return &e->table[i];
}

/* At most a quarter of the table is in use, so that most keys are where
 * call_lookup looks first. */
static void
make_room(struct call_engine *e)
{
	if (++e->n_keys <= (size_t)1 << (64 - e->shift - 2))
		return;
	grow_table(e, 64 - e->shift + 1);
	for (struct call_target *t = e->targets; t; t = t->next)
		if (t->key.func)
			*find(e, t->key) = t;
}

struct call_target *
call_lookup_slow(struct call_engine *e, struct call_key key)
{
	struct call_target *t = *find(e, key);

	if (t != &no_target)
		return t;
	make_room(e);
	t = call_target_new(e, call_cache_layout(key));
	t->key = key;
	return *find(e, key) = t;
}

static void
drop_pools(struct call_engine *e)
{
	for (struct call_target *t = e->targets; t; t = t->next) {
		memset(t->slots, 0, sizeof(t->slots));
		t->n_pooled = t->n_victims = 0;
	}
}

static bool
leaves_frames_dirty(const struct call_set *set)
{
	bool dirty = set->barrier->flags & STRATEGY_DIRTY_FRAMES;
	const struct call_rule *rule = set->rules[STRATEGY_MEMCLR];

	do
		dirty |= (rule->strategy->flags & STRATEGY_FLOOR) != 0;
	while (rule++->max != SIZE_MAX);
	return dirty;
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
	e->dirty_frames = leaves_frames_dirty(set);
	if (words)
		gc_set_buffer_words(e->mut, words);
	drop_pools(e);
	for (struct call_target *t = e->targets; t; t = t->next)
		bind_target(e, t);
}

void *
call_frame_new(struct call_engine *e, struct call_target *t)
{
	if (t->n_victims)
		return frame_take(&t->slots[CALL_POOL_SLOTS + --t->n_victims]);
	return gc_must_alloc(e->mut, &t->layout->frame, 1);
}
