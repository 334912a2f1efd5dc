/* bench_clock.h - cheap timestamps, and what they cost
 *
 * On x86-64 the time stamp counter, where the CPU says that it runs at one
 * speed in all states and the kernel has not found it unstable; elsewhere
 * CLOCK_MONOTONIC_RAW. Timestamps of different CPUs compare only as well as the
 * kernel keeps their counters together, so a sample begins and ends on one.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <time.h>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "base.h"

struct bench_clock {
	bool tsc;
	double ns_per_tick;
	double overhead_ns; /* the smallest time between two timestamps */
};

/* Set by bench_clock_init and constant after it. */
extern struct bench_clock bench_clock;

/* Chooses and calibrates the clock, for some 20 ms. To be called before any
 * other function here, by any thread; all but the first call do nothing. */
void bench_clock_init(void);

/* CLOCK_MONOTONIC_RAW: no one steers its speed. */
static inline uint64_t
bench_clock_raw_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* What stands before it has executed, what stands after has not begun. Stores
 * may still be in the store buffer, as they may in the code measured. */
static inline uint64_t
bench_clock_ticks(void)
{
#if defined(__x86_64__)
	unsigned cpu;

	if (LIKELY(bench_clock.tsc)) {
		/* rdtscp waits for what came before it; the fence keeps what
		 * comes after from starting early (Intel SDM, RDTSCP). */
		uint64_t ticks = __rdtscp(&cpu);

		_mm_lfence();
		return ticks;
	}
#endif
	return bench_clock_raw_ns();
}

static inline double
bench_clock_ns(uint64_t ticks)
{
	return (double)ticks * bench_clock.ns_per_tick;
}

/* "tsc" or "monotonic_raw". */
const char *bench_clock_name(void);

#endif
