/* call_trampoline.h - from the heap frame to the machine stack and back
 *
 * One function a size class of argument areas, as Go's runtime has call16,
 * call32 and so on: its area is a local variable, so it costs nothing to have,
 * at any depth of nested calls. C, and the same on every architecture: a callee
 * gets the address of its area as an ordinary argument. What enters a callee in
 * another way (register calls) does that in an entry of its own.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_TRAMPOLINE_H
#define CALL_TRAMPOLINE_H

#include "strategy.h"

/* Bytes of the largest argument area, and so of a frame that can be called.
 * Go's reaches 1 GiB on stacks that grow. */
#define CALL_MAX_AREA ((size_t)64 << 10)

/* A callee. args is the argument area on the machine stack: the arguments as
 * the layout places them, and from retoffset on the results, uninitialised,
 * which it must all write. It may reach safepoints; the area's arguments are
 * roots meanwhile, and so is the frame. Aligned to 16 bytes. */
typedef void call_fn(void *args);
/* One that has a context beside its arguments: a closure, a register file. */
typedef void call_entry_fn(void *args, void *context);

struct call_callee {
	void *context; /* NULL: fn, else entry */
	union {
		call_fn *fn;
		call_entry_fn *entry;
	};
};

struct call_engine;
struct call_target;

/*
 * Copies the arguments from the frame to an area on the stack, makes area and
 * frame roots, calls the callee, and copies the results from the area to the
 * frame as one fill of it.
 */
typedef void call_trampoline_fn(struct call_engine *e,
				const struct call_target *target,
				struct strategy_frame *frame,
				struct call_callee callee);

/* The smallest whose area holds a frame of so many bytes, at most
 * CALL_MAX_AREA. */
call_trampoline_fn *call_trampoline_for(size_t frame_size);

#endif
