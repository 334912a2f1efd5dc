/* bench_mutant_barrier.c - barriers with one rule broken
 *
 * All are bulk1 as barrier_template.h makes it, with a walk and records that
 * ask which part is broken, and hooks around them.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_mutant.h"
#include "gc_barrier.h"

enum part {
	NOTHING,
	/* Records. */
	CLEAR_OLD,
	MOVE_OLD,
	MOVE_NEW,
	FRESH_NEW,
	NOSCAN_OLD,
	NEW_ON_GREY,
	NEW_ON_BLACK,
	/* The walk, within a run of slots. */
	FIRST_SLOT,
	LAST_SLOT,
	LAST_WORD,
	SECOND_MAP_WORD,
	WRONG_MAP_WORD,
	CARRY,
	SHIFT,
	SHIFT_ONE,
	SECOND_RUN,
	UNCLAMPED,
	SCALARS,
};

static enum part broken;

void
bench_mutant_break_barrier(int part)
{
	broken = (enum part)part;
}

static void
put(struct gc_mutator *mut, uintptr_t word)
{
	*gc_buffer_reserve(mut, 1) = word;
}

/* Nothing else is asked of a mutator in a scene than to have its stack scanned.
 */
static bool
stack_is_grey(struct gc_mutator *mut)
{
	return atomic_load_explicit(&mut->poll, memory_order_relaxed);
}

static bool
leaves_out_old(struct gc_mutator *mut, uintptr_t old)
{
	return broken == NOSCAN_OLD && !gc_has_pointers(mut->gc, (void *)old);
}

static bool
leaves_out_new(struct gc_mutator *mut)
{
	return broken == (stack_is_grey(mut) ? NEW_ON_GREY : NEW_ON_BLACK);
}

static inline void
record_old(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)new;
	if (broken != CLEAR_OLD && !leaves_out_old(mut, old))
		put(mut, old);
}

static inline void
record_both(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	if (broken != MOVE_OLD && !leaves_out_old(mut, old))
		put(mut, old);
	if (broken != MOVE_NEW && !leaves_out_new(mut))
		put(mut, new);
}

static inline void
record_new(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)old;
	if (broken != FRESH_NEW && !leaves_out_new(mut))
		put(mut, new);
}

/* The slots of words [i, i + 64) of a run, or what is broken of them. */
static uint64_t
slots_at(const struct gc_slots *run, size_t i, size_t n)
{
	uint64_t slots = gc_slots_word(run, i, n);
	size_t bit = run->first + i;
	uint64_t low = run->map[bit / 64] >> bit % 64;

	switch (broken) {
	case FIRST_SLOT: return i == 0 ? slots & (slots - 1) : slots;
	case LAST_SLOT:
		return i + 64 >= n && slots
			       ? slots & ~(1ull
					   << (63 - __builtin_clzll(slots)))
			       : slots;
	case LAST_WORD: return gc_slots_word(run, i, n - (i + 64 >= n));
	case SECOND_MAP_WORD: return i == 0 ? slots : 0;
	case WRONG_MAP_WORD: return slots & gc_slots_word(run, 0, n);
	case CARRY: return slots & low;
	case SHIFT: return slots & run->map[bit / 64];
	case SHIFT_ONE: return slots << 1;
	case UNCLAMPED: return gc_slots_word(run, i, i + 64);
	case SCALARS: return n - i < 64 ? (1ull << (n - i)) - 1 : ~0ull;
	default: return slots;
	}
}

typedef void record_fn(struct gc_mutator *mut, uintptr_t old, uintptr_t new);

static void
walk(struct gc_mutator *mut, const struct gc_slots *run, size_t n,
     const uintptr_t *dst, const uintptr_t *src, record_fn *record)
{
	if (broken == SECOND_RUN && run->at)
		return;
	for (size_t i = 0; i < n; i += 64) {
		uint64_t slots = slots_at(run, i, n);

		for (; slots; slots &= slots - 1) {
			size_t j = i + (size_t)__builtin_ctzll(slots);

			record(mut, dst[j], src ? src[j] : 0);
		}
	}
}

#define BARRIER_WALK         walk
#define BARRIER_RECORD_CLEAR record_old
#define BARRIER_RECORD_MOVE  record_both
#define BARRIER_RECORD_FRESH record_new
#include "barrier_template.h"

/* Hooks in the wrong order, or without the barrier. */

static void
clear_after(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	    size_t off, size_t size)
{
	ctx->memclr(ptr, size);
	clear(ctx, type, ptr, off, size);
}

static void
move_after(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	   const void *src, size_t off, size_t size)
{
	ctx->memmove(dst, src, size);
	move(ctx, type, dst, src, off, size);
}

static void
frame_fill_raw(struct strategy_ctx *ctx, struct strategy_frame *frame,
	       size_t off, const void *src, size_t size)
{
	ctx->memmove((char *)frame->ptr + off, src, size);
}

