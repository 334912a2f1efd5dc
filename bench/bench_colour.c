/* bench_colour.c - where in a page a launch's frames lie */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_colour.h"

/* Whether an earlier shape has frames of that size. */
static bool
is_done(const struct bench_workload *w, size_t shape)
{
	for (size_t i = 0; i < shape; i++)
		if (w->shapes[i].layout &&
		    w->shapes[i].layout->frame.size ==
			    w->shapes[shape].layout->frame.size)
			return true;
	return false;
}

void
bench_colour_heap(struct gc_mutator *mut, const struct bench_workload *w,
		  size_t bytes)
{
	for (size_t i = 0; i < w->n_shapes; i++) {
		const struct call_layout *layout = w->shapes[i].layout;

		if (!layout || layout->frame.size == 0 || is_done(w, i))
			continue;
		for (size_t n = bytes / layout->frame.size; n > 0; n--)
			if (!gc_alloc(mut, &layout->frame, 1))
				return;
	}
}
