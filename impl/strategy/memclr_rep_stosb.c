/* memclr_rep_stosb.c - memclr by one `rep stosb`, at every size
 *
 * Nothing but the instruction, so that its start-up cost shows. On an Intel
 * server CPU with fsrs that is 2 ns up to 128 bytes and 8 above; without fsrs
 * it is 8 or more at any size. From 4 KiB on it equals the widest vectors
 * there. It wins where memory is written that is in no cache, for with erms it
 * may skip reading the lines first.
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
