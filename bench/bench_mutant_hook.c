/* bench_mutant_hook.c - barriers whose hooks are in the wrong order, or missing
 *
 * All are bulk1, with other hooks around its own.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_mutant_parts.h"
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

/* The last word by bytes. */
static void
clear_tail(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	   size_t off, size_t size)
{
	volatile char *last = (char *)ptr + size - WORD_SIZE;

	if (size < WORD_SIZE) {
		clear(ctx, type, ptr, off, size);
		return;
	}
	if (ctx->mut->marking && type->ptrbytes)
		record_range(ctx->mut, ptr, NULL, size);
	ctx->memclr(ptr, size - WORD_SIZE);
	for (size_t i = 0; i < WORD_SIZE; i++)
		last[i] = 0;
}

static void
frame_fill_raw(struct strategy_ctx *ctx, struct strategy_frame *frame,
	       size_t off, const void *src, size_t size)
{
	ctx->memmove((char *)frame->ptr + off, src, size);
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

/* Leaves it to frame_put, which is not called for every frame. */
static void
frame_clear_later(struct strategy_ctx *ctx, struct strategy_frame *frame,
		  size_t off, size_t size)
{
	(void)ctx;
	(void)frame;
	(void)off;
	(void)size;
}

static void
frame_put_clears(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	mutant_clear_frame(ctx, frame, 0, frame->type->size);
}

BARRIER(record_after, .copy_fresh = copy_fresh, .clear = clear_after,
	.move = move_after);
BARRIER(clear_short, .copy_fresh = copy_fresh, .clear = clear_too_little,
	.move = move);
BARRIER(clear_long, .copy_fresh = copy_fresh, .clear = clear_too_much,
	.move = move);
BARRIER(clear_bytes, .clear = clear_tail, .move = move,
	.copy_fresh = copy_fresh);
BARRIER(fill_raw, BARRIER_HOOKS, .frame_fill = frame_fill_raw);
BARRIER(clear_raw, BARRIER_HOOKS, .frame_clear = mutant_clear_raw);
BARRIER(clear_nothing, BARRIER_HOOKS, .frame_clear = frame_clear_nothing);
BARRIER(clear_at_put, BARRIER_HOOKS, .frame_clear = frame_clear_later,
	.frame_put = frame_put_clears);

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
	 "frame/off+mark+straddle+sweep:mws slice+chan/off+mark+sweep:mws "
	 "?frame/off+mark+straddle+sweep:n",
	 .strategy = &clear_short},
	{.name = "clear_long",
	 .rule = "clear",
	 .what = "a clear takes the next word of the value with it",
	 .kills = ALONE "frame/off+mark+straddle+sweep:mws",
	 .strategy = &clear_long},
	{.name = "clear_bytes",
	 .rule = "I9",
	 .what = "a clear stores its last word by bytes",
	 .kills = ALONE,
	 .strategy = &clear_bytes},
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
	{.name = "clear_at_put",
	 .rule = "I12",
	 .what = "a frame is cleared as it goes to its pool, so that one with "
		 "results never is",
	 .kills = "frame/off+mark+straddle+sweep:nmws",
	 .strategy = &clear_at_put},
	{.name = NULL},
};
