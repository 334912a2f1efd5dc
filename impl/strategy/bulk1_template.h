/* bulk1_template.h - the hooks of bulk1, for it and for its placebo
 *
 * Defines BARRIER_HOOKS (barrier_template.h).
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
