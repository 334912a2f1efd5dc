/* bulk1.c - buffers one word a cleared slot, found by walking the mask
 *
 * Go 1.21 and later: 512 entries of one word; a clear records the old pointer
 * only, because nil needs no shade, a copy into fresh memory the new one, and a
 * step of the walk is a pointer, not a word. A move still records both.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_barrier.h"

static inline void
record_old(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)new;
	*gc_buffer_reserve(mut, 1) = old;
}

static inline void
record_new(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)old;
	*gc_buffer_reserve(mut, 1) = new;
}

static inline void
record_both(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	uintptr_t *entry = gc_buffer_reserve(mut, 2);

	entry[0] = old;
	entry[1] = new;
}

#define BARRIER_WALK         walk_slots
#define BARRIER_RECORD_CLEAR record_old
#define BARRIER_RECORD_MOVE  record_both
#define BARRIER_RECORD_FRESH record_new
#include "barrier_template.h"

const struct strategy bulk1 = {
	.name = "bulk1",
	.summary = "one word a cleared slot, a step a pointer (Go 1.21+)",
	.kind = STRATEGY_BARRIER,
	.barrier = {BARRIER_HOOKS},
	.entry_words = 1,
	.default_entries = 512,
};
