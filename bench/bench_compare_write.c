/* bench_compare_write.c - a comparison as text and as JSON */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_compare.h"

#include <stdlib.h>

#include "bench_json.h"
#include "bench_provenance.h"
#include "bench_table.h"
#include "bench_text.h"
#include "bench_verified.h"

#define SCHEMA_VERSION 1
#define TEXT_WIDTH     78

static const char *const sides[2] = {"A", "B"};

static struct bench_provenance
provenance(const struct bench_summary *s)
{
	return bench_provenance_of(s->run_dir, s->manifest);
}

__attribute__((format(printf, 2, 3))) static void
say(FILE *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char *text = bench_vprintf(format, args);
	va_end(args);
	bench_text_wrap(f, "", "   ", text, TEXT_WIDTH);
	free(text);
}

static void
write_runs(const struct bench_compare *c, const json_t *different, FILE *f)
{
	const char *aspect;
	json_t *how;

	for (int i = 0; i < 2; i++) {
		struct bench_provenance p = provenance(c->run[i]);
		say(f, "%s: %s, %s, commit %s, %s", sides[i], p.run, p.date,
		    bench_provenance_string(c->run[i]->manifest, "commit"),
		    p.machine);
		bench_provenance_free(&p);
	}
	json_object_foreach ((json_t *)different, aspect, how)
		say(f, "As allowed, they differ: %s: %s", aspect,
		    json_string_value(how));
	fputc('\n', f);
}

/* Marked as in the run where it is unverified, or in both. */
static char *
name_of(const struct bench_pair *p)
{
	bool a = p->of[0]->unverified, b = p->of[1]->unverified;

	if (a == b)
		return bench_verified_name(p->of[1]);
	return bench_printf("%s (" BENCH_UNVERIFIED " in %s)",
			    p->of[1]->candidate, sides[b]);
}

static void
add_row(struct bench_table *t, const struct bench_pair *p)
{
	bool bound = p->of[1]->verdict == VERDICT_BOUND;
	char *name = name_of(p);

	bench_table_put(t, "%s", p->cell[1]->cell->id);
	bench_table_put(t, "%s%s", name, bound ? " (bound)" : "");
	free(name);
	bench_table_take(t, bench_text_number(p->of[0]->value));
	bench_table_take(t, bench_text_number(p->of[1]->value));
	bench_table_take(t, bench_text_number(p->ratio.mid));
	bench_table_take(t, bench_text_interval(p->ratio.lo, p->ratio.hi));
	bench_table_put(t, "%s%s", bench_change_names[p->change],
			p->together ? " *" : "");
	bench_table_take(t, bench_cell_text(&p->cell[1]->cell->cell));
}

/* What has changed, the slower ones first. */
static void
write_changes(const struct bench_compare *c, FILE *f)
{
	static const char *const columns[] = {
		"cell", "candidate", ">A, ns", ">B, ns", ">B/A", "95 %", "", "",
	};
	struct bench_table t = {columns, ARRAY_LEN(columns), NULL, 0};

	for (int change = CHANGE_SLOWER; change <= CHANGE_FASTER; change++)
		for (size_t i = 0; i < c->n_pairs; i++)
			if ((int)c->pairs[i].change == change)
				add_row(&t, &c->pairs[i]);
	if (t.n_cells > 0) {
		bench_table_print(&t, TABLE_TEXT, f);
		fputc('\n', f);
	}
	bench_table_clear(&t);
}

static void
write_lone(const struct bench_compare *c, FILE *f)
{
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < c->n_lone[side]; i++) {
			const struct bench_lone *l = &c->lone[side][i];
			char *cell = bench_cell_text(&l->cell->cell->cell);
			char *name = l->estimate
					     ? bench_verified_name(l->estimate)
					     : bench_strdup("");
			say(f, "Only %s has %s%scell %s: %s", sides[side], name,
			    l->estimate ? " in " : "", l->cell->cell->id, cell);
			free(name);
			free(cell);
		}
}

