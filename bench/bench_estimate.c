/* bench_estimate.c - what the blocks of one cell say about its entrants */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_estimate.h"

#include <math.h>
#include <string.h>

#include "bench_pairs.h"
#include "bench_verified.h"
#include "strategy.h"

bool
bench_estimate_is_raw(const struct bench_cell *cell)
{
	const char *op = cell->axis[AXIS_OP];

	return strcmp(op, "memclr") == 0 || strcmp(op, "memmove") == 0 ||
	       strcmp(op, "store") == 0 || strcmp(op, "copy") == 0;
}

double
bench_estimate_cost(const struct bench_cell *cell,
		    const struct bench_sample *sample)
{
	if (bench_estimate_is_raw(cell))
		return sample->ns;
	return sample->ns + (double)sample->counters[COUNTER_marker_ns];
}

bool
bench_estimate_uses(const struct bench_cell_summary *c,
		    const struct bench_block *b)
{
	return !b->discarded ||
	       bench_disturbance_rules(c->disturbed, c->n_blocks);
}

/* Adds what a block's samples of a candidate count. */
static void
add_counters(struct bench_estimate *e, const struct bench_block *b, size_t i)
{
	for (size_t r = 0; r < b->n_rounds; r++)
		for (int k = 0; k < BENCH_COUNTER_COUNT; k++)
			e->counters[k] +=
				(double)BENCH_BLOCK_AT(b, samples, r, i)
					.counters[k];
	e->n += b->n_rounds;
}

static void
count(struct bench_cell_summary *c, struct bench_estimate *e)
{
	for (size_t k = 0; k < c->n_blocks; k++) {
		const struct bench_block *b = c->blocks[k];
		size_t i = bench_block_find(b, e->candidate);

		if (i < b->n_candidates && bench_estimate_uses(c, b))
			add_counters(e, b, i);
	}
}

static void
estimate_value(struct bench_cell_summary *c, size_t i,
	       const struct bench_pairs *pairs)
{
	struct bench_estimate *e = &c->estimates[i];
	struct bench_interval value;
	double ops = bench_pairs_ops(pairs, i);

	if (c->cell->entrants[i].standing == STANDING_REFUSED)
		return;
	count(c, e);
	value = bench_pairs_value(pairs, i);
	e->value = value.mid;
	e->lo = value.lo;
	e->hi = value.hi;
	for (int k = 0; k < BENCH_COUNTER_COUNT && ops > 0; k++)
		e->counters[k] /= ops;
}

static bool
is_measured_contender(const struct bench_cell_summary *c, size_t i)
{
	return c->cell->entrants[i].standing == STANDING_CONTENDER &&
	       c->estimates[i].n > 0;
}

static size_t
count_contenders(const struct bench_cell_summary *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_estimates; i++)
		n += c->cell->entrants[i].standing == STANDING_CONTENDER;
	return n;
}

/* A ratio whose interval holds at this look, with those of all others. */
static struct bench_interval
contest(const struct bench_pairs *pairs, const struct bench_looks *looks,
	size_t a, size_t b)
{
	size_t n = bench_pairs_shared(pairs, a, b);

	return bench_pairs_ratio(pairs, a, b, bench_looks_error(looks, n));
}

/* Whether a contender was measured, but in no block that counts: one that had
 * dropped out when those that are left were measured. */
static bool
has_lost_its_rows(const struct bench_cell_summary *c, size_t i)
{
	const struct bench_estimate *e = &c->estimates[i];

	if (c->cell->entrants[i].standing != STANDING_CONTENDER || e->n > 0)
		return false;
	for (size_t k = 0; k < c->n_blocks; k++)
		if (bench_block_find(c->blocks[k], e->candidate) <
		    c->blocks[k]->n_candidates)
			return true;
	return false;
}

/* The most that i can be slower than any other contender that was measured, a
 * fraction; NAN while that cannot be told of one. */
static double
regret_of(const struct bench_cell_summary *c, const struct bench_pairs *pairs,
	  const struct bench_looks *looks, size_t i)
{
	double worst = 0;

	for (size_t k = 0; k < c->n_estimates; k++) {
		double hi;

		if (has_lost_its_rows(c, k))
			return NAN;
		if (k == i || !is_measured_contender(c, k))
			continue;
		hi = contest(pairs, looks, i, k).hi;
		if (isnan(hi))
			return NAN;
		worst = MAX(worst, hi - 1);
	}
	return worst;
}

/* Index of the first contender that was measured, or n_estimates. */
static size_t
first_measured(const struct bench_cell_summary *c)
{
	size_t i = 0;

	while (i < c->n_estimates && !is_measured_contender(c, i))
		i++;
	return i;
}

