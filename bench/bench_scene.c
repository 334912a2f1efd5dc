/* bench_scene.c - a round of a scene: set, begin, store, clear, end, judge */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_scene.h"

#include <stdlib.h>
#include <string.h>

#include "bench_legal.h"
#include "bench_stage.h"

/* Objects before the holder of the structures: more than the marker scans in a
 * round. */
#define LIST 200

/* More objects than there are in a scene. */
#define ANYTIME 4096

#define HEAP_LIMIT ((size_t)64 << 20)

static const uint8_t all_words[STAGE_STRUCTURES / 8 + 8] = {
	[0 ... STAGE_STRUCTURES / 8 - 1] = 0xff};
static const struct gc_type holder_type = {
	STAGE_STRUCTURES * WORD_SIZE, STAGE_STRUCTURES *WORD_SIZE, all_words};

static const uint8_t first_word[16] = {1};
static const struct gc_type pointer_type = {WORD_SIZE, WORD_SIZE, first_word};

bool
bench_scene_exists(enum bench_client client, enum bench_phase phase)
{
	const struct bench_legal *row;

	for (size_t i = 0; (row = bench_legal_row(i)); i++)
		if (row->client == client && client != CLIENT_RAW &&
		    row->phases & 1u << phase)
			return true;
	return false;
}

static bool
marks(const struct stage *s)
{
	return bench_phase_marks(s->scene->phase);
}

static const struct stage_actor *
actor(const struct stage *s)
{
	return stage_actors[s->scene->client];
}

static bool
is_frame(const struct stage *s)
{
	return s->scene->client == CLIENT_FRAME;
}

/* What straddles was filled before, and what a frame in phase mark holds was
 * filled since. */
static bool
has_old(const struct stage *s)
{
	return !(is_frame(s) && s->scene->phase == BENCH_MARK);
}

static bool
has_new(const struct stage *s)
{
	return s->scene->phase != BENCH_STRADDLE;
}

static void
open_structures(struct stage *s, struct stage_structure *t)
{
	for (size_t k = 0; k < STAGE_STRUCTURES; k++) {
		t[k].index = k;
		actor(s)->open(s, &t[k]);
	}
}

static void
open_stage(struct stage *s)
{
	struct gc_config config = {.heap_limit = HEAP_LIMIT,
				   .buffer_words = 512,
				   .markers = 1,
				   .verify = true,
				   .snapshot = true,
				   .poison = true,
				   .fault = s->scene->fault};

	s->random = (struct base_random){s->scene->seed};
	s->gc = gc_create(&config);
	s->mut = gc_attach(s->gc);
	s->root = (struct gc_root){s->stack, STAGE_STACK, NULL, NULL};
	gc_push_root(s->mut, &s->root);
	s->global_root = (struct gc_root){&s->stored, 2, NULL, NULL};
	gc_add_global(s->gc, &s->global_root);
	s->engine = call_engine_new(s->mut);
	call_engine_bind(s->engine, s->scene->set);
	s->ctx = &s->engine->ctx;
	open_structures(s, s->old);
	open_structures(s, s->new);
}

static void
close_structures(struct stage *s, struct stage_structure *t)
{
	for (size_t k = 0; k < STAGE_STRUCTURES && actor(s)->close; k++)
		actor(s)->close(s, &t[k]);
}

static void
close_stage(struct stage *s)
{
	call_engine_free(s->engine);
	gc_remove_global(s->gc, &s->global_root);
	gc_pop_root(s->mut, &s->root);
	gc_detach(s->mut);
	gc_destroy(s->gc);
	close_structures(s, s->old);
	close_structures(s, s->new);
}

/* Objects as the population has them, dead ones' addresses in scalars. */
static void
draw_image(struct stage *s, struct stage_structure *t)
{
	enum bench_population population = s->scene->population;

	for (size_t i = 0; i < t->n * t->type.size / WORD_SIZE; i++)
		if (!stage_is_pointer(t, i))
			t->image[i] = (uintptr_t)s->dead[t->index];
		else if (population == POPULATION_NIL)
			t->image[i] = 0;
		else
			t->image[i] = (uintptr_t)stage_object(
				s, population == POPULATION_NOSCAN);
}

/* Puts the pointers of a structure on the stack. */
static void
take(struct stage *s, const struct stage_structure *t)
{
	for (size_t i = 0; i < t->n * t->type.size / WORD_SIZE; i++)
		if (stage_is_pointer(t, i))
			stage_push(s, (void *)t->image[i]);
}

