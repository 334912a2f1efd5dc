/* bulk1.c - buffers one word a cleared slot, found by walking the mask
 *
 * Go 1.21 and later: 512 entries of one word; a clear records the old pointer
 * only, because nil needs no shade, a copy into fresh memory the new one, and a
 * step of the walk is a pointer, not a word. A move still records both.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bulk1_template.h"

const struct strategy bulk1 = {
	.name = "bulk1",
	.summary = "one word a cleared slot, a step a pointer (Go 1.21+)",
	.kind = STRATEGY_BARRIER,
	.barrier = {BARRIER_HOOKS},
	.entry_words = 1,
	.default_entries = 512,
};
