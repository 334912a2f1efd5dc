/* bench_explain_race.c - what the race of a cell saw, look by look */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_explain.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"
#include "bench_race.h"
#include "bench_text.h"
#include "bench_verified.h"

/* One run: a merged one is several, each with launches and a race of its own.
 */
struct part {
	const json_t *manifest; /* without cells where it was merged */
	unsigned first, n;      /* its launches */
};

/* A race that is run again. */
struct replay {
	const struct bench_cell_summary *of;
	struct part part;
	struct bench_race race;
	bool *was;        /* [entrant]: in, before the block */
	size_t strangers; /* blocks of others than those that are in */
	struct bench_table looks, changes;
};

static unsigned
integer(const json_t *object, const char *name)
{
	return (unsigned)json_integer_value(json_object_get(object, name));
}

static bool
is_part(const struct replay *r, const struct bench_block *b)
{
	return b->launch - r->part.first < r->part.n;
}

static bool
enters(const struct replay *r, const char *name)
{
	for (size_t i = 0; i < r->of->n_blocks; i++) {
		const struct bench_block *b = r->of->blocks[i];

		if (is_part(r, b) &&
		    bench_block_find(b, name) < b->n_candidates)
			return true;
	}
	return false;
}

/* In the first block are all that may be measured; who is in none of a part of
 * a merged run was not in its race. */
static struct bench_manifest_cell
cell_of(const struct replay *r)
{
	struct bench_manifest_cell cell = *r->of->cell;
	size_t size = cell.n_entrants * sizeof(*cell.entrants);

	cell.entrants = bench_alloc(size);
	memcpy(cell.entrants, r->of->cell->entrants, size);
	for (size_t i = 0; i < cell.n_entrants; i++)
		if (!enters(r, cell.entrants[i].name))
			cell.entrants[i].standing = STANDING_REFUSED;
	return cell;
}

static void
begin(struct replay *r)
{
	static const char *const looks[] = {
		">look",
		">rows",
		">blocks",
		">in",
		"leader",
		">regret up to",
		"placebo / baseline",
	};
	static const char *const changes[] = {
		">look", "candidate", "what", ">slower by at least", "than",
	};
	const json_t *m = r->part.manifest, *uniform;
	struct bench_race_rule rule = r->of->rule;

	uniform = json_object_get(m, "allocation");
	rule.launches = integer(m, "launches");
	rule.layouts = integer(m, "layouts");
	bench_race_begin_in(
		&r->race, cell_of(r), rule,
		json_is_string(uniform) &&
			strcmp(json_string_value(uniform), "uniform") == 0);
	r->race.limit = integer(m, "blocks");
	r->was = bench_alloc(r->race.manifest.n_entrants * sizeof(*r->was));
	r->looks = (struct bench_table){looks, ARRAY_LEN(looks), NULL, 0};
	r->changes = (struct bench_table){changes, ARRAY_LEN(changes), NULL, 0};
}

/* The blocks stay the summary's, the tables have become the document's. */
static void
end(struct replay *r)
{
	r->race.cell.n_blocks = 0;
	bench_race_end(&r->race);
	free(r->was);
}

/* Whether those that are in are those that the block has. */
static bool
expected(const struct replay *r, const struct bench_block *b)
{
	size_t n = 0;

	for (size_t i = 0; i < r->race.manifest.n_entrants; i++) {
		const char *name = r->race.manifest.entrants[i].name;

		if (!r->race.in[i])
			continue;
		if (bench_block_find(b, name) == b->n_candidates)
			return false;
		n++;
	}
	return n == b->n_candidates;
}

static size_t
count_in(const struct bench_race *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->manifest.n_entrants; i++)
		n += r->in[i];
	return n;
}

static void
put_look(struct replay *r, unsigned number)
{
	const struct bench_race *race = &r->race;
	const struct bench_cell_summary *c = &race->cell;

	bench_table_put(&r->looks, "%u", number);
	bench_table_put(&r->looks, "%zu", race->rows);
	bench_table_put(&r->looks, "%zu", c->n_blocks);
	bench_table_put(&r->looks, "%zu", count_in(race));
	bench_table_take(&r->looks, c->leader ? bench_verified_name(c->leader)
					      : bench_strdup("-"));
	bench_table_take(&r->looks, bench_text_percent(c->regret));
	if (c->has_placebo)
		bench_table_put(&r->looks, "%.3f to %.3f%s", c->placebo.lo,
				c->placebo.hi,
				c->placebo_within   ? ", within epsilon"
				: c->placebo_beyond ? ", beyond epsilon"
						    : "");
	else
		bench_table_put(&r->looks, "none");
}

/* Entrant i was in and is not, or the other way round. */
static void
put_change(struct replay *r, unsigned number, size_t i)
{
	const struct bench_cell_summary *c = &r->race.cell;
	const struct bench_estimate *e = &c->estimates[i];
	bool contender =
		r->race.manifest.entrants[i].standing == STANDING_CONTENDER;
	bool proved = contender && e->ratio_lo > 1 + c->rule.epsilon;

	bench_table_put(&r->changes, "%u", number);
	bench_table_take(&r->changes, bench_verified_name(e));
	bench_table_put(&r->changes, "%s",
			r->race.in[i] ? "is back"
			: proved      ? "dropped out"
			: contender   ? "the cell needs it no more"
				      : "a bound, measured to the first look");
	bench_table_take(&r->changes,
			 proved ? bench_text_percent(e->ratio_lo - 1)
				: bench_strdup("-"));
	bench_table_take(&r->changes, proved ? bench_verified_name(c->leader)
					     : bench_strdup("-"));
}