static void
write_counts(const struct bench_compare *c, FILE *f)
{
	say(f,
	    "%zu comparisons in %zu cells, threshold %.3g %%: %zu slower, %zu "
	    "faster, %zu same, %zu unclear, %zu unresolved.",
	    c->n_pairs, c->n_cells, 100 * c->threshold,
	    c->counts[CHANGE_SLOWER], c->counts[CHANGE_FASTER],
	    c->counts[CHANGE_SAME], c->counts[CHANGE_UNCLEAR],
	    c->counts[CHANGE_UNRESOLVED]);
	say(f,
	    "Each is judged by itself at 95 %%: were nothing slower than the "
	    "threshold, up to %.1f of them would seem so by chance. Marked * "
	    "are those that hold at 95 %% for all comparisons together: %zu "
	    "slower, %zu faster.",
	    bench_compare_false_alarms(c), c->together[CHANGE_SLOWER],
	    c->together[CHANGE_FASTER]);
}

void
bench_compare_text(const struct bench_compare *c, const json_t *different,
		   FILE *f)
{
	write_runs(c, different, f);
	write_changes(c, f);
	write_lone(c, f);
	write_counts(c, f);
}

static json_t *
run_json(const struct bench_summary *s)
{
	struct bench_provenance p = provenance(s);
	json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "run", p.run, "date",
				 p.date, "commit",
				 bench_provenance_string(s->manifest, "commit"),
				 "machine", p.machine);

	bench_provenance_free(&p);
	return json;
}

static json_t *
pair_json(const struct bench_pair *p)
{
	json_t *json = json_pack(
		"{s:s, s:o, s:s, s:b, s:b, s:b, s:I, s:I, s:s, s:b}", "cell",
		p->cell[1]->cell->id, "axes",
		bench_manifest_axes_json(&p->cell[1]->cell->cell), "candidate",
		p->of[1]->candidate, "bound",
		p->of[1]->verdict == VERDICT_BOUND, BENCH_UNVERIFIED "_a",
		p->of[0]->unverified, BENCH_UNVERIFIED "_b",
		p->of[1]->unverified, "n_a", (json_int_t)p->of[0]->n, "n_b",
		(json_int_t)p->of[1]->n, "change",
		bench_change_names[p->change], "together", p->together);

	CHECK(json);
	bench_json_set_number(json, "a", p->of[0]->value);
	bench_json_set_number(json, "b", p->of[1]->value);
	bench_json_set_number(json, "ratio", p->ratio.mid);
	bench_json_set_number(json, "lo", p->ratio.lo);
	bench_json_set_number(json, "hi", p->ratio.hi);
	return json;
}

static json_t *
lone_json(const struct bench_compare *c, int side)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n_lone[side]; i++) {
		const struct bench_lone *l = &c->lone[side][i];
		json_array_append_new(
			list,
			json_pack(
				"{s:s, s:o, s:s?, s:b}", "cell",
				l->cell->cell->id, "axes",
				bench_manifest_axes_json(&l->cell->cell->cell),
				"candidate",
				l->estimate ? l->estimate->candidate : NULL,
				BENCH_UNVERIFIED,
				l->estimate && l->estimate->unverified));
	}
	return list;
}

json_t *
bench_compare_json(const struct bench_compare *c, json_t *different)
{
	json_t *pairs = json_array();

	for (size_t i = 0; i < c->n_pairs; i++)
		json_array_append_new(pairs, pair_json(&c->pairs[i]));
	return json_pack(
		"{s:i, s:o, s:o, s:O, s:f, s:f, s:f, s:I, s:o, s:o, s:o}",
		"schema", SCHEMA_VERSION, "a", run_json(c->run[0]), "b",
		run_json(c->run[1]), "different", different, "threshold",
		c->threshold, "confidence", BENCH_STATS_COVERAGE,
		"false_alarms", bench_compare_false_alarms(c), "regressions",
		(json_int_t)c->regressions, "only_a", lone_json(c, 0), "only_b",
		lone_json(c, 1), "comparisons", pairs);
}
