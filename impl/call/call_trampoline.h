/* call_trampoline.h - from the heap frame to the machine stack and back
 *
 * Assembly, one file an architecture: call_trampoline_$(uname -m).S.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_TRAMPOLINE_H
#define CALL_TRAMPOLINE_H

#include "call.h"

/* Offsets are known to the assembly. */
struct call_trampoline {
	const void *frame;    /*  0: heap frame, word-aligned */
	size_t arg_words;     /*  8: words to copy from it to the stack */
	size_t area_size;     /* 16: bytes of stack, a multiple of 16 */
	call_fn *fn;          /* 24 */
	struct gc_root *root; /* 32: gets the area's address and arg_words */
	/* 40: called after fn, while the area is still there. */
	void (*copy_back)(struct call_trampoline *t, void *area);
};

/* Copies arg_words words of the frame to an area on the stack, 16-byte aligned,
 * enters the area in *root, calls fn(area), calls copy_back(t, area). */
void call_trampoline_run(struct call_trampoline *t);

#endif
