/* bench_explain.c - everything that is known of one cell of a run */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_explain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"
#include "bench_provenance.h"
#include "bench_stats.h"
#include "bench_text.h"
#include "bench_verified.h"

static void
add_coordinates(struct bench_doc *doc, const struct bench_summary *s,
		const struct bench_cell_summary *c)
{
	struct bench_provenance p =
		bench_provenance_of(s->run_dir, s->manifest);
	char *text = bench_cell_text(&c->cell->cell);
	char *regret = bench_text_percent(c->regret);
	char *leader = c->leader ? bench_verified_name(c->leader) : NULL;

	bench_doc_add(doc, ITEM_LINE, "%s", text);
	bench_doc_add(doc, ITEM_LINE, "Run %s, %s, commit %s, %s.", p.run,
		      p.date, bench_provenance_string(s->manifest, "commit"),
		      p.machine);
	bench_doc_add(doc, ITEM_LINE,
		      leader ? "%s leads, with a regret of at most %s."
			     : "Nothing is known to lead.",
		      leader, regret);
	free(leader);
	free(regret);
	free(text);
	bench_provenance_free(&p);
}

static void
add_estimates(struct bench_doc *doc, const struct bench_cell_summary *c)
{
	static const char *const columns[] = {
		"candidate", "verdict",      ">ns/op", ">95 %",   ">ratio",
		">95 %",     ">above floor", ">share", ">rounds", "reason",
	};
	struct bench_table *t;

	bench_doc_add(doc, ITEM_HEADING, "Candidates");
	t = bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < c->n_estimates; i++) {
		const struct bench_estimate *e = &c->estimates[i];
		bench_table_take(t, bench_verified_name(e));
		bench_table_put(t, "%s", bench_verdict_names[e->verdict]);
		bench_table_take(t, bench_text_number(e->value));
		bench_table_take(t, bench_text_interval(e->lo, e->hi));
		bench_table_take(t, bench_text_number(e->ratio));
		bench_table_take(t,
				 bench_text_interval(e->ratio_lo, e->ratio_hi));
		bench_table_take(t, bench_text_number(e->above_floor));
		bench_table_take(t, isnan(e->share)
					    ? bench_strdup("-")
					    : bench_text_percent(e->share));
		bench_table_put(t, "%zu", e->n);
		bench_table_put(t, "%s", e->reason);
	}
}

/* The times of a candidate an operation, as measured, sorted. */
static double *
samples_of(const struct bench_cell_summary *c, const char *candidate, size_t *n)
{
	double *ns = NULL;

	*n = 0;
	for (size_t i = 0; i < c->n_blocks; i++) {
		const struct bench_block *b = c->blocks[i];
		size_t k = bench_block_find(b, candidate);
		if (k == b->n_candidates || !bench_estimate_uses(c, b))
			continue;
		ns = bench_realloc(ns, (*n + b->n_rounds) * sizeof(*ns));
		for (size_t r = 0; r < b->n_rounds; r++)
			ns[(*n)++] = BENCH_BLOCK_AT(b, samples, r, k).ns /
				     (double)b->iters;
	}
	bench_stats_sort(ns, *n);
	return ns;
}

/* Smallest to largest in quarters: what a median and its interval hide. */
static void
add_samples(struct bench_doc *doc, const struct bench_cell_summary *c)
{
	static const char *const columns[] = {
		"candidate", ">samples", ">least", ">1/4",
		">median",   ">3/4",     ">most",  ">most/median",
	};
	struct bench_table *t;

	bench_doc_add(doc, ITEM_HEADING,
		      "Samples, ns/op, without what was left to the marker");
	t = bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < c->n_estimates; i++) {
		size_t n;
		double *ns = samples_of(c, c->estimates[i].candidate, &n);
		if (n == 0)
			continue;
		bench_table_take(t, bench_verified_name(&c->estimates[i]));
		bench_table_put(t, "%zu", n);
		for (size_t quarter = 0; quarter <= 4; quarter++)
			bench_table_take(t, bench_text_number(
						    ns[(n - 1) * quarter / 4]));
		bench_table_take(
			t, bench_text_number(ns[n - 1] / ns[(n - 1) / 2]));
		free(ns);
	}
}

