/* call_caller.h - a caller's frame on the machine stack, as a stub meets it
 *
 * What methodValueCall and makeFuncStub hand to reflect: the area that the
 * caller has laid out for the signature of the function value, without a
 * receiver, and its registers. Stores to it need no barrier and must not have
 * one: the results' part is not initialised (golang/go issue 39541).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_CALLER_H
#define CALL_CALLER_H

#include "call_regs.h"
#include "gc.h"
#include "strategy.h"

struct call_caller {
	const struct call_layout *layout;
	char *area;             /* as the layout says; NULL without a frame */
	struct call_regs *regs; /* NULL in the stack ABI */
	struct gc_root area_root, regs_root;
};

/* Makes the arguments roots, until call_caller_leave. Area and registers stay
 * where they are meanwhile. */
void call_caller_enter(struct call_caller *c, struct gc_mutator *mut,
		       const struct call_layout *layout, void *area,
		       struct call_regs *regs);
void call_caller_leave(struct call_caller *c, struct gc_mutator *mut);

/* All results are there: from now on they are roots too, in the area beside the
 * arguments, in the registers in their place. What Go's retValid says to the
 * scan of a stack. */
void call_caller_return(struct call_caller *c);

/* Where an argument's bytes are: in the area, or in `room`, which has
 * CALL_REGS_VALUE_MAX, after they were taken from the registers. */
const void *call_caller_argument(const struct call_caller *c, size_t i,
				 void *room);
/* Puts result i, counted from 0, in its place by plain stores. */
void call_caller_result(struct call_caller *c, size_t i, const void *src,
			memmove_fn *memmove);

#endif
