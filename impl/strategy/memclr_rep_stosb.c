/* memclr_rep_stosb.c - memclr by one `rep stosb`, at every size
 *
 * Nothing but the instruction, so that its start-up cost shows: 2 ns up to 128
 * bytes on a CPU with fsrs, 8 ns above, where others pay that at once (Intel
 * server CPU). It wins from some KiB on where the CPU has erms, for it then
 * writes whole cache lines without reading them first. It loses below.
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