static void
frame_clear_raw(struct strategy_ctx *ctx, struct strategy_frame *frame,
		size_t off, size_t size)
{
	ctx->memclr((char *)frame->ptr + off, size);
}

static void
frame_clear(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
	    size_t size)
{
	clear(ctx, frame->type, (char *)frame->ptr + off, off, size);
}

/* Records, and leaves the frame as it is. */
static void
frame_clear_nothing(struct strategy_ctx *ctx, struct strategy_frame *frame,
		    size_t off, size_t size)
{
	if (ctx->mut->marking)
		record_range(ctx->mut, (uintptr_t *)((char *)frame->ptr + off),
			     NULL, size);
}

/* The phase as it was when the frame was got. */
static void
frame_begin_phase(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	frame->word = ctx->mut->marking;
}

static void
frame_clear_phase(struct strategy_ctx *ctx, struct strategy_frame *frame,
		  size_t off, size_t size)
{
	if (frame->word)
		frame_clear(ctx, frame, off, size);
	else
		frame_clear_raw(ctx, frame, off, size);
}

/* Says that all is recorded when a part is. */
static void
frame_clear_logged(struct strategy_ctx *ctx, struct strategy_frame *frame,
		   size_t off, size_t size)
{
	if (frame->word)
		frame_clear_raw(ctx, frame, off, size);
	else
		frame_clear(ctx, frame, off, size);
	frame->word = 1;
}

/* The same, but all is. */
static void
frame_clear_snapshot(struct strategy_ctx *ctx, struct strategy_frame *frame,
		     size_t off, size_t size)
{
	if (!frame->word && ctx->mut->marking) {
		record_range(ctx->mut, frame->ptr, NULL, frame->type->size);
		frame->word = 1;
	}
	frame_clear_raw(ctx, frame, off, size);
}

#define BARRIER(symbol, ...)                             \
	static const struct strategy symbol = {          \
		.name = #symbol,                         \
		.kind = STRATEGY_BARRIER,                \
		.barrier = {BARRIER_HOOKS, __VA_ARGS__}, \
		.entry_words = 1,                        \
		.default_entries = 512,                  \
	}

BARRIER(by_part, .frame_put = NULL);
BARRIER(fill_raw, .frame_fill = frame_fill_raw);
BARRIER(clear_raw, .frame_clear = frame_clear_raw);
BARRIER(clear_nothing, .frame_clear = frame_clear_nothing);
BARRIER(phase_at_begin, .frame_begin = frame_begin_phase,
	.frame_clear = frame_clear_phase);
BARRIER(logged_early, .frame_clear = frame_clear_logged);
BARRIER(snapshot, .frame_clear = frame_clear_snapshot);

static const struct strategy record_after = {
	.name = "record_after",
	.kind = STRATEGY_BARRIER,
	.barrier = {.clear = clear_after,
		    .move = move_after,
		    .copy_fresh = copy_fresh},
	.entry_words = 1,
	.default_entries = 512,
};

#define BY_CLEAR "slice+map+map-bucket+chan/mark:ws frame/straddle:ws "
#define WHILE_MARKING \
	"frame+slice+map+map-bucket+chan+append/mark+straddle:nmws "
#define BY_MOVE     "frame+slice+map+map-bucket+chan/mark:ws "
#define STORED      " slice/mark:nmws" /* into a global */
#define TERMINATION "frame/termination:ws"

