/* bench_tally.h - what a block has seen beside times: its evidence
 *
 * Sums over the samples of a block, and what they say as the JSON object that
 * the journal keeps: that the phase was there, that the marker or the sweeper
 * was at work meanwhile, and what the pointers pointed to.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include "bench_journal.h"
#include "bench_op.h"

struct bench_tally {
	const struct bench_fixture *f;
	struct gc_stats start; /* of the collector, when the block began */
	uint64_t cycles_before, quanta_before;
	uint64_t samples, retries;
	double least_left; /* share of the reservoir after a batch */
	uint64_t least_unswept;
	uint64_t alone; /* batches during which the background swept nothing */
	double window_ns; /* in which the collector was watched */
	uint64_t marker_cpu_ns, swept_by_alloc, swept_by_background;
	uint64_t *scanned; /* [samples] */
	size_t room;
	struct bench_fractions fractions;
};

void bench_tally_begin(struct bench_tally *t, const struct bench_fixture *f);
void bench_tally_end(struct bench_tally *t);
/* A sample that lies in its phase; its counters of the collector are of a
 * window of so many nanoseconds around the batch. */
void bench_tally_add(struct bench_tally *t, const struct bench_sample *sample,
		     double window_ns, const struct bench_fractions *fractions);
/* Whether the pointers were what the population says. */
bool bench_tally_population_missed(const struct bench_tally *t);
json_t *bench_tally_describe(const struct bench_tally *t);

#endif
