/* bench_latency.h - how long a candidate keeps a mutator from a safepoint
 *
 * Latency is a constraint, not a column: one long flush may be too long however
 * rare. Times of flushes come from the collector's own count; the longest
 * section without a safepoint from a pass of its own, in which each operation
 * is timed alone.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_LATENCY_H
#define BENCH_LATENCY_H

#include <jansson.h>

#include "base_histogram.h"
#include "bench.h"

struct bench_latency {
	struct base_histogram flushes;  /* base_ticks */
	struct base_histogram sections; /* ns; one operation each */
};

/* Adds what from has counted. */
void bench_latency_merge(struct base_histogram *to,
			 const struct base_histogram *from);

/* base_ticks, which the collector counts, in nanoseconds. */
double bench_latency_ticks_ns(uint64_t ticks);

/* {"flush": {n, p50_ns, p99_ns, max_ns}, "section": {...}}; what was not
 * counted is left out. */
json_t *bench_latency_json(const struct bench_latency *l);

#endif
