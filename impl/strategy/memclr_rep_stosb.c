/* memclr_rep_stosb.c - memclr by one `rep stosb`, at every size
 *
 * Nothing but the instruction, so that its start-up cost shows. Microcode takes
 * some 30 cycles to begin; with fsrs less. It wins from about 2 KiB on where
 * the CPU has erms, for it then writes whole cache lines without reading them
 * first. It loses everywhere below.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

static void
clear(void *ptr, size_t n)
{
	__asm__ volatile("rep stosb" : "+D"(ptr), "+c"(n) : "a"(0) : "memory");
}

const struct strategy memclr_rep_stosb = {
	.name = "memclr_rep_stosb",
	.summary = "one `rep stosb` at every size",
	.kind = STRATEGY_MEMCLR,
	/* A store of bytes: nothing says that eight of them come at once. */
	.atomicity = ATOMICITY_NONE,
	.memclr = clear,
};
