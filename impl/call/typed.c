/* typed.c - clears and copies of typed memory, with the bound barrier */
// SPDX-License-Identifier: BSD-3-Clause
#include "typed.h"

size_t
typed_slicecopy(struct strategy_ctx *ctx, const struct gc_type *elem, void *dst,
		size_t dst_len, const void *src, size_t src_len)
{
	size_t n = MIN(dst_len, src_len);

	if (n)
		typed_memmove_partial(ctx, elem, dst, src, 0, n * elem->size);
	return n;
}

void
typed_memclr_has_pointers(struct strategy_ctx *ctx, void *ptr, size_t size)
{
	/* One word that may be anything, again and again. */
	static const struct gc_type unknown = {WORD_SIZE, WORD_SIZE, NULL};

	typed_memclr_partial(ctx, &unknown, ptr, 0, size);
}