static void
add_counters(struct bench_doc *doc, const struct bench_cell_summary *c)
{
	static const char *const columns[] = {"candidate", "counter", ">an op"};
	struct bench_table *t;

	bench_doc_add(doc, ITEM_HEADING, "Counters that are not 0");
	t = bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < c->n_estimates; i++)
		for (int k = 0; k < BENCH_COUNTER_COUNT; k++) {
			const struct bench_estimate *e = &c->estimates[i];
			if (!(e->counters[k] > 0))
				continue;
			bench_table_take(t, bench_verified_name(e));
			bench_table_put(t, "%s", bench_counter_names[k]);
			bench_table_put(t, "%.6g", e->counters[k]);
		}
}

static void
add_blocks(struct bench_doc *doc, const struct bench_cell_summary *c)
{
	static const char *const columns[] = {
		">block",  ">launch",  ">rounds",      ">candidates",
		">iters",  ">took ms", ">environment", ">stack",
		">buffer", "swapped",  "discarded",    "seed",
	};
	struct bench_table *t;

	bench_doc_add(doc, ITEM_HEADING, "Blocks");
	bench_doc_add(doc, ITEM_LINE, "%zu blocks, %zu of them disturbed%s.",
		      c->n_blocks, c->disturbed,
		      c->disturbed == 0 ? ""
		      : bench_disturbance_rules(c->disturbed, c->n_blocks)
			      ? ": so many that all count"
			      : ": left out of what is said above");
	t = bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < c->n_blocks; i++) {
		const struct bench_block *b = c->blocks[i];
		bench_table_put(t, "%u", b->block);
		bench_table_put(t, "%u", b->launch);
		bench_table_put(t, "%zu", b->n_rounds);
		bench_table_put(t, "%zu", b->n_candidates);
		bench_table_put(t, "%llu", (unsigned long long)b->iters);
		bench_table_take(t,
				 bench_text_number((double)b->took_ns / 1e6));
		bench_table_put(t, "%u", b->layout.environment);
		bench_table_put(t, "%u", b->layout.stack);
		bench_table_put(t, "%u", b->layout.buffer);
		bench_table_put(t, "%s", b->layout.swapped ? "yes" : "no");
		bench_table_put(t, "%s",
				b->discarded
					? bench_disturbance_names[b->discarded]
					: "-");
		bench_table_put(t, "%llu", (unsigned long long)b->seed);
	}
}

/* "memclr_sse2 memclr_libc ...": one round. */
static char *
round_text(const struct bench_cell_summary *c, const struct bench_block *b,
	   size_t round)
{
	char *text = bench_strdup("");

	for (size_t i = 0; i < b->n_candidates; i++) {
		char *name = bench_verified_name_in(
			&c, 1,
			b->candidates[BENCH_BLOCK_AT(b, order, round, i)]);
		char *longer = bench_printf("%s%s%s", text, i ? " " : "", name);
		free(name);
		free(text);
		text = longer;
	}
	return text;
}

static void
add_order(struct bench_doc *doc, const struct bench_cell_summary *c)
{
	bench_doc_add(doc, ITEM_HEADING, "Order, a line each round");
	for (size_t i = 0; i < c->n_blocks; i++) {
		const struct bench_block *b = c->blocks[i];
		for (size_t r = 0; r < b->n_rounds; r++) {
			char *text = round_text(c, b, r);
			bench_doc_add(doc, ITEM_CODE, "%u.%zu %s", b->block, r,
				      text);
			free(text);
		}
	}
}

static void
add_evidence(struct bench_doc *doc, const struct bench_cell_summary *c)
{
	static const char *const columns[] = {">block", "evidence", "value"};
	struct bench_table *t;
	const char *name;
	json_t *value;

	bench_doc_add(doc, ITEM_HEADING, "Evidence");
	t = bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < c->n_blocks; i++)
		json_object_foreach (c->blocks[i]->evidence, name, value) {
			char *text = json_dumps(value,
						JSON_ENCODE_ANY |
							JSON_REAL_PRECISION(6));
			bench_table_put(t, "%u", c->blocks[i]->block);
			bench_table_put(t, "%s", name);
			bench_table_take(t, text);
		}
}

struct bench_doc *
bench_explain(const struct bench_summary *s, const struct bench_cell_summary *c)
{
	char *title = bench_printf("Cell %s", c->cell->id);
	struct bench_doc *doc = bench_doc_new(title);

	free(title);
	add_coordinates(doc, s, c);
	add_estimates(doc, c);
	bench_explain_race(doc, s, c);
	add_samples(doc, c);
	add_counters(doc, c);
	add_blocks(doc, c);
	add_evidence(doc, c);
	add_order(doc, c);
	bench_explain_code(doc, s, c);
	return doc;
}
