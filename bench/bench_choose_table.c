/* bench_choose_table.c - what was chosen, in words and as a table */
// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_choose.h"
#include "bench_doc.h"
#include "bench_text.h"
#include "bench_verified.h"

char *
bench_band_name(const struct bench_band *band)
{
	char *const *axis = band->axes->axis;
	bool has_abi = strcmp(axis[AXIS_ABI], "-") != 0;

	return bench_printf("%s%s%s%s%s%s, phase %s", axis[AXIS_OP],
			    has_abi ? ", " : "", has_abi ? axis[AXIS_ABI] : "",
			    has_abi ? " ABI" : "", band->first ? "" : ", ",
			    band->first ? "" : axis[AXIS_WORKLOAD],
			    axis[AXIS_PHASE]);
}

char *
bench_band_ground(const struct bench_band *band)
{
	char *text = bench_strdup("");
	size_t kinds = 0;

	for (int g = 0; g < GROUND_COUNT; g++)
		kinds += band->points[g] > 0;
	for (int g = 0; g < GROUND_COUNT; g++) {
		if (band->points[g] == 0)
			continue;
		char *longer = kinds == 1 ? bench_strdup(bench_ground_names[g])
					  : bench_printf("%s%s%s %zu", text,
							 text[0] ? ", " : "",
							 bench_ground_names[g],
							 band->points[g]);
		free(text);
		text = longer;
	}
	return text;
}

char *
bench_band_sizes(const struct bench_band *band)
{
	if (band->first == 0)
		return bench_strdup("mixed");
	char *first = bench_text_size(band->first);
	char *last = bench_text_size(band->last);
	char *text = band->first == band->last
			     ? bench_strdup(first)
			     : bench_printf("%s - %s", first, last);

	free(first);
	free(last);
	return text;
}

static char *
name_in(const struct bench_band *band, const char *candidate)
{
	return bench_verified_name_in(band->cells, band->n_cells, candidate);
}

char *
bench_band_choice(const struct bench_band *band, const char *none)
{
	return band->choice ? name_in(band, band->choice) : bench_strdup(none);
}

static void
put_incumbent(struct bench_table *t, const struct bench_band *band)
{
	char *ratio = bench_text_number(band->ratio);
	char *name = name_in(band, band->incumbent);

	bench_table_put(t, "%s x %s", ratio, name);
	free(ratio);
	free(name);
}

static void
put_ratio(struct bench_table *t, const struct bench_band *band)
{
	if (band->incumbent && strcmp(band->incumbent, band->choice) == 0)
		bench_table_put(t, "kept");
	else if (band->incumbent)
		put_incumbent(t, band);
	else
		bench_table_put(t, "-");
}

static void
add_row(struct bench_table *t, const struct bench_band *band)
{
	const struct bench_cell *axes = band->axes;

	bench_table_put(t, "%s", axes->axis[AXIS_OP]);
	bench_table_put(t, "%s", axes->axis[AXIS_ABI]);
	bench_table_put(t, "%s", axes->axis[AXIS_PHASE]);
	if (band->first)
		bench_table_take(t, bench_band_sizes(band));
	else
		bench_table_put(t, "%s", axes->axis[AXIS_WORKLOAD]);
	bench_table_take(t, bench_band_choice(band, "none"));
	bench_table_take(t, bench_band_ground(band));
	put_ratio(t, band);
	bench_table_take(t, bench_text_percent(band->regret));
	bench_table_put(t, "%zu", band->n_cells);
}

/* Of the workload's operations, and of its time. */
static void
put_shares(struct bench_table *t, const struct bench_band *band)
{
	if (isnan(band->ops)) {
		bench_table_put(t, "-");
		bench_table_put(t, "-");
		return;
	}
	bench_table_take(t, bench_text_percent(band->ops));
	bench_table_take(t, bench_text_percent(band->share));
}

void
bench_choice_table(const struct bench_choice *choice, struct bench_doc *doc)
{
	static const char *const columns[] = {
		"op",     "abi",       "phase",    "size",
		"choice", "verdict",   ">time",    ">regret up to",
		">cells", ">of calls", ">of time",
	};
	size_t n = ARRAY_LEN(columns) - (choice->weights ? 0 : 2);
	struct bench_table *t = bench_doc_add_table(doc, columns, n);

	for (size_t i = 0; i < choice->n_bands; i++) {
		add_row(t, &choice->bands[i]);
		if (choice->weights)
			put_shares(t, &choice->bands[i]);
	}
}

