/* call_trial.h - the values of one call, every byte of them known
 *
 * Values are noise and new nodes. What the first word of an interface points to
 * is no heap object: in a register it is no root, as in Go.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_TRIAL_H
#define CALL_TRIAL_H

#include "call_caller.h"
#include "call_fixture.h"

struct call_trial {
	const struct call_layout *layout; /* of all values */
	/* Of the caller: the same, or without the receiver. */
	const struct call_layout *outer;
	uintptr_t **want; /* [value of layout], in whole words; no roots */
	/* The caller's frame. */
	struct call_caller caller;
	uintptr_t *area;
	struct call_regs regs;
	uintptr_t *image; /* of area, as its arguments should be */
};

void call_trial_open(struct call_trial *t, const struct call_layout *layout,
		     const struct call_layout *outer);
void call_trial_close(struct call_trial *t);

/* Draws a value, and checks one: the bytes, and that its nodes are whole. No
 * safepoint may come between a draw and the root that holds its nodes. */
void call_trial_draw(struct call_trial *t, size_t i);
void call_trial_check(const struct call_trial *t, size_t i, const void *bytes);
/* The same after it was taken from an area or from registers. */
void call_trial_check_in(const struct call_trial *t, size_t i,
			 const struct call_layout *layout, const void *area,
			 const struct call_regs *regs);
/* Likewise puts it there. */
void call_trial_put_in(const struct call_trial *t, size_t i,
		       const struct call_layout *layout, void *area,
		       struct call_regs *regs);

/* Draws the arguments and makes up the frame of a caller that has them, noise
 * where its results will be, entered; and leaves it. */
void call_trial_enter(struct call_trial *t, struct gc_mutator *mut);
void call_trial_leave(struct call_trial *t, struct gc_mutator *mut);
/* Takes the caller's arguments away, so that the call alone holds them. */
void call_trial_forget(struct call_trial *t);
/* A callee stores an argument that is a pointer to the heap, if the random one
 * is, and it outlives the call there. */
void call_trial_keep_argument(const struct call_trial *t);
/* All results are there, and nothing before or behind them has changed. */
void call_trial_check_caller(struct call_trial *t);

#endif
