/* bench_verify_barrier.c - barriers on a heap that loses what they miss
 *
 * A round: frames of random shapes hang behind a long list, and each holds
 * objects that nothing else points to. The marker is held at the list's head
 * with the mutator's stack scanned. Then an object of each frame is moved to
 * the stack, which nobody will look at again, and the frame is cleared: an
 * object survives only if the clear has told the collector of it. The frame
 * itself goes the same way, and a move overwrites the slot that held it. Before
 * the stack is scanned, objects that it alone holds are stored in new objects,
 * which are black: these survive only if the store tells.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "base_random.h"
#include "bench_census.h"
#include "bench_progress.h"
#include "bench_verify.h"
#include "bench_workload.h"
#include "call.h"
#include "gc_shadow.h"

#define FRAMES     64
#define YOUNG      8 /* objects that are stored in one way */
#define LIST       200
#define HEAP_LIMIT ((size_t)64 << 20)
/* Where each object has pages of its own; the most that gc_unmap.h allows. */
#define UNMAPPED_LIMIT ((size_t)256 << 20)

/* An object knows what it is: a wrong mask or a freed object shows. */
#define KEY ((uintptr_t)0x0bec7)

struct object {
	struct object *next;
	uintptr_t check; /* its own address and KEY */
};

static const uint8_t first_word[16] = {1};
static const struct gc_type object_type = {16, 8, first_word};
static const struct gc_type pointer_type = {8, 8, first_word};
static const uint8_t all_words[16] = {(1 << YOUNG) - 1};
static const struct gc_type young_type = {8 * YOUNG, 8 * YOUNG, all_words};

/* What the mutator holds, all pointers. */
struct stack {
	void *list;
	void *taken[FRAMES], *frames[FRAMES];
	void *young[3 * YOUNG];
	void *late[3]; /* where the young are stored */
};

struct scene {
	struct gc *gc;
	struct gc_mutator *mut;
	struct call_engine *engine;
	struct bench_workload *workload;
	struct base_random random;
	struct strategy_frame frames[FRAMES];
	const struct call_layout *layouts[FRAMES];
	void **holder; /* of the frames, behind the list */
	struct stack stack;
	struct gc_root root;
	struct bench_verify_result *result;
};

static void
wrong(struct scene *s, const char *what)
{
	if (s->result->wrong++ == 0)
		snprintf(s->result->first, sizeof(s->result->first), "%s",
			 what);
}

static struct object *
new_object(struct scene *s)
{
	struct object *o = gc_alloc(s->mut, &object_type, 1);

	CHECK(o);
	o->check = (uintptr_t)o ^ KEY;
	return o;
}

static bool
is_whole(const struct object *o)
{
	return o->check == ((uintptr_t)o ^ KEY);
}

static void
open_scene(struct scene *s, const struct strategy *barrier, bool unmap,
	   uint64_t seed)
{
	struct gc_config config = {.heap_limit =
					   unmap ? UNMAPPED_LIMIT : HEAP_LIMIT,
				   .buffer_words = 512,
				   .markers = 1,
				   .verify = true,
				   .snapshot = true,
				   .poison = !unmap,
				   .unmap = unmap,
				   .shadow = true,
				   .out_of_memory = bench_out_of_memory};
	struct call_set set;
	char error[128];

	s->random = (struct base_random){seed};
	s->workload = bench_workload_open("go-std", seed);
	CHECK(s->workload);
	CHECK(call_set_parse(&set, "default", error, sizeof(error)));
	set.barrier = barrier;
	s->gc = gc_create(&config);
	s->mut = gc_attach(s->gc);
	s->engine = call_engine_new(s->mut);
	call_engine_bind(s->engine, &set);
	s->root = (struct gc_root){(void **)&s->stack,
				   sizeof(s->stack) / WORD_SIZE, NULL, NULL};
	gc_push_root(s->mut, &s->root);
}

/* What the collector has found. */
static void
take_findings(struct scene *s)
{
	struct bench_verify_result *r = s->result;
	struct gc_bypass bypass;
	struct gc_stats stats;

	gc_get_stats(s->gc, &stats);
	r->lost = stats.lost;
	r->stray = stats.stray;
	r->bypassed = stats.bypassed;
	r->looked_at_shading = true;
	r->overshaded = stats.overshaded;
	r->overshaded_bytes = stats.overshaded_bytes;
	if (gc_shadow_first(s->gc, &bypass) && !*r->first)
		gc_shadow_text(&bypass, r->first, sizeof(r->first));
}

static void
close_scene(struct scene *s)
{
	take_findings(s);
	gc_pop_root(s->mut, &s->root);
	call_engine_free(s->engine);
	gc_detach(s->mut);
	gc_destroy(s->gc);
	bench_workload_close(s->workload);
}

