/* bench_mutant_barrier.c - barriers whose walk or records are broken in one
 * place
 *
 * All are bulk1 as barrier_template.h makes it, with a walk and records that
 * ask which part is broken.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_mutant_parts.h"
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
	NEW_FOR_OLD,
	TWICE,
	EXCHANGE,
	/* The walk, within a run of slots. */
	FIRST_SLOT,
	LAST_SLOT,
	LAST_WORD,
	SECOND_MAP_WORD,
	WRONG_MAP_WORD,
	CARRY,
	SHIFT,
	SHIFT_ONE,
	FROM_START,
	WORD_EDGE,
	READS_ON,
	SECOND_RUN,
	UNCLAMPED,
	SCALARS,
};

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
	return bench_mutant_part == NOSCAN_OLD &&
	       !gc_has_pointers(mut->gc, (void *)old);
}

static bool
leaves_out_new(struct gc_mutator *mut)
{
	return bench_mutant_part ==
	       (stack_is_grey(mut) ? NEW_ON_GREY : NEW_ON_BLACK);
}

static inline void
record_old(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)new;
	if (bench_mutant_part != CLEAR_OLD && !leaves_out_old(mut, old))
		put(mut, old);
	if (bench_mutant_part == TWICE)
		put(mut, old);
}

static inline void
record_both(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	if (bench_mutant_part != MOVE_OLD && !leaves_out_old(mut, old))
		put(mut, bench_mutant_part == NEW_FOR_OLD ? new : old);
	if (bench_mutant_part != MOVE_NEW && !leaves_out_new(mut))
		put(mut, new);
}

static inline void
record_new(struct gc_mutator *mut, uintptr_t old, uintptr_t new)
{
	(void)old;
	if (bench_mutant_part != FRESH_NEW && !leaves_out_new(mut))
		put(mut, new);
}

static uint64_t
slots_from_start(const struct gc_slots *run, size_t i, size_t n)
{
	struct gc_slots start = *run;

	start.first = 0;
	return gc_slots_word(&start, i, n);
}

static uint64_t
next_word(const struct gc_slots *run, size_t bit)
{
	return __atomic_load_n(&run->map[bit / 64 + 1], __ATOMIC_RELAXED);
}

/* The slots of words [i, i + 64) of a run, or what is broken of them. */
static uint64_t
slots_at(const struct gc_slots *run, size_t i, size_t n)
{
	uint64_t slots = gc_slots_word(run, i, n);
	size_t bit = run->first + i;
	uint64_t low = run->map[bit / 64] >> bit % 64;

	switch (bench_mutant_part) {
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
	case FROM_START: return slots_from_start(run, i, n);
	case WORD_EDGE: return slots & ~(1ull << (63 - bit % 64));
	case READS_ON: return slots | (next_word(run, bit) & 0);
	case UNCLAMPED: return gc_slots_word(run, i, i + 64);
	case SCALARS: return n - i < 64 ? (1ull << (n - i)) - 1 : ~0ull;
	default: return slots;
	}
}

/* The old pointer of a slot that is cleared. */
static uintptr_t
take(const uintptr_t *slot)
{
	if (bench_mutant_part == EXCHANGE)
		return __atomic_exchange_n((uintptr_t *)slot, 0,
					   __ATOMIC_RELAXED);
	return *slot;
}

typedef void record_fn(struct gc_mutator *mut, uintptr_t old, uintptr_t new);

static void
walk(struct gc_mutator *mut, const struct gc_slots *run, size_t n,
     const uintptr_t *dst, const uintptr_t *src, record_fn *record)
{
	if (bench_mutant_part == SECOND_RUN && run->at)
		return;
	for (size_t i = 0; i < n; i += 64) {
		uint64_t slots = slots_at(run, i, n);

		for (; slots; slots &= slots - 1) {
			size_t j = i + (size_t)__builtin_ctzll(slots);

			record(mut, src ? dst[j] : take(dst + j),
			       src ? src[j] : 0);
		}
	}
}

#define BARRIER_WALK         walk
#define BARRIER_RECORD_CLEAR record_old
#define BARRIER_RECORD_MOVE  record_both
#define BARRIER_RECORD_FRESH record_new
#include "barrier_template.h"

