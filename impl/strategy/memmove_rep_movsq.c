/* memmove_rep_movsq.c - memmove by `rep movsq`, at every size from 8 bytes
 *
 * Whole words by the instruction alone, so that its start-up cost shows; the
 * up to 7 bytes that are left by plain moves. fsrm speaks of `rep movsb` only.
 * From some KiB on it equals `rep movsb`; and it leaves the case that dst
 * starts inside src to memmove_word too (memmove_rep_movsb.c).
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

#define VL 8
#define ATTRIBUTES
#include "memmove_vector_template.h"

RACES_WITH_MARKER static void
move_rep(void *dst, const void *src, size_t n)
{
	char *d = dst;
	const char *s = src;
	size_t nwords = n / 8;

	if (move_is_downwards(d, s, n)) {
		move(d, s, n);
		return;
	}
	__asm__ volatile("rep movsq"
			 : "+D"(d), "+S"(s), "+c"(nwords)
			 :
			 : "memory");
	move_below_word(d, s, n % 8);
}

const struct strategy memmove_rep_movsq = {
	.name = "memmove_rep_movsq",
	.summary = "`rep movsq` at every size; words when downwards",
	.kind = STRATEGY_MEMMOVE,
	/* Intel promises it: a fast string's accesses are atomic for elements
	 * of the native size, here a quadword, that lie in one cache line (SDM
	 * vol. 1 7.3.9.3, vol. 3A 9.2.4). AMD's promise is of single loads and
	 * stores (APM vol. 2 7.3.2) and does not name strings, which may move
	 * several elements at once: so convention. Go's memmove relies on
	 * it. */
	.atomicity = ATOMICITY_CONVENTION,
	.memmove = move_rep,
};