/* A value with a new object in each pointer; others an odd number. */
static void
fill_value(struct scene *s, const struct gc_type *type, uintptr_t *value)
{
	for (size_t i = 0; i < type->size / WORD_SIZE; i++)
		value[i] = bench_is_pointer(type, i) ? (uintptr_t)new_object(s)
						     : KEY;
}

static void
fill_frame(struct scene *s, size_t k)
{
	struct strategy_ctx *ctx = &s->engine->ctx;
	struct strategy_frame *f = &s->frames[k];
	uintptr_t *value = bench_alloc(f->type->size + WORD_SIZE);

	ctx->barrier.frame_begin(ctx, f);
	fill_value(s, f->type, value);
	ctx->barrier.frame_fill(ctx, f, 0, value, f->type->size);
	free(value);
}

/* Marking is off. */
static void
set_scene(struct scene *s)
{
	struct object *last = new_object(s);

	s->holder = gc_alloc(s->mut, &pointer_type, FRAMES);
	CHECK(s->holder);
	memset(&s->stack, 0, sizeof(s->stack));
	last->next = (struct object *)s->holder;
	s->stack.list = last;
	for (size_t i = 0; i < LIST; i++) {
		struct object *o = new_object(s);

		o->next = s->stack.list;
		s->stack.list = o;
	}
	for (size_t i = 0; i < 3 * YOUNG; i++)
		s->stack.young[i] = new_object(s);
	for (size_t k = 0; k < FRAMES; k++) {
		size_t i = base_random_below(&s->random, BENCH_STREAM_LENGTH);

		s->layouts[k] =
			s->workload->shapes[s->workload->stream[i]].layout;
		s->frames[k] = (struct strategy_frame){
			.type = &s->layouts[k]->frame,
			.ptr = gc_alloc(s->mut, &s->layouts[k]->frame, 1)};
		s->holder[k] = s->frames[k].ptr;
		fill_frame(s, k);
	}
}

static void *
new_young(struct scene *s)
{
	void *ptr = gc_alloc(s->mut, &young_type, 1);

	CHECK(ptr);
	return ptr;
}

/* In a frame, in another object, and in one as an array that grows. */
static void
store_young(struct scene *s)
{
	struct strategy_ctx *ctx = &s->engine->ctx;
	struct strategy_frame f = {.type = &young_type, .ptr = new_young(s)};

	s->stack.late[0] = f.ptr;
	s->stack.late[1] = new_young(s);
	s->stack.late[2] = new_young(s);
	ctx->barrier.frame_begin(ctx, &f);
	ctx->barrier.frame_fill(ctx, &f, 0, s->stack.young, young_type.size);
	ctx->barrier.move(ctx, &young_type, s->stack.late[1],
			  s->stack.young + YOUNG, 0, young_type.size);
	ctx->barrier.copy_fresh(ctx, &young_type, s->stack.late[2],
				s->stack.young + 2 * YOUNG, young_type.size);
	memset(s->stack.young, 0, sizeof(s->stack.young));
}

/* Marking on, this stack black, the marker at the list's head. */
static void
start_held(struct scene *s)
{
	gc_hold_marker(s->gc, true);
	gc_cycle_start(s->gc, s->mut);
	store_young(s); /* this stack is grey still */
	gc_leave(s->mut);
	gc_mark_quantum(s->gc, 1);
	gc_enter(s->mut);
}

/* Marking is over, nothing is swept, barriers are off. */
static void
start_held_sweep(struct scene *s)
{
	gc_hold_sweep(s->gc, true);
	gc_cycle_start(s->gc, s->mut);
	gc_mark_finish(s->gc, s->mut);
}

/* Of whichever is held, the marker or the sweeper. */
static void
let_run(struct scene *s, size_t steps)
{
	gc_leave(s->mut);
	gc_mark_quantum(s->gc, steps);
	gc_sweep_quantum(s->gc, steps);
	gc_enter(s->mut);
}

/* The object in a random pointer slot of a frame's arguments, or NULL. */
static void *
pick(struct scene *s, size_t k)
{
	const struct strategy_frame *f = &s->frames[k];
	size_t nwords = s->layouts[k]->arg_nwords, word;

	if (nwords == 0)
		return NULL;
	word = base_random_below(&s->random, nwords);
	return bench_is_pointer(f->type, word) ? ((void **)f->ptr)[word] : NULL;
}

