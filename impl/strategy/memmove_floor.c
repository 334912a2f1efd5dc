/* memmove_floor.c - the price of calling a memmove that does nothing */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

static void
move(void *dst, const void *src, size_t n)
{
	(void)dst;
	(void)src;
	(void)n;
}

const struct strategy memmove_floor = {
	.name = "memmove_floor",
	.summary = "copies nothing: the price of the call",
	.kind = STRATEGY_MEMMOVE,
	.atomicity = ATOMICITY_ARCHITECTURAL, /* it stores no part of a word */
	.flags = STRATEGY_FLOOR,
	.memmove = move,
};
