/* model_strategy.c - the barrier strategies that the model judges
 *
 * Each function stands for the hook of the same name in the strategy's file,
 * step by step. What a strategy's file leaves NULL is NULL here.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "model.h"

#define DO(step) model_do(op, MODEL_##step)

/* nobarrier.c */

static void
plain(struct model_op *op)
{
	DO(STORE);
}

/* bulk.c: two words an entry. */

static void
bulk_clear(struct model_op *op)
{
	if (op->marking) {
		DO(LOAD_OLD);
		DO(RESERVE);
		DO(PUT_OLD);
	}
	DO(STORE);
}

static void
bulk_move(struct model_op *op)
{
	if (op->marking) {
		DO(LOAD_OLD);
		DO(RESERVE);
		DO(PUT_OLD);
		DO(PUT_NEW);
	}
	DO(STORE);
}

static void
bulk_copy_fresh(struct model_op *op)
{
	if (op->marking) {
		DO(RESERVE);
		DO(PUT_NEW);
	}
	DO(STORE);
}

/* bulk1.c: one word a cleared slot. Its move is bulk's. */

static void
old_only(struct model_op *op)
{
	if (op->marking) {
		DO(LOAD_OLD);
		DO(RESERVE);
		DO(PUT_OLD);
	}
	DO(STORE);
}

static void
new_only(struct model_op *op)
{
	if (op->marking) {
		DO(RESERVE);
		DO(PUT_NEW);
	}
	DO(STORE);
}

/* perslot.c: shades at once, no buffer. */

static void
perslot_clear(struct model_op *op)
{
	if (op->marking) {
		DO(LOAD_OLD);
		DO(SHADE_OLD);
	}
	DO(STORE);
}

static void
perslot_move(struct model_op *op)
{
	if (op->marking) {
		DO(LOAD_OLD);
		DO(SHADE_OLD);
		DO(SHADE_NEW);
	}
	DO(STORE);
}

static void
perslot_copy_fresh(struct model_op *op)
{
	if (op->marking)
		DO(SHADE_NEW);
	DO(STORE);
}

/*
 * The epoch stamp: a frame that was begun in this cycle, marking already on,
 * holds only pointers that its fill has recorded, so its clear records nothing.
 * The stamp is the cycle's number; all that matters is whether it is this
 * cycle's still, so a cycle's start makes every other one old.
 */

static void
stamp(struct model_op *op)
{
	op->word = op->marking ? MODEL_NOW : MODEL_NONE;
}

static uint8_t
age(uint8_t word)
{
	return word == MODEL_NOW ? MODEL_OLD_CYCLE : word;
}

static void
unless_stamped(struct model_op *op)
{
	if (op->marking && op->word == MODEL_NOW)
		DO(STORE);
	else
		old_only(op);
}

/* Born black: as the stamp, but only of frames that were allocated, not pooled,
 * which are black whatever they hold. */

static void
stamp_fresh(struct model_op *op)
{
	op->word = op->marking && op->fresh ? MODEL_NOW : MODEL_NONE;
}

/* The black-stack skip: no insertion while the mutator's own stack is black. */

static void
skip_new_move(struct model_op *op)
{
	if (op->stack_black)
		old_only(op);
	else
		bulk_move(op);
}

static void
skip_new_copy_fresh(struct model_op *op)
{
	if (op->stack_black)
		DO(STORE);
	else
		new_only(op);
}

/* Abandoning: while marking, a frame is neither cleared nor pooled. Its last
 * reference is on a stack, and dropping that deletes no edge. */

static void
unless_marking(struct model_op *op)
{
	if (!op->marking)
		DO(STORE);
}

static bool
pool_unless_marking(struct model_op *op)
{
	return !op->marking;
}

/* Wrong ones. */

/* The new pointer is recorded where it need not be, and not where it must. */
static void
skip_new_on_grey(struct model_op *op)
{
	if (op->marking && !op->stack_black)
		old_only(op);
	else
		bulk_move(op);
}

/* The old pointer is left out for the reason that holds for the new one. */
static void
skip_old_clear(struct model_op *op)
{
	if (op->stack_black)
		DO(STORE);
	else
		old_only(op);
}

static void
skip_old_move(struct model_op *op)
{
	if (op->stack_black)
		new_only(op);
	else
		bulk_move(op);
}

/* A frame that is born black is filled without a record, as if nobody had to
 * look into it. */