const struct bench_mutant bench_mutant_barriers[] = {
	{.name = "control",
	 .rule = "none",
	 .what = "bulk1 as these are made of it",
	 .kills = "",
	 .why = "nothing is broken",
	 .strategy = &by_part},
	{.name = "clear_old",
	 .rule = "I2",
	 .what = "a clear records nothing",
	 .kills = BY_CLEAR TERMINATION,
	 .strategy = &by_part,
	 .part = CLEAR_OLD},
	{.name = "move_old",
	 .rule = "I2",
	 .what = "a move does not record what it overwrites",
	 .kills = "slice+map+map-bucket/mark:ws",
	 .strategy = &by_part,
	 .part = MOVE_OLD},
	{.name = "move_new",
	 .rule = "I3",
	 .what = "a move does not record what it stores",
	 .kills = BY_MOVE STORED,
	 .strategy = &by_part,
	 .part = MOVE_NEW},
	{.name = "fresh_new",
	 .rule = "I3",
	 .what = "a copy to fresh memory records nothing",
	 .kills = "append/mark:ws",
	 .strategy = &by_part,
	 .part = FRESH_NEW},
	{.name = "noscan_old",
	 .rule = "I2",
	 .what = "old pointers to objects without pointers are left out",
	 .kills = "slice+map+map-bucket+chan/mark:s frame/straddle:s "
		  "frame/termination:s",
	 .strategy = &by_part,
	 .part = NOSCAN_OLD},
	{.name = "new_on_grey",
	 .rule = "I3",
	 .what = "new pointers are left out while the stack is grey",
	 .kills = BY_MOVE "append/mark:ws" STORED,
	 .strategy = &by_part,
	 .part = NEW_ON_GREY},
	{.name = "new_on_black",
	 .rule = "I3",
	 .what = "new pointers are left out while the stack is black",
	 .kills = "",
	 .why = "I3(b): what a black stack holds is shaded already",
	 .strategy = &by_part,
	 .part = NEW_ON_BLACK},
	{.name = "first_slot",
	 .rule = "mask",
	 .what = "the first slot of a run is left out",
	 .kills = BY_CLEAR BY_MOVE "append/mark:ws " TERMINATION STORED,
	 .strategy = &by_part,
	 .part = FIRST_SLOT},
	{.name = "last_slot",
	 .rule = "mask",
	 .what = "the last slot of a run is left out",
	 .kills = BY_CLEAR BY_MOVE "append/mark:ws " TERMINATION STORED,
	 .strategy = &by_part,
	 .part = LAST_SLOT},
	{.name = "last_word",
	 .rule = "mask",
	 .what = "the last word of a run is left out",
	 .kills = BY_CLEAR BY_MOVE "append/mark:ws " TERMINATION STORED,
	 .strategy = &by_part,
	 .part = LAST_WORD},
	{.name = "second_map_word",
	 .rule = "mask",
	 .what = "slots from the 64th word of a run on are left out",
	 .kills = "slice+chan+append/mark:ws frame/straddle:ws",
	 .strategy = &by_part,
	 .part = SECOND_MAP_WORD},
	{.name = "wrong_map_word",
	 .rule = "mask",
	 .what = "later words of a run are looked up in the first 64's bits",
	 .kills = "slice+chan+append/mark:ws frame/straddle:ws",
	 .strategy = &by_part,
	 .part = WRONG_MAP_WORD},
	{.name = "carry",
	 .rule = "mask",
	 .what = "bits of a run that lie in the next word of the map are lost",
	 .kills = BY_CLEAR "?append/mark:ws",
	 .strategy = &by_part,
	 .part = CARRY},
	{.name = "shift",
	 .rule = "mask",
	 .what = "a run is taken to begin where a word of the map does",
	 .kills = BY_CLEAR BY_MOVE "append/mark:ws",
	 .strategy = &by_part,
	 .part = SHIFT},
	{.name = "shift_one",
	 .rule = "mask",
	 .what = "each bit stands for the word after its own",
	 .kills = WHILE_MARKING TERMINATION,
	 .strategy = &by_part,
	 .part = SHIFT_ONE},
	{.name = "second_run",
	 .rule = "mask",
	 .what = "elements after the first are left out where a type says "
		 "which words are pointers",
	 .kills = "slice+append/mark:ws",
	 .strategy = &by_part,
	 .part = SECOND_RUN},
	{.name = "unclamped",
	 .rule = "mask",
	 .what = "slots past the range are recorded too",
	 .kills = "",
	 .why = "what is recorded in excess is a word of an object, and any "
		"word may be shaded; it is over-shading",
	 .strategy = &by_part,
	 .part = UNCLAMPED},
	{.name = "scalars",
	 .rule = "mask",
	 .what = "scalars are recorded too",
	 .kills = WHILE_MARKING,
	 .strategy = &by_part,
	 .part = SCALARS},
	{.name = "record_after",
	 .rule = "I6",
	 .what = "the barrier runs after the store",
	 .kills = "slice+map+map-bucket+chan/mark:ws "
		  "frame/straddle:ws " TERMINATION,
	 .strategy = &record_after},
	{.name = "fill_raw",
	 .rule = "I3",
	 .what = "a frame is filled without a barrier",
	 .kills = "frame/mark:ws",
	 .strategy = &fill_raw},
	{.name = "clear_raw",
	 .rule = "I2",
	 .what = "a frame is cleared without a barrier (the origin's fault)",
	 .kills = "frame/straddle:ws",
	 .strategy = &clear_raw},
	{.name = "clear_nothing",
	 .rule = "I12",
	 .what = "a frame goes to the pool as it is",
	 .kills = "frame/off+mark+straddle+sweep:nmws",
	 .strategy = &clear_nothing},
	{.name = "phase_at_begin",
	 .rule = "I5",
	 .what = "the phase is tested when a frame is got, not when it is "
		 "cleared",
	 .kills = "frame/straddle:ws",
	 .strategy = &phase_at_begin},
	{.name = "logged_early",
	 .rule = "D1",
	 .what = "a frame counts as recorded when a part of it is",
	 .kills = "frame/straddle:ws",
	 .strategy = &logged_early},
	{.name = "snapshot",
	 .rule = "D1",
	 .what = "a frame is recorded whole, once",
	 .kills = "",
	 .why = "all that a later clear overwrites is recorded by then, or has "
		"been shaded as it was stored",
	 .strategy = &snapshot},
	{.name = NULL},
};