BARRIER(by_part, BARRIER_HOOKS);

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
	 .kills = ALONE BY_CLEAR TERMINATION,
	 .strategy = &by_part,
	 .part = CLEAR_OLD},
	{.name = "move_old",
	 .rule = "I2",
	 .what = "a move does not record what it overwrites",
	 .kills = ALONE "slice+map+map-bucket/mark:ws",
	 .strategy = &by_part,
	 .part = MOVE_OLD},
	{.name = "move_new",
	 .rule = "I3",
	 .what = "a move does not record what it stores",
	 .kills = ALONE BY_MOVE STORED,
	 .strategy = &by_part,
	 .part = MOVE_NEW},
	{.name = "fresh_new",
	 .rule = "I3",
	 .what = "a copy to fresh memory records nothing",
	 .kills = ALONE "append/mark:ws",
	 .strategy = &by_part,
	 .part = FRESH_NEW},
	{.name = "noscan_old",
	 .rule = "I2",
	 .what = "old pointers to objects without pointers are left out",
	 .kills = ALONE "slice+map+map-bucket+chan/mark:s frame/straddle:s "
			"frame/termination:s",
	 .strategy = &by_part,
	 .part = NOSCAN_OLD},
	{.name = "new_on_grey",
	 .rule = "I3",
	 .what = "new pointers are left out while the stack is grey",
	 .kills = ALONE BY_MOVE "append/mark:ws" STORED,
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
	 .kills = ALONE BY_CLEAR BY_MOVE "append/mark:ws " TERMINATION STORED,
	 .strategy = &by_part,
	 .part = FIRST_SLOT},
	{.name = "last_slot",
	 .rule = "mask",
	 .what = "the last slot of a run is left out",
	 .kills = ALONE BY_CLEAR BY_MOVE "append/mark:ws " TERMINATION STORED,
	 .strategy = &by_part,
	 .part = LAST_SLOT},
	{.name = "last_word",
	 .rule = "mask",
	 .what = "the last word of a run is left out",
	 .kills = ALONE BY_CLEAR BY_MOVE "append/mark:ws " TERMINATION STORED,
	 .strategy = &by_part,
	 .part = LAST_WORD},
	{.name = "second_map_word",
	 .rule = "mask",
	 .what = "slots from the 64th word of a run on are left out",
	 .kills = ALONE "slice+chan+append/mark:ws frame/straddle:ws",
	 .strategy = &by_part,
	 .part = SECOND_MAP_WORD},
	{.name = "wrong_map_word",
	 .rule = "mask",
	 .what = "later words of a run are looked up in the first 64's bits",
	 .kills = ALONE "slice+chan+append/mark:ws frame/straddle:ws",
	 .strategy = &by_part,
	 .part = WRONG_MAP_WORD},
	{.name = "carry",
	 .rule = "mask",
	 .what = "bits of a run that lie in the next word of the map are lost",
	 .kills = ALONE BY_CLEAR "?append/mark:ws",
	 .strategy = &by_part,
	 .part = CARRY},
	{.name = "shift",
	 .rule = "mask",
	 .what = "a run is taken to begin where a word of the map does",
	 .kills = ALONE BY_CLEAR BY_MOVE "append/mark:ws",
	 .strategy = &by_part,
	 .part = SHIFT},
	{.name = "shift_one",
	 .rule = "mask",
	 .what = "each bit stands for the word after its own",
	 .kills = ALONE WHILE_MARKING TERMINATION,
	 .strategy = &by_part,
	 .part = SHIFT_ONE},
	{.name = "second_run",
	 .rule = "mask",
	 .what = "elements after the first are left out where a type says "
		 "which words are pointers",
	 .kills = ALONE "slice+append/mark:ws",
	 .strategy = &by_part,
	 .part = SECOND_RUN},
	{.name = "unclamped",
	 .rule = "mask",
	 .what = "slots past the range are recorded too: over-shading",
	 .kills = ALONE "?" WHILE_MARKING,
	 .strategy = &by_part,
	 .part = UNCLAMPED},
	{.name = "scalars",
	 .rule = "mask",
	 .what = "scalars are recorded too",
	 .kills = ALONE WHILE_MARKING,
	 .strategy = &by_part,
	 .part = SCALARS},
	{.name = "new_for_old",
	 .rule = "I2",
	 .what = "a move records the new pointer twice, and not the old one",
	 .kills = ALONE "slice+map+map-bucket/mark:ws",
	 .strategy = &by_part,
	 .part = NEW_FOR_OLD},
	{.name = "twice",
	 .rule = "cost",
	 .what = "a clear records each slot twice",
	 .kills = ALONE,
	 .strategy = &by_part,
	 .part = TWICE},
	{.name = "exchange",
	 .rule = "I7",
	 .what = "old pointers are taken out by an atomic exchange",
	 .kills = "",
	 .why = "I7 allows two mutators to read the same old pointer; to keep "
		"them from it costs, and breaks nothing",
	 .strategy = &by_part,
	 .part = EXCHANGE},
	{.name = "from_start",
	 .rule = "mask",
	 .what = "a range's bits are looked up from the start of the mask on",
	 .kills = ALONE WHILE_MARKING,
	 .strategy = &by_part,
	 .part = FROM_START},
	{.name = "word_edge",
	 .rule = "mask",
	 .what = "the last bit of each word of the map is left out",
	 .kills = ALONE BY_CLEAR BY_MOVE "append/mark:ws",
	 .strategy = &by_part,
	 .part = WORD_EDGE},
	{.name = "reads_on",
	 .rule = "mask",
	 .what = "the word of the map behind that in question is read too",
	 .kills = ALONE,
	 .strategy = &by_part,
	 .part = READS_ON},
	{.name = NULL},
};
