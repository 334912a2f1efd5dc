/* client_append.h - a slice that grows: a new array and a source-only barrier
 *
 * A client of the barrier (Go: runtime/slice.go, growslice): where append finds
 * no room, it allocates a larger array and copies the old one into it. The new
 * array is zero and nobody else has seen it, so that only the pointers copied
 * into it are to be recorded: barrier_hooks.copy_fresh.
 *
 * No function reaches a safepoint.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CLIENT_APPEND_H
#define CLIENT_APPEND_H

#include "gc.h"
#include "strategy.h"

/* A slice as it stands on a stack: its owner roots `array`. */
struct client_slice {
	void *array; /* NULL while cap is 0 */
	size_t len, cap;
};

/* Makes room for at least `need` elements in a new array: twice as many as
 * there were, from 256 elements on step by step less, down to a quarter more
 * (Go 1.18). Unlike Go's, the capacity is not rounded up to a size class.
 * False: the heap has no room; the slice is as it was. */
bool client_append_grow(struct strategy_ctx *ctx, const struct gc_type *elem,
			struct client_slice *slice, size_t need);
/* Appends one value. False: the heap has no room. */
bool client_append(struct strategy_ctx *ctx, const struct gc_type *elem,
		   struct client_slice *slice, const void *value);

#endif
