/* bench_summary.c - a run read as a whole: manifest, journal, estimates */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_summary.h"

#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"

const char *const bench_verdict_names[VERDICT_COUNT] = {
	[VERDICT_BEST] = "best",       [VERDICT_TIE] = "tie",
	[VERDICT_SLOWER] = "slower",   [VERDICT_UNRESOLVED] = "unresolved",
	[VERDICT_REFUSED] = "refused", [VERDICT_BOUND] = "bound",
};

/* The blocks of one cell, which the summary owns. */
struct share {
	struct bench_block **blocks;
	size_t n;
};

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

/* Deals the blocks out to their cells; the caller frees. */
static struct share *
deal(struct bench_summary *s)
{
	struct share *shares = bench_alloc(s->n_cells * sizeof(*shares));
	json_t *index = index_cells(s->manifest);

	memset(shares, 0, s->n_cells * sizeof(*shares));
	for (size_t i = 0; i < s->n_blocks; i++) {
		struct bench_block *b = s->blocks[i];
		const json_t *cell = json_object_get(index, b->cell);
		if (!cell) {
			bench_error(BENCH_USAGE,
				    "%s/samples.jsonl: left out block %u of "
				    "cell %s, which the manifest has not",
				    s->run_dir, b->block, b->cell);
			s->skipped++;
			continue;
		}
		struct share *share = &shares[json_integer_value(cell)];
		share->blocks = bench_realloc(share->blocks,
					      (share->n + 1) * sizeof(b));
		share->blocks[share->n++] = b;
	}
	json_decref(index);
	return shares;
}

static void
estimate(struct bench_summary *s)
{
	s->n_cells = s->manifest->n_cells;
	s->cells = bench_alloc(s->n_cells * sizeof(*s->cells));
	struct share *shares = deal(s);
	for (size_t i = 0; i < s->n_cells; i++) {
		s->cells[i].cell = &s->manifest->cells[i];
		bench_estimate_cell(&s->cells[i], shares[i].blocks,
				    shares[i].n);
		free(shares[i].blocks);
	}
	free(shares);
}

struct bench_summary *
bench_summary_read(const char *run_dir)
{
	struct bench_summary *s = bench_alloc(sizeof(*s));

	*s = (struct bench_summary){.run_dir = bench_strdup(run_dir)};
	s->manifest = bench_manifest_read(run_dir);
	if (s->manifest && bench_journal_read(run_dir, &s->blocks, &s->n_blocks,
					      &s->skipped) == BENCH_OK) {
		estimate(s);
		return s;
	}
	bench_summary_free(s);
	return NULL;
}

void
bench_summary_free(struct bench_summary *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_cells; i++)
		free(s->cells[i].estimates);
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
