/* bench_selftest.c - trials of this machine's measurement on known truths */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_selftest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"
#include "bench_hash.h"
#include "bench_plant.h"
#include "bench_progress.h"
#include "bench_race.h"

const double bench_selftest_plants[BENCH_SELFTEST_PLANTS] = {0, 0.01, 0.03,
							     0.05};

const char *const bench_aim_names[] = {
	[AIM_NONE] = "-",    [AIM_MET] = "met",       [AIM_SO_FAR] = "so far",
	[AIM_OPEN] = "open", [AIM_MISSED] = "missed",
};

/* The baseline and the other are contestants in this order. */
enum { BASELINE, OTHER };

/* After how many rows a trial ends: enough to tell 3 % from nothing where
 * samples spread by as much, as in the simulations that the race was designed
 * by. */
#define MAX_ROWS 560

/* What the cells are. */
static const struct {
	struct bench_selection selection;
	enum strategy_kind kind;
} kinds[BENCH_SELFTEST_CELLS] = {
	{{.op = "memclr",
	  .workload = "size:4096",
	  .phase = "off",
	  .strategy = "memclr_libc"},
	 STRATEGY_MEMCLR},
	{{.op = "typedmemclr",
	  .client = "slice",
	  .workload = "size:1024",
	  .population = "marked",
	  .phase = "mark",
	  .strategy = "bulk1"},
	 STRATEGY_BARRIER},
};

/* Which of the copies plays whom, from block to block. */
static void
cast(struct bench_plan_cell *cell, enum strategy_kind kind, unsigned block,
     double extra_ns)
{
	for (unsigned i = 0; i < 2; i++) {
		unsigned copy = (i + block) % BENCH_PLANT_COPIES;
		const struct strategy *s = bench_plant(kind, copy);
		struct call_set *set = &cell->contestants[i].set;
		if (kind == STRATEGY_BARRIER)
			set->barrier = s;
		else
			set->rules[kind][0] = (struct call_rule){SIZE_MAX, s};
		bench_plant_set(copy, i == OTHER ? extra_ns : 0);
	}
}

/* Enters the two in the place of the one that the plan was made with, and of
 * its placebo where it has one. */
static void
enter(struct bench_plan_cell *cell)
{
	static const char *const names[2] = {"baseline", "other"};

	while (cell->n_contestants > 0)
		free(cell->contestants[--cell->n_contestants].label);
	cell->contestants = bench_realloc(cell->contestants,
					  2 * sizeof(*cell->contestants));
	cell->contestants[OTHER] = cell->contestants[BASELINE];
	for (int i = 0; i < 2; i++) {
		cell->contestants[i].label = bench_strdup(names[i]);
		cell->contestants[i].standing = STANDING_CONTENDER;
		cell->contestants[i].reason = "";
	}
	cell->n_contestants = 2;
}

static int
set_up(struct bench_selftest *t, size_t k)
{
	struct bench_selftest_cell *c = &t->cells[k];
	int status = BENCH_OK;

	c->max_rows = MAX_ROWS;
	c->ns = c->noise = NAN;
	c->plan = bench_plan_make(NULL, &kinds[k].selection, t->seed, t->topo,
				  &status);
	if (!c->plan)
		return status;
	/* Of several relations the first is enough. */
	while (c->plan->n_cells > 1)
		bench_plan_cell_free(&c->plan->cells[--c->plan->n_cells]);
	enter(&c->plan->cells[0]);
	return BENCH_OK;
}

int
bench_selftest_begin(struct bench_selftest *t)
{
	int status = BENCH_OK;

	for (size_t k = 0; k < BENCH_SELFTEST_CELLS && !status; k++)
		status = set_up(t, k);
	return status;
}

void
bench_selftest_end(struct bench_selftest *t)
{
	for (size_t k = 0; k < BENCH_SELFTEST_CELLS; k++)
		if (t->cells[k].plan)
			bench_plan_free(t->cells[k].plan);
}

/* Measures one more block; false when the time is over or something failed. */
static bool
add_block(struct bench_selftest *t, struct bench_sampler *s, size_t k,
	  struct bench_race *race, double extra_ns, uint64_t seed, int *status)
{
	struct bench_plan_cell *cell = &t->cells[k].plan->cells[0];
	struct bench_turn turn = bench_race_turn(race, seed);
	struct bench_block *block = NULL;

	cast(cell, kinds[k].kind, turn.block, extra_ns);
	*status = bench_sampler_block(s, cell, &turn, &block);
	if (*status || !block)
		return false;
	bench_race_add(race, block);
	return true;
}

static void
count(struct bench_selftest_cell *c, size_t plant,
      const struct bench_race *race)
{
	const struct bench_cell_summary *cell = &race->cell;
	const struct bench_estimate *baseline = &cell->estimates[BASELINE];
	const struct bench_estimate *other = &cell->estimates[OTHER];
	struct bench_tries *tries = &c->tries[plant];

	tries->n++;
	tries->found += cell->leader == baseline && other->ratio_lo > 1;
	tries->wrong += cell->leader == other && baseline->ratio_lo > 1;
	tries->rows += (double)race->rows;
	tries->ratio +=
		cell->leader == other ? 1 / baseline->ratio : other->ratio;
	c->blocks += cell->n_blocks;
	c->disturbed += cell->disturbed;
}

