/* bench_cmd_plan.c - framebench plan: cells, time and hard cap; runs nothing */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "bench_options.h"
#include "bench_table.h"

/* What a sample costs, with what is done around it; measured on one machine of
 * 2 GHz and good for planning only. A cycle of the collector comes to each
 * sample that is filled before marking. */
#define RAW_SAMPLE_S   150e-6
#define HEAP_SAMPLE_S  800e-6
#define CYCLE_SAMPLE_S 5e-3

static double
cell_seconds(const struct bench_plan *plan, const struct bench_plan_cell *c)
{
	double sample = bench_fills_before_cycle(&c->x) ? CYCLE_SAMPLE_S
			: c->x.op->raw                  ? RAW_SAMPLE_S
							: HEAP_SAMPLE_S;
	size_t n = 0;

	for (size_t i = 0; i < c->n_contestants; i++)
		n += c->contestants[i].standing != STANDING_REFUSED;
	return sample * (double)(n * plan->blocks * plan->rounds);
}

static int
print_cells(const struct bench_plan *plan)
{
	struct bench_table *t = bench_table_new();
	int status;

	bench_table_row(t, 8, "op", "client", "workload", "size", "population",
			"phase", "relation", "candidates");
	for (size_t i = 0; i < plan->n_cells; i++) {
		char **a = plan->cells[i].cell.axis;
		char n[24];

		snprintf(n, sizeof(n), "%zu", plan->cells[i].n_contestants);
		bench_table_row(t, 8, a[AXIS_OP], a[AXIS_CLIENT],
				a[AXIS_WORKLOAD], a[AXIS_SIZE],
				a[AXIS_POPULATION], a[AXIS_PHASE],
				a[AXIS_RELATION], n);
	}
	status = bench_table_print(t, TABLE_TEXT, stdout);
	bench_table_free(t);
	return status;
}

static double
plan_seconds(const struct bench_plan *plan)
{
	double s = 0;

	for (size_t i = 0; i < plan->n_cells; i++)
		s += cell_seconds(plan, &plan->cells[i]);
	return s;
}

/* A command for each shard: which cells it has depends on their ids only. */
static void
print_shards(const struct bench_options *o)
{
	for (unsigned i = 1; i <= o->shards; i++)
		printf("framebench run %s --shard=%u/%u\n", o->plan, i,
		       o->shards);
}

int
bench_cmd_plan(int argc, char **argv)
{
	struct bench_options o;
	struct bench_topo *topo;
	struct bench_plan *plan;
	int status = bench_options_parse(&o, argc, argv,
					 "topology shards print-shards budget "
					 "seed");

	if (status != BENCH_OK)
		return status;
	if (!o.plan)
		return bench_error(BENCH_USAGE,
				   "plan: expected one of framebench list "
				   "plans");
	status = bench_topo_load(&topo, o.topology);
	if (status != BENCH_OK)
		return status;
	plan = bench_plan_make(o.plan, &o.selection, o.seed, topo, &status);
	if (plan && o.print_shards) {
		print_shards(&o);
		status = bench_flush(stdout, "standard output");
	} else if (plan) {
		double cap = o.budget_s ? o.budget_s : plan->budget_s;

		printf("%zu cells in %u blocks of %u rounds; expected time "
		       "%.0f s, hard cap %.0f s\n\n",
		       plan->n_cells, plan->blocks, plan->rounds,
		       MIN(plan_seconds(plan), cap), cap);
		status = print_cells(plan);
	}
	if (plan)
		bench_plan_free(plan);
	bench_topo_free(topo);
	return status;
}
