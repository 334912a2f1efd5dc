/* bench_question_undecided.c - what could not be decided, and why */
// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_coverage.h"
#include "bench_extent.h"
#include "bench_questions.h"
#include "bench_text.h"
#include "bench_verified.h"

/* Reasons of refusals that a page has room for. */
#define REASONS 4

static void
add_open(struct bench_doc *doc, const struct bench_summary *s,
	 const struct bench_coverage *c)
{
	struct bench_extent e = {NULL, NULL, 0};
	char *median, *most, *name;

	for (size_t i = 0; i < s->n_cells; i++)
		if (s->cells[i].outcome == OUTCOME_OPEN)
			bench_extent_add(&e, s->cells[i].regret, &s->cells[i]);
	if (e.n > 0) {
		median = bench_text_percent(bench_extent_median(&e));
		most = bench_text_percent(e.values[bench_extent_most(&e)]);
		name = bench_question_cell(e.cells[bench_extent_most(&e)]);
		bench_doc_add(doc, ITEM_BULLET,
			      "%zu are open: the run ended before the leader's "
			      "regret was small enough; it is bounded by %s in "
			      "the median, %s at most (%s). More time decides "
			      "them: `run --resume` goes on.",
			      c->outcomes[OUTCOME_OPEN], median, most, name);
		free(median);
		free(most);
		free(name);
	}
	bench_extent_clear(&e);
}

static void
add_noisy(struct bench_doc *doc, const struct bench_coverage *c)
{
	size_t n = c->outcomes[OUTCOME_NOISY];
	char *noise = bench_text_percent(c->noise);

	if (n > 0)
		bench_doc_add(
			doc, ITEM_BULLET,
			"%zu are noisy: two copies of one code are not shown "
			"to be as fast as one another there, and nothing is "
			"chosen by what cannot tell them apart. In %zu cells "
			"they are proved to differ: more rounds cannot mend "
			"that, more layouts can (--launches=%d). In the "
			"median of all cells they are %s apart.",
			n, c->beyond, BENCH_LAYOUTS, noise);
	free(noise);
}

static const char *
refusal(const struct bench_summary *s, size_t cell, size_t entrant)
{
	const struct bench_entrant *e = &s->cells[cell].cell->entrants[entrant];

	return e->standing == STANDING_REFUSED ? e->reason : NULL;
}

/* How many entries were refused for a reason; 0 when an earlier one was. */
static size_t
count_reason(const struct bench_summary *s, size_t cell, size_t entrant)
{
	const char *why = refusal(s, cell, entrant), *other;
	size_t n = 0;

	for (size_t i = 0; i < s->n_cells; i++)
		for (size_t k = 0; k < s->cells[i].cell->n_entrants; k++) {
			other = refusal(s, i, k);
			if (!other || strcmp(other, why) != 0)
				continue;
			if (n == 0 && (i != cell || k != entrant))
				return 0;
			n++;
		}
	return n;
}

static void
add_refused(struct bench_doc *doc, const struct bench_summary *s)
{
	size_t reasons = 0;

	for (size_t i = 0; i < s->n_cells; i++)
		for (size_t k = 0; k < s->cells[i].cell->n_entrants; k++) {
			size_t n = refusal(s, i, k) ? count_reason(s, i, k) : 0;

			if (n == 0 || reasons++ >= REASONS)
				continue;
			bench_doc_add(doc, ITEM_BULLET,
				      "Refused in %zu cells, as %s: %s.", n,
				      s->cells[i].cell->entrants[k].name,
				      refusal(s, i, k));
		}
	if (reasons > REASONS)
		bench_doc_add(doc, ITEM_BULLET,
			      "%zu more reasons of refusals stand in the "
			      "cells below.",
			      reasons - REASONS);
}

void
bench_question_undecided(struct bench_doc *doc, const struct bench_summary *s)
{
	struct bench_coverage c = bench_coverage_of(s, NULL);
	char *layouts = bench_coverage_layouts(&c);
	char *verified = bench_verified_text(s->manifest);

	bench_doc_add(doc, ITEM_HEADING, "What could not be decided, and why?");
	bench_doc_add(doc, ITEM_BULLET,
		      "%zu of %zu cells are resolved, %.0f %% by weight in "
		      "go-std.",
		      c.outcomes[OUTCOME_RESOLVED], c.cells, 100 * c.weight);
	add_open(doc, s, &c);
	add_noisy(doc, &c);
	if (c.outcomes[OUTCOME_UNMEASURED] > 0)
		bench_doc_add(doc, ITEM_BULLET,
			      "%zu have too little for any bound: the budget "
			      "ended before their first look.",
			      c.outcomes[OUTCOME_UNMEASURED]);
	add_refused(doc, s);
	bench_doc_add(doc, ITEM_BULLET,
		      "%zu of %zu blocks were disturbed. Layouts: %s.",
		      c.disturbed, c.blocks, layouts);
	bench_doc_add(doc, ITEM_BULLET, "%s", verified);
	free(layouts);
	free(verified);
}
