/* bench_ceiling.c - what this machine stores and copies at most, in a moment */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_ceiling.h"

#include <stdlib.h>

#include "bench_progress.h"
#include "bench_sampler.h"
#include "bench_share.h"

/* Of a sample: long beside the clock and an interrupt, short beside a second
 * even where memory gives 1 GB/s. */
#define SAMPLE_BYTES ((size_t)4 << 20)
/* One may meet an interrupt. */
#define ROUNDS 2

/* Both operations, in the places from first to last. */
static int
add_places(struct bench_plan *plan, size_t first, size_t last, bool huge,
	   const char *mutators, const struct bench_topo *topo)
{
	static const char *const ops[] = {"store", "copy"};
	struct bench_prestate p = bench_prestate_usual;
	int status = BENCH_OK;

	p.content = CONTENT_ZERO;
	p.huge = huge;
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		for (p.place = first; p.place <= last && !status; p.place++)
			status = bench_share_add(plan, ops[i], &p, mutators,
						 topo);
	return status;
}

/* On one CPU and on all, small pages and huge ones. */
static int
add_levels(struct bench_plan *plan, size_t first, size_t last,
	   const struct bench_topo *topo)
{
	char *all = bench_printf("%zu", topo->n_cpus);
	int status = BENCH_OK;

	for (int huge = 0; huge <= 1 && !status; huge++)
		status = add_places(plan, first, last, huge, "1", topo);
	for (int huge = 0; huge <= 1 && !status; huge++)
		status = add_places(plan, first, last, huge, all, topo);
	free(all);
	return status;
}

/* Memory comes last, for to fault it in takes longer than all caches: the
 * deadline cuts off from there. */
static int
add_all(struct bench_plan *plan, enum bench_place last,
	const struct bench_topo *topo)
{
	int status = add_levels(plan, PLACE_L1, MIN(last, PLACE_L3), topo);

	if (!status && last == PLACE_DRAM)
		status = add_levels(plan, PLACE_DRAM, PLACE_DRAM, topo);
	return status;
}

static void
take_best(struct bench_ceiling *c, const struct bench_block *b)
{
	double bytes =
		(double)bench_cell_size(&c->cell->cell) * (double)b->iters;

	for (size_t r = 0; r < b->n_rounds; r++)
		for (size_t i = 0; i < b->n_candidates; i++) {
			double gb_s =
				bytes / BENCH_BLOCK_AT(b, samples, r, i).ns;

			if (c->gb_s >= gb_s)
				continue;
			c->gb_s = gb_s;
			/* The block has all of them: no loop is refused. */
			c->loop = c->cell->contestants[i].label;
		}
}

/* BENCH_OK too where this machine cannot, which was said. */
static int
measure(struct bench_ceilings *c, struct bench_sampler *s, size_t i)
{
	struct bench_plan_cell *cell = &c->plan->cells[i];
	const struct bench_turn turn = {.rounds = ROUNDS};
	struct bench_block *b = NULL;
	int status;

	cell->iters = SAMPLE_BYTES / bench_cell_size(&cell->cell);
	status = bench_sampler_block(s, cell, &turn, &b);
	if (b)
		take_best(&c->ceilings[i], b);
	else
		c->late |= status == BENCH_OK;
	bench_block_free(b);
	return status == BENCH_CANNOT ? BENCH_OK : status;
}

static int
measure_all(struct bench_ceilings *c, const struct bench_topo *topo,
	    double deadline_s)
{
	struct bench_sampler *s = bench_sampler_open(topo, deadline_s);
	int status = BENCH_OK;

	c->ceilings = bench_alloc(c->plan->n_cells * sizeof(*c->ceilings));
	for (size_t i = 0; i < c->plan->n_cells; i++)
		c->ceilings[i] =
			(struct bench_ceiling){&c->plan->cells[i], 0, NULL};
	for (size_t i = 0; i < c->plan->n_cells && !status && !c->late; i++) {
		c->late = bench_now_s() >= deadline_s;
		if (!c->late)
			status = measure(c, s, i);
	}
	bench_sampler_close(s);
	return status;
}

struct bench_ceilings *
bench_ceilings_measure(const struct bench_topo *topo, enum bench_place last,
		       double deadline_s)
{
	struct bench_ceilings *c = bench_alloc(sizeof(*c));
	int status;

	*c = (struct bench_ceilings){
		.plan = bench_alloc(sizeof(*c->plan)),
	};
	*c->plan = (struct bench_plan){.name = NULL};
	status = add_all(c->plan, last, topo);
	if (!status)
		status = measure_all(c, topo, deadline_s);
	if (!status)
		return c;
	bench_ceilings_free(c);
	return NULL;
}

void
bench_ceilings_free(struct bench_ceilings *c)
{
	bench_plan_free(c->plan);
	free(c->ceilings);
	free(c);
}
