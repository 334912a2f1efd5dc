/* synthetic_run.c - runs whose truth is known, for what reads runs */
// SPDX-License-Identifier: BSD-3-Clause
#include "synthetic_run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test_util.h"

#define BLOCKS 8
#define ROUNDS 4
#define NOISE  0.01
#define ITERS  1000

char *
synthetic_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = bench_printf("%s/framebench.XXXXXX", tmp ? tmp : "/tmp");

	CHECK(mkdtemp(dir));
	return dir;
}

void
synthetic_remove(char *dir)
{
	CHECK(bench_remove_tree(dir));
	free(dir);
}

uint64_t
synthetic_seed(void)
{
	return test_seed_or(1);
}

/* Standard normal: the sum of 12 uniform numbers has variance 1. */
static double
normal(struct base_random *random)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += ldexp((double)base_random_next(random), -64);
	return sum;
}

static size_t
n_blocks(const struct synthetic_cell *cell)
{
	return cell->blocks ? cell->blocks : BLOCKS;
}

static size_t
n_rounds(const struct synthetic_cell *cell)
{
	return cell->rounds ? cell->rounds : ROUNDS;
}

static double
noise(const struct synthetic_cell *cell)
{
	return cell->noise < 0 ? 0 : cell->noise > 0 ? cell->noise : NOISE;
}

static void
shuffle(unsigned *order, size_t n, struct base_random *random)
{
	for (size_t i = 0; i < n; i++) {
		size_t j = base_random_below(random, i + 1);
		order[i] = order[j];
		order[j] = (unsigned)i;
	}
}

static struct bench_sample
draw(const struct synthetic_candidate *candidate, double factor)
{
	struct bench_sample s = {.ns = candidate->ns * ITERS * factor};

	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		s.counters[c] = (uint64_t)llround(candidate->per_op[c] * ITERS);
	return s;
}

/* The candidates that are in block `index`; returns how many. */
static size_t
present(const struct synthetic_cell *cell, unsigned index,
	const struct synthetic_candidate **in)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->n_candidates; i++) {
		const struct synthetic_candidate *c = &cell->candidates[i];
		if (c->standing != STANDING_REFUSED &&
		    index >= c->absent_blocks)
			in[n++] = c;
	}
	return n;
}

static struct bench_block *
fill(struct bench_block *b, const struct synthetic_candidate **in, double sd,
     struct base_random *random)
{
	for (size_t r = 0; r < b->n_rounds; r++) {
		/* Drift that all samples of a round share. */
		double drift = 1 + sd * normal(random);

		shuffle(&BENCH_BLOCK_AT(b, order, r, 0), b->n_candidates,
			random);
		for (size_t i = 0; i < b->n_candidates; i++)
			BENCH_BLOCK_AT(b, samples, r, i) = draw(
				in[i], fabs(drift * (1 + sd * normal(random))));
	}
	return b;
}

struct bench_block *
synthetic_block(const struct synthetic_cell *cell, unsigned index,
		struct base_random *random)
{
	const struct synthetic_candidate **in =
		bench_alloc(cell->n_candidates * sizeof(*in));
	char **names = bench_alloc(cell->n_candidates * sizeof(*names));
	size_t n = present(cell, index, in);
	struct bench_block *b = NULL;
	char id[BENCH_CELL_ID_SIZE];

	synthetic_cell_id(cell, id);
	for (size_t i = 0; i < n; i++)
		names[i] = (char *)in[i]->name;
	if (n > 0) {
		b = bench_block_new(id, n_rounds(cell), n, names);
		b->block = index;
		b->seed = base_random_next(random);
		b->iters = ITERS;
		b->evidence = json_pack("{s:s}", "phase", "synthetic");
		fill(b, in, noise(cell), random);
	}
	free(in);
	free(names);
	return b;
}

struct bench_manifest_cell
synthetic_manifest_cell(const struct synthetic_cell *cell)
{
	struct bench_manifest_cell m = {
		.entrants =
			bench_alloc(cell->n_candidates * sizeof(*m.entrants)),
		.n_entrants = cell->n_candidates,
	};

	for (int i = 0; i < AXIS_COUNT; i++)
		m.cell.axis[i] = (char *)(cell->axis[i] ? cell->axis[i] : "-");
	bench_cell_id(&m.cell, m.id);
	for (size_t i = 0; i < cell->n_candidates; i++) {
		const struct synthetic_candidate *c = &cell->candidates[i];
		m.entrants[i] = (struct bench_entrant){
			.name = (char *)c->name,
			.standing = c->standing,
			.reason = (char *)(c->standing ? "synthetic" : ""),
			.verified = !c->standing && !c->unverified,
		};
	}
	return m;
}

void
synthetic_cell_id(const struct synthetic_cell *cell,
		  char id[BENCH_CELL_ID_SIZE])
{
	struct bench_manifest_cell m = synthetic_manifest_cell(cell);

	memcpy(id, m.id, BENCH_CELL_ID_SIZE);
	free(m.entrants);
}

json_t *
synthetic_manifest(const struct synthetic_cell *cells, size_t n_cells)
{
	struct bench_manifest_cell *m = bench_alloc(n_cells * sizeof(*m));

	for (size_t i = 0; i < n_cells; i++)
		m[i] = synthetic_manifest_cell(&cells[i]);
	json_t *json = json_pack(
		"{s:i, s:s, s:s, s:s, s:f, s:i, s:i, s:s, s:s, s:s, s:s,"
		" s:{s:s}, s:[{s:s, s:s, s:s}], s:o}",
		"schema", 1, "plan", "synthetic", "plan_hash", "00000000",
		"seed", "18446744073709551615", "budget_s", 1.5, "blocks",
		BLOCKS, "rounds", ROUNDS, "commit", "none", "compiler", "none",
		"flags", "", "candidates_hash", "00000000", "machine",
		"model_name", "synthetic", "preflight", "name", "clock",
		"state", "ok", "text", "synthetic", "cells",
		bench_manifest_cells_json(m, n_cells));
	CHECK(json);
	for (size_t i = 0; i < n_cells; i++)
		free(m[i].entrants);
	free(m);
	return json;
}

/* Block k of every cell comes before block k + 1 of any. */
static void
write_journal(struct bench_journal *j, const struct synthetic_cell *cells,
	      size_t n_cells, struct base_random *random)
{
	bool more = true;

	for (unsigned index = 0; more; index++) {
		more = false;
		for (size_t i = 0; i < n_cells; i++) {
			if (index >= n_blocks(&cells[i]))
				continue;
			more = true;
			struct bench_block *b =
				synthetic_block(&cells[i], index, random);
			CHECK(!b || bench_journal_append(j, b) == BENCH_OK);
			bench_block_free(b);
		}
	}
}

void
synthetic_run_write(const char *dir, const struct synthetic_cell *cells,
		    size_t n_cells, uint64_t seed)
{
	struct base_random random = {seed};
	char *path = bench_printf("%s/manifest.json", dir);
	json_t *manifest = synthetic_manifest(cells, n_cells);
	struct bench_journal *j = bench_journal_open(dir);

	CHECK(j && bench_write_json(path, manifest) == BENCH_OK);
	write_journal(j, cells, n_cells, &random);
	bench_journal_close(j);
	json_decref(manifest);
	free(path);
}
