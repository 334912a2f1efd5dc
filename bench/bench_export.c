/* bench_export.c - what the export formats share */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"

static void
find_in_estimate(const struct bench_estimate *e,
		 struct bench_export_counters *counters)
{
	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		counters->apply[c] |= e->counters[c] > 0;
	counters->share |= isfinite(e->share);
	counters->unverified |= e->unverified;
}

struct bench_export_counters
bench_export_find_counters(const struct bench_summary *s)
{
	struct bench_export_counters counters = {{false}, false, false};

	for (size_t i = 0; i < s->n_cells; i++)
		for (size_t k = 0; k < s->cells[i].n_estimates; k++)
			find_in_estimate(&s->cells[i].estimates[k], &counters);
	return counters;
}

unsigned
bench_export_threads(const struct bench_cell *cell)
{
	unsigned long n = strtoul(cell->axis[AXIS_MUTATORS], NULL, 10);

	return n > 0 ? (unsigned)n : 1;
}

static void
repeat(const struct bench_cell_summary *c, const struct bench_estimate *e,
       bench_export_each_fn *each, void *arg)
{
	struct bench_repetition r = {
		.cell = &c->cell->cell,
		.candidate = e->candidate,
		.unverified = e->unverified,
		.of = e->n,
	};

	for (size_t k = 0; k < c->n_blocks; k++) {
		const struct bench_block *b = c->blocks[k];
		size_t i = bench_estimate_uses(c, b)
				   ? bench_block_find(b, e->candidate)
				   : b->n_candidates;
		for (size_t round = 0;
		     i < b->n_candidates && round < b->n_rounds; round++) {
			r.sample = &BENCH_BLOCK_AT(b, samples, round, i);
			r.iters = b->iters;
			r.ns = bench_estimate_cost(r.cell, r.sample) /
			       (double)b->iters;
			each(arg, &r);
			r.index++;
		}
	}
}

void
bench_export_repetitions(const struct bench_summary *s,
			 bench_export_each_fn *each, void *arg)
{
	for (size_t i = 0; i < s->n_cells; i++)
		for (size_t k = 0; k < s->cells[i].n_estimates; k++) {
			const struct bench_estimate *e =
				&s->cells[i].estimates[k];
			if (e->n > 0)
				repeat(&s->cells[i], e, each, arg);
		}
}
