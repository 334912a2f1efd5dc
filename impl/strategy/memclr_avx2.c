/* memclr_avx2.c - memclr by 32-byte vector stores
 *
 * Two of these fill a cache line, and CPUs that commit two stores to one line a
 * cycle need nothing wider. It loses where the size changes from call to call
 * and the branches on it are mispredicted.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "base_cpu.h"
#include "strategy.h"

#define VL         32
#define ATTRIBUTES TARGET("avx2")
#include "memclr_vector_template.h"

const struct strategy memclr_avx2 = {
	.name = "memclr_avx2",
	.summary = "32-byte vector stores",
	.kind = STRATEGY_MEMCLR,
	.atomicity = ATOMICITY_CONVENTION, /* argued in the template */
	.cpu_needs = CPU_AVX2,
	.memclr = clear,
};