/* An object that the collector has lost is poisoned. */
static void
check_image(struct stage *s, const struct stage_structure *t)
{
	for (size_t i = 0; i < t->n * t->type.size / WORD_SIZE; i++) {
		struct stage_object *o = (struct stage_object *)t->image[i];

		if (!stage_is_pointer(t, i) || !o)
			continue;
		if (!stage_is_whole(o) ||
		    (s->scene->population != POPULATION_NOSCAN &&
		     !stage_is_whole(o->next)))
			stage_wrong(s, "an object in use was freed");
	}
}

static void
check_list(struct stage *s, const struct stage_object *o, size_t n)
{
	for (; n; n--, o = o->next)
		if (!stage_is_whole(o)) {
			stage_wrong(s, "a list in use was freed");
			return;
		}
}

static void
check_all(struct stage *s)
{
	for (size_t k = 0; k < STAGE_STRUCTURES; k++) {
		if (has_old(s))
			check_image(s, &s->old[k]);
		if (has_new(s))
			check_image(s, &s->new[k]);
	}
	check_list(s, s->global, 3);
	check_list(s, s->stack[0], LIST);
}

/* A frame that leaves the stack for a pool, whose slots have been scanned,
 * while the stack has not; only where frames straddle. */
static bool
is_early_put(const struct stage *s, size_t k)
{
	return is_frame(s) && s->scene->phase == BENCH_STRADDLE && k % 4 == 0;
}

/* One that is filled while a cycle marks that is over before the phase begins;
 * likewise. */
static bool
is_of_cycle_before(const struct stage *s, size_t k)
{
	return is_frame(s) && s->scene->phase == BENCH_STRADDLE && k % 4 == 2;
}

/* An object that the stack holds as well is grey once that is scanned. */
static bool
is_grey(size_t k)
{
	return k % 3 == 2;
}

static void
set_old(struct stage *s, size_t k)
{
	struct stage_structure *t = &s->old[k];

	draw_image(s, t);
	actor(s)->make(s, t);
	if (is_early_put(s, k) || is_of_cycle_before(s, k))
		t->slot = stage_push(s, t->object);
	else
		s->holder[k] = t->object;
	if (is_grey(k))
		stage_push(s, t->object);
	if (s->scene->population == POPULATION_MARKED)
		take(s, t);
}

static void
set_in_cycle_before(struct stage *s)
{
	gc_cycle_start(s->gc, s->mut);
	for (size_t k = 0; k < STAGE_STRUCTURES; k++)
		if (is_of_cycle_before(s, k))
			set_old(s, k);
	gc_cycle_finish(s->gc, s->mut);
	for (size_t k = 0; k < STAGE_STRUCTURES; k++)
		if (is_of_cycle_before(s, k)) {
			s->holder[k] = s->old[k].object;
			*s->old[k].slot = NULL;
		}
}

/* The objects are on the stack, or in what is. */
static void
set_new(struct stage *s, size_t k)
{
	struct stage_structure *t = &s->new[k];

	draw_image(s, t);
	if (s->scene->population == POPULATION_MARKED)
		take(s, t);
	t->slot = stage_push(s, NULL);
	if (!actor(s)->prepare)
		return;
	actor(s)->prepare(s, t);
	*t->slot = t->object;
}

/* Marking is off. */
static void
set_round(struct stage *s)
{
	memset(s->stack, 0, s->depth * sizeof(*s->stack));
	s->depth = 0;
	s->global = stage_list(s, 3, NULL);
	s->holder = stage_alloc(s, &holder_type, 1);
	stage_push(s, stage_list(s, LIST, s->holder));
	s->stored = NULL;
	s->to_store = stage_push(s, stage_object(s, false));
	s->dead_from = s->depth;
	for (size_t k = 0; k < STAGE_STRUCTURES; k++)
		stage_push(s, s->dead[k] = stage_object(s, false));
	if (s->scene->phase == BENCH_STRADDLE)
		set_in_cycle_before(s);
	for (size_t k = 0; k < STAGE_STRUCTURES; k++) {
		if (has_old(s) && !is_of_cycle_before(s, k))
			set_old(s, k);
		if (has_new(s))
			set_new(s, k);
	}
	s->young_from = s->depth;
	for (size_t k = 0; has_new(s) && k < STAGE_STRUCTURES; k++)
		if (!actor(s)->prepare)
			take(s, &s->new[k]);
	s->young_to = s->depth;
	stage_settle(s);
}

