/* bench_race.h - who is measured next, in which cell, until when
 *
 * In a cell its contenders race: in every round all that are still in, until
 * the regret of the one that is bounded best is at most epsilon and the placebo
 * is within epsilon of its baseline. Who is proved slower than that one beyond
 * epsilon drops out; who no longer is, because another leads, comes back.
 * Bounds are measured up to the first look.
 *
 * Then the leader and the incumbent go on, until that is proved slower, or
 * within epsilon of the leader: what stays because nothing beats it has a bound
 * on its regret too.
 *
 * Between cells the budget goes where it can still gain most: to each a first
 * block, then to each its first look, then to the open cell whose next look
 * costs least. How near a cell is to its end its wide first bounds do not tell;
 * so each gets about the same time, until it is resolved, and most are by the
 * end.
 *
 * What a launch does to one block of a cell it does to all of them, so where a
 * look is to rest on several layouts each launch has its share of its rows;
 * when all open cells have that, another launch is due.
 *
 * All of that follows from the blocks alone, so a race that is resumed from its
 * journal goes on as if it had not stopped.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_RACE_H
#define BENCH_RACE_H

#include "bench_incumbent.h"
#include "bench_sampler.h"
#include "bench_summary.h"

struct bench_race {
	struct bench_manifest_cell manifest; /* the strings are the plan's */
	struct bench_cell_summary cell;      /* the blocks are the race's */
	/* It is settled when it is proved to be slower than the leader by more
	 * than the one fraction, or by no more than the other. */
	struct bench_incumbent *incumbent;
	double slower, within;
	bool stays; /* in until the end, with the leader */
	/* For comparison: nobody drops out, and all cells are measured alike
	 * until the last is decided. */
	bool uniform;
	unsigned limit, fixed; /* blocks a cell, rounds a block; 0: none */
	struct bench_looks looks;
	size_t rows, next; /* that there are, and that the next look wants */
	unsigned launch;   /* of the last block */
	size_t before;     /* rows before that launch */
	bool *in;          /* [entrant]: is measured in the next round */
	unsigned stage;    /* how often that has changed */
	size_t row;        /* undisturbed rounds since */
	unsigned round;    /* rounds in all */
	double took_ns;    /* all blocks together */
	size_t samples;    /* in them */
	bool closed;
};

/* A race in a plan's cell: nothing is measured yet. */
void bench_race_begin(struct bench_race *r, const struct bench_plan *plan,
		      const struct bench_plan_cell *cell,
		      struct bench_race_rule rule, bool uniform);
/* The same in a cell of a manifest: the array of its entrants becomes the
 * race's, what they point to does not. */
void bench_race_begin_in(struct bench_race *r, struct bench_manifest_cell cell,
			 struct bench_race_rule rule, bool uniform);
/* Before any block: instead of what is in use, which is to be proved slower or
 * within epsilon, settles whether a candidate is slower by more than is
 * allowed, a fraction, or not. It and the leader are in every launch to the
 * end. */
void bench_race_settle(struct bench_race *r, const char *candidate,
		       double allowed);
void bench_race_end(struct bench_race *r);
/* Takes over a block of the cell, the next in the journal. */
void bench_race_add(struct bench_race *r, struct bench_block *block);
/* What to measure next; launch and layout are the caller's. */
struct bench_turn bench_race_turn(const struct bench_race *r, uint64_t seed);
/* The race that goes on in a launch; n when all are closed, or the open ones
 * have their share of it. */
size_t bench_race_pick(const struct bench_race *races, size_t n,
		       unsigned launch);

#endif
