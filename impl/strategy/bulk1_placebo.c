/* bulk1_placebo.c - bulk1 a second time, at another address
 *
 * bulk1 is what is in use (Go 1.21 and later), so it is what a run measures
 * twice.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bulk1_template.h"

const struct strategy bulk1_placebo = {
	.name = "bulk1_placebo",
	.summary = "bulk1's code a second time",
	.kind = STRATEGY_BARRIER,
	.flags = STRATEGY_PLACEBO,
	.barrier = {BARRIER_HOOKS},
	.entry_words = 1,
	.default_entries = 512,
};
