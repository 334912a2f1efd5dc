/* bench_differential.h - what plays and judges cases of one barrier
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_DIFFERENTIAL_H
#define BENCH_DIFFERENTIAL_H

#include "bench_differential_case.h"
#include "bench_verify_differential.h"

/* Cases of a cycle, at most. */
#define DIFFERENTIAL_CASES 32

/* Objects that a cycle's words point to; a case needs at most two for each
 * word. */
#define DIFFERENTIAL_POOL      (4 * DIFFERENTIAL_WORDS)
#define DIFFERENTIAL_CASE_POOL (2 * DIFFERENTIAL_WORDS)

struct differential_pooled {
	void *nothing;
	uintptr_t index;
};

/* What a case leaves until its cycle has ended: its type, and its global. */
struct differential_remains {
	struct base_guarded mask, memory;
	struct gc_type type;
	uint8_t global_mask[DIFFERENTIAL_WORDS / 8 + 1];
	struct gc_root global;
};

/* Words that were, or are to be, recorded. */
struct differential_records {
	uintptr_t words[DIFFERENTIAL_CASE_POOL];
	size_t n;
};

struct differential {
	struct gc *gc;
	struct gc_mutator *mut;
	struct strategy_ctx ctx;
	bool buffered;
	struct base_random random;
	struct bench_verify_result *result;
	struct differential_remains remains[DIFFERENTIAL_CASES];
	struct base_guarded source;
	struct differential_pooled *pool[DIFFERENTIAL_POOL];
	size_t used, used_before; /* of the pool; by this case alone */
	struct differential_case c;
	uintptr_t *dst; /* the array; what it held, and is to hold */
	uintptr_t before[DIFFERENTIAL_WORDS], after[DIFFERENTIAL_WORDS];
	uintptr_t *src; /* of the range; and what it held */
	uintptr_t stored[DIFFERENTIAL_WORDS];
	struct differential_records want, got;
};

/* What the case is to record and to leave in memory, from what is there before
 * it: sets want and after. */
void differential_refer(struct differential *d);
/* Whether it has; `before` is of the mutator. Flushes its buffer. */
void differential_judge(struct differential *d,
			const struct gc_barrier_stats *before);

#endif
