/* bench_calibrate.c - how long a cell's batches and blocks are */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_calibrate.h"

#include <math.h>

#include "bench_clock.h"
#include "bench_trial.h"

/* Those whose batch is made long enough: contenders, or where there are none
 * the bounds. */
static enum bench_standing
calibrated(const struct bench_plan_cell *cell)
{
	for (size_t i = 0; i < cell->n_contestants; i++)
		if (cell->contestants[i].standing == STANDING_CONTENDER)
			return STANDING_CONTENDER;
	return STANDING_BOUND;
}

/* Where a phase takes long to bring about, the batch is made longer: an eighth
 * of the whole, but no longer than that few meet two interrupts. */
#define BATCH_SHARE  8
#define BATCH_NS_MAX 100e3

/* Of all those, the least of each that a batch takes, should take, or has:
 * nanoseconds, and flushes of the barriers that have any. */
struct least {
	double ns, wanted_ns;
	uint64_t flushes;
};

/* Of a sample that takes so long with all that is not timed. */
static double
wanted_ns(uint64_t took_ns)
{
	double share = (double)took_ns / BATCH_SHARE;

	return MIN(MAX(share, BENCH_BATCH_NS), BATCH_NS_MAX);
}

static int
least_batch(const struct bench_plan_cell *cell, struct bench_fixture *f,
	    struct least *least)
{
	enum bench_standing standing = calibrated(cell);
	struct bench_tally tally;
	struct bench_sample out;
	uint64_t start;
	int status = BENCH_OK;

	*least = (struct least){INFINITY, INFINITY, BENCH_BLOCK_FLUSHES};
	bench_tally_begin(&tally, f);
	for (size_t i = 0; i < cell->n_contestants && status == BENCH_OK; i++) {
		struct bench_trial s = {.f = f,
					.contestant = &cell->contestants[i],
					.iters = cell->iters,
					.out = &out};

		if (cell->contestants[i].standing != standing)
			continue;
		start = bench_clock_raw_ns();
		status = bench_trial_run(&s, &tally);
		if (status != BENCH_OK)
			break;
		least->wanted_ns = MIN(least->wanted_ns,
				       wanted_ns(bench_clock_raw_ns() - start));
		least->ns = MIN(least->ns, out.ns);
		if (out.counters[COUNTER_flushes] > 0)
			least->flushes = MIN(least->flushes,
					     out.counters[COUNTER_flushes]);
	}
	bench_tally_end(&tally);
	return status;
}

static uint64_t
least_iters(const struct bench_fixture *f)
{
	return f->x->phase == BENCH_STRADDLE ? BENCH_STRADDLE_FRAMES : 1;
}

/* What the fixture has, and a quarter of the reservoir, or of that half of it
 * where cold objects lie. */
static uint64_t
most_iters(const struct bench_fixture *f)
{
	bool cold = bench_population_kinds[f->x->population].cold;
	uint64_t n = BENCH_STRADDLE_FRAMES;
	uint64_t takes = bench_experiment_takes(f->x, n);

	if (!takes || !f->world)
		return f->max_iters;
	return MIN(f->max_iters,
		   MAX(least_iters(f),
		       f->world->n_nodes / (cold ? 8 : 4) * n / takes));
}

/* Doubles the batch until the fastest contender takes as long as it should and
 * who flushes does so often enough, twice because one batch may have met an
 * interrupt, or the fixture has no more. */
static int
calibrate(struct bench_plan_cell *cell, struct bench_fixture *f)
{
	uint64_t most = most_iters(f);

	cell->iters = least_iters(f);
	for (int long_enough = 0; cell->iters < most && long_enough < 2;) {
		struct least least;
		int status = least_batch(cell, f, &least);

		if (status != BENCH_OK)
			return status;
		if (least.ns >= least.wanted_ns &&
		    least.flushes >= BENCH_BLOCK_FLUSHES)
			long_enough++;
		else
			cell->iters = MIN(cell->iters * 2, most);
	}
	return BENCH_OK;
}

/* As few as hold enough flushes: no more than that, because a sample ends with
 * one. */
static int
count_rounds(struct bench_plan_cell *cell, struct bench_fixture *f)
{
	struct least least;
	int status = least_batch(cell, f, &least);

	if (status != BENCH_OK)
		return status;
	cell->rounds = BENCH_BLOCK_ROUNDS;
	while (cell->rounds * least.flushes < BENCH_BLOCK_FLUSHES)
		cell->rounds++;
	return BENCH_OK;
}

int
bench_calibrate(struct bench_plan_cell *cell, struct bench_fixture *f,
		unsigned rounds)
{
	int status = BENCH_OK;

	if (cell->iters < least_iters(f) || cell->iters > f->max_iters)
		status = calibrate(cell, f);
	if (status == BENCH_OK && !rounds && !cell->rounds)
		status = count_rounds(cell, f);
	return status;
}
