/* bench_compare.h - what became slower or faster from one run to another
 *
 * Compared are all candidates that both runs have measured in a cell, each with
 * itself. The runs share no rounds, so a ratio is that of two independent
 * samples (bench_unpaired.h): of rounds for a raw op, of blocks for any other,
 * of launches where there are BENCH_LAYOUTS or more.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_COMPARE_H
#define BENCH_COMPARE_H

#include "bench_stats.h"
#include "bench_summary.h"

/* Layouts alone move the same code by several percent (Mytkowicz et al., ASPLOS
 * 2009), and a run is often one launch. */
#define BENCH_COMPARE_THRESHOLD 0.05

enum bench_change {
	CHANGE_SLOWER,     /* the interval lies above 1 + threshold */
	CHANGE_FASTER,     /* or below 1 / (1 + threshold) */
	CHANGE_SAME,       /* or between the two */
	CHANGE_UNCLEAR,    /* or across one of them */
	CHANGE_UNRESOLVED, /* too few samples for an interval */
	CHANGE_COUNT
};

extern const char *const bench_change_names[CHANGE_COUNT];

struct bench_pair {
	const struct bench_cell_summary *cell[2];
	const struct bench_estimate *of[2];
	struct bench_interval ratio; /* B's time over A's, 95 % */
	enum bench_change change;
	/* Whether the change also holds with an interval so wide that all of
	 * the comparison's hold together at 95 %. */
	bool together;
};

/* What only one of the runs has measured: a whole cell, or with an estimate
 * that candidate in a cell of both. */
struct bench_lone {
	const struct bench_cell_summary *cell;
	const struct bench_estimate *estimate;
};

struct bench_compare {
	const struct bench_summary *run[2]; /* A, B */
	double threshold;                   /* a fraction */
	struct bench_lone *lone[2];
	size_t n_lone[2];
	struct bench_pair *pairs;
	size_t n_pairs, n_cells; /* cells of both */
	size_t counts[CHANGE_COUNT], together[CHANGE_COUNT];
	size_t regressions; /* contenders that are slower */
};

/* With across_abis cells that differ in their ABI alone are the same. */
struct bench_compare *bench_compare(const struct bench_summary *a,
				    const struct bench_summary *b,
				    double threshold, bool across_abis);
void bench_compare_free(struct bench_compare *c);

/* How many comparisons seem slower by chance, at most, when nothing is. */
double bench_compare_false_alarms(const struct bench_compare *c);

/* Both say the same, but for the text's leaving out what has not changed.
 * different: what of the aspects (bench_alike.h) differs, an object. */
void bench_compare_text(const struct bench_compare *c, const json_t *different,
			FILE *f);
json_t *bench_compare_json(const struct bench_compare *c, json_t *different);

#endif
