/* base_cpu.h - which instruction sets this CPU and its system can run
 *
 * FRAMEBENCH_DISABLE_CPU=avx512f,avx2 hides features, so that one machine can
 * test what others would choose. A word in it that names no feature ends the
 * program with status 2: a typing error must not test nothing.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BASE_CPU_H
#define BASE_CPU_H

#include "base.h"

enum {
	CPU_SSE2 = 1 << 0,
	CPU_AVX2 = 1 << 1,
	CPU_BMI2 = 1 << 2,
	CPU_AVX512F = 1 << 3,
	CPU_AVX512BW = 1 << 4,
	CPU_AVX512VL = 1 << 5,
	CPU_ERMS = 1 << 6, /* rep movsb, rep stosb are fast from some size on */
	CPU_FSRM = 1 << 7, /* short rep movsb is fast */
	CPU_FSRS = 1 << 8, /* short rep stosb is fast */
	CPU_FZRM = 1 << 9, /* rep movsb of length zero is fast */
};

/* CPU_* bits of what may be used: the CPU has it, the system saves its
 * registers, and it is not hidden. 0 elsewhere than on x86-64. Any thread. */
uint64_t base_cpu_features(void);

/* A feature and its name, for lists: the same on every machine. */
struct base_cpu_feature {
	const char *name; /* as in FRAMEBENCH_DISABLE_CPU */
	uint64_t bit;     /* CPU_* */
};

size_t base_cpu_feature_count(void);
const struct base_cpu_feature *base_cpu_feature_at(size_t i);

#endif
