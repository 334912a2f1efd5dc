/* bench_check.c - whether a policy still holds where it would fail first */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"
#include "bench_pairs.h"

const char *const bench_hold_names[HOLD_COUNT] = {
	[HOLD_HOLDS] = "holds",
	[HOLD_OPEN] = "open",
	[HOLD_STALE] = "stale",
};

enum bench_hold
bench_check_hold(double ratio_lo, double ratio_hi, double allowed)
{
	if (ratio_lo > 1 + allowed)
		return HOLD_STALE;
	return ratio_hi <= 1 + allowed ? HOLD_HOLDS : HOLD_OPEN;
}

bool
bench_check_proves(size_t slower, size_t n)
{
	return bench_stats_tail(n, n - slower) <= 1 - BENCH_STATS_COVERAGE;
}

/* Time of a over that of b in one launch; NAN where it does not have both. */
static double
ratio_in(const struct bench_cell_summary *s, unsigned launch, size_t a,
	 size_t b)
{
	struct bench_cell_summary one = *s;
	struct bench_pairs pairs;
	double ratio;

	one.blocks = bench_alloc(s->n_blocks * sizeof(struct bench_block *));
	one.n_blocks = 0;
	for (size_t i = 0; i < s->n_blocks; i++)
		if (s->blocks[i]->launch == launch &&
		    bench_estimate_uses(s, s->blocks[i]))
			one.blocks[one.n_blocks++] = s->blocks[i];
	/* Which of them count was up to the cell as a whole. */
	one.disturbed = one.n_blocks;
	bench_pairs_collect(&pairs, &one);
	ratio = bench_pairs_ratio(&pairs, a, b, 1).mid;
	bench_pairs_free(&pairs);
	free(one.blocks);
	return ratio;
}

static void
count_launches(struct bench_checked *w, size_t choice)
{
	const struct bench_cell_summary *s = w->now;
	size_t leader = (size_t)(s->leader - s->estimates);

	for (size_t i = 0; i < s->n_blocks; i++) {
		double ratio = bench_estimate_begins_launch(s, i)
				       ? ratio_in(s, s->blocks[i]->launch,
						  choice, leader)
				       : NAN;

		w->launches += isfinite(ratio);
		w->slower += ratio > 1 + w->witness->allowed;
	}
}

/* What its rows prove, if its launches do. */
static enum bench_hold
hold_of(const struct bench_checked *w)
{
	enum bench_hold hold =
		bench_check_hold(w->ratio_lo, w->ratio_hi, w->witness->allowed);
	unsigned layouts = w->now->rule.layouts;

	if (layouts <= 1)
		return hold;
	if (w->launches < layouts ||
	    (hold == HOLD_STALE && !bench_check_proves(w->slower, w->launches)))
		return HOLD_OPEN;
	return hold;
}

static void
judge(struct bench_checked *w)
{
	const struct bench_cell_summary *s = w->now;
	const struct bench_estimate *e =
		bench_estimate_find(s, w->witness->choice);

	w->hold = HOLD_OPEN;
	w->ratio = w->ratio_lo = w->ratio_hi = NAN;
	if (e && e->verdict == VERDICT_REFUSED)
		w->hold = HOLD_STALE;
	if (!e || e->n == 0 || !s->leader)
		return;
	w->leader = s->leader->candidate;
	w->rounds = e->n;
	w->ratio = e->ratio;
	w->ratio_lo = e->ratio_lo;
	w->ratio_hi = bench_estimate_most(s, e);
	count_launches(w, (size_t)(e - s->estimates));
	w->hold = hold_of(w);
}

int
bench_check_judge(struct bench_check *c, const struct bench_check_run *r)
{
	*c = (struct bench_check){.now = bench_summary_read(r->dir)};
	if (!c->now)
		return BENCH_USAGE;
	int status = bench_witnesses_find(&c->witnesses, r->policy, r->path);

	c->cells = bench_alloc(c->witnesses.n * sizeof(*c->cells));
	/* The run has a cell for each, in their order. */
	CHECK(status || c->now->n_cells == c->witnesses.n);
	for (size_t i = 0; i < c->witnesses.n; i++) {
		c->cells[i] =
			(struct bench_checked){.witness = &c->witnesses.all[i],
					       .now = &c->now->cells[i]};
		judge(&c->cells[i]);
		c->counts[c->cells[i].hold]++;
	}
	return status;
}

void
bench_check_free(struct bench_check *c)
{
	bench_witnesses_free(&c->witnesses);
	free(c->cells);
	if (c->now)
		bench_summary_free(c->now);
}
