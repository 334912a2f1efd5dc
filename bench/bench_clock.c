/* bench_clock.c - cheap timestamps, and what they cost */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_clock.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* Two readings of the raw clock are each within some 50 ns of their counter
 * readings; over 20 ms that is 5 in a million. */
#define CALIBRATION_NS 20000000

/* Enough for one try that no interrupt fell into. */
#define TRIES 1000

struct bench_clock bench_clock = {.ns_per_tick = 1};

#if defined(__x86_64__)
/* AMD64 and Intel manuals, CPUID: RDTSCP, and the counter that neither
 * frequency nor sleep states change. */
static bool
cpu_has_invariant_tsc(void)
{
	const unsigned rdtscp = 1u << 27, invariant = 1u << 8;
	unsigned a, b, c, d;

	return __get_cpuid(0x80000001, &a, &b, &c, &d) && d & rdtscp &&
	       __get_cpuid(0x80000007, &a, &b, &c, &d) && d & invariant;
}

/* Linux takes the counter off this list when it saw it drift or jump. */
static bool
kernel_trusts_tsc(void)
{
	char line[256] = "";
	FILE *f = fopen("/sys/devices/system/clocksource/clocksource0/"
			"available_clocksource",
			"r");

	if (!f)
		return false;
	if (!fgets(line, sizeof(line), f))
		line[0] = '\0';
	fclose(f);
	return strstr(line, "tsc") != NULL;
}

static bool
tsc_usable(void)
{
	return cpu_has_invariant_tsc() && kernel_trusts_tsc();
}
#else
static bool
tsc_usable(void)
{
	return false;
}
#endif

struct instant {
	uint64_t ticks, ns;
};

/* Both clocks at one instant: the try where the raw clock was read fastest. */
static struct instant
read_both(void)
{
	struct instant best = {0};
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = bench_clock_ticks();
		uint64_t ns = bench_clock_raw_ns();
		uint64_t took = bench_clock_ticks() - before;

		if (took < least) {
			least = took;
			best = (struct instant){before + took / 2, ns};
		}
	}
	return best;
}

static double
calibrate(void)
{
	struct instant start = read_both(), end;

	do
		end = read_both();
	while (end.ns - start.ns < CALIBRATION_NS);
	return (double)(end.ns - start.ns) / (double)(end.ticks - start.ticks);
}

static double
measure_overhead(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = bench_clock_ticks();
		uint64_t took = bench_clock_ticks() - before;

		least = MIN(least, took);
	}
	return bench_clock_ns(least);
}

static void
init(void)
{
	bench_clock.tsc = tsc_usable();
	if (bench_clock.tsc)
		bench_clock.ns_per_tick = calibrate();
	bench_clock.overhead_ns = measure_overhead();
}

void
bench_clock_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	CHECK(pthread_once(&once, init) == 0);
}

const char *
bench_clock_name(void)
{
	return bench_clock.tsc ? "tsc" : "monotonic_raw";
}
