/* bench_stream.h - in which order an operation meets the shapes of its workload
 *
 * A stream is drawn from the shapes' weights and gone through again and again.
 * How well a branch predictor knows it depends on two things, which stand
 * behind a workload that mixes shapes:
 *
 *   +period=N  it repeats after N places, where otherwise after 32,768, which
 *              no predictor learns. Its places are quantiles of the weights in
 *              random order, so that short periods have the same mix
 *   +run=N     each shape drawn stands N times in a row: the entropy of a place
 *              falls to one part in N
 *
 * Both are powers of two.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_STREAM_H
#define BENCH_STREAM_H

#include "bench.h"

/* A period that no branch predictor learns: Fleetbench's authors saw one of
 * 1,000 predicted almost perfectly and one of 10,000 not. */
#define BENCH_STREAM_LENGTH 32768

struct bench_sequence {
	size_t period,
		run; /* BENCH_STREAM_LENGTH and 1 where nothing is said */
};

/* Takes what stands behind a workload off its end. BENCH_OK, or BENCH_USAGE
 * after a message that quotes spec. */
int bench_sequence_cut(const char *spec, char *workload,
		       struct bench_sequence *s);
/* Whether anything was said. */
bool bench_sequence_said(const struct bench_sequence *s);

/* BENCH_STREAM_LENGTH indices, from malloc, of n shapes with these weights. */
uint16_t *bench_stream_draw(const struct bench_sequence *s,
			    const uint64_t *weights, size_t n, uint64_t seed);

#endif
