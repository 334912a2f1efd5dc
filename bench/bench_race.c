/* bench_race.c - who is measured next, in which cell, until when */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_race.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_calibrate.h"
#include "bench_estimate.h"
#include "bench_hash.h"
#include "bench_pairs.h"

static bool
has_standing(const struct bench_race *r, size_t i, enum bench_standing standing)
{
	return r->manifest.entrants[i].standing == standing;
}

/* Whether nobody may be measured. */
static bool
is_empty(const struct bench_race *r)
{
	for (size_t i = 0; i < r->manifest.n_entrants; i++)
		if (r->in[i])
			return false;
	return true;
}

void
bench_race_begin_in(struct bench_race *r, struct bench_manifest_cell cell,
		    struct bench_race_rule rule, bool uniform)
{
	*r = (struct bench_race){.manifest = cell, .uniform = uniform};
	r->cell.cell = &r->manifest;
	r->cell.rule = rule;
	r->incumbent = bench_incumbent_read(BENCH_INCUMBENT_DEFAULT);
	r->within = rule.epsilon;
	r->looks = bench_estimate_looks(&r->cell);
	r->next = r->looks.first;
	r->in = bench_alloc(r->manifest.n_entrants * sizeof(*r->in));
	for (size_t i = 0; i < r->manifest.n_entrants; i++)
		r->in[i] = !has_standing(r, i, STANDING_REFUSED);
	r->closed = is_empty(r);
}

void
bench_race_begin(struct bench_race *r, const struct bench_plan *plan,
		 const struct bench_plan_cell *cell,
		 struct bench_race_rule rule, bool uniform)
{
	bench_race_begin_in(r, bench_plan_manifest_cell(cell), rule, uniform);
	r->limit = plan->blocks;
	r->fixed = plan->rounds;
}

void
bench_race_settle(struct bench_race *r, const char *candidate, double allowed)
{
	bench_incumbent_free(r->incumbent);
	r->incumbent = bench_incumbent_read(candidate);
	r->slower = r->within = allowed;
	r->stays = true;
}

void
bench_race_end(struct bench_race *r)
{
	for (size_t i = 0; i < r->cell.n_blocks; i++)
		bench_block_free(r->cell.blocks[i]);
	free(r->cell.blocks);
	free(r->cell.estimates);
	bench_incumbent_free(r->incumbent);
	free(r->manifest.entrants);
	free(r->in);
}

/* Rows or launches, of the blocks that count. */
static size_t
count_rows(const struct bench_race *r)
{
	const struct bench_cell_summary *c = &r->cell;
	size_t n = 0;

	if (bench_estimate_by_launch(c))
		return c->launches;
	for (size_t i = 0; i < c->n_blocks; i++)
		if (bench_estimate_uses(c, c->blocks[i]))
			n += bench_pairs_rows(c->blocks[i]);
	return n;
}

/* Where nobody contends nothing will be chosen. */
static bool
placebo_is_open(const struct bench_race *r)
{
	const struct bench_cell_summary *c = &r->cell;

	return c->leader && c->has_placebo && !c->placebo_within &&
	       !c->placebo_beyond;
}

/* Whether the placebo needs entrant i: it is the placebo or its baseline. */
static bool
placebo_needs(const struct bench_race *r, size_t i)
{
	const struct bench_manifest_cell *m = &r->manifest;

	if (!placebo_is_open(r))
		return false;
	for (size_t k = 0; k < m->n_entrants; k++) {
		size_t baseline = bench_estimate_baseline(m, k);

		if (baseline < m->n_entrants && (i == k || i == baseline))
			return true;
	}
	return false;
}

/* The incumbent, while it is not settled; else NULL. */
static const struct bench_estimate *
unsettled_incumbent(const struct bench_race *r)
{
	const struct bench_cell_summary *c = &r->cell;
	const struct bench_estimate *e = bench_incumbent_in(r->incumbent, c);

	if (!e || !c->leader ||
	    !has_standing(r, (size_t)(e - c->estimates), STANDING_CONTENDER))
		return NULL;
	return e->ratio_lo > 1 + r->slower ||
			       bench_estimate_most(c, e) <= 1 + r->within
		       ? NULL
		       : e;
}

/* Contenders that may still be the best, and can change what is known. */
static bool
still_races(const struct bench_race *r, size_t i)
{
	const struct bench_cell_summary *c = &r->cell;
	const struct bench_estimate *e = &c->estimates[i];
	const struct bench_estimate *incumbent = unsettled_incumbent(r);

	if (!has_standing(r, i, STANDING_CONTENDER))
		return false;
	if (r->stays &&
	    (e == c->leader || e == bench_incumbent_in(r->incumbent, c)))
		return true;
	if (incumbent && (e == incumbent || e == c->leader))
		return true;
	if (c->regret <= c->rule.epsilon ||
	    (c->placebo_beyond && incumbent != c->leader))
		return false;
	return !(e->ratio_lo > 1 + c->rule.epsilon);
}

