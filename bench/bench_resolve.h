/* bench_resolve.h - what a pre-state means for one experiment on one machine
 *
 * A place that is not said is the smallest cache that holds what a batch
 * touches; from there on it is as if it had been said. Cache sizes are as
 * advertised. What lies on the heap stays where the collector put it.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_RESOLVE_H
#define BENCH_RESOLVE_H

#include "bench_op.h"

/* Completes x->prestate for a mutator on that CPU. NULL, or why that cannot
 * be. */
const char *bench_resolve(struct bench_experiment *x,
			  const struct bench_topo *topo, unsigned cpu);

/* Why so many markers cannot be beside a mutator and its marker on those CPUs;
 * NULL when they can. */
const char *bench_resolve_markers(const struct bench_experiment *x,
				  const struct bench_topo *topo,
				  const unsigned cpus[2]);

/* The reason of what asks for more threads than there are CPUs. */
extern const char bench_resolve_too_many[];

#endif
