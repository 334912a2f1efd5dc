/* bench_mutant_elide.c - barriers that leave out what they take for needless
 *
 * Some are right to: they are equivalent, and beside each stands one that goes
 * wrong at the edge of the argument.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "bench_mutant_parts.h"
#include "gc_barrier.h"

enum part { NOTHING, SEEN, MARKED };

/* Pointers that were recorded, each at a place by its address. */
static uintptr_t seen[4096];
/* The cycle that is running, or the last one. */
static uintptr_t cycle;

static bool
is_seen(uintptr_t word)
{
	uintptr_t *place = &seen[word / 16 % ARRAY_LEN(seen)];
	bool again = *place == word;

	*place = word;
	return again;
}

static void
put(struct gc_mutator *mut, uintptr_t word)
{
	if (bench_mutant_part == SEEN && is_seen(word))
		return;
	if (bench_mutant_part == MARKED && gc_is_marked(mut->gc, (void *)word))
		return;
	*gc_buffer_reserve(mut, 1) = word;
}

static inline void
record_old(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)new;
	put(mut, old);
}

static inline void
record_both(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	put(mut, old);
	put(mut, new);
}

static inline void
record_new(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)old;
	put(mut, new);
}

#define BARRIER_WALK         walk_slots
#define BARRIER_RECORD_CLEAR record_old
#define BARRIER_RECORD_MOVE  record_both
#define BARRIER_RECORD_FRESH record_new
#include "barrier_template.h"

/* What was seen in a cycle says nothing of the next. */
static void
forget(struct strategy_ctx *ctx)
{
	(void)ctx;
	memset(seen, 0, sizeof(seen));
}

/* An object that is marked is taken for black. */
static void
clear_of_unmarked(struct strategy_ctx *ctx, const struct gc_type *type,
		  void *ptr, size_t off, size_t size)
{
	if (ctx->mut->marking && gc_is_marked(ctx->mut->gc, ptr))
		ctx->memclr(ptr, size);
	else
		clear(ctx, type, ptr, off, size);
}

/* The phase as it was when the frame was got. */
static void
frame_begin_phase(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	frame->word = ctx->mut->marking;
}

static void
frame_clear_phase(struct strategy_ctx *ctx, struct strategy_frame *frame,
		  size_t off, size_t size)
{
	if (frame->word)
		mutant_clear_frame(ctx, frame, off, size);
	else
		mutant_clear_raw(ctx, frame, off, size);
}

/* Says that all is recorded when a part is. */
static void
frame_clear_logged(struct strategy_ctx *ctx, struct strategy_frame *frame,
		   size_t off, size_t size)
{
	if (frame->word)
		mutant_clear_raw(ctx, frame, off, size);
	else
		mutant_clear_frame(ctx, frame, off, size);
	frame->word = 1;
}

/* The same, but all is. */
static void
frame_clear_snapshot(struct strategy_ctx *ctx, struct strategy_frame *frame,
		     size_t off, size_t size)
{
	if (!frame->word && ctx->mut->marking) {
		record_range(ctx->mut, frame->ptr, NULL, frame->type->size);
		frame->word = 1;
	}
	mutant_clear_raw(ctx, frame, off, size);
}

/* Epoch stamps. What a frame holds was shaded as it was stored, if marking was
 * on and the cycle was this one before the first store. */

static void
age(struct strategy_ctx *ctx)
{
	(void)ctx;
	cycle++;
}

static void
stamp(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	frame->word = ctx->mut->marking ? cycle + 1 : 0;
}

static void
frame_fill_stamps(struct strategy_ctx *ctx, struct strategy_frame *frame,
		  size_t off, const void *src, size_t size)
{
	move(ctx, frame->type, (char *)frame->ptr + off, src, off, size);
	stamp(ctx, frame);
}

static void
frame_clear_unstamped(struct strategy_ctx *ctx, struct strategy_frame *frame,
		      size_t off, size_t size)
{
	if (ctx->mut->marking && frame->word == cycle + 1)
		mutant_clear_raw(ctx, frame, off, size);
	else
		mutant_clear_frame(ctx, frame, off, size);
}

