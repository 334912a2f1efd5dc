/* bench_questions.c - what a choice can cost, and what is left to gain */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_questions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"
#include "bench_extent.h"
#include "bench_group.h"
#include "bench_text.h"

/* Of what is worst so many are named. */
#define WORST 3

char *
bench_question_cell(const struct bench_cell_summary *c)
{
	const struct bench_group one = {.cells = &c, .n_cells = 1};

	return bench_group_describe(
		&one, BENCH_AXIS_BIT(AXIS_OP) | BENCH_AXIS_BIT(AXIS_WORKLOAD) |
			      BENCH_AXIS_BIT(AXIS_SIZE) |
			      BENCH_AXIS_BIT(AXIS_PHASE));
}

/* Bands by regret, the largest first; those without a bound last. */
static int
by_regret(const void *a, const void *b)
{
	double x = (*(const struct bench_band *const *)a)->regret;
	double y = (*(const struct bench_band *const *)b)->regret;

	return isnan(x) || isnan(y) ? isnan(x) - isnan(y) : (x < y) - (x > y);
}

static void
add_worst(struct bench_doc *doc, const struct bench_band **bands, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool mixed = bands[i]->first == 0;
		char *name = bench_band_name(bands[i]);
		char *choice = bench_band_choice(bands[i], "no choice");
		char *sizes = bench_band_sizes(bands[i]);
		char *regret = bench_text_percent(bands[i]->regret);
		char *ground = bench_band_ground(bands[i]);

		bench_doc_add(
			doc, ITEM_BULLET, "%s by at most %s: %s%s%s, %s (%s).",
			i ? "Then" : "The widest bound: slower", regret, name,
			mixed ? "" : ", ", mixed ? "" : sizes, choice, ground);
		free(name);
		free(choice);
		free(sizes);
		free(regret);
		free(ground);
	}
}

/* What the choices leave to the marker. */
static void
add_put_off(struct bench_doc *doc, const struct bench_choice *choice)
{
	struct bench_extent e = {NULL, NULL, 0};
	char *median, *most, *name;

	for (size_t i = 0; i < choice->n_bands; i++)
		for (size_t k = 0; k < choice->bands[i].n_cells; k++) {
			const struct bench_cell_summary *c =
				choice->bands[i].cells[k];
			const struct bench_estimate *of =
				choice->bands[i].choice
					? bench_estimate_find(
						  c, choice->bands[i].choice)
					: NULL;

			if (of && of->counters[COUNTER_marker_ns] > 0)
				bench_extent_add(
					&e,
					of->counters[COUNTER_marker_ns] /
						of->value,
					c);
		}
	if (e.n > 0) {
		median = bench_text_percent(bench_extent_median(&e));
		most = bench_text_percent(e.values[bench_extent_most(&e)]);
		name = bench_question_cell(e.cells[bench_extent_most(&e)]);
		bench_doc_add(doc, ITEM_BULLET,
			      "Of their time %s is the marker's, not the "
			      "mutator's, in the median of %zu cells with a "
			      "barrier; %s at most (%s).",
			      median, e.n, most, name);
		free(median);
		free(most);
		free(name);
	}
	bench_extent_clear(&e);
}

static void
add_cost(struct bench_doc *doc, const struct bench_choice *choice,
	 double epsilon)
{
	const struct bench_band **bands =
		bench_alloc((choice->n_bands + 1) * sizeof(*bands));
	size_t n = choice->n_bands, below = 0, unknown = 0;
	char *limit = bench_text_percent(epsilon);

	for (size_t i = 0; i < n; i++) {
		bands[i] = &choice->bands[i];
		below += bands[i]->regret <= epsilon;
		unknown += isnan(bands[i]->regret);
	}
	qsort(bands, n, sizeof(*bands), by_regret);
	bench_doc_add(doc, ITEM_HEADING, "What can it cost me?");
	bench_doc_add(doc, ITEM_BULLET,
		      "In %zu of %zu rows of the winners' table at most %s: no "
		      "contender is more than that much faster in any of their "
		      "cells (95 %% in each).",
		      below, n, limit);
	add_worst(doc, bands, MIN(n - below - unknown, WORST));
	if (unknown > 0)
		bench_doc_add(doc, ITEM_BULLET,
			      "Nobody knows in %zu of them: too little was "
			      "measured for a bound.",
			      unknown);
	add_put_off(doc, choice);
	free(limit);
	free(bands);
}

