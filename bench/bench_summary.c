/* bench_summary.c - a run read as a whole: manifest, journal, estimates */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_summary.h"

#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"
#include "bench_share.h"

const char *const bench_verdict_names[VERDICT_COUNT] = {
	[VERDICT_BEST] = "best",       [VERDICT_TIE] = "tie",
	[VERDICT_SLOWER] = "slower",   [VERDICT_UNRESOLVED] = "unresolved",
	[VERDICT_REFUSED] = "refused", [VERDICT_BOUND] = "bound",
};

const char *const bench_outcome_names[OUTCOME_COUNT] = {
	[OUTCOME_RESOLVED] = "resolved",
	[OUTCOME_OPEN] = "open",
	[OUTCOME_NOISY] = "noisy",
	[OUTCOME_UNMEASURED] = "unmeasured",
};

struct bench_race_rule
bench_summary_rule(const struct bench_manifest *m)
{
	const json_t *epsilon = json_object_get(m->json, "epsilon");
	const json_t *launches = json_object_get(m->json, "launches");
	const json_t *layouts = json_object_get(m->json, "layouts");

	return (struct bench_race_rule){
		.epsilon = epsilon ? json_number_value(epsilon) : BENCH_EPSILON,
		.delta = BENCH_DELTA,
		.cells = m->n_cells,
		.launches = (size_t)json_integer_value(launches),
		.layouts = (size_t)json_integer_value(layouts),
	};
}

/* Cell id -> index. */
static json_t *
index_cells(const struct bench_manifest *m)
{
	json_t *index = json_object();

	for (size_t i = 0; i < m->n_cells; i++)
		json_object_set_new(index, m->cells[i].id,
				    json_integer((json_int_t)i));
	return index;
}

static void
add_block(struct bench_cell_summary *cell, struct bench_block *block)
{
	cell->blocks = bench_realloc(cell->blocks,
				     (cell->n_blocks + 1) * sizeof(block));
	cell->blocks[cell->n_blocks++] = block;
}

/* Deals the blocks out to their cells. */
static void
deal(struct bench_summary *s)
{
	json_t *index = index_cells(s->manifest);

	for (size_t i = 0; i < s->n_blocks; i++) {
		struct bench_block *b = s->blocks[i];
		const json_t *cell = json_object_get(index, b->cell);
		if (cell) {
			add_block(&s->cells[json_integer_value(cell)], b);
			continue;
		}
		bench_error(BENCH_USAGE,
			    "%s/samples.jsonl: left out block %u of cell %s, "
			    "which the manifest has not",
			    s->run_dir, b->block, b->cell);
		s->skipped++;
	}
	json_decref(index);
}

static void
estimate(struct bench_summary *s)
{
	s->n_cells = s->manifest->n_cells;
	s->cells = bench_alloc(s->n_cells * sizeof(*s->cells));
	for (size_t i = 0; i < s->n_cells; i++)
		s->cells[i] = (struct bench_cell_summary){
			.cell = &s->manifest->cells[i],
			.rule = bench_summary_rule(s->manifest)};
	deal(s);
	for (size_t i = 0; i < s->n_cells; i++)
		bench_estimate_cell(&s->cells[i]);
}

static struct bench_summary *
summarize(struct bench_summary *s)
{
	estimate(s);
	bench_share_fill(s);
	return s;
}

struct bench_summary *
bench_summary_read(const char *run_dir)
{
	struct bench_summary *s = bench_alloc(sizeof(*s));

	*s = (struct bench_summary){.run_dir = bench_strdup(run_dir)};
	s->manifest = bench_manifest_read(run_dir);
	if (s->manifest && bench_journal_read(run_dir, &s->blocks, &s->n_blocks,
					      &s->skipped) == BENCH_OK)
		return summarize(s);
	bench_summary_free(s);
	return NULL;
}

struct bench_summary *
bench_summary_of(const char *name, struct bench_manifest *manifest,
		 struct bench_block **blocks, size_t n_blocks)
{
	struct bench_summary *s = bench_alloc(sizeof(*s));

	*s = (struct bench_summary){.run_dir = bench_strdup(name),
				    .manifest = manifest,
				    .blocks = blocks,
				    .n_blocks = n_blocks};
	return summarize(s);
}

void
bench_summary_free(struct bench_summary *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_cells; i++) {
		free(s->cells[i].blocks);
		free(s->cells[i].estimates);
	}
	free(s->cells);
	for (size_t i = 0; i < s->n_blocks; i++)
		bench_block_free(s->blocks[i]);
	free(s->blocks);
	bench_manifest_free(s->manifest);
	free(s->run_dir);
	free(s);
}

const struct bench_estimate *
bench_estimate_find(const struct bench_cell_summary *cell, const char *name)
{
	for (size_t i = 0; i < cell->n_estimates; i++)
		if (strcmp(cell->estimates[i].candidate, name) == 0)
			return &cell->estimates[i];
	return NULL;
}