static void
choose_who_is_in(struct bench_race *r)
{
	bool changed = false;

	for (size_t i = 0; i < r->manifest.n_entrants; i++) {
		bool in = placebo_needs(r, i) ||
			  (r->uniform ? has_standing(r, i, STANDING_CONTENDER)
				      : still_races(r, i));

		changed |= in != r->in[i];
		r->in[i] = in;
	}
	if (!changed)
		return;
	r->stage++;
	r->row = 0;
}

static bool
is_decided(const struct bench_race *r)
{
	const struct bench_cell_summary *c = &r->cell;

	return (c->placebo_beyond || c->outcome == OUTCOME_RESOLVED) &&
	       !unsettled_incumbent(r);
}

static void
look(struct bench_race *r)
{
	struct bench_cell_summary *c = &r->cell;

	free(c->estimates);
	bench_estimate_cell(c);
	r->closed |= is_decided(r) ||
		     bench_looks_number(&r->looks, r->rows) >= BENCH_LOOKS_MAX;
	if (!r->closed)
		choose_who_is_in(r);
	r->closed |= is_empty(r);
	r->next = bench_looks_next(&r->looks, r->rows);
}

/* Whether there are rows enough, of launches enough. */
static bool
is_due(const struct bench_race *r)
{
	return r->rows >= r->next && r->cell.launches >= r->cell.rule.layouts;
}

void
bench_race_add(struct bench_race *r, struct bench_block *block)
{
	struct bench_cell_summary *c = &r->cell;

	if (block->launch != r->launch)
		r->before = r->rows;
	r->launch = block->launch;

	c->blocks = bench_realloc(c->blocks,
				  (c->n_blocks + 1) * sizeof(*c->blocks));
	c->blocks[c->n_blocks++] = block;
	bench_estimate_count_blocks(c);
	r->round += (unsigned)block->n_rounds;
	if (!block->discarded)
		r->row += block->n_rounds;
	r->took_ns += (double)block->took_ns;
	r->samples += block->n_rounds * block->n_candidates;
	r->rows = count_rows(r);
	if (r->limit)
		r->closed = c->n_blocks >= r->limit;
	else if (is_due(r))
		look(r);
}

/* A raw block is cut shorter after each that was disturbed: it is then more
 * often a quiet one. */
static unsigned
rounds_of(const struct bench_race *r)
{
	unsigned rounds = BENCH_BLOCK_ROUNDS;

	if (r->fixed || !bench_estimate_is_raw(&r->manifest.cell))
		return r->fixed;
	for (size_t i = r->cell.n_blocks; i > 0 && rounds > 1; i--) {
		if (!r->cell.blocks[i - 1]->discarded)
			break;
		rounds /= 2;
	}
	return rounds;
}

struct bench_turn
bench_race_turn(const struct bench_race *r, uint64_t seed)
{
	return (struct bench_turn){
		.block = (unsigned)r->cell.n_blocks,
		.round = r->round,
		.rounds = rounds_of(r),
		.seed = bench_hash_string(seed + r->stage, r->manifest.id),
		.row = r->row,
		.in = r->in,
	};
}

/* Nanoseconds to the next look, if samples take what they took. A row is some
 * samples of each that is in. */
static double
cost_of(const struct bench_race *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->manifest.n_entrants; i++)
		n += r->in[i];
	return (double)(r->next - MIN(r->rows, r->next - 1)) * (double)n *
	       MAX(r->took_ns, 1) / (double)MAX(r->samples, 1) *
	       (double)r->round / (double)MAX(r->rows, 1);
}

/* Larger goes first. */
static double
urgency(const struct bench_race *r)
{
	if (r->cell.n_blocks == 0)
		return INFINITY;
	/* Uniform: the least measured, for what its first look wants. */
	if (r->uniform)
		return -(double)r->rows / (double)r->looks.first;
	if (r->rows < r->looks.first)
		return DBL_MAX;
	return 1 / cost_of(r);
}

static bool
all_closed(const struct bench_race *races, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!races[i].closed)
			return false;
	return true;
}

/* Whether the cell has had its share of a launch. */
static bool
has_share(const struct bench_race *r, unsigned launch)
{
	const struct bench_race_rule *rule = &r->cell.rule;
	/* There are fewer where blocks no longer count (bench_disturbance.h).
	 */
	size_t rows = r->rows - MIN(r->before, r->rows);

	if (r->cell.n_blocks == 0 || r->launch != launch)
		return false;
	return rule->layouts > 1 ? rows * rule->layouts >= r->next
				 : rule->launches > 1;
}

/* Where all are measured alike, those that are decided go on with the rest. */
static bool
may_go_on(const struct bench_race *r, unsigned launch)
{
	return (r->uniform ? !is_empty(r) : !r->closed) &&
	       !has_share(r, launch);
}

size_t
bench_race_pick(const struct bench_race *races, size_t n, unsigned launch)
{
	size_t best = n;

	if (all_closed(races, n))
		return n;
	for (size_t i = 0; i < n; i++)
		if (may_go_on(&races[i], launch) &&
		    (best == n || urgency(&races[i]) > urgency(&races[best])))
			best = i;
	return best;
}