static void
fill_fresh_plainly(struct model_op *op)
{
	if (op->word == MODEL_NOW)
		DO(STORE);
	else
		bulk_move(op);
}

/* The phase is tested, then a safepoint, then the store. */
static void
test_safepoint_clear(struct model_op *op)
{
	if (op->marking)
		old_only(op);
	else {
		DO(SAFEPOINT);
		DO(STORE);
	}
}

/* Recorded, then a safepoint, then the store. */
static void
record_safepoint_clear(struct model_op *op)
{
	if (op->marking) {
		DO(LOAD_OLD);
		DO(RESERVE);
		DO(PUT_OLD);
		DO(SAFEPOINT);
	}
	DO(STORE);
}

static void
record_safepoint_move(struct model_op *op)
{
	if (op->marking) {
		DO(LOAD_OLD);
		DO(RESERVE);
		DO(PUT_OLD);
		DO(PUT_NEW);
		DO(SAFEPOINT);
	}
	DO(STORE);
}

/* The old pointer is read in time, but recorded only after a safepoint. */
static void
store_safepoint_clear(struct model_op *op)
{
	if (op->marking) {
		DO(LOAD_OLD);
		DO(STORE);
		DO(SAFEPOINT);
		DO(RESERVE);
		DO(PUT_OLD);
	} else {
		DO(STORE);
	}
}

/* Recorded after the store, with no safepoint in between. */
static void
store_record_clear(struct model_op *op)
{
	if (op->marking)
		DO(LOAD_OLD);
	DO(STORE);
	if (op->marking) {
		DO(RESERVE);
		DO(PUT_OLD);
	}
}

static void
store_record_move(struct model_op *op)
{
	if (op->marking)
		DO(LOAD_OLD);
	DO(STORE);
	if (op->marking) {
		DO(RESERVE);
		DO(PUT_OLD);
		DO(PUT_NEW);
	}
}

/* What is recorded as old is what has just been stored. */
static void
store_load_clear(struct model_op *op)
{
	DO(STORE);
	if (op->marking) {
		DO(LOAD_OLD);
		DO(RESERVE);
		DO(PUT_OLD);
	}
}

/* The frame is stamped after its first store, and there is a safepoint between
 * the two. */
static void
fill_then_stamp(struct model_op *op)
{
	bulk_move(op);
	DO(SAFEPOINT);
	DO(STAMP);
}

/* The stamp says that marking was on, and not in which cycle. */
static uint8_t
never_age(uint8_t word)
{
	return word;
}

/* Every frame counts as stamped. */
static void
never_old_on_frames(struct model_op *op)
{
	DO(STORE);
}

#define BULK1 .clear = old_only, .move = bulk_move, .copy_fresh = new_only
#define SKIP                                      \
	.clear = old_only, .move = skip_new_move, \
	.copy_fresh = skip_new_copy_fresh
#define STAMPED \
	.frame_begin = stamp, .frame_clear = unless_stamped, .cycle_start = age