static bool
same_op_and_phase(const struct bench_band *a, const struct bench_band *b)
{
	return strcmp(a->axes->axis[AXIS_OP], b->axes->axis[AXIS_OP]) == 0 &&
	       strcmp(a->axes->axis[AXIS_PHASE], b->axes->axis[AXIS_PHASE]) ==
		       0;
}

/* Over all bands of the operation and phase of one: the choice's share of the
 * ceiling, or with the name of a bound that one's time over the choice's. */
static struct bench_extent
measure(const struct bench_choice *choice, const struct bench_band *of,
	const char *bound)
{
	struct bench_extent e = {NULL, NULL, 0};

	for (size_t i = 0; i < choice->n_bands; i++) {
		const struct bench_band *band = &choice->bands[i];

		if (!band->choice || !same_op_and_phase(band, of))
			continue;
		for (size_t k = 0; k < band->n_cells; k++) {
			const struct bench_cell_summary *c = band->cells[k];
			const struct bench_estimate *mine =
				bench_estimate_find(c, band->choice);
			const struct bench_estimate *least =
				bound ? bench_estimate_find(c, bound) : NULL;

			bench_extent_add(
				&e,
				!mine   ? NAN
				: bound ? (least ? least->value : NAN) /
						  mine->value
					: mine->share,
				c);
		}
	}
	return e;
}

/* "97.4 %" and "50.5 % at 3 KiB", or "-" twice. */
static void
put_share(struct bench_table *t, const struct bench_choice *choice,
	  const struct bench_band *band)
{
	struct bench_extent e = measure(choice, band, NULL);

	if (e.n == 0) {
		bench_table_put(t, "-");
		bench_table_put(t, "-");
		return;
	}
	size_t at = bench_extent_least(&e);
	size_t size = bench_cell_size(&e.cells[at]->cell->cell);
	char *least = bench_text_percent(e.values[at]);
	char *where = size ? bench_text_size(size) : bench_strdup("mixed");
	bench_table_take(t, bench_text_percent(bench_extent_median(&e)));
	bench_table_put(t, "%s, %s", least, where);
	free(least);
	free(where);
	bench_extent_clear(&e);
}

/* "floor 0.887, nobarrier 1.07": each bound that is no placebo. */
static void
put_bounds(struct bench_table *t, const struct bench_choice *choice,
	   const struct bench_band *band)
{
	const struct bench_cell_summary *c = band->cells[0];
	char *text = bench_strdup(""), *longer, *number;

	for (size_t i = 0; i < c->n_estimates; i++) {
		const char *name = c->estimates[i].candidate;
		struct bench_extent e;

		if (c->cell->entrants[i].standing != STANDING_BOUND ||
		    bench_estimate_baseline(c->cell, i) < c->n_estimates)
			continue;
		e = measure(choice, band, name);
		number = bench_text_number(bench_extent_median(&e));
		longer = bench_printf("%s%s%s %s", text, *text ? ", " : "",
				      name, number);
		free(number);
		free(text);
		text = longer;
		bench_extent_clear(&e);
	}
	bench_table_take(t, text);
}

static void
add_ceiling(struct bench_doc *doc, const struct bench_choice *choice)
{
	static const char *const columns[] = {"op", "phase", ">of the ceiling",
					      ">least, at", "bounds / choice"};
	struct bench_table *t;

	bench_doc_add(doc, ITEM_HEADING, "What is left, up to the ceiling?");
	bench_doc_add(
		doc, ITEM_LINE,
		"How near the choice comes to what pure loops or an "
		"empty call take, and the time of bounds, which do not do "
		"all of the work, over the choice's: medians over the "
		"cells of an operation and phase. What lies above 100 "
		"%% or 1 is noise.");
	t = bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < choice->n_bands; i++) {
		const struct bench_band *band = &choice->bands[i];
		size_t k = 0;

		while (k < i && !same_op_and_phase(&choice->bands[k], band))
			k++;
		if (k < i)
			continue;
		bench_table_put(t, "%s", band->axes->axis[AXIS_OP]);
		bench_table_put(t, "%s", band->axes->axis[AXIS_PHASE]);
		put_share(t, choice, band);
		put_bounds(t, choice, band);
	}
}

void
bench_questions_add(struct bench_doc *doc, const struct bench_summary *s,
		    const struct bench_choice *choice, double epsilon)
{
	bench_question_choice(doc, choice);
	add_cost(doc, choice, epsilon);
	add_ceiling(doc, choice);
	bench_question_axes(doc, s);
	bench_question_undecided(doc, s);
}
