/* memclr_rep_stosq.c - memclr by `rep stosq`, at every size from 8 bytes
 *
 * Whole words by the instruction alone, so that its start-up cost shows; the
 * up to 7 bytes that are left by plain stores. It wins and loses as `rep stosb`
 * does (memclr_rep_stosb.c), but its unit is the word. Where ptr is not a
 * multiple of 16 some CPUs take one and a half times as long.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_access.h"
#include "strategy.h"

RACES_WITH_MARKER static void
clear(void *ptr, size_t n)
{
	char *p = ptr;
	size_t nwords = n / 8;

	__asm__ volatile("rep stosq"
			 : "+D"(p), "+c"(nwords)
			 : "a"(0)
			 : "memory");
	clear_below_word(p, n % 8);
}

const struct strategy memclr_rep_stosq = {
	.name = "memclr_rep_stosq",
	.summary = "`rep stosq` at every size",
	.kind = STRATEGY_MEMCLR,
	/* Intel promises it: a fast string's accesses are atomic for elements
	 * of the native size, here a quadword, that lie in one cache line (SDM
	 * vol. 1 7.3.9.3, vol. 3A 9.2.4). AMD's promise is of single loads and
	 * stores (APM vol. 2 7.3.2) and does not name strings, which may move
	 * several elements at once: so convention. Go's memclr relies on it
	 * from 2 KiB on. */
	.atomicity = ATOMICITY_CONVENTION,
	.memclr = clear,
};
