/* bench_report_page.c - what a report says, in the order that readers ask */
// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_coverage.h"
#include "bench_questions.h"
#include "bench_report.h"
#include "bench_text.h"
#include "bench_verified.h"

static void
add_choice(struct bench_doc *doc, const struct bench_report *r)
{
	bench_questions_add(doc, r->summary, r->choice, BENCH_EPSILON);
	bench_doc_add(doc, ITEM_HEADING, "Winners");
	bench_choice_table(r->choice, doc);
	bench_choice_notes(r->choice, doc);
	bench_doc_add(
		doc, ITEM_LINE,
		"Regret is how much slower the choice can be at most than the "
		"best measured contender, 95 %% in each cell. Time is the "
		"choice's over the named one's, geometric mean over the "
		"cells.");
}

/* Those from `first` on that are folded, or not; returns how many. */
static size_t
add_some_figures(struct bench_doc *doc, const struct bench_report *r,
		 size_t first, bool folded)
{
	size_t i = first;

	for (; i < r->n_figures && r->figures[i].folded == folded; i++)
		bench_doc_add_figure(doc, r->dir, r->figures[i].path);
	return i - first;
}

static void
add_figures(struct bench_doc *doc, const struct bench_report *r)
{
	bench_doc_add(doc, ITEM_HEADING, "Figures");
	if (r->n_figures == 0)
		bench_doc_add(doc, ITEM_LINE, "None could be drawn.");
	size_t n = add_some_figures(doc, r, 0, false);
	if (n == r->n_figures)
		return;
	bench_doc_add(doc, ITEM_FOLD_BEGIN, "Barriers by size: %zu figures",
		      r->n_figures - n);
	add_some_figures(doc, r, n, true);
	bench_doc_add(doc, ITEM_FOLD_END, "%s", "");
}

static void
put_estimate(struct bench_table *t, const struct bench_cell *cell,
	     const struct bench_estimate *e)
{
	size_t size = bench_cell_size(cell);

	bench_table_take(t,
			 size ? bench_text_size(size) : bench_strdup("mixed"));
	bench_table_take(t, bench_verified_name(e));
	bench_table_take(t, bench_text_number(e->value));
	bench_table_take(t, bench_text_interval(e->lo, e->hi));
	bench_table_take(t, bench_text_number(e->ratio));
	bench_table_take(t, bench_text_interval(e->ratio_lo, e->ratio_hi));
	bench_table_take(t, isnan(e->share) ? bench_strdup("-")
					    : bench_text_percent(e->share));
	bench_table_put(t, "%zu", e->n);
	bench_table_put(t, "%s", bench_verdict_names[e->verdict]);
	bench_table_put(t, "%s", e->reason);
}

static void
add_estimates(struct bench_doc *doc, const struct bench_group *group)
{
	static const char *const columns[] = {
		"size",    "candidate",
		">ns/op",  ">95 % interval",
		">x best", ">95 % interval",
		">share",  ">rounds",
		"verdict", "why",
	};
	struct bench_table *t =
		bench_doc_add_table(doc, columns, ARRAY_LEN(columns));

	for (size_t i = 0; i < group->n_cells; i++) {
		const struct bench_cell_summary *cell = group->cells[i];
		for (size_t k = 0; k < cell->n_estimates; k++)
			put_estimate(t, &cell->cell->cell, &cell->estimates[k]);
	}
}

static bool
has_counters(const struct bench_group *group)
{
	for (size_t i = 0; i < group->n_cells; i++) {
		const struct bench_cell_summary *cell = group->cells[i];
		for (size_t k = 0; k < cell->n_estimates; k++)
			if (cell->estimates[k].counters[COUNTER_entries] > 0 ||
			    cell->estimates[k].counters[COUNTER_greyed] > 0)
				return true;
	}
	return false;
}

static void
put_counters(struct bench_table *t, const struct bench_cell *cell,
	     const struct bench_estimate *e)
{
	static const enum bench_counter shown[] = {
		COUNTER_entries,   COUNTER_flushes, COUNTER_flush_ns,
		COUNTER_marker_ns, COUNTER_greyed,  COUNTER_marked_bytes,
	};
	size_t size = bench_cell_size(cell);

	bench_table_take(t,
			 size ? bench_text_size(size) : bench_strdup("mixed"));
	bench_table_take(t, bench_verified_name(e));
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		bench_table_take(t, bench_text_number(e->counters[shown[i]]));
}

/* What a barrier puts off on others, beside the time that it takes itself. */
static void
add_counters(struct bench_doc *doc, const struct bench_group *group)
{
	static const char *const columns[] = {
		"size",      "candidate",  ">entries", ">flushes",
		">flush ns", ">marker ns", ">greyed",  ">marked bytes",
	};

	if (!has_counters(group))
		return;
	bench_doc_add(
		doc, ITEM_LINE,
		"Per operation; flush ns are part of the time, and so are "
		"marker ns, which the marker spends:");
	struct bench_table *t =
		bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < group->n_cells; i++) {
		const struct bench_cell_summary *cell = group->cells[i];
		for (size_t k = 0; k < cell->n_estimates; k++)
			if (cell->estimates[k].n > 0)
				put_counters(t, &cell->cell->cell,
					     &cell->estimates[k]);
	}
}

