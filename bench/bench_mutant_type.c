/* bench_mutant_type.c - barriers that find slots by the type that they are told
 *
 * As one that is made for the layout of a frame would. They ask the memory only
 * whether it is the collector's; where the type has no mask they are bulk1.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_mutant_parts.h"
#include "bulk1_template.h"

enum fault { NOTHING, PAST_POINTERS, FROM_START, STACK_TOO };

static bool
is_slot(const struct gc_type *type, size_t word, enum fault broken)
{
	size_t i = word % (type->size / WORD_SIZE);
	size_t end = type->ptrbytes / WORD_SIZE;

	if (broken == PAST_POINTERS)
		end = ALIGN_UP(end, 64);
	return i < end && type->ptrmask[i / 8] >> i % 8 & 1;
}

static bool
is_recorded(struct gc_mutator *mut, const uintptr_t *dst, size_t size,
	    enum fault broken)
{
	struct gc_slots s;

	return mut->marking && (broken == STACK_TOO ||
				gc_slots_begin(mut, dst, size / WORD_SIZE, &s));
}

static RACES_WITH_MARKER ALWAYS_INLINE void
record_by_type(struct gc_mutator *mut, const struct gc_type *type,
	       const uintptr_t *dst, const uintptr_t *src, size_t off,
	       size_t size, enum fault broken)
{
	size_t at = broken == FROM_START ? 0 : off / WORD_SIZE;

	if (!is_recorded(mut, dst, size, broken))
		return;
	for (size_t i = 0; i < size / WORD_SIZE; i++) {
		if (!is_slot(type, at + i, broken))
			continue;
		if (src)
			record_both(mut, dst[i], src[i]);
		else
			record_old(mut, dst[i], 0);
	}
}

static ALWAYS_INLINE void
clear_by_type(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	      size_t off, size_t size, enum fault broken)
{
	if (!type->ptrmask) {
		clear(ctx, type, ptr, off, size);
		return;
	}
	record_by_type(ctx->mut, type, ptr, NULL, off, size, broken);
	ctx->memclr(ptr, size);
}

static ALWAYS_INLINE void
move_by_type(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	     const void *src, size_t off, size_t size, enum fault broken)
{
	if (!type->ptrmask) {
		move(ctx, type, dst, src, off, size);
		return;
	}
	record_by_type(ctx->mut, type, dst, src, off, size, broken);
	ctx->memmove(dst, src, size);
}

#define BY_TYPE(symbol, broken)                                             \
	static void clear_##symbol(struct strategy_ctx *ctx,                \
				   const struct gc_type *type, void *ptr,   \
				   size_t off, size_t size)                 \
	{                                                                   \
		clear_by_type(ctx, type, ptr, off, size, broken);           \
	}                                                                   \
	static void move_##symbol(struct strategy_ctx *ctx,                 \
				  const struct gc_type *type, void *dst,    \
				  const void *src, size_t off, size_t size) \
	{                                                                   \
		move_by_type(ctx, type, dst, src, off, size, broken);       \
	}                                                                   \
	BARRIER(symbol, .clear = clear_##symbol, .move = move_##symbol,     \
		.copy_fresh = copy_fresh)

BY_TYPE(typed, NOTHING);
BY_TYPE(past_pointers, PAST_POINTERS);
BY_TYPE(type_start, FROM_START);
BY_TYPE(stack_result, STACK_TOO);

const struct bench_mutant bench_mutant_types[] = {
	{.name = "typed",
	 .rule = "none",
	 .what = "the type's mask says which words are slots",
	 .kills = "",
	 .why = "nothing is broken: where the type has a mask, it is the "
		"memory's",
	 .strategy = &typed},
	{.name = "past_pointers",
	 .rule = "mask",
	 .what = "bits past the last pointer of a type count",
	 .kills = ALONE,
	 .strategy = &past_pointers},
	{.name = "type_start",
	 .rule = "mask",
	 .what = "a range is taken to begin where the value does",
	 .kills = ALONE "frame/mark+straddle:nmws",
	 .strategy = &type_start},
	{.name = "stack_result",
	 .rule = "I8",
	 .what = "results are recorded that a call overwrites on a stack, and "
		 "that were never set",
	 .kills = ALONE "frame/mark+straddle:nmws",
	 .strategy = &stack_result},
	{.name = NULL},
};
