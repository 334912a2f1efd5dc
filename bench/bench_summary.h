/* bench_summary.h - what a run's journal says, cell by cell
 *
 * Values are nanoseconds per operation. Raw ops (memclr, memmove): the median
 * over rounds. All others: total time over total operations, because a rare
 * flush must not vanish in a median, and to the time is added what a candidate
 * put off on the marker (the counter marker_ns).
 *
 * Both sides of a comparison come from the same rows (bench_pairs.h), and its
 * interval holds at every look of the race (bench_looks.h), with those of all
 * other contenders of the cell: lo and hi are NAN as long as none does. Values
 * have intervals of 95 % by themselves.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SUMMARY_H
#define BENCH_SUMMARY_H

#include "bench_journal.h"
#include "bench_looks.h"
#include "bench_manifest.h"
#include "bench_stats.h"

enum bench_verdict {
	VERDICT_BEST,       /* the leader of a cell that is resolved */
	VERDICT_TIE,        /* its ratio's interval reaches down to 1 */
	VERDICT_SLOWER,     /* its ratio's interval lies above 1 */
	VERDICT_UNRESOLVED, /* not proved slower in a cell that is not resolved,
			     * or not measured */
	VERDICT_REFUSED,
	VERDICT_BOUND,
	VERDICT_COUNT
};

extern const char *const bench_verdict_names[VERDICT_COUNT];

/* What a cell has come to. */
enum bench_outcome {
	OUTCOME_RESOLVED,   /* its regret is at most epsilon */
	OUTCOME_OPEN,       /* it may be more */
	OUTCOME_NOISY,      /* it is not, but the placebo is not shown to be
			     * within epsilon of its baseline: nothing is chosen */
	OUTCOME_UNMEASURED, /* too little for any bound */
	OUTCOME_COUNT
};

extern const char *const bench_outcome_names[OUTCOME_COUNT];

/* What a run wants to know of its cells. */
struct bench_race_rule {
	double epsilon;  /* regret that is good enough, a fraction */
	double delta;    /* how often the statement of a cell may be wrong */
	size_t cells;    /* of the run, for a statement over all of them */
	size_t launches; /* that the run sets out for; 0: as it comes */
	/* At a look no launch has more than one in so many of the rows, but for
	 * what is over of a block; 0 and 1: as it comes. */
	size_t layouts;
};

struct bench_estimate {
	const char *candidate;
	enum bench_verdict verdict;
	const char *reason;   /* of a refusal or bound; "" otherwise */
	bool unverified;      /* bench_verified.h */
	size_t n;             /* rounds; 0 when not measured: no value then */
	double value, lo, hi; /* ns per op, 95 % */
	double ratio, ratio_lo, ratio_hi; /* to the leader, 95 % */
	double share;       /* of the machine's ceiling; NAN (bench_share.h) */
	double above_floor; /* value less the cell's floor; NAN without one */
	double counters[BENCH_COUNTER_COUNT]; /* per op */
};

struct bench_cell_summary {
	const struct bench_manifest_cell *cell;
	struct bench_block **blocks; /* of the summary's, in file order */
	size_t n_blocks;
	struct bench_race_rule rule;
	size_t disturbed; /* of the blocks (bench_disturbance.h) */
	size_t launches;  /* that the blocks that count come from */
	struct bench_estimate *estimates; /* in the order of its entrants */
	size_t n_estimates;
	enum bench_outcome outcome;
	/* The leader is a contender whose regret is at most epsilon, or while
	 * there is none the fastest. Its regret: no contender that was measured
	 * is more than this much faster, 1 - delta; in the second all such
	 * statements of the run hold together. NULL and NAN when nothing was
	 * measured; NAN as well while there is too little for a bound, or a
	 * contender was measured in blocks only that do not count. */
	const struct bench_estimate *leader;
	double regret, regret_family;
	/* Time of the placebo over that of its baseline: at its look, and by
	 * itself at 95 %. */
	bool has_placebo, placebo_within, placebo_beyond;
	struct bench_interval placebo, placebo_once;
};

struct bench_summary {
	char *run_dir;
	struct bench_manifest *manifest;
	struct bench_block **blocks; /* the whole journal, for evidence */
	size_t n_blocks, skipped;
	struct bench_cell_summary *cells;
	size_t n_cells;
};

/* What the manifest of a run says of its race. */
struct bench_race_rule bench_summary_rule(const struct bench_manifest *m);
/* Reads a run and estimates every cell; NULL after a message. */
struct bench_summary *bench_summary_read(const char *run_dir);
/* The same of a run that is on no disk: takes manifest and blocks over. */
struct bench_summary *bench_summary_of(const char *name,
				       struct bench_manifest *manifest,
				       struct bench_block **blocks,
				       size_t n_blocks);
void bench_summary_free(struct bench_summary *s);
/* Writes RUN/summary.json. BENCH_OK, or a status after a message. */
int bench_summary_write(const struct bench_summary *s);
/* The estimate of a candidate in a cell; NULL when it did not enter. */
const struct bench_estimate *
bench_estimate_find(const struct bench_cell_summary *cell, const char *name);

#endif
