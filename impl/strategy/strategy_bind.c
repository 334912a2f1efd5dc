/* strategy_bind.c - a strategy set made ready for one mutator
 *
 * Hooks that a barrier strategy leaves NULL are filled in here, so that callers
 * never test for one.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc.h"
#include "strategy.h"

static void
frame_nothing(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	(void)ctx;
	(void)frame;
}

static void
cycle_nothing(struct strategy_ctx *ctx)
{
	(void)ctx;
}

static void
copy_fresh_by_move(struct strategy_ctx *ctx, const struct gc_type *type,
		   void *dst, const void *src, size_t size)
{
	ctx->barrier.move(ctx, type, dst, src, 0, size);
}

static void
fill_by_move(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
	     const void *src, size_t size)
{
	ctx->barrier.move(ctx, frame->type, (char *)frame->ptr + off, src, off,
			  size);
}

static void
clear_by_clear(struct strategy_ctx *ctx, struct strategy_frame *frame,
	       size_t off, size_t size)
{
	ctx->barrier.clear(ctx, frame->type, (char *)frame->ptr + off, off,
			   size);
}

static struct barrier_hooks
with_defaults(struct barrier_hooks hooks)
{
	if (!hooks.copy_fresh)
		hooks.copy_fresh = copy_fresh_by_move;
	if (!hooks.frame_begin)
		hooks.frame_begin = frame_nothing;
	if (!hooks.frame_fill)
		hooks.frame_fill = fill_by_move;
	if (!hooks.frame_clear)
		hooks.frame_clear = clear_by_clear;
	if (!hooks.frame_put)
		hooks.frame_put = frame_nothing;
	if (!hooks.cycle_start)
		hooks.cycle_start = cycle_nothing;
	return hooks;
}

static bool
has_frame_hooks(const struct barrier_hooks *hooks)
{
	return hooks->frame_begin || hooks->frame_fill || hooks->frame_clear ||
	       hooks->frame_put;
}

/* The collector's call, which knows no strategy, on to the hook. */
static void
forward_cycle_start(void *arg)
{
	struct strategy_ctx *ctx = arg;

	ctx->barrier.cycle_start(ctx);
}

void
strategy_bind(struct strategy_ctx *ctx, struct gc_mutator *mut,
	      memclr_fn *memclr, memmove_fn *memmove,
	      const struct strategy *barrier)
{
	ctx->mut = mut;
	if (memclr)
		ctx->memclr = memclr;
	if (memmove)
		ctx->memmove = memmove;
	if (!barrier)
		return;
	CHECK(barrier->kind == STRATEGY_BARRIER);
	ctx->frame_hooks = has_frame_hooks(&barrier->barrier);
	ctx->barrier = with_defaults(barrier->barrier);
	if (mut) {
		mut->cycle_start = forward_cycle_start;
		mut->cycle_start_arg = ctx;
	}
}
