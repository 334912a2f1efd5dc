/* bulk.c - buffers two words a slot, old and new, found by a test a word
 *
 * Go 1.10 to 1.20 (mwbbuf.go, mbarrier.go): 256 entries of two words, also for
 * a clear, whose second word is nil, and for a copy into fresh memory, whose
 * first is; the walk visits scalars as well. Loses to bulk1 on both, by twice
 * the flushes, and on sparse masks.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_barrier.h"

static inline void
record_two(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	uintptr_t *entry = gc_buffer_reserve(mut, 2);

	entry[0] = old;
	entry[1] = new;
}

static inline void
record_new(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)old;
	record_two(mut, 0, new);
}

#define BARRIER_WALK         walk_words
#define BARRIER_RECORD_CLEAR record_two
#define BARRIER_RECORD_MOVE  record_two
#define BARRIER_RECORD_FRESH record_new
#include "barrier_template.h"

const struct strategy bulk = {
	.name = "bulk",
	.summary = "two words an entry, a test a word (Go 1.10-1.20)",
	.kind = STRATEGY_BARRIER,
	.barrier = {BARRIER_HOOKS},
	.entry_words = 2,
	.default_entries = 256,
};
