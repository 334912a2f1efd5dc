/* memclr_word_placebo.c - memclr_word a second time, at another address
 *
 * Every CPU can run memclr_word, so it is what a run measures twice.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

#define VL 8
#define ATTRIBUTES
#include "memclr_vector_template.h"

const struct strategy memclr_word_placebo = {
	.name = "memclr_word_placebo",
	.summary = "memclr_word's code a second time",
	.kind = STRATEGY_MEMCLR,
	.atomicity = ATOMICITY_ARCHITECTURAL, /* as memclr_word argues */
	.flags = STRATEGY_PLACEBO,
	.memclr = clear,
};