/* Steps from one contender to a faster one, in the rows that both have, until
 * there is none: the rows of those that dropped out are older ones. Where such
 * steps would go in a circle it stops somewhere on it. */
static size_t
find_fastest(const struct bench_cell_summary *c,
	     const struct bench_pairs *pairs)
{
	size_t best = first_measured(c), steps = 0;

	for (size_t i = best; i < c->n_estimates; i++) {
		if (i == best || !is_measured_contender(c, i) ||
		    !(bench_pairs_ratio(pairs, i, best, 1).mid < 1))
			continue;
		best = i;
		if (steps++ < c->n_estimates)
			i = first_measured(c) - 1;
	}
	return best;
}

/* Index of the contender that is proved to be good enough, the one with the
 * least regret if there are several; else of the fastest. Sets its regret. */
static size_t
find_leader(struct bench_cell_summary *c, const struct bench_pairs *pairs,
	    const struct bench_looks *looks)
{
	size_t leader = find_fastest(c, pairs);

	if (leader == c->n_estimates)
		return leader;
	c->regret = regret_of(c, pairs, looks, leader);
	for (size_t i = 0; i < c->n_estimates; i++) {
		double regret;

		if (i == leader || !is_measured_contender(c, i))
			continue;
		regret = regret_of(c, pairs, looks, i);
		if (regret <= c->rule.epsilon && !(regret >= c->regret)) {
			leader = i;
			c->regret = regret;
		}
	}
	return leader;
}

/* Contenders to the leader at the error of their look; bounds, which are never
 * chosen by, at 95 % each. */
static void
compare_with_leader(struct bench_cell_summary *c,
		    const struct bench_pairs *pairs,
		    const struct bench_looks *looks, size_t leader)
{
	for (size_t i = 0; i < c->n_estimates; i++) {
		struct bench_estimate *e = &c->estimates[i];
		struct bench_interval r;

		if (e->n == 0)
			continue;
		r = is_measured_contender(c, i)
			    ? contest(pairs, looks, i, leader)
			    : bench_pairs_ratio(pairs, i, leader,
						1 - BENCH_STATS_COVERAGE);
		e->ratio = r.mid;
		e->ratio_lo = r.lo;
		e->ratio_hi = r.hi;
	}
	c->leader = &c->estimates[leader];
	c->estimates[leader].ratio = 1;
	c->estimates[leader].ratio_lo = 1;
	c->estimates[leader].ratio_hi = 1;
}

static enum bench_verdict
verdict(const struct bench_cell_summary *c, size_t i)
{
	const struct bench_estimate *e = &c->estimates[i];

	switch (c->cell->entrants[i].standing) {
	case STANDING_REFUSED: return VERDICT_REFUSED;
	case STANDING_BOUND: return VERDICT_BOUND;
	case STANDING_CONTENDER: break;
	}
	if (e->ratio_lo > 1)
		return VERDICT_SLOWER;
	if (c->outcome != OUTCOME_RESOLVED || isnan(e->ratio_lo))
		return VERDICT_UNRESOLVED;
	return e == c->leader ? VERDICT_BEST : VERDICT_TIE;
}

static bool
ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

/* The entrant that does none of the work: the set `floor`, or else a strategy
 * named after its kind, as memclr_floor. Its value, or NAN. */
static double
floor_value(const struct bench_cell_summary *c)
{
	double value = NAN;

	for (size_t i = 0; i < c->n_estimates; i++) {
		const struct bench_entrant *e = &c->cell->entrants[i];
		if (e->standing != STANDING_BOUND)
			continue;
		if (strcmp(e->name, "floor") == 0)
			return c->estimates[i].value;
		if (isnan(value) && ends_with(e->name, "_floor"))
			value = c->estimates[i].value;
	}
	return value;
}

double
bench_estimate_most(const struct bench_cell_summary *c,
		    const struct bench_estimate *e)
{
	return e == c->leader ? 1 + c->regret : e->ratio_hi;
}

size_t
bench_estimate_baseline(const struct bench_manifest_cell *cell, size_t i)
{
	const struct bench_entrant *e = cell->entrants;
	size_t n = strlen(e[i].name) - strlen(STRATEGY_PLACEBO_SUFFIX);
	size_t k = 0;

	if (!ends_with(e[i].name, STRATEGY_PLACEBO_SUFFIX) ||
	    e[i].standing == STANDING_REFUSED)
		return cell->n_entrants;
	while (k < cell->n_entrants &&
	       (strncmp(e[k].name, e[i].name, n) != 0 || e[k].name[n] != '\0' ||
		e[k].standing == STANDING_REFUSED))
		k++;
	return k;
}

