/* bench_colour.h - where in a page a launch's frames lie
 *
 * What is no heap begins at the offset that a launch's layout draws
 * (bench_layout.h). On the heap a span begins on a page and its objects follow
 * one another, so the same is had by taking objects up in front of those that
 * are measured: they move on by whole objects. Objects of a page or more begin
 * where they begin; where a span has holes that a sweep has left, those come
 * first, and are as random.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_COLOUR_H
#define BENCH_COLOUR_H

#include "bench_workload.h"
#include "gc.h"

/* Allocates, of each size of the workload's frames, so many bytes that no one
 * keeps. The mutator is running. */
void bench_colour_heap(struct gc_mutator *mut, const struct bench_workload *w,
		       size_t bytes);

#endif