/* Clears as a call does, and looks whether it cleared that and no more. */
static void
clear_frame(struct scene *s, size_t k)
{
	const struct call_layout *layout = s->layouts[k];
	struct strategy_frame *f = &s->frames[k];
	struct strategy_ctx *ctx = &s->engine->ctx;
	size_t cleared =
		layout->n_results ? layout->retoffset : layout->frame.size;

	ctx->barrier.frame_clear(ctx, f, 0, cleared);
	for (size_t i = 0; i < layout->frame.size / WORD_SIZE; i++) {
		bool zero = ((uintptr_t *)f->ptr)[i] == 0;

		if (zero != (i * WORD_SIZE < cleared))
			wrong(s, zero ? "a clear went past its range"
				      : "a clear left a word");
	}
}

/* Leaves the frame to the stack. */
static void
cut_off(struct scene *s, size_t k)
{
	struct strategy_ctx *ctx = &s->engine->ctx;
	void *nothing = NULL;

	s->stack.frames[k] = s->holder[k];
	ctx->barrier.move(ctx, &pointer_type, &s->holder[k], &nothing, 0,
			  WORD_SIZE);
}

/* What the callee of a call compares its arguments with. */
static const struct call_layout *callee_layout;
static uint64_t callee_wrong;

static void
callee(void *args)
{
	const struct call_layout *l = callee_layout;

	for (size_t i = 0; i < l->arg_nwords; i++) {
		struct object *o = ((struct object **)args)[i];

		if (bench_is_pointer(&l->frame, i) && !is_whole(o))
			callee_wrong++;
	}
	memset((char *)args + l->retoffset, 0, l->frame.size - l->retoffset);
}

/* A reflect call with arguments like frame k's: insertion, the trampoline's
 * roots and the pool are part of the round. */
static void
call_like(struct scene *s, size_t k)
{
	const struct call_layout *l = s->layouts[k];
	struct call_target *t = NULL;
	const void **args = bench_alloc((l->n_args + 1) * sizeof(*args));

	for (t = s->engine->targets; t && t->layout != l; t = t->next)
		;
	for (size_t i = 0; i < l->n_args; i++)
		args[i] = (char *)s->frames[k].ptr + l->values[i].off;
	callee_layout = l;
	callee_wrong = 0;
	if (t)
		call(s->engine, t, callee, args);
	if (callee_wrong)
		wrong(s, "a callee saw an argument that is no whole object");
	free(args);
}

/* Targets are added while no cycle runs. */
static void
add_targets(struct scene *s)
{
	for (size_t k = 0; k < FRAMES; k++) {
		struct call_target *t = s->engine->targets;

		while (t && t->layout != s->layouts[k])
			t = t->next;
		if (!t)
			call_target_new(s->engine, s->layouts[k]);
	}
}

static void
clear_all(struct scene *s, enum bench_phase phase)
{
	for (size_t k = 0; k < FRAMES; k++) {
		s->stack.taken[k] = pick(s, k);
		/* A call shades its arguments, and leaves no loss to a clear.
		 */
		if ((phase == BENCH_MARK || phase == BENCH_SWEEP) && k % 2)
			call_like(s, k);
		clear_frame(s, k);
		cut_off(s, k);
		if (phase != BENCH_OFF && k % 16 == 0)
			let_run(s, base_random_below(&s->random, 8));
	}
}

static void
check_kept(struct scene *s)
{
	for (size_t k = 0; k < FRAMES; k++)
		if (s->stack.taken[k] && !is_whole(s->stack.taken[k]))
			wrong(s, "an object on the stack was freed");
	for (size_t i = 0; s->stack.late[0] && i < 3 * YOUNG; i++) {
		struct object **late = s->stack.late[i / YOUNG];

		if (!is_whole(late[i % YOUNG]))
			wrong(s, "an object in a new object was freed");
	}
}

static void
round_of(struct scene *s, enum bench_phase phase)
{
	set_scene(s);
	add_targets(s);
	if (phase == BENCH_SWEEP)
		start_held_sweep(s);
	else if (phase != BENCH_OFF)
		start_held(s);
	clear_all(s, phase);
	gc_hold_marker(s->gc, false);
	gc_hold_sweep(s->gc, false);
	if (phase != BENCH_OFF)
		gc_cycle_finish(s->gc, s->mut);
	/* What was cleared with barriers off, the next cycle looks after. */
	if (!bench_phase_marks(phase))
		gc_collect(s->gc, s->mut);
	check_kept(s);
	s->result->rounds++;
}

void
bench_verify_barrier(const struct strategy *strategy, enum bench_phase phase,
		     bool unmap, uint64_t seed, double until_s,
		     struct bench_verify_result *r)
{
	struct scene s = {.result = r};

	open_scene(&s, strategy, unmap, seed);
	do
		round_of(&s, phase);
	while (bench_now_s() < until_s);
	close_scene(&s);
}
