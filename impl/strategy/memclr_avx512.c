/* memclr_avx512.c - memclr by 64-byte vector stores
 *
 * Up to 64 bytes one masked store does it at any size: no branch depends on n,
 * so sizes that change from call to call cost no misprediction. A masked store
 * that reaches into the next page may have to suppress a fault there (88 ns
 * instead of 1, Intel server CPU with fsrm); those few go the common way.
 *
 * It loses where the memory is read at once: a load waits 2 ns longer for a
 * masked store than for a plain one (same CPU). And on CPUs that lower their
 * clock for 64-byte vectors (Skylake-X).
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <immintrin.h>

#include "base_cpu.h"
#include "strategy.h"

/* The smallest page that a fault can be suppressed for. */
#define PAGE 4096

#define VL         64
#define ATTRIBUTES TARGET("avx512f,avx512bw,bmi2")

/* Bytes in the mask come in eights where n does: whole words. */
ATTRIBUTES RACES_WITH_MARKER static inline bool
clear_masked(char *p, size_t n)
{
	if ((uintptr_t)p % PAGE > PAGE - VL)
		return false;
	_mm512_mask_storeu_epi8(p, _bzhi_u64(~0ull, (unsigned)n),
				_mm512_setzero_si512());
	return true;
}

#define CLEAR_SHORT clear_masked
#include "memclr_vector_template.h"

const struct strategy memclr_avx512 = {
	.name = "memclr_avx512",
	.summary = "64-byte vector stores, one masked store up to 64",
	.kind = STRATEGY_MEMCLR,
	.atomicity = ATOMICITY_CONVENTION, /* argued in the template */
	.cpu_needs = CPU_AVX512F | CPU_AVX512BW | CPU_BMI2,
	.memclr = clear,
};
