/* gc_global.h - globals: roots of no mutator, written with a barrier
 *
 * The marker reads them from a list; a barrier, which has an address only, from
 * a table sorted by it. Both change between cycles only, so that who marks, or
 * records for the marker, reads them without a lock.
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

struct gc_globals {
	struct gc_root *roots;
	struct gc_global *sorted; /* no two overlap */
	size_t n;
};

void gc_global_destroy(struct gc_globals *globals);

/* gc_slots_begin for what is not in the heap: a stack, foreign memory, or a
 * global. */
size_t gc_global_slots(const struct gc_globals *globals, uintptr_t ptr,
		       size_t nwords, struct gc_slots *out);

#endif
