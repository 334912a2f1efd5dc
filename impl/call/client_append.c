/* client_append.c - a slice that grows: a new array and a source-only barrier
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "client_append.h"

#include "typed.h"

/* As Go: up to here a slice doubles. */
#define THRESHOLD 256

static size_t
next_cap(size_t cap, size_t need)
{
	if (need > 2 * cap)
		return need;
	if (cap < THRESHOLD)
		return 2 * cap;
	while (cap < need)
		cap += (cap + 3 * THRESHOLD) / 4;
	return cap;
}

bool
client_append_grow(struct strategy_ctx *ctx, const struct gc_type *elem,
		   struct client_slice *slice, size_t need)
{
	size_t cap = next_cap(slice->cap, need);
	void *array = gc_alloc(ctx->mut, elem, cap);

	if (!array)
		return false;
	if (slice->len)
		ctx->barrier.copy_fresh(ctx, elem, array, slice->array,
					slice->len * elem->size);
	slice->array = array;
	slice->cap = cap;
	return true;
}

bool
client_append(struct strategy_ctx *ctx, const struct gc_type *elem,
	      struct client_slice *slice, const void *value)
{
	size_t at = slice->len * elem->size;

	if (slice->len == slice->cap &&
	    !client_append_grow(ctx, elem, slice, slice->len + 1))
		return false;
	typed_memmove(ctx, elem, (char *)slice->array + at, value);
	slice->len++;
	return true;
}
