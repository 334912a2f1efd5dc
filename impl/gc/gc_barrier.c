/* gc_barrier.c - flushing a barrier buffer, shading, and the slots of a range
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_barrier.h"

#include "base_ticks.h"
#include "gc_form.h"

static void
shade(struct gc_mutator *mut, uintptr_t ptr)
{
	struct gc_thread *t = gc_thread_of(mut);
	const struct gc_shape *shape;
	struct gc *gc = mut->gc;

	/* nil is the commonest word here, and outside the heap. */
	if (ptr - gc->base >= gc->limit - gc->base) {
		mut->stats.nil += ptr == 0;
		return;
	}
	mut->stats.found++;
	shape = gc_grey(gc, ptr, &t->work);
	if (!shape)
		return;
	if (shape->noscan)
		mut->stats.blackened++;
	else
		mut->stats.greyed++;
	mut->stats.marked_bytes += shape->elem_size;
}

/* The entries that a flush shades end here. */
static const uintptr_t *
shaded_end(const struct gc_mutator *mut)
{
	if (gc_breaks(mut->gc, GC_FAULT_FULL_DROPS) &&
	    mut->buffer_end - mut->buffer_next < 2)
		return mut->buffer;
	return mut->buffer_next - gc_breaks(mut->gc, GC_FAULT_FLUSH_LAST);
}

void
gc_shade_slow(struct gc_mutator *mut, uintptr_t ptr)
{
	if (UNLIKELY(mut->gc->shadow != NULL))
		gc_shadow_know(mut->gc, ptr);
	shade(mut, ptr);
}

/* Of the entries of a buffer. */
static void
tell_shadow(struct gc_mutator *mut)
{
	for (const uintptr_t *p = mut->buffer; p < mut->buffer_next; p++)
		gc_shadow_know(mut->gc, *p);
}

void
gc_buffer_flush(struct gc_mutator *mut)
{
	struct gc_thread *t = gc_thread_of(mut);
	const uintptr_t *end = shaded_end(mut);
	uint64_t start = base_ticks(), ticks;

	if (mut->marking && UNLIKELY(mut->gc->shadow != NULL))
		tell_shadow(mut);
	if (mut->marking)
		for (const uintptr_t *p = mut->buffer; p < end; p++)
			shade(mut, *p);
	if (gc_breaks(mut->gc, GC_FAULT_FLUSH_BLACKENS) && t->work)
		t->work->n = 0;
	mut->stats.entries += (uint64_t)(mut->buffer_next - mut->buffer);
	mut->stats.flushes++;
	mut->buffer_next = mut->buffer;
	ticks = base_ticks() - start;
	mut->stats.flush_ticks += ticks;
	base_histogram_add(&mut->flush_times, ticks);
}

size_t
gc_slots_begin(struct gc_mutator *mut, const void *ptr, size_t nwords,
	       struct gc_slots *out)
{
	struct gc_home home = gc_home_of(mut->gc, (uintptr_t)ptr);

	if (LIKELY(home.shape != NULL))
		return gc_form_slots(mut->gc, home, (uintptr_t)ptr, nwords,
				     out);
	return gc_global_slots(&mut->gc->globals, (uintptr_t)ptr, nwords, out);
}
