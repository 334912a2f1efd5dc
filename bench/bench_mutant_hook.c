/* bench_mutant_hook.c - barriers whose hooks are in the wrong order, or missing
 *
 * All are bulk1, with other hooks around its own.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_mutant_cells.h"
#include "bulk1_template.h"

static void
clear_after(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	    size_t off, size_t size)
{
	ctx->memclr(ptr, size);
	clear(ctx, type, ptr, off, size);
}

static void
move_after(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	   const void *src, size_t off, size_t size)
{
	ctx->memmove(dst, src, size);
	move(ctx, type, dst, src, off, size);
}

static void
clear_too_little(struct strategy_ctx *ctx, const struct gc_type *type,
		 void *ptr, size_t off, size_t size)
{
	clear(ctx, type, ptr, off, ALIGN_DOWN(size, 2 * WORD_SIZE));
}

static void
clear_too_much(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	       size_t off, size_t size)
{
	clear(ctx, type, ptr, off, size);
	if (off + size < type->size)
		ctx->memclr((char *)ptr + size, WORD_SIZE);
}

static void
frame_fill_raw(struct strategy_ctx *ctx, struct strategy_frame *frame,
	       size_t off, const void *src, size_t size)
{
	ctx->memmove((char *)frame->ptr + off, src, size);
}

static void
frame_clear_raw(struct strategy_ctx *ctx, struct strategy_frame *frame,
		size_t off, size_t size)
{
	ctx->memclr((char *)frame->ptr + off, size);
}

static void
frame_clear(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
	    size_t size)
{
	clear(ctx, frame->type, (char *)frame->ptr + off, off, size);
}

/* Records, and leaves the frame as it is. */
static void
frame_clear_nothing(struct strategy_ctx *ctx, struct strategy_frame *frame,
		    size_t off, size_t size)
{
	if (ctx->mut->marking)
		record_range(ctx->mut, (uintptr_t *)((char *)frame->ptr + off),
			     NULL, size);
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
		frame_clear(ctx, frame, off, size);
	else
		frame_clear_raw(ctx, frame, off, size);
}

/* Says that all is recorded when a part is. */
static void
frame_clear_logged(struct strategy_ctx *ctx, struct strategy_frame *frame,
		   size_t off, size_t size)
{
	if (frame->word)
		frame_clear_raw(ctx, frame, off, size);
	else
		frame_clear(ctx, frame, off, size);
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
	frame_clear_raw(ctx, frame, off, size);
}

#define BARRIER(symbol, ...)                                        \
	static const struct strategy symbol = {                     \
		.name = #symbol,                                    \
		.kind = STRATEGY_BARRIER,                           \
		.barrier = {.copy_fresh = copy_fresh, __VA_ARGS__}, \
		.entry_words = 1,                                   \
		.default_entries = 512,                             \
	}

#define PLAIN .clear = clear, .move = move

BARRIER(record_after, .clear = clear_after, .move = move_after);
BARRIER(clear_short, .clear = clear_too_little, .move = move);
BARRIER(clear_long, .clear = clear_too_much, .move = move);
BARRIER(fill_raw, PLAIN, .frame_fill = frame_fill_raw);
BARRIER(clear_raw, PLAIN, .frame_clear = frame_clear_raw);
BARRIER(clear_nothing, PLAIN, .frame_clear = frame_clear_nothing);
BARRIER(phase_at_begin, PLAIN, .frame_begin = frame_begin_phase,
	.frame_clear = frame_clear_phase);
BARRIER(logged_early, PLAIN, .frame_clear = frame_clear_logged);
BARRIER(snapshot, PLAIN, .frame_clear = frame_clear_snapshot);

const struct bench_mutant bench_mutant_hooks[] = {
	{.name = "record_after",
	 .rule = "I6",
	 .what = "the barrier runs after the store",
	 .kills = ALONE "slice+map+map-bucket+chan/mark:ws "
			"frame/straddle:ws " TERMINATION,
	 .strategy = &record_after},
	{.name = "clear_short",
	 .rule = "clear",
	 .what = "an odd word at the end of a clear is left",
	 .kills = ALONE
	 "frame/off+mark+straddle+sweep:nmws slice+chan/off+mark+sweep:mws",
	 .strategy = &clear_short},
	{.name = "clear_long",
	 .rule = "clear",
	 .what = "a clear takes the next word of the value with it",
	 .kills = ALONE "frame/off+mark+straddle+sweep:mws",
	 .strategy = &clear_long},
	{.name = "fill_raw",
	 .rule = "I3",
	 .what = "a frame is filled without a barrier",
	 .kills = "frame/mark:ws",
	 .strategy = &fill_raw},
	{.name = "clear_raw",
	 .rule = "I2",
	 .what = "a frame is cleared without a barrier (the origin's fault)",
	 .kills = "frame/straddle:ws",
	 .strategy = &clear_raw},
	{.name = "clear_nothing",
	 .rule = "I12",
	 .what = "a frame goes to the pool as it is",
	 .kills = "frame/off+mark+straddle+sweep:nmws",
	 .strategy = &clear_nothing},
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
	{.name = NULL},
};
