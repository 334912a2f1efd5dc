/* barrier_template.h - hooks of a barrier that walks the slots first
 *
 * Parameters, to be defined before the include:
 *
 *   BARRIER_WALK          how slots are found in a run of words: walk_words
 *                         (a test a word) or walk_slots (64 bits at a time, a
 *                         step a pointer)
 *   BARRIER_RECORD_CLEAR  void (struct gc_mutator *, uintptr_t old,
 *                         uintptr_t new): what a cleared slot records; new is 0
 *   BARRIER_RECORD_MOVE   likewise for an overwritten slot
 *   BARRIER_RECORD_FRESH  likewise for a slot of fresh memory; old is to be
 *                         ignored, so that nobody need load it
 *
 * Defines static `clear`, `move` and `copy_fresh`, hooks as strategy.h has
 * them, and BARRIER_HOOKS to initialise a strategy's with. The pointer
 * bits are the collector's own, of the object or global written to, so type and
 * off only say whether there can be pointers at all; other memory, a stack
 * above all, records nothing. Go's bulkBarrierPreWrite works in this way too.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_barrier.h"
#include "strategy.h"

typedef void barrier_record_fn(struct gc_mutator *mut, uintptr_t old,
			       uintptr_t new);

static RACES_WITH_MARKER ALWAYS_INLINE void
walk_words(struct gc_mutator *mut, const struct gc_slots *run, size_t n,
	   const uintptr_t *dst, const uintptr_t *src,
	   barrier_record_fn *record)
{
	for (size_t i = 0; i < n; i++)
		if (gc_slots_test(run, i)) {
			BARRIER_POINT(mut, "record", dst + i);
			record(mut, dst[i], src ? src[i] : 0);
		}
}

static RACES_WITH_MARKER ALWAYS_INLINE void
walk_slots(struct gc_mutator *mut, const struct gc_slots *run, size_t n,
	   const uintptr_t *dst, const uintptr_t *src,
	   barrier_record_fn *record)
{
	for (size_t i = 0; i < n; i += 64) {
		uint64_t slots = gc_slots_word(run, i, n);

		for (; slots; slots &= slots - 1) {
			size_t j = i + (size_t)__builtin_ctzll(slots);

			BARRIER_POINT(mut, "record", dst + j);
			record(mut, dst[j], src ? src[j] : 0);
		}
	}
}

static RACES_WITH_MARKER void
record_range(struct gc_mutator *mut, const uintptr_t *dst, const uintptr_t *src,
	     size_t size)
{
	struct gc_slots s;
	size_t n = gc_slots_begin(mut, dst, size / WORD_SIZE, &s);

	for (; n; n = gc_slots_next(&s, n))
		if (src)
			BARRIER_WALK(mut, &s, n, dst + s.at, src + s.at,
				     BARRIER_RECORD_MOVE);
		else
			BARRIER_WALK(mut, &s, n, dst + s.at, NULL,
				     BARRIER_RECORD_CLEAR);
}

static RACES_WITH_MARKER void
record_fresh(struct gc_mutator *mut, const uintptr_t *dst, const uintptr_t *src,
	     size_t size)
{
	struct gc_slots s;
	size_t n = gc_slots_begin(mut, dst, size / WORD_SIZE, &s);

	for (; n; n = gc_slots_next(&s, n))
		BARRIER_WALK(mut, &s, n, dst + s.at, src + s.at,
			     BARRIER_RECORD_FRESH);
}

static void
clear(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
      size_t off, size_t size)
{
	(void)off;
	BARRIER_POINT(ctx->mut, "check", NULL);
	if (ctx->mut->marking && type->ptrbytes)
		record_range(ctx->mut, ptr, NULL, size);
	BARRIER_POINT(ctx->mut, "store", ptr);
	ctx->memclr(ptr, size);
}

static void
move(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
     const void *src, size_t off, size_t size)
{
	(void)off;
	BARRIER_POINT(ctx->mut, "check", NULL);
	if (ctx->mut->marking && type->ptrbytes)
		record_range(ctx->mut, dst, src, size);
	BARRIER_POINT(ctx->mut, "store", dst);
	ctx->memmove(dst, src, size);
}

static void
copy_fresh(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	   const void *src, size_t size)
{
	if (ctx->mut->marking && type->ptrbytes)
		record_fresh(ctx->mut, dst, src, size);
	BARRIER_POINT(ctx->mut, "store", dst);
	ctx->memmove(dst, src, size);
}

#define BARRIER_HOOKS .clear = clear, .move = move, .copy_fresh = copy_fresh

#undef BARRIER_WALK
#undef BARRIER_RECORD_CLEAR
#undef BARRIER_RECORD_MOVE
#undef BARRIER_RECORD_FRESH