static void
add_cells(struct bench_doc *doc, const struct bench_report *r)
{
	struct bench_groups groups =
		bench_group_cells(r->summary, BENCH_AXIS_BIT(AXIS_SIZE));

	bench_doc_add(doc, ITEM_HEADING, "Cells");
	for (size_t i = 0; i < groups.n; i++) {
		const struct bench_group *group = &groups.groups[i];
		char *name =
			bench_group_describe(group, ~BENCH_AXIS_BIT(AXIS_SIZE));
		bench_doc_add(doc, ITEM_FOLD_BEGIN, "%s", name);
		add_estimates(doc, group);
		add_counters(doc, group);
		bench_doc_add(doc, ITEM_FOLD_END, "%s", "");
		free(name);
	}
	bench_groups_free(&groups);
}

static void
add_coverage(struct bench_doc *doc, const struct bench_report *r)
{
	const struct bench_summary *s = r->summary;
	char *verified = bench_verified_text(s->manifest);
	size_t standings[3] = {0};

	for (size_t i = 0; i < s->n_cells; i++) {
		const struct bench_manifest_cell *cell = s->cells[i].cell;

		for (size_t k = 0; k < cell->n_entrants; k++)
			standings[cell->entrants[k].standing]++;
	}
	bench_doc_add(doc, ITEM_HEADING, "Coverage");
	bench_coverage_add(doc, s, NULL);
	bench_doc_add(doc, ITEM_BULLET,
		      "entries in cells: %zu contenders, %zu bounds, %zu "
		      "refused; %zu blocks in the journal, %zu lines left out",
		      standings[STANDING_CONTENDER], standings[STANDING_BOUND],
		      standings[STANDING_REFUSED], s->n_blocks, s->skipped);
	bench_doc_add(doc, ITEM_BULLET, "%s", verified);
	free(verified);
}

static void
add_preflight(struct bench_doc *doc, const struct bench_report *r)
{
	static const char *const columns[] = {"state", "check", "meaning"};
	const json_t *checks =
		json_object_get(r->summary->manifest->json, "preflight");
	size_t i;
	json_t *check;

	bench_doc_add(doc, ITEM_HEADING, "Preflight");
	struct bench_table *t =
		bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	json_array_foreach (checks, i, check) {
		static const char *const keys[] = {"state", "name", "text"};
		for (size_t k = 0; k < ARRAY_LEN(keys); k++)
			bench_table_put(t, "%s",
					json_string_value(json_object_get(
						check, keys[k])));
	}
}

static void
add_machine(struct bench_doc *doc, const struct bench_report *r)
{
	static const char *const columns[] = {"what", "value"};
	json_t *machine =
		json_object_get(r->summary->manifest->json, "machine");
	const char *key;
	json_t *value;

	bench_doc_add(doc, ITEM_HEADING, "Machine");
	struct bench_table *t =
		bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	json_object_foreach (machine, key, value) {
		bench_table_put(t, "%s", key);
		if (json_is_string(value))
			bench_table_put(t, "%s", json_string_value(value));
		else
			bench_table_take(t, json_dumps(value, JSON_ENCODE_ANY));
	}
}

static void
add_limits(struct bench_doc *doc, const struct bench_report *r)
{
	static const char *const limits[] = {
		"A best is the best of those measured here, in the cells "
		"listed; nothing is said about others.",
		"Statements hold in each cell by itself, not in all cells "
		"together, and for the layouts that this run has sampled: "
		"about others it says something from 20 launches on.",
		"A tie is a result: no difference was proved, which is not "
		"the same as none.",
		"Bounds (floor, no barrier) do not do all of the work; they "
		"are drawn to show what is left to gain.",
		"Sizes between and beyond those measured are not known.",
		"Workloads named go-std are a static census of declarations, "
		"not of calls.",
	};

	bench_doc_add(doc, ITEM_HEADING, "What this does not say");
	if (r->provenance->is_virtual)
		bench_doc_add(doc, ITEM_BULLET,
			      "This was a virtual machine: its caches and CPU "
			      "model may be made up, and its host may have "
			      "been busy.");
	for (size_t i = 0; i < ARRAY_LEN(limits); i++)
		bench_doc_add(doc, ITEM_BULLET, "%s", limits[i]);
}

static void
add_repeat(struct bench_doc *doc, const struct bench_report *r)
{
	const struct bench_manifest *m = r->summary->manifest;

	bench_doc_add(doc, ITEM_HEADING, "How to repeat it");
	bench_doc_add(doc, ITEM_CODE,
		      "framebench run %s --seed=%s --budget=%gs",
		      bench_provenance_string(m, "plan"),
		      bench_provenance_string(m, "seed"),
		      json_number_value(json_object_get(m->json, "budget_s")));
	bench_doc_add(doc, ITEM_LINE,
		      "Commit %s, compiler %s, flags %s; plan hash %s, "
		      "candidates' hash %s.",
		      bench_provenance_string(m, "commit"),
		      bench_provenance_string(m, "compiler"),
		      bench_provenance_string(m, "flags"),
		      bench_provenance_string(m, "plan_hash"),
		      bench_provenance_string(m, "candidates_hash"));
}

struct bench_doc *
bench_report_page(const struct bench_report *r)
{
	char *title = bench_printf("framebench: %s", r->provenance->run);
	struct bench_doc *doc = bench_doc_new(title);

	free(title);
	bench_doc_add(doc, ITEM_LINE, "%s, %s", r->provenance->machine,
		      r->provenance->date);
	add_choice(doc, r);
	add_figures(doc, r);
	bench_report_findings(doc, r->summary);
	bench_report_ceilings(doc, r->summary);
	add_cells(doc, r);
	add_coverage(doc, r);
	add_preflight(doc, r);
	add_machine(doc, r);
	add_limits(doc, r);
	add_repeat(doc, r);
	return doc;
}
