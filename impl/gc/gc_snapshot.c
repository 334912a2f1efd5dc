/* gc_snapshot.c - what marking has marked though it was dead when it began
 *
 * A collector that marks from a snapshot at the beginning may mark what could
 * be reached when the world stopped to turn barriers on, and what was allocated
 * since, which is black. An object that was there and could not be reached has
 * no business among the marked: whoever shaded it was told of it by a word that
 * is no slot, or no longer one. It is sound, and it is not free.
 *
 * What slots of reachable objects hold, or get, can always be reached at the
 * start or is new: barriers that shade nothing else, deletion or insertion, are
 * exact by this measure.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "gc_reach.h"

static bool
is_reached(const struct gc_span *span, size_t object)
{
	return span->reach_bits && gc_bit_test(span->reach_bits, object);
}

static void
note_dead(struct gc_span *span)
{
	span->dead_bits = calloc(span->nelems / 8 + 1, 1);
	CHECK(span->dead_bits);
	for (size_t i = 0; i < span->nelems; i++)
		if (gc_span_has(span, i) && !is_reached(span, i))
			gc_bit_set(span->dead_bits, i);
}

void
gc_snapshot_take(struct gc *gc)
{
	struct gc_span *span;

	gc_reach(gc, NULL);
	for (size_t page = 0; (span = gc_heap_next_span(gc, &page));)
		note_dead(span);
	gc_reach_forget(gc);
}

static void
count_marked(struct gc *gc, const struct gc_span *span)
{
	for (size_t i = 0; i < span->nelems; i++)
		if (gc_bit_test(span->dead_bits, i) &&
		    gc_bit_test(span->mark_bits, i)) {
			gc->overshaded++;
			gc->overshaded_bytes += span->shape->elem_size;
		}
}

void
gc_snapshot_compare(struct gc *gc)
{
	struct gc_span *span;

	for (size_t page = 0; (span = gc_heap_next_span(gc, &page));) {
		if (!span->dead_bits) /* it is new */
			continue;
		count_marked(gc, span);
		free(span->dead_bits);
		span->dead_bits = NULL;
	}
}
