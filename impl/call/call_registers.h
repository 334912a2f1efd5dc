/* call_registers.h - the reflect call in the register ABI
 *
 * As Go 1.17+ on amd64: a value that has registers lies in none but these, one
 * that has not lies in the heap frame, and most calls have no frame at all: no
 * pool, no copy, no clear. The callee gets the registers as memory
 * (call_regs.h), which is what Go's makes of them where it spills them; they
 * lie on the machine stack beside its area, and those with pointers are roots.
 *
 * Results are boxes. One that has registers is copied to an object of its own,
 * as in Go, whatever the set's pooling; one that lies in the frame stays there,
 * and then the frame is fresh unless the set pools it (call_set.h).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_REGISTERS_H
#define CALL_REGISTERS_H

#include "call_box.h"
#include "call_regs.h"

/*
 * Calls fn(area, regs): the arguments are where the layout, which is of the
 * register ABI, has them, and the results are to be put there, all of them; an
 * area of NULL where nothing is in the frame. fn may reach safepoints. args as
 * for `call`; `results` has room for all, which the caller makes roots before
 * its next safepoint. Polls once, at its start. Aborts when the heap limit
 * leaves no room even after a collection.
 */
void call_registers(struct call_engine *e, struct call_target *target,
		    call_entry_fn *fn, const void *const *args,
		    struct call_box *results);

#endif