/* How far the two copies of the baseline are apart: nothing, in truth. */
static void
look_at_placebo(struct bench_cell_summary *c, const struct bench_pairs *pairs,
		struct bench_looks looks)
{
	double most = 1 + c->rule.epsilon, least = 1 / most;

	looks.contests = 1;
	for (size_t i = 0; i < c->n_estimates; i++) {
		size_t k = bench_estimate_baseline(c->cell, i);
		struct bench_interval *r = &c->placebo;

		if (k == c->n_estimates || c->estimates[i].n == 0)
			continue;
		c->has_placebo = true;
		*r = contest(pairs, &looks, i, k);
		c->placebo_within = r->lo >= least && r->hi <= most;
		c->placebo_beyond = r->lo > most || r->hi < least;
		r = &c->placebo_once;
		*r = bench_pairs_ratio(pairs, i, k, 1 - BENCH_STATS_COVERAGE);
	}
}

static enum bench_outcome
outcome(const struct bench_cell_summary *c)
{
	if (isnan(c->regret))
		return OUTCOME_UNMEASURED;
	if (c->regret > c->rule.epsilon)
		return OUTCOME_OPEN;
	return c->has_placebo && !c->placebo_within ? OUTCOME_NOISY
						    : OUTCOME_RESOLVED;
}

bool
bench_estimate_begins_launch(const struct bench_cell_summary *c, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (c->blocks[k]->launch == c->blocks[i]->launch &&
		    bench_estimate_uses(c, c->blocks[k]))
			return false;
	return bench_estimate_uses(c, c->blocks[i]);
}

static size_t
count_launches(const struct bench_cell_summary *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_blocks; i++)
		n += bench_estimate_begins_launch(c, i);
	return n;
}

void
bench_estimate_count_blocks(struct bench_cell_summary *c)
{
	c->disturbed = bench_disturbance_count(c->blocks, c->n_blocks);
	c->launches = count_launches(c);
}

static void
reset(struct bench_cell_summary *c)
{
	c->n_estimates = c->cell->n_entrants;
	c->estimates = bench_alloc(c->n_estimates * sizeof(*c->estimates));
	c->leader = NULL;
	c->regret = c->regret_family = NAN;
	bench_estimate_count_blocks(c);
	c->placebo = c->placebo_once =
		(struct bench_interval){NAN, NAN, NAN, 0};
	c->has_placebo = c->placebo_within = c->placebo_beyond = false;
	for (size_t i = 0; i < c->n_estimates; i++)
		c->estimates[i] = (struct bench_estimate){
			.candidate = c->cell->entrants[i].name,
			.reason = c->cell->entrants[i].reason,
			.unverified =
				bench_is_unverified(&c->cell->entrants[i]),
			.value = NAN,
			.lo = NAN,
			.hi = NAN,
			.share = NAN,
			.ratio = NAN,
			.ratio_lo = NAN,
			.ratio_hi = NAN,
		};
}

bool
bench_estimate_by_launch(const struct bench_cell_summary *c)
{
	return c->rule.layouts <= 1 &&
	       MAX(c->launches, c->rule.launches) >= BENCH_LAYOUTS;
}

/* Rows that a first look wants, as the simulated design has it. */
#define FIRST_LOOK 12

struct bench_looks
bench_estimate_looks(const struct bench_cell_summary *c)
{
	return bench_looks_make(count_contenders(c),
				bench_estimate_by_launch(c) ? BENCH_LAYOUTS
							    : FIRST_LOOK,
				c->rule.delta);
}

void
bench_estimate_cell(struct bench_cell_summary *c)
{
	struct bench_pairs pairs;
	struct bench_looks looks;
	size_t leader;
	double floor;

	reset(c);
	looks = bench_estimate_looks(c);
	bench_pairs_collect(&pairs, c);
	for (size_t i = 0; i < c->n_estimates; i++)
		estimate_value(c, i, &pairs);
	leader = find_leader(c, &pairs, &looks);
	if (leader < c->n_estimates) {
		compare_with_leader(c, &pairs, &looks, leader);
		looks.delta /= (double)MAX(c->rule.cells, 1);
		c->regret_family = regret_of(c, &pairs, &looks, leader);
	}
	look_at_placebo(c, &pairs, bench_estimate_looks(c));
	c->outcome = outcome(c);
	floor = floor_value(c);
	for (size_t i = 0; i < c->n_estimates; i++) {
		c->estimates[i].above_floor = c->estimates[i].value - floor;
		c->estimates[i].verdict = verdict(c, i);
	}
	bench_pairs_free(&pairs);
}