static void
step(struct replay *r, struct bench_block *b)
{
	struct bench_race *race = &r->race;
	size_t n = race->manifest.n_entrants, next = race->next;
	unsigned number;

	r->strangers += !expected(r, b);
	memcpy(r->was, race->in, n * sizeof(*r->was));
	bench_race_add(race, b);
	if (race->next == next)
		return;
	number = bench_looks_number(&race->looks, race->rows);
	put_look(r, number);
	for (size_t i = 0; i < n; i++)
		if (race->in[i] != r->was[i])
			put_change(r, number, i);
}

/* Why nothing more was measured. */
static void
add_end(struct bench_doc *doc, const struct replay *r)
{
	const struct bench_race *race = &r->race;
	const struct bench_cell_summary *c = &race->cell;
	char *epsilon = bench_text_percent(c->rule.epsilon);

	if (race->limit)
		bench_doc_add(doc, ITEM_LINE,
			      "The plan fixes %u blocks a cell: nobody dropped "
			      "out, and it was not looked at meanwhile.",
			      race->limit);
	else if (race->closed && c->placebo_beyond)
		bench_doc_add(doc, ITEM_LINE,
			      "It stopped because the placebo is proved to be "
			      "more than %s from its baseline: more rounds "
			      "cannot mend that, and nothing is chosen. What "
			      "is in use is settled beside the leader.",
			      epsilon);
	else if (race->closed && c->outcome == OUTCOME_RESOLVED)
		bench_doc_add(
			doc, ITEM_LINE,
			"It stopped because it is resolved: the leader's "
			"regret is at most %s%s. What is in use is proved "
			"slower, or within as much of it.",
			epsilon,
			c->has_placebo ? ", and so is the placebo's "
					 "distance from its baseline"
				       : "");
	else if (race->closed)
		bench_doc_add(doc, ITEM_LINE,
			      "It stopped after %u looks, the most that a race "
			      "has.",
			      BENCH_LOOKS_MAX);
	else
		bench_doc_add(doc, ITEM_LINE,
			      "It is open: the run ended at row %zu, and the "
			      "next look is at %zu.",
			      race->rows, race->next);
	free(epsilon);
}

static const char *
row_word(const struct bench_cell_summary *c)
{
	if (bench_estimate_by_launch(c))
		return "launch";
	return bench_estimate_is_raw(&c->cell->cell) ? "round" : "block";
}

/* Moves the rows into a table of the document. */
static void
add_table(struct bench_doc *doc, const struct bench_table *t)
{
	if (t->n_cells > 0)
		*bench_doc_add_table(doc, t->columns, t->n_columns) = *t;
}

static void
add_part(struct bench_doc *doc, struct replay *r)
{
	size_t n = 0;

	begin(r);
	for (size_t i = 0; i < r->of->n_blocks; i++)
		if (is_part(r, r->of->blocks[i])) {
			step(r, r->of->blocks[i]);
			n++;
		}
	if (r->race.limit == 0 && n > 0) {
		bench_doc_add(doc, ITEM_LINE,
			      "A row is a %s; the first look wants %zu. At "
			      "each look all intervals of the cell hold "
			      "together, and all looks, in %g %% of races.",
			      row_word(&r->race.cell), r->race.looks.first,
			      100 * (1 - r->race.looks.delta));
		add_table(doc, &r->looks);
		if (r->changes.n_cells > 0)
			bench_doc_add(doc, ITEM_LINE,
				      "Who was no longer measured, or again:");
		add_table(doc, &r->changes);
	}
	if (r->strangers)
		bench_doc_add(doc, ITEM_LINE,
			      "%zu of %zu blocks have measured others than "
			      "this program would have: what stands here is "
			      "how it sees them.",
			      r->strangers, n);
	if (n > 0)
		add_end(doc, r);
	else
		bench_doc_add(doc, ITEM_LINE, "Nothing was measured.");
	end(r);
}

void
bench_explain_race(struct bench_doc *doc, const struct bench_summary *s,
		   const struct bench_cell_summary *cell)
{
	json_t *source,
		*sources = json_object_get(s->manifest->json, "sources");
	struct part part = {s->manifest->json, 0, UINT_MAX};
	size_t i;

	bench_doc_add(doc, ITEM_HEADING, "Race");
	if (!sources) {
		add_part(doc, &(struct replay){.of = cell, .part = part});
		return;
	}
	part.n = 0;
	json_array_foreach (sources, i, source) {
		part.first += part.n;
		part.n = integer(source, "launches");
		part.manifest = json_object_get(source, "manifest");
		bench_doc_add(doc, ITEM_LINE, "Run %zu of %zu:", i + 1,
			      json_array_size(sources));
		add_part(doc, &(struct replay){.of = cell, .part = part});
	}
}
