/* memmove_avx2.c - memmove by 32-byte vector loads and stores
 *
 * Two of these are a cache line, and CPUs that commit two stores to one line a
 * cycle need nothing wider. It loses where the size changes from call to call
 * and the branches on it are mispredicted.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "base_cpu.h"
#include "strategy.h"

#define VL         32
#define ATTRIBUTES TARGET("avx2")
#include "memmove_vector_template.h"

const struct strategy memmove_avx2 = {
	.name = "memmove_avx2",
	.summary = "32-byte vector loads and stores",
	.kind = STRATEGY_MEMMOVE,
	.atomicity = ATOMICITY_CONVENTION, /* argued in the template */
	.cpu_needs = CPU_AVX2,
	.memmove = move,
};