static void
begin_phase(struct stage *s)
{
	if (marks(s)) {
		gc_hold_marker(s->gc, true);
		gc_cycle_start(s->gc, s->mut);
		/* Globals are scanned: the first of their objects is. */
		gc_mark_quantum(s->gc, 1);
	} else if (s->scene->phase == BENCH_SWEEP) {
		gc_hold_sweep(s->gc, true);
		gc_cycle_start(s->gc, s->mut);
		gc_mark_finish(s->gc, s->mut);
	}
}

static void
clear(struct stage *s, struct stage_structure *t)
{
	take(s, t);
	actor(s)->clear(s, t);
}

/* A global, which has been scanned, gets what only the stack holds. */
static void
store_in_global(struct stage *s)
{
	s->ctx->barrier.move(s->ctx, &pointer_type, &s->stored, s->to_store, 0,
			     WORD_SIZE);
	*s->to_store = NULL;
}

/* The stack is grey still, where anything marks. */
static void
while_grey(struct stage *s)
{
	for (size_t k = 0; k < STAGE_STRUCTURES; k++) {
		struct stage_structure *t = &s->new[k];

		if (is_early_put(s, k)) {
			clear(s, &s->old[k]);
			*s->old[k].slot = NULL;
		} else if (s->scene->phase == BENCH_STRADDLE) {
			actor(s)->finish(s, &s->old[k]);
		}
		if (!has_new(s))
			continue;
		actor(s)->store(s, t);
		*t->slot = t->object;
	}
	if (s->scene->client == CLIENT_SLICE)
		store_in_global(s);
	memset(s->stack + s->young_from, 0,
	       (s->young_to - s->young_from) * sizeof(*s->stack));
}

static void
while_black(struct stage *s)
{
	stage_let_run(s, s->scene->anytime
				 ? 1 + base_random_below(&s->random, ANYTIME)
				 : 1);
	/* Reachable from nowhere else. */
	s->fresh = stage_object(s, false);
	stage_push(s, s->fresh);
	for (size_t k = 0; k < STAGE_STRUCTURES; k++) {
		if (has_old(s) && !is_early_put(s, k))
			clear(s, &s->old[k]);
		if (is_frame(s) && has_new(s))
			clear(s, &s->new[k]);
		if (k % 4 == 0)
			stage_let_run(s, base_random_below(&s->random, 4));
	}
}

static void
end_phase(struct stage *s)
{
	gc_hold_marker(s->gc, false);
	gc_hold_sweep(s->gc, false);
	if (s->scene->phase != BENCH_OFF)
		gc_cycle_finish(s->gc, s->mut);
	if (!marks(s))
		gc_collect(s->gc, s->mut);
}

/* What was dead when the cycle began is gone, unless it was over-shaded: else a
 * mask lies, or the sweep has left it. */
static void
check_dead(struct stage *s)
{
	uint64_t before = s->result->overshaded;

	stage_is_bad(s);
	for (size_t k = 0; k < STAGE_STRUCTURES; k++)
		if (s->result->overshaded == before &&
		    stage_is_whole(s->dead[k]))
			stage_wrong(s, "a dead object was not freed");
}

/* Poison says that an object was freed. Where marking was off before this
 * cycle, or could be over before the scene was, its memory may be in use again.
 */
static void
judge(struct stage *s)
{
	check_all(s);
	check_list(s, s->fresh, 2);
	check_list(s, s->stored ? s->stored : *s->to_store, 2);
	if (marks(s) && !s->scene->anytime)
		check_dead(s);
}

static void
play_round(struct stage *s)
{
	/* Some buffers are flushed on the way, others at the end. */
	gc_set_buffer_words(s->mut, s->result->rounds % 2 ? 8 : 1 << 12);
	set_round(s);
	check_all(s);
	if (stage_is_bad(s))
		return;
	memset(s->stack + s->dead_from, 0,
	       STAGE_STRUCTURES * sizeof(*s->stack));
	begin_phase(s);
	while_grey(s);
	while_black(s);
	end_phase(s);
	judge(s);
}

void
bench_scene_play(const struct bench_scene *scene, unsigned rounds,
		 struct bench_verify_result *r)
{
	struct stage *s = bench_alloc(sizeof(*s));

	*s = (struct stage){.scene = scene, .result = r};
	open_stage(s);
	for (unsigned i = 0; i < rounds && !stage_is_bad(s); i++) {
		if (scene->phase == BENCH_TERMINATION)
			stage_terminate(s);
		else
			play_round(s);
		r->rounds++;
	}
	stage_is_bad(s);
	close_stage(s);
	free(s);
}
