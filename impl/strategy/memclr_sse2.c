/* memclr_sse2.c - memclr by 16-byte vector stores
 *
 * What every x86-64 CPU has. Up to 64 bytes as good as anything wider; above, a
 * CPU with wider vectors could store 2 or 4 times as much a cycle.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "base_cpu.h"
#include "strategy.h"

#define VL         16
#define ATTRIBUTES TARGET("sse2")
#include "memclr_vector_template.h"

const struct strategy memclr_sse2 = {
	.name = "memclr_sse2",
	.summary = "16-byte vector stores",
	.kind = STRATEGY_MEMCLR,
	.atomicity = ATOMICITY_CONVENTION, /* argued in the template */
	.cpu_needs = CPU_SSE2,
	.memclr = clear,
};
