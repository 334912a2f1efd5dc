/* perslot.c - shades the old and the new pointer of each slot at once
 *
 * The barrier of Go up to 1.9, and of runtimes whose array barrier is a loop
 * over the element barrier: every slot pays the search for its object and the
 * test of its mark. Wins nowhere but in having no buffer to flush: no latency
 * peak, nothing left at termination.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_barrier.h"

static inline void
shade_both(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	gc_shade(mut, old);
	gc_shade(mut, new);
}

static inline void
shade_old(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)new;
	gc_shade(mut, old);
}

static inline void
shade_new(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)old;
	gc_shade(mut, new);
}

#define BARRIER_WALK         walk_words
#define BARRIER_RECORD_CLEAR shade_old
#define BARRIER_RECORD_MOVE  shade_both
#define BARRIER_RECORD_FRESH shade_new
#include "barrier_template.h"

const struct strategy perslot = {
	.name = "perslot",
	.summary = "eager shade of every slot, no buffer (Go up to 1.9)",
	.kind = STRATEGY_BARRIER,
	.barrier = {BARRIER_HOOKS},
};
