/* nobarrier.c - clears and copies without telling the collector
 *
 * Not a contender: while marking it loses objects, which is what made Go change
 * reflect.Value.call in 2018 (issue 27695). It prices what is left when a
 * barrier costs nothing.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

static void
clear(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
      size_t off, size_t size)
{
	(void)type;
	(void)off;
	ctx->memclr(ptr, size);
}

static void
move(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
     const void *src, size_t off, size_t size)
{
	(void)type;
	(void)off;
	ctx->memmove(dst, src, size);
}

const struct strategy nobarrier = {
	.name = "nobarrier",
	.summary = "no barrier at all: an unsound bound, loses objects",
	.kind = STRATEGY_BARRIER,
	.flags = STRATEGY_UNSOUND,
	.barrier = {.clear = clear, .move = move},
};
