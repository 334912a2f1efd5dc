/* memclr_word.c - memclr by stores of one word
 *
 * What a CPU without vectors does, and the one strategy whose word-atomicity a
 * manual promises: in the contract's domain every store is an aligned word. It
 * wins up to 16 bytes; from there on a vector does the work of 2 to 8 words.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

#define VL 8
#define ATTRIBUTES
#include "memclr_vector_template.h"

const struct strategy memclr_word = {
	.name = "memclr_word",
	.summary = "aligned stores of 8 bytes",
	.kind = STRATEGY_MEMCLR,
	/* Aligned quadwords: Intel SDM vol. 3A 9.1.1, since the Pentium; AMD
	 * APM vol. 2 7.3.2, in cacheable memory; Arm ARM B2.2.1, loads and
	 * stores of one register, aligned to their size. */
	.atomicity = ATOMICITY_ARCHITECTURAL,
	.memclr = clear,
};
