/* memmove_sse2.c - memmove by 16-byte vector loads and stores
 *
 * What every x86-64 CPU has. Up to 64 bytes as good as anything wider; above, a
 * CPU with wider vectors could move 2 or 4 times as much a cycle.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "base_cpu.h"
#include "strategy.h"

#define VL         16
#define ATTRIBUTES TARGET("sse2")
#include "memmove_vector_template.h"

const struct strategy memmove_sse2 = {
	.name = "memmove_sse2",
	.summary = "16-byte vector loads and stores",
	.kind = STRATEGY_MEMMOVE,
	.atomicity = ATOMICITY_CONVENTION, /* argued in the template */
	.cpu_needs = CPU_SSE2,
	.memmove = move,
};
