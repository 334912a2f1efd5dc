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

#include "bench_census.h"
#include "bench_progress.h"
#include "bench_verify_heap.h"

static const uint8_t first_word[16] = {1};
static const struct gc_type pointer_type = {8, 8, first_word};

/* The object in a random pointer slot of a frame's arguments, or NULL. */
static void *
pick(struct verify_heap *h, size_t k)
{
	const struct strategy_frame *f = &h->frames[k];
	size_t nwords = h->layouts[k]->arg_nwords, word;

	if (nwords == 0)
		return NULL;
	word = base_random_below(&h->random, nwords);
	return bench_is_pointer(f->type, word) ? ((void **)f->ptr)[word] : NULL;
}

/* Clears as a call does, and looks whether it cleared that and no more. */
static void
clear_frame(struct verify_heap *h, size_t k)
{
	const struct call_layout *layout = h->layouts[k];
	struct strategy_frame *f = &h->frames[k];
	struct strategy_ctx *ctx = &h->engine->ctx;
	size_t cleared =
		layout->n_results ? layout->retoffset : layout->frame.size;

	ctx->barrier.frame_clear(ctx, f, 0, cleared);
	for (size_t i = 0; i < layout->frame.size / WORD_SIZE; i++) {
		bool zero = ((uintptr_t *)f->ptr)[i] == 0;

		if (zero != (i * WORD_SIZE < cleared))
			verify_heap_wrong(h,
					  zero ? "a clear went past its range"
					       : "a clear left a word");
	}
}

/* Leaves the frame to the stack. */
static void
cut_off(struct verify_heap *h, size_t k)
{
	struct strategy_ctx *ctx = &h->engine->ctx;
	void *nothing = NULL;

	h->stack.frames[k] = h->holder[k];
	ctx->barrier.move(ctx, &pointer_type, &h->holder[k], &nothing, 0,
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
		struct verify_object *o = ((struct verify_object **)args)[i];

		if (bench_is_pointer(&l->frame, i) && !verify_heap_is_whole(o))
			callee_wrong++;
	}
	memset((char *)args + l->retoffset, 0, l->frame.size - l->retoffset);
}

/* A reflect call with arguments like frame k's: insertion, the trampoline's
 * roots and the pool are part of the round. */
static void
call_like(struct verify_heap *h, size_t k)
{
	const struct call_layout *l = h->layouts[k];
	struct call_target *t = NULL;
	const void **args = bench_alloc((l->n_args + 1) * sizeof(*args));

	for (t = h->engine->targets; t && t->layout != l; t = t->next)
		;
	for (size_t i = 0; i < l->n_args; i++)
		args[i] = (char *)h->frames[k].ptr + l->values[i].off;
	callee_layout = l;
	callee_wrong = 0;
	if (t)
		call(h->engine, t, callee, args);
	if (callee_wrong)
		verify_heap_wrong(
			h, "a callee saw an argument that is no whole object");
	free(args);
}

/* Targets are added while no cycle runs. */
static void
add_targets(struct verify_heap *h)
{
	for (size_t k = 0; k < VERIFY_FRAMES; k++) {
		struct call_target *t = h->engine->targets;

		while (t && t->layout != h->layouts[k])
			t = t->next;
		if (!t)
			call_target_new(h->engine, h->layouts[k]);
	}
}

static void
clear_all(struct verify_heap *h, enum bench_phase phase)
{
	for (size_t k = 0; k < VERIFY_FRAMES; k++) {
		h->stack.taken[k] = pick(h, k);
		/* A call shades its arguments, and leaves no loss to a clear.
		 */
		if ((phase == BENCH_MARK || phase == BENCH_SWEEP) && k % 2)
			call_like(h, k);
		clear_frame(h, k);
		cut_off(h, k);
		if (phase != BENCH_OFF && k % 16 == 0)
			verify_heap_let_run(h,
					    base_random_below(&h->random, 8));
	}
}

static void
check_kept(struct verify_heap *h)
{
	for (size_t k = 0; k < VERIFY_FRAMES; k++)
		if (h->stack.taken[k] &&
		    !verify_heap_is_whole(h->stack.taken[k]))
			verify_heap_wrong(h,
					  "an object on the stack was freed");
	for (size_t i = 0; h->stack.late[0] && i < 3 * VERIFY_YOUNG; i++) {
		struct verify_object **late = h->stack.late[i / VERIFY_YOUNG];

		if (!verify_heap_is_whole(late[i % VERIFY_YOUNG]))
			verify_heap_wrong(
				h, "an object in a new object was freed");
	}
}

static void
round_of(struct verify_heap *h, enum bench_phase phase)
{
	verify_heap_set(h);
	add_targets(h);
	if (phase == BENCH_SWEEP)
		verify_heap_start_sweep(h);
	else if (phase != BENCH_OFF)
		verify_heap_start(h);
	clear_all(h, phase);
	gc_hold_marker(h->gc, false);
	gc_hold_sweep(h->gc, false);
	if (phase != BENCH_OFF)
		gc_cycle_finish(h->gc, h->mut);
	/* What was cleared with barriers off, the next cycle looks after. */
	if (!bench_phase_marks(phase))
		gc_collect(h->gc, h->mut);
	check_kept(h);
	h->result->rounds++;
}

void
bench_verify_barrier(const struct strategy *strategy, enum bench_phase phase,
		     bool unmap, uint64_t seed, double until_s,
		     struct bench_verify_result *r)
{
	struct verify_heap h = {.result = r};

	verify_heap_open(&h, strategy, unmap, seed);
	do
		round_of(&h, phase);
	while (bench_now_s() < until_s);
	verify_heap_close(&h);
}
