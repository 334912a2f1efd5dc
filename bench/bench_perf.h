/* bench_perf.h - what a thread's CPU counts: cycles, instructions, misses
 *
 * By perf_event_open, user mode only, of the calling thread. Where the machine
 * or its kernel has an event not, it is absent, which is said, and its amount
 * is 0. Reading is a system call, outside of what is timed; what lies between
 * it and the timed part is counted too, some hundred instructions.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_PERF_H
#define BENCH_PERF_H

#include "bench.h"

enum {
	PERF_CYCLES,
	PERF_INSTRUCTIONS,
	PERF_BRANCH_MISSES,
	PERF_L1D_MISSES, /* loads */
	BENCH_PERF_EVENTS
};

/* An event as the kernel knows it, and its name in messages. */
struct bench_perf_event {
	const char *name;
	uint32_t type;
	uint64_t config;
};

extern const struct bench_perf_event bench_perf_events[BENCH_PERF_EVENTS];

struct bench_perf {
	int fd[BENCH_PERF_EVENTS]; /* -1: absent */
	int error;                 /* why the first absent one is; 0: none */
};

/* Starts counting as many of n <= BENCH_PERF_EVENTS events as can be. */
void bench_perf_open(struct bench_perf *p,
		     const struct bench_perf_event *events, size_t n);
void bench_perf_close(struct bench_perf *p);
/* Amounts since then; 0 of what is absent. */
void bench_perf_read(const struct bench_perf *p,
		     uint64_t amounts[BENCH_PERF_EVENTS]);

/* The calling thread's, opened when first asked for, and kept open. */
const struct bench_perf *bench_perf_mine(void);
/* "cycles instructions", or "absent: " and why, from malloc. */
char *bench_perf_describe(const struct bench_perf *p);

#endif
