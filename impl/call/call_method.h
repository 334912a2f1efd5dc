/* call_method.h - a call of a method value
 *
 * What Go's callMethod does under methodValueCall (src/reflect/value.go): the
 * caller has laid its arguments out without a receiver; a scratch frame from
 * the pool gets the receiver's word and the arguments, and the method is called
 * with it. The results go to the caller by plain copies, and become roots there
 * before the scratch frame is cleared: at any moment somebody's are scanned.
 * The scratch frame is cleared whole and pooled also where there are results,
 * for nothing refers to it.
 *
 * Unlike Go's, which gets, clears and puts one of no size too, a call that
 * needs no frame has none.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_METHOD_H
#define CALL_METHOD_H

#include "call.h"
#include "call_caller.h"

/* Both: the target is of the method, with a receiver; the caller, which has
 * been entered, of the same signature without it, in the same ABI. receiver is
 * the word that is passed for one, reachable from elsewhere until the frame is
 * filled. They poll once, at the start, and abort when the heap limit leaves no
 * room for a frame even after a collection. */

/* In the stack ABI: one typed move of all arguments (typedmemmovepartial), for
 * they lie a word further on (Go 1.12). */
void call_method(struct call_engine *e, struct call_target *target,
		 struct call_callee callee, uintptr_t receiver,
		 struct call_caller *caller);

/* In the register ABI: argument by argument, for the receiver takes a register
 * and may drive others to the frame (Go 1.17). fn as for call_registers. */
void call_method_registers(struct call_engine *e, struct call_target *target,
			   call_entry_fn *fn, uintptr_t receiver,
			   struct call_caller *caller);

#endif
