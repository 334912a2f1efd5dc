/* bench_trial.h - one sample: its phase brought about, its batch run and
 * counted
 *
 * The phase is brought about before the batch and checked after it; a sample
 * that a change of phase has caught is repeated and counted.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_TRIAL_H
#define BENCH_TRIAL_H

#include "bench_latency.h"
#include "bench_plan.h"
#include "bench_tally.h"

/* What the fastest contender's batch should take: long enough that the
 * timestamps (some 30 ns) are nothing. And short enough that few batches, of
 * slower ones too, meet an interrupt of a timer of 250 to 1000 Hz, which takes
 * 5 to 60 us where a hypervisor has a part in it: to a median, a few that do
 * are nothing, while in long batches, of which each meets some, they are noise.
 */
#define BENCH_BATCH_NS 25e3

struct bench_trial {
	struct bench_fixture *f;
	const struct bench_contestant *contestant;
	uint64_t start, iters; /* of the operations' stream */
	struct bench_sample *out;
	/* Where its flushes are counted, and with `alone` its operations, each
	 * timed by itself; or NULL. */
	struct bench_latency *latency;
	bool alone;
	/* Set by the trial. */
	bool in_phase;    /* from before the batch to after it */
	double window_ns; /* in which the collector was watched */
	struct bench_fractions fractions;
};

/* No bench_status: the fixture's deadline came first. */
#define BENCH_LATE (-1)

/* BENCH_OK, BENCH_LATE, or a status after a message; adds the sample to the
 * tally. */
int bench_trial_run(struct bench_trial *s, struct bench_tally *tally);

#endif
