/* memmove_rep_movsb.c - memmove by one `rep movsb`, at every size
 *
 * Nothing but the instruction, so that its start-up cost shows; fsrm lowers it
 * for small sizes. From 4 KiB on it equals the widest vectors on an Intel
 * server CPU. It loses below, and badly on some CPUs: where dst is less than 64
 * bytes below src (Intel with fsrm), and on AMD where dst is not aligned or
 * lies a little above src modulo 4096.
 *
 * Where dst starts inside src it would have to run downwards, with the
 * direction flag set, which microcode does a byte at a time. That case is
 * memmove_word's and says nothing about `rep`.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

#define VL 8
#define ATTRIBUTES
#include "memmove_vector_template.h"

static void
move_rep(void *dst, const void *src, size_t n)
{
	if (move_is_downwards(dst, src, n))
		move(dst, src, n);
	else
		__asm__ volatile("rep movsb"
				 : "+D"(dst), "+S"(src), "+c"(n)
				 :
				 : "memory");
}

const struct strategy memmove_rep_movsb = {
	.name = "memmove_rep_movsb",
	.summary = "one `rep movsb` at every size; words when downwards",
	.kind = STRATEGY_MEMMOVE,
	/* A copy of bytes: nothing says that eight of them come at once. */
	.atomicity = ATOMICITY_NONE,
	.memmove = move_rep,
};