/* Bands first to last of one group, in one sentence. */
static void
add_total(const struct bench_choice *choice, size_t first, size_t last,
	  struct bench_doc *doc)
{
	double cost = 0, time = 0, old = 0;
	char *name = bench_band_name(&choice->bands[first]);

	for (size_t i = first; i <= last; i++) {
		cost += choice->bands[i].cost;
		time += choice->bands[i].time;
		old += choice->bands[i].incumbent_time;
	}
	char *slower = bench_text_percent(cost);
	char *ratio = bench_text_number(time / old);
	bench_doc_add(doc, ITEM_BULLET, "%s: in %s %s%s%s%s", name,
		      choice->weights->spec,
		      isnan(cost) ? "nobody knows what it costs"
				  : "it is slower than the best at each size "
				    "by at most ",
		      isnan(cost) ? "" : slower,
		      isnan(time / old) ? ""
					: "; its time is that of what is "
					  "in use times ",
		      isnan(time / old) ? "" : ratio);
	free(name);
	free(slower);
	free(ratio);
}

void
bench_choice_totals(const struct bench_choice *choice, struct bench_doc *doc)
{
	for (size_t i = 0, last; i < choice->n_bands; i = last + 1) {
		for (last = i; bench_band_continues(choice, last);)
			last++;
		if (choice->weights && choice->bands[i].first)
			add_total(choice, i, last, doc);
	}
}

static bool
has_contender(const struct bench_cell_summary *cell)
{
	for (size_t i = 0; i < cell->n_estimates; i++)
		if (!*cell->estimates[i].reason)
			return true;
	return false;
}

/* A reason that candidates share is said once. */
static bool
said_before(const struct bench_cell_summary *cell, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (strcmp(cell->estimates[i].reason,
			   cell->estimates[k].reason) == 0)
			return true;
	return false;
}

/* Why no candidate of a cell may be chosen. From malloc. */
static char *
no_contender_text(const struct bench_cell_summary *cell)
{
	char *text = bench_strdup("unresolved, no contender");

	for (size_t i = 0; i < cell->n_estimates; i++) {
		if (said_before(cell, i))
			continue;
		char *longer = bench_printf("%s%s%s", text, i ? "; " : ": ",
					    cell->estimates[i].reason);
		free(text);
		text = longer;
	}
	return text;
}

/* Why a cell does not choose, or not surely. From malloc. */
static char *
unresolved_text(const struct bench_cell_summary *cell)
{
	char *regret = bench_text_percent(cell->regret);
	char *text;

	if (!has_contender(cell))
		text = no_contender_text(cell);
	else if (cell->outcome == OUTCOME_UNMEASURED)
		text = bench_strdup("unresolved, too little for a bound");
	else if (cell->outcome == OUTCOME_NOISY || cell->placebo_beyond)
		text = bench_printf("unresolved, not chosen by: its placebo is "
				    "%.3f to %.3f times its baseline",
				    cell->placebo.lo, cell->placebo.hi);
	else
		text = bench_printf("unresolved, regret <= %s", regret);
	free(regret);
	return text;
}

static void
note_unresolved(const struct bench_cell_summary *cell, struct bench_doc *doc)
{
	char *name = bench_cell_text(&cell->cell->cell);
	char *why = unresolved_text(cell);

	bench_doc_add(doc, ITEM_BULLET, "%s: cell %s: %s", why, cell->cell->id,
		      name);
	free(why);
	free(name);
}

/* A run that its budget cut short has a line too many for each. */
#define NOTES 8

void
bench_choice_notes(const struct bench_choice *choice, struct bench_doc *doc)
{
	size_t n = 0;

	for (size_t i = 0; i < choice->n_bands; i++) {
		const struct bench_band *band = &choice->bands[i];
		for (size_t k = 0; k < band->n_cells; k++)
			if (band->cells[k]->outcome != OUTCOME_RESOLVED &&
			    n++ < NOTES)
				note_unresolved(band->cells[k], doc);
	}
	if (n > NOTES)
		bench_doc_add(doc, ITEM_BULLET,
			      "%zu more unresolved cells: the report has them",
			      n - NOTES);
}
