/* memmove_word_placebo.c - memmove_word a second time, at another address
 *
 * Every CPU can run memmove_word, so it is what a run measures twice.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

#define VL 8
#define ATTRIBUTES
#include "memmove_vector_template.h"

const struct strategy memmove_word_placebo = {
	.name = "memmove_word_placebo",
	.summary = "memmove_word's code a second time",
	.kind = STRATEGY_MEMMOVE,
	.atomicity = ATOMICITY_ARCHITECTURAL, /* as memmove_word argues */
	.flags = STRATEGY_PLACEBO,
	.memmove = move,
};