/* One trial. One that the deadline cuts off counts for nothing. */
static int
try(struct bench_selftest *t, struct bench_sampler *s, size_t k, size_t plant)
{
	struct bench_selftest_cell *c = &t->cells[k];
	struct bench_race_rule rule = {.delta = BENCH_DELTA, .cells = 1};
	double extra_ns = bench_selftest_plants[plant] * c->ns;
	char name[64];
	struct bench_race race;
	int status = BENCH_OK;

	snprintf(name, sizeof(name), "%zu %zu %u", k, plant, c->tries[plant].n);
	uint64_t seed = bench_hash_string(BENCH_HASH_INIT ^ t->seed, name);
	bench_race_begin(&race, c->plan, &c->plan->cells[0], rule, false);
	bool goes_on = true;
	size_t max_rows = MAX(c->max_rows, race.looks.first);
	while (goes_on && !race.closed && race.rows < max_rows)
		goes_on = add_block(t, s, k, &race, extra_ns, seed, &status);
	if (goes_on)
		count(c, plant, &race);
	bench_race_end(&race);
	return status;
}

/* Half of the baseline's samples lie within this part of their median. */
static double
noise_of(const struct bench_cell_summary *c, double *median)
{
	double *ns = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->n_blocks; i++) {
		const struct bench_block *b = c->blocks[i];
		ns = bench_realloc(ns, (n + b->n_rounds) * sizeof(*ns));
		for (size_t r = 0; r < b->n_rounds; r++)
			ns[n++] = bench_estimate_cost(
					  &c->cell->cell,
					  &BENCH_BLOCK_AT(b, samples, r,
							  BASELINE)) /
				  (double)b->iters;
	}
	bench_stats_sort(ns, n);
	*median = ns[n / 2];
	for (size_t i = 0; i < n; i++)
		ns[i] = fabs(ns[i] / *median - 1);
	bench_stats_sort(ns, n);
	double noise = ns[n / 2];
	free(ns);
	return noise;
}

/* What an operation takes, of which a plant adds a part. */
static int
calibrate(struct bench_selftest *t, struct bench_sampler *s, size_t k)
{
	enum { BLOCKS = 8 };
	struct bench_selftest_cell *c = &t->cells[k];
	struct bench_race_rule rule = {.delta = BENCH_DELTA, .cells = 1};
	struct bench_race race;
	int status = BENCH_OK;
	bool goes_on = true;

	bench_race_begin(&race, c->plan, &c->plan->cells[0], rule, true);
	for (int i = 0; i < BLOCKS && goes_on; i++)
		goes_on = add_block(t, s, k, &race, 0, t->seed, &status);
	if (goes_on)
		c->noise = noise_of(&race.cell, &c->ns);
	bench_race_end(&race);
	return status;
}

/* The next trial of all that there are: one of each plant, then again. */
static int
run_all(struct bench_selftest *t, struct bench_sampler *s)
{
	int status = BENCH_OK;

	for (size_t k = 0; k < BENCH_SELFTEST_CELLS && !status; k++)
		status = calibrate(t, s, k);
	for (unsigned n = 0; n < t->trials; n++)
		for (size_t k = 0; k < BENCH_SELFTEST_CELLS; k++)
			for (size_t i = 0; i < BENCH_SELFTEST_PLANTS; i++)
				if (!status && !isnan(t->cells[k].ns) &&
				    bench_now_s() < t->deadline_s)
					status = try(t, s, k, i);
	return status;
}

int
bench_selftest_run(struct bench_selftest *t)
{
	struct bench_sampler *s = bench_sampler_open(t->topo, t->deadline_s);
	int status = run_all(t, s);

	bench_sampler_close(s);
	return status;
}

/* P(X <= k) for X ~ Binomial(n, p). */
static double
binomial_up_to(unsigned k, unsigned n, double p)
{
	double sum = 0;

	for (unsigned i = 0; i <= k; i++)
		sum += exp(lgamma(n + 1.0) - lgamma(i + 1.0) -
			   lgamma(n - i + 1.0) + i * log(p) +
			   (n - i) * log1p(-p));
	return fmin(sum, 1);
}

/* The p at which so few or fewer of n have a probability of `tail`. */
static double
largest_p(unsigned k, unsigned n, double tail)
{
	double lo = 0, hi = 1;

	for (int i = 0; i < 64; i++) {
		double p = (lo + hi) / 2;
		if (binomial_up_to(k, n, p) > tail)
			lo = p;
		else
			hi = p;
	}
	return hi;
}

struct bench_interval
bench_selftest_proportion(unsigned k, unsigned n)
{
	double tail = (1 - BENCH_STATS_COVERAGE) / 2;
	struct bench_interval out = {NAN, 0, 1, n};

	if (n == 0)
		return out;
	out.mid = (double)k / n;
	if (k < n)
		out.hi = largest_p(k, n, tail);
	if (k > 0)
		out.lo = 1 - largest_p(n - k, n, tail);
	return out;
}

struct bench_interval
bench_selftest_share(const struct bench_tries *tries, size_t i)
{
	bool twin = bench_selftest_plants[i] == 0;

	return bench_selftest_proportion(
		tries->found + (twin ? tries->wrong : 0), tries->n);
}

/* Of a share that is to be at least `least`. */
static enum bench_aim
aim_of(double lo, double mid, double hi, double least)
{
	if (hi < least)
		return AIM_MISSED;
	if (lo >= least)
		return AIM_MET;
	return mid >= least ? AIM_SO_FAR : AIM_OPEN;
}

enum bench_aim
bench_selftest_aim(const struct bench_tries *tries, size_t i)
{
	struct bench_interval share = bench_selftest_share(tries, i);
	double plant = bench_selftest_plants[i];

	if (plant == 0)
		return aim_of(1 - share.hi, 1 - share.mid, 1 - share.lo,
			      1 - BENCH_SELFTEST_ALARMS);
	if (plant < BENCH_SELFTEST_FOUND)
		return AIM_NONE;
	return aim_of(share.lo, share.mid, share.hi, BENCH_SELFTEST_POWER);
}
