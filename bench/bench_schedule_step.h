/* bench_schedule_step.h - the steps of a schedule, and what is said of them */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SCHEDULE_STEP_H
#define BENCH_SCHEDULE_STEP_H

#include "bench_schedule_actor.h"

/* The most of the marker's single steps in a cycle: the list that keeps it busy
 * must not come to its end. It sees 16 objects ahead (gc_mark.c), and scans
 * those of the run as well. */
#define SCHEDULE_SCANS 24
#define SCHEDULE_LIST  128

/* Steps of a script; below the first, 16 * actor + operation. */
enum schedule_step {
	SCHEDULE_GO_ON = 16 * SCHEDULE_ACTORS,             /* + actor */
	SCHEDULE_START = SCHEDULE_GO_ON + SCHEDULE_ACTORS, /* + actor */
	SCHEDULE_SCAN = SCHEDULE_START + SCHEDULE_ACTORS,
	SCHEDULE_DRAIN,
	SCHEDULE_TERMINATE,
	SCHEDULE_STEPS,
};

bool bench_schedule_can(const struct bench_schedule *s, unsigned step);
/* It must be possible. */
void bench_schedule_do(struct bench_schedule *s, unsigned step);
/* Ends what has begun, the cycle as well. */
void bench_schedule_finish(struct bench_schedule *s);
/* Objects that the collector has lost so far. */
uint64_t bench_schedule_lost(const struct bench_schedule *s);

/* A line each, where the run has a trace: the heap at the start, an actor that
 * begins an operation or goes on with it, the collector. */
void bench_schedule_tell_heap(const struct bench_schedule *s);
void bench_schedule_tell_actor(const struct bench_schedule *s,
			       const struct bench_actor *a, bool begins);
void bench_schedule_tell_collector(const struct bench_schedule *s,
				   const char *what);

#endif
