/* gc_global.h - globals: roots of no mutator, written with a barrier
 *
 * The marker reads them from a list; a barrier, which has an address only, from
 * a table sorted by it. A global goes while no cycle runs, but an empty one may
 * come at any time: then the marker need not see it, and barriers, which take
 * no lock, find the old table or a new one.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_GLOBAL_H
#define GC_GLOBAL_H

#include "gc_barrier.h"

/* A global as barriers see it. */
struct gc_global {
	uintptr_t base, limit; /* bytes */
	/* One bit a word, 1 = pointer; as Go's data and BSS masks. */
	uint64_t *map;
};

struct gc_global_table {
	struct gc_global_table *older; /* may still be read while marking */
	size_t n;
	struct gc_global sorted[]; /* no two overlap */
};

struct gc_globals {
	struct gc_root *roots; /* under handshake_lock */
	struct gc_global_table *table;
};

void gc_global_destroy(struct gc *gc);

/* The first of the roots; those behind it stay while a cycle runs. */
struct gc_root *gc_global_roots(struct gc *gc);

/* gc_slots_begin for what is not in the heap: a stack, foreign memory, or a
 * global. */
size_t gc_global_slots(const struct gc_globals *globals, uintptr_t ptr,
		       size_t nwords, struct gc_slots *out);

#endif
