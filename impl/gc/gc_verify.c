/* gc_verify.c - the oracle: what is reachable must be marked, what is marked be
 *
 * With the world stopped and marking ended, everything reachable (gc_reach.h)
 * must carry a mark. What has none was lost; it is counted, and marked late so
 * that the memory stays safe to use, unless its use is wanted to fault
 * (gc_unmap.h).
 *
 * The other way round, what carries a mark must be an object: somebody shaded a
 * word that is no pointer any more, or never was (Go: "marking free object").
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_reach.h"

static void
check_mark(struct gc *gc, struct gc_span *span, size_t object)
{
	gc->verified++;
	if (gc_bit_test(span->mark_bits, object))
		return;
	gc->lost++;
	if (!gc->config.unmap)
		gc_bit_set(span->mark_bits, object);
}

/* Marks where no object is. */
static void
count_stray(struct gc *gc)
{
	const struct gc_span *span;

	for (size_t page = 0; (span = gc_heap_next_span(gc, &page));)
		for (size_t i = 0; i < span->nelems; i++)
			if (!gc_span_has(span, i) &&
			    gc_bit_test(span->mark_bits, i))
				gc->stray++;
}

void
gc_verify_marks(struct gc *gc)
{
	count_stray(gc);
	gc_reach(gc, check_mark);
	gc_reach_forget(gc);
}
