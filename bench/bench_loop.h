/* bench_loop.h - pure loops of stores and copies: what this machine can do at
 * most
 *
 * No function of any length, alignment or overlap can be faster than loops that
 * have none of these to care for. The best of them, at a place in the memory's
 * hierarchy, is the ceiling there.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_LOOP_H
#define BENCH_LOOP_H

#include "bench.h"
#include "strategy.h"

/* Both for memory that begins on a cache line, of whole units. */
#define BENCH_LOOP_UNIT 256

struct bench_loop {
	const char *name;
	uint64_t cpu_needs; /* CPU_* */
	memclr_fn *store;   /* zeros */
	memmove_fn *copy;   /* between memory that does not overlap */
};

/* Those that this CPU can run, by index; NULL after the last. */
const struct bench_loop *bench_loop_at(size_t i);

#endif