BARRIER(unmarked, BARRIER_HOOKS, .frame_put = NULL);
BARRIER(holder_marked, .copy_fresh = copy_fresh, .clear = clear_of_unmarked,
	.move = move);
BARRIER(once, BARRIER_HOOKS, .cycle_start = forget);
BARRIER(once_ever, BARRIER_HOOKS, .cycle_start = NULL);
BARRIER(phase_at_begin, BARRIER_HOOKS, .frame_begin = frame_begin_phase,
	.frame_clear = frame_clear_phase);
BARRIER(logged_early, BARRIER_HOOKS, .frame_clear = frame_clear_logged);
BARRIER(snapshot, BARRIER_HOOKS, .frame_clear = frame_clear_snapshot);
BARRIER(epoch, BARRIER_HOOKS, .frame_begin = stamp,
	.frame_clear = frame_clear_unstamped, .cycle_start = age);
BARRIER(epoch_late, BARRIER_HOOKS, .frame_fill = frame_fill_stamps,
	.frame_clear = frame_clear_unstamped, .cycle_start = age);
BARRIER(epoch_timeless, BARRIER_HOOKS, .frame_begin = stamp,
	.frame_clear = frame_clear_unstamped);

const struct bench_mutant bench_mutant_elisions[] = {
	{.name = "phase_at_begin",
	 .rule = "I5",
	 .what = "the phase is tested when a frame is got, not when it is "
		 "cleared",
	 .kills = "frame/straddle:ws",
	 .strategy = &phase_at_begin},
	{.name = "logged_early",
	 .rule = "D1",
	 .what = "a frame counts as recorded when a part of it is",
	 .kills = "frame/straddle:ws",
	 .strategy = &logged_early},
	{.name = "snapshot",
	 .rule = "D1",
	 .what = "a frame is recorded whole, once",
	 .kills = "",
	 .why = "all that a later clear overwrites is recorded by then, or has "
		"been shaded as it was stored",
	 .strategy = &snapshot},
	{.name = "epoch",
	 .rule = "I2, I5",
	 .what = "a frame is not recorded that was got in this cycle's marking",
	 .kills = "",
	 .why = "all that it holds was shaded as it was stored",
	 .strategy = &epoch},
	{.name = "epoch_late",
	 .rule = "I5",
	 .what = "epoch, but a frame is stamped after it is filled, and again "
		 "when results come back",
	 .kills = "frame/straddle:ws",
	 .strategy = &epoch_late},
	{.name = "epoch_timeless",
	 .rule = "I13",
	 .what = "epoch, but the stamp says that marking was on and not in "
		 "which cycle",
	 .kills = "frame/straddle:ws",
	 .strategy = &epoch_timeless},
	{.name = "once",
	 .rule = "I13",
	 .what = "a pointer that was recorded in this cycle is left out",
	 .kills = "?" ALONE,
	 .why = "a second record finds it marked; alone it is told from one "
		"that records each slot",
	 .strategy = &once,
	 .part = SEEN},
	{.name = "once_ever",
	 .rule = "I13",
	 .what = "a pointer that was recorded in any cycle is left out",
	 .kills = ALONE
	 "frame/straddle:ws ?frame+slice+map+map-bucket+chan+append/mark:ws "
	 "?slice/mark:nm ?frame/termination:ws",
	 .strategy = &once_ever,
	 .part = SEEN},
	{.name = "unmarked",
	 .rule = "I13",
	 .what = "a pointer to an object that is marked is left out",
	 .kills = "?" ALONE,
	 .why = "marks only come while a cycle lasts, and there is no "
		"safepoint before the store; alone as above",
	 .strategy = &unmarked,
	 .part = MARKED},
	{.name = "holder_marked",
	 .rule = "I2, I10",
	 .what = "what an object holds that is marked, and may be grey, is "
		 "left out",
	 .kills = ALONE BY_CLEAR,
	 .strategy = &holder_marked},
	{.name = NULL},
};
