/* memclr_floor.c - the price of calling a memclr that does nothing */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

static void
clear(void *ptr, size_t n)
{
	(void)ptr;
	(void)n;
}

const struct strategy memclr_floor = {
	.name = "memclr_floor",
	.summary = "stores nothing: the price of the call",
	.kind = STRATEGY_MEMCLR,
	.atomicity = ATOMICITY_ARCHITECTURAL, /* it stores no part of a word */
	.flags = STRATEGY_FLOOR,
	.memclr = clear,
};
