/* gc_reach.h - walks what is reachable, by other means than the marker
 *
 * For the oracle and the snapshot. The world is stopped, from gc_reach until
 * gc_reach_forget.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_REACH_H
#define GC_REACH_H

#include "gc_internal.h"

typedef void gc_reach_fn(struct gc *gc, struct gc_span *span, size_t object);

/* Sets the reach_bits of every object that roots lead to, and calls `each`, if
 * any, once for it. */
void gc_reach(struct gc *gc, gc_reach_fn *each);
/* Frees the bits. */
void gc_reach_forget(struct gc *gc);

#endif
