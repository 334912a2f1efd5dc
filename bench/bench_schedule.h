/* bench_schedule.h - two mutators and the collector in an order that a seed
 * decides
 *
 * The real engine, but only one thread runs at a time: the scheduler lets one
 * go on until its next point and then chooses again. Points are where a barrier
 * is held (check, record, flush, store), the end of an operation, and a
 * safepoint, where a stack is scanned; the collector is let go an object, a
 * phase or an attempt to end marking at a time. So the same choices give the
 * same run, and a run that loses an object can be shrunk to a short one.
 *
 * A run: a few objects of one slot, in registers and in each other; operations
 * of both mutators (load, write, clear, allocate, call, return); cycles begin
 * and end among them. The oracle tells at the end of each cycle whether an
 * object was lost.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SCHEDULE_H
#define BENCH_SCHEDULE_H

#include <stdio.h>

#include "gc.h"
#include "strategy.h"

#define BENCH_SCHEDULE_STEPS 64
#define BENCH_SCHEDULE_HEAP  8

/* A run: what the heap is at first, 0 for nil, and its steps. A step that is
 * not possible when it comes is left out, so that any part of a script is one.
 */
struct bench_script {
	uint8_t heap[BENCH_SCHEDULE_HEAP];
	uint8_t steps[BENCH_SCHEDULE_STEPS];
	size_t n;
};

struct bench_schedule; /* a heap, its mutators and their threads */

/* The barrier is a hooked one, or one that calls the two functions below, or
 * has no points. configure may change the collector's settings; or NULL. The
 * calling thread is the scheduler from then on. */
struct bench_schedule *
bench_schedule_open(const struct strategy *barrier,
		    void (*configure)(struct gc_config *config));
void bench_schedule_close(struct bench_schedule *s);

/* Both return the objects lost. The first draws the steps of a seed, one among
 * those possible at a time, and notes them; the other replays them, with a line
 * a step to trace unless that is NULL. */
uint64_t bench_schedule_draw(struct bench_schedule *s, uint64_t seed,
			     struct bench_script *script);
uint64_t bench_schedule_replay(struct bench_schedule *s,
			       const struct bench_script *script, FILE *trace);

/* Draws seed, seed + 1, ...; n of them, or until one loses an object, whose
 * script is left. Returns how many were drawn; script->n is 0 when none lost.
 */
size_t bench_schedule_search(struct bench_schedule *s, uint64_t seed, size_t n,
			     struct bench_script *script);

/* What the collector has counted in all runs. */
void bench_schedule_stats(const struct bench_schedule *s, struct gc_stats *out);

/* Takes from a script that loses an object what is not needed for it. */
void bench_schedule_shrink(struct bench_schedule *s,
			   struct bench_script *script);

/* Called by barriers on a mutator's thread: a point; and one that is a
 * safepoint as well, which only a wrong barrier has. */
void bench_schedule_point(struct gc_mutator *mut, const char *point,
			  const void *at);
void bench_schedule_safepoint(struct gc_mutator *mut);

/* The hooked build of a strategy, or the strategy when it has no points. */
const struct strategy *bench_schedule_hooked(const struct strategy *barrier);

extern const struct strategy bench_schedule_bulk, bench_schedule_bulk1,
	bench_schedule_perslot;

#endif
