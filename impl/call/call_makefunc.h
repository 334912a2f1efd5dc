/* call_makefunc.h - a call to a function that reflect has made of a closure
 *
 * What Go's callReflect does under makeFuncStub (src/reflect/value.go): the
 * arguments are copied off the caller's stack into fresh objects, which the
 * closure may keep; the closure is called with an array of typed values; its
 * results go to the caller's stack and registers by plain stores.
 *
 * Unlike Go's, the arrays of values are on the stack and not on the heap, and
 * the closure's results are trusted to have the types that the layout says.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_MAKEFUNC_H
#define CALL_MAKEFUNC_H

#include "call_box.h"
#include "call_caller.h"

/* `in` are the arguments, `out` the results, whose ptr it sets; in the order of
 * the layout. All are roots, in until the last result is stored. It may reach
 * safepoints. */
typedef void call_closure_fn(void *context, const struct call_box *in,
			     struct call_box *out);

/* Calls the closure for a caller that has been entered, and returns to it. The
 * layout has no receiver. Polls once, at its start. */
void call_makefunc(struct call_engine *e, struct call_caller *caller,
		   call_closure_fn *closure, void *context);

#endif
