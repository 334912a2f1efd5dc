/* memmove_avx512.c - memmove by 64-byte vector loads and stores
 *
 * Up to 64 bytes one masked load and one masked store do it at any size: no
 * branch depends on n, so sizes that change from call to call cost no
 * misprediction. A masked access that reaches into the next page may have to
 * suppress a fault there (88 ns instead of 1, Intel server CPU with fsrm);
 * those few go the common way.
 *
 * It loses where the destination is read at once: a load waits 2 ns longer for
 * a masked store than for a plain one (same CPU). And on CPUs that lower their
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

static inline bool
near_page_end(const char *p)
{
	return (uintptr_t)p % PAGE > PAGE - VL;
}

/* Bytes in the mask come in eights where n does: whole words. */
ATTRIBUTES RACES_WITH_MARKER static inline bool
move_masked(char *d, const char *s, size_t n)
{
	__mmask64 bytes = _bzhi_u64(~0ull, (unsigned)n);

	if (near_page_end(d) || near_page_end(s))
		return false;
	_mm512_mask_storeu_epi8(d, bytes, _mm512_maskz_loadu_epi8(bytes, s));
	return true;
}

#define MOVE_SHORT move_masked
#include "memmove_vector_template.h"

const struct strategy memmove_avx512 = {
	.name = "memmove_avx512",
	.summary = "64-byte vectors, masked up to 64",
	.kind = STRATEGY_MEMMOVE,
	.atomicity = ATOMICITY_CONVENTION, /* argued in the template */
	.cpu_needs = CPU_AVX512F | CPU_AVX512BW | CPU_BMI2,
	.memmove = move,
};