const struct model_case model_cases[] = {
	{"nobarrier", "no barrier at all",
	 .hooks = {.clear = plain, .move = plain}, .steps = 11},
	{"bulk", "two words a slot",
	 .hooks = {.clear = bulk_clear,
		   .move = bulk_move,
		   .copy_fresh = bulk_copy_fresh}},
	{"bulk1", "one word a cleared slot", .hooks = {BULK1}},
	{"perslot", "shades at once",
	 .hooks = {.clear = perslot_clear,
		   .move = perslot_move,
		   .copy_fresh = perslot_copy_fresh}},
	{"epoch", "bulk1, no record for frames begun in this cycle",
	 .hooks = {BULK1, STAMPED}},
	{"bornblack", "bulk1, no record for frames allocated in this cycle",
	 .hooks = {BULK1, .frame_begin = stamp_fresh,
		   .frame_clear = unless_stamped, .cycle_start = age}},
	{"blackstack", "bulk1, new is not recorded when the own stack is black",
	 .hooks = {SKIP}},
	{"epoch_blackstack", "epoch and blackstack", .hooks = {SKIP, STAMPED}},
	{"bornblack_blackstack", "bornblack and blackstack",
	 .hooks = {SKIP, .frame_begin = stamp_fresh,
		   .frame_clear = unless_stamped, .cycle_start = age}},
	{"abandon", "bulk1, frames are dropped as they are while marking",
	 .hooks = {BULK1, .frame_clear = unless_marking,
		   .frame_put = pool_unless_marking}},
	{"store_record",
	 "bulk1, recorded after the store, no safepoint between",
	 .hooks = {.clear = store_record_clear,
		   .move = store_record_move,
		   .copy_fresh = new_only}},
	{"no_deletion", "only new pointers are recorded",
	 .hooks = {.clear = plain, .move = new_only, .copy_fresh = new_only},
	 .steps = 14},
	{"no_insertion", "only old pointers are recorded",
	 .hooks = {.clear = old_only, .move = old_only, .copy_fresh = plain},
	 .steps = 11},
	{"no_insertion_on_grey",
	 "new is recorded only when the own stack is black",
	 .hooks = {.clear = old_only,
		   .move = skip_new_on_grey,
		   .copy_fresh = new_only},
	 .steps = 11},
	{"no_insertion_on_fresh", "copies into fresh memory record nothing",
	 .hooks = {.clear = old_only, .move = bulk_move, .copy_fresh = plain},
	 .steps = 11, .size = MODEL_RACE},
	{"no_deletion_on_frames", "a frame's clear never records",
	 .hooks = {BULK1, .frame_clear = never_old_on_frames}, .steps = 14},
	{"test_safepoint",
	 "safepoint between the test of the phase and the store",
	 .hooks = {.clear = test_safepoint_clear,
		   .move = bulk_move,
		   .copy_fresh = new_only},
	 .steps = 14, .size = MODEL_RACE},
	{"record_safepoint", "safepoint between record and store",
	 .hooks = {.clear = record_safepoint_clear,
		   .move = record_safepoint_move,
		   .copy_fresh = new_only},
	 .steps = 26, .size = MODEL_RACE},
	{"store_safepoint",
	 "old is read, stored over, and recorded after a safepoint",
	 .hooks = {.clear = store_safepoint_clear,
		   .move = bulk_move,
		   .copy_fresh = new_only},
	 .steps = 13},
	{"store_load", "old is read after the store",
	 .hooks = {.clear = store_load_clear,
		   .move = bulk_move,
		   .copy_fresh = new_only},
	 .steps = 14},
	{"epoch_late", "epoch, stamped after the first store and a safepoint",
	 .hooks = {BULK1, .frame_fill = fill_then_stamp,
		   .frame_clear = unless_stamped, .cycle_start = age},
	 .steps = 17},
	{"epoch_timeless", "epoch, whose stamp does not say in which cycle",
	 .hooks = {BULK1, .frame_begin = stamp, .frame_clear = unless_stamped,
		   .cycle_start = never_age},
	 .steps = 26},
	{"bornblack_raw_fill", "bornblack, whose frames are filled unrecorded",
	 .hooks = {BULK1, .frame_begin = stamp_fresh,
		   .frame_fill = fill_fresh_plainly,
		   .frame_clear = unless_stamped, .cycle_start = age},
	 .steps = 11},
	{"no_deletion_on_black",
	 "old is recorded only when the own stack is grey",
	 .hooks = {.clear = skip_old_clear,
		   .move = skip_old_move,
		   .copy_fresh = new_only},
	 .steps = 14},
	{"gc_no_reflush",
	 "bulk1; no flush under the last stop of the world (Go's 27993)",
	 .hooks = {BULK1}, .faults = MODEL_NO_REFLUSH, .steps = 18,
	 .size = MODEL_CHAIN},
	{"gc_no_flush", "bulk1; buffers are never flushed to end marking",
	 .hooks = {BULK1}, .faults = MODEL_NO_FLUSH, .steps = 11},
	{"gc_alloc_white", "bulk1; objects allocated while marking are white",
	 .hooks = {BULK1}, .faults = MODEL_ALLOC_WHITE, .steps = 10},
	{"gc_raw_pool", "bulk1; frames enter and leave pools unshaded",
	 .hooks = {BULK1}, .faults = MODEL_RAW_POOL, .steps = 13},
};
const size_t model_n_cases = sizeof(model_cases) / sizeof(*model_cases);

const struct model_case *
model_find(const char *name)
{
	for (size_t i = 0; i < model_n_cases; i++)
		if (strcmp(model_cases[i].name, name) == 0)
			return &model_cases[i];
	return NULL;
}
