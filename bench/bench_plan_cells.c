/* bench_plan_cells.c - the cells of a plan as a whole: shards, hash, manifest
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "bench_contestant.h"
#include "bench_hash.h"

void
bench_plan_cell_free(struct bench_plan_cell *c)
{
	bench_contestants_free(c);
	bench_cell_free(&c->cell);
}

bool
bench_plan_cell_refused(const struct bench_plan_cell *c)
{
	for (size_t i = 0; i < c->n_contestants; i++)
		if (c->contestants[i].standing != STANDING_REFUSED)
			return false;
	return true;
}

void
bench_plan_free(struct bench_plan *plan)
{
	for (size_t i = 0; i < plan->n_cells; i++)
		bench_plan_cell_free(&plan->cells[i]);
	for (size_t i = 0; i < plan->n_workloads; i++)
		bench_workload_close(plan->workloads[i]);
	free(plan->cells);
	free(plan->workloads);
	free(plan->name);
	json_decref(plan->policy);
	free(plan);
}

void
bench_plan_keep_shard(struct bench_plan *plan, unsigned i, unsigned n)
{
	size_t kept = 0;

	for (size_t k = 0; k < plan->n_cells; k++) {
		struct bench_plan_cell *c = &plan->cells[k];

		if (strtoull(c->id, NULL, 16) % n == i - 1)
			plan->cells[kept++] = *c;
		else
			bench_plan_cell_free(c);
	}
	plan->n_cells = kept;
}

void
bench_plan_hash(const struct bench_plan *plan, char hash[BENCH_CELL_ID_SIZE])
{
	uint64_t h = BENCH_HASH_INIT;

	for (size_t i = 0; i < plan->n_cells; i++) {
		const struct bench_plan_cell *c = &plan->cells[i];

		h = bench_hash_string(h, c->id);
		/* A file may change under its name. */
		if (c->x.workload->csv)
			h ^= c->x.workload->csv->digest;
		for (size_t k = 0; k < c->n_contestants; k++)
			h = bench_hash_string(h, c->contestants[k].label);
	}
	snprintf(hash, BENCH_CELL_ID_SIZE, "%016llx", (unsigned long long)h);
}

struct bench_manifest_cell
bench_plan_manifest_cell(const struct bench_plan_cell *cell)
{
	struct bench_manifest_cell m = {
		.cell = cell->cell,
		.entrants =
			bench_alloc(cell->n_contestants * sizeof(*m.entrants)),
		.n_entrants = cell->n_contestants,
	};

	for (size_t i = 0; i < cell->n_contestants; i++)
		m.entrants[i] = (struct bench_entrant){
			cell->contestants[i].label,
			cell->contestants[i].standing,
			(char *)cell->contestants[i].reason,
			cell->contestants[i].verified};
	memcpy(m.id, cell->id, sizeof(m.id));
	return m;
}

json_t *
bench_plan_cells_json(const struct bench_plan *plan)
{
	struct bench_manifest_cell *cells =
		bench_alloc((plan->n_cells + 1) * sizeof(*cells));
	json_t *json;

	for (size_t i = 0; i < plan->n_cells; i++)
		cells[i] = bench_plan_manifest_cell(&plan->cells[i]);
	json = bench_manifest_cells_json(cells, plan->n_cells);
	for (size_t i = 0; i < plan->n_cells; i++)
		free(cells[i].entrants);
	free(cells);
	return json;
}
