/* memmove_word.c - memmove by loads and stores of one word
 *
 * What a CPU without vectors does, and the one strategy whose word-atomicity a
 * manual promises: in the contract's domain every access is an aligned word. It
 * wins up to 16 bytes; from there on a vector does the work of 2 to 8 words.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "strategy.h"

#define VL 8
#define ATTRIBUTES
#include "memmove_vector_template.h"

const struct strategy memmove_word = {
	.name = "memmove_word",
	.summary = "aligned loads and stores of 8 bytes",
	.kind = STRATEGY_MEMMOVE,
	/* Aligned quadwords: Intel SDM vol. 3A 9.1.1, since the Pentium; AMD
	 * APM vol. 2 7.3.2, in cacheable memory; Arm ARM B2.2.1, loads and
	 * stores of one register, aligned to their size. */
	.atomicity = ATOMICITY_ARCHITECTURAL,
	.memmove = move,
};
