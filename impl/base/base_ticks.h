/* base_ticks.h - the CPU's constant-rate counter, read without ordering
 *
 * For durations of a microsecond and more; bench_clock calibrates it against
 * the system's clock. x86-64: TSC (constant where the CPU says invariant TSC).
 * aarch64: the virtual counter.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BASE_TICKS_H
#define BASE_TICKS_H

#include <stdint.h>

static inline uint64_t
base_ticks(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	uint64_t t;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(t));
	return t;
#else
#error "base_ticks: no counter is known for this CPU"
#endif
}

#endif
