/* bench_selftest.h - trials of this machine's measurement on known truths
 *
 * In a trial a baseline races one other candidate, which has the same code and
 * is slower by a known part, or by nothing: a twin. Measuring, looking and
 * bounding are those of a run (bench_race.h), with an epsilon of 0, so that a
 * trial ends when one is proved slower, or after so many rows. The two copies
 * of the code change roles from block to block, so that neither is faster for
 * where it lies.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SELFTEST_H
#define BENCH_SELFTEST_H

#include "bench_plan.h"
#include "bench_stats.h"

/* A raw cell, and one with a barrier in which marking is under way. */
#define BENCH_SELFTEST_CELLS 2
/* By how much the other candidate is slower, a fraction; 0: a twin. */
#define BENCH_SELFTEST_PLANTS 4
extern const double bench_selftest_plants[BENCH_SELFTEST_PLANTS];

/* The aims: 3 % found in 95 % of trials, false positives in 5 % at most. */
#define BENCH_SELFTEST_FOUND  0.03
#define BENCH_SELFTEST_POWER  0.95
#define BENCH_SELFTEST_ALARMS 0.05

enum bench_aim {
	AIM_NONE,   /* there is none for this plant */
	AIM_MET,    /* the interval of the share of trials lies within it */
	AIM_SO_FAR, /* the share does, but that are too few trials */
	AIM_OPEN,   /* nor does that */
	AIM_MISSED, /* the interval lies beyond it */
};

extern const char *const bench_aim_names[];

struct bench_tries {
	unsigned n;     /* trials */
	unsigned found; /* in which the other was proved slower */
	unsigned wrong; /* in which the baseline was */
	double rows;    /* of all trials */
	double ratio;   /* sum of the measured ratios, other over baseline */
};

struct bench_selftest_cell {
	struct bench_plan *plan; /* of one cell with two contestants */
	size_t max_rows;         /* of a trial, at least the first look's */
	double ns;               /* of the baseline's operation */
	double noise; /* half of the samples lie within so much of the median */
	struct bench_tries tries[BENCH_SELFTEST_PLANTS];
	size_t blocks, disturbed;
};

struct bench_selftest {
	struct bench_topo *topo;
	double deadline_s; /* of bench_now_s */
	uint64_t seed;
	unsigned trials; /* of each plant in each cell, at most */
	struct bench_selftest_cell cells[BENCH_SELFTEST_CELLS];
};

/* Sets up the cells, whose max_rows may be changed then; topo, deadline_s, seed
 * and trials are set. BENCH_OK, or a status after a message. */
int bench_selftest_begin(struct bench_selftest *t);
void bench_selftest_end(struct bench_selftest *t);
/* Runs trials of all plants and cells in turn until all are done or the
 * deadline has come. */
int bench_selftest_run(struct bench_selftest *t);

/* What of plant i's trials counts: those that found it; of twins, those in
 * which either was proved slower. With its exact interval of 95 %. */
struct bench_interval bench_selftest_share(const struct bench_tries *tries,
					   size_t i);
enum bench_aim bench_selftest_aim(const struct bench_tries *tries, size_t i);

/* The interval of a probability after k of n: Clopper and Pearson, 1934. Its
 * ends are 0 and 1 where nothing is known. */
struct bench_interval bench_selftest_proportion(unsigned k, unsigned n);

#endif
