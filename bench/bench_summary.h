/* bench_summary.h - what a run's journal says, cell by cell
 *
 * Values are nanoseconds per operation. Raw ops (memclr, memmove): the median
 * over rounds. All others: total time over total operations, because a rare
 * flush must not vanish in a median, and to the time is added what a candidate
 * put off on the marker (the counter marker_ns); the interval is then over
 * blocks.
 *
 * Both sides of a comparison come from the same rounds. For raw ops a ratio is
 * the median over rounds of a candidate's time over the leader's, with its
 * order-statistic interval. For the others the pairs are blocks, since only a
 * block is sure to hold several flushes, and the ratio is that of the totals.
 * An interval takes 6 rounds, or 6 blocks; lo and hi are NAN below that.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SUMMARY_H
#define BENCH_SUMMARY_H

#include "bench_journal.h"
#include "bench_manifest.h"

enum bench_verdict {
	VERDICT_BEST,       /* the leader: smallest value of the contenders */
	VERDICT_TIE,        /* its ratio's interval reaches down to 1 */
	VERDICT_SLOWER,     /* its ratio's interval lies above 1 */
	VERDICT_UNRESOLVED, /* not measured, or too little for an interval */
	VERDICT_REFUSED,
	VERDICT_BOUND,
	VERDICT_COUNT
};

extern const char *const bench_verdict_names[VERDICT_COUNT];

struct bench_estimate {
	const char *candidate;
	enum bench_verdict verdict;
	const char *reason;   /* of a refusal or bound; "" otherwise */
	size_t n;             /* rounds; 0 when not measured: no value then */
	double value, lo, hi; /* ns per op, 95 % */
	double ratio, ratio_lo, ratio_hi; /* to the leader, 95 % */
	double above_floor; /* value less the cell's floor; NAN without one */
	double counters[BENCH_COUNTER_COUNT]; /* per op */
};

struct bench_cell_summary {
	const struct bench_manifest_cell *cell;
	struct bench_block **blocks; /* of the summary's, in file order */
	size_t n_blocks;
	size_t disturbed; /* of the blocks (bench_disturbance.h) */
	struct bench_estimate *estimates; /* in the order of its entrants */
	size_t n_estimates;
	/* The leader and the smallest regret that is proved: no contender that
	 * was measured is more than this much faster, 95 %. NULL and NAN when
	 * nothing was measured; NAN as well while a contender is unresolved. */
	const struct bench_estimate *leader;
	double regret;
};

struct bench_summary {
	char *run_dir;
	struct bench_manifest *manifest;
	struct bench_block **blocks; /* the whole journal, for evidence */
	size_t n_blocks, skipped;
	struct bench_cell_summary *cells;
	size_t n_cells;
};

/* Reads a run and estimates every cell; NULL after a message. */
struct bench_summary *bench_summary_read(const char *run_dir);
void bench_summary_free(struct bench_summary *s);
/* Writes RUN/summary.json. BENCH_OK, or a status after a message. */
int bench_summary_write(const struct bench_summary *s);
/* The estimate of a candidate in a cell; NULL when it did not enter. */
const struct bench_estimate *
bench_estimate_find(const struct bench_cell_summary *cell, const char *name);

#endif
