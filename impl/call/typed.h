/* typed.h - clears and copies of typed memory, with the bound barrier
 *
 * What Go's runtime offers under these names (runtime/mbarrier.go), over the
 * hooks of a barrier strategy. The memory written decides what is recorded:
 *
 * - an object of the heap: the slots that the heap knows in it;
 * - a global (gc_add_global): the slots of its mask;
 * - a stack: nothing. It is scanned anew in each cycle, so it needs no barrier,
 *   and what a new stack slot holds is no pointer yet: shading it would keep
 *   garbage alive or follow a wild address (Go: issue 39541);
 * - foreign memory, and pages that the heap has freed: nothing, as Go takes
 *   what lies in no span in use for a stack.
 *
 * Which class it is, is found from the address while marking. Each operation is
 * one atomic section (strategy.h). Without pointers in the type an operation is
 * the bound memclr or memmove, of any alignment and size that this takes.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef TYPED_H
#define TYPED_H

#include "gc.h"
#include "strategy.h"

/* Clears size bytes of a value; ptr points off bytes into it. */
static inline void
typed_memclr_partial(struct strategy_ctx *ctx, const struct gc_type *type,
		     void *ptr, size_t off, size_t size)
{
	if (type->ptrbytes)
		ctx->barrier.clear(ctx, type, ptr, off, size);
	else
		ctx->memclr(ptr, size);
}

/* Clears a value. */
static inline void
typed_memclr(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr)
{
	typed_memclr_partial(ctx, type, ptr, 0, type->size);
}

/* Copies size bytes of a value; dst and src point off bytes into one each. */
static inline void
typed_memmove_partial(struct strategy_ctx *ctx, const struct gc_type *type,
		      void *dst, const void *src, size_t off, size_t size)
{
	if (dst == src)
		return;
	if (type->ptrbytes)
		ctx->barrier.move(ctx, type, dst, src, off, size);
	else
		ctx->memmove(dst, src, size);
}

/* Copies a value. */
static inline void
typed_memmove(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	      const void *src)
{
	typed_memmove_partial(ctx, type, dst, src, 0, type->size);
}

/* Copies the elements that both slices have, which may overlap, and returns how
 * many. */
size_t typed_slicecopy(struct strategy_ctx *ctx, const struct gc_type *elem,
		       void *dst, size_t dst_len, const void *src,
		       size_t src_len);

/* Clears size bytes, whole words, of an object or global of which no more is
 * known than that there may be pointers in it. */
void typed_memclr_has_pointers(struct strategy_ctx *ctx, void *ptr,
			       size_t size);

#endif
