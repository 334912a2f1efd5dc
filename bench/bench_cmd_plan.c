/* bench_cmd_plan.c - framebench plan: cells, time and hard cap; runs nothing */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "bench_options.h"
#include "bench_share.h"
#include "bench_table.h"

/* What a sample costs, with what is done around it; measured on one machine of
 * 2 GHz and good for planning only. A cycle of the collector comes to each
 * sample that is filled before marking. */
#define RAW_SAMPLE_S   150e-6
#define HEAP_SAMPLE_S  800e-6
#define CYCLE_SAMPLE_S 5e-3

/* Rounds up to a first look: as the plan says, or 12 of a raw operation and 8
 * blocks of any other (bench_estimate_looks), of two rounds as a rule. */
static double
rounds_of(const struct bench_plan *plan, const struct bench_plan_cell *c)
{
	if (plan->blocks)
		return plan->blocks * plan->rounds;
	return c->x.op->raw ? 12 : 16;
}

static double
cell_seconds(const struct bench_plan *plan, const struct bench_plan_cell *c)
{
	double sample = bench_fills_before_cycle(&c->x) ? CYCLE_SAMPLE_S
			: c->x.op->raw                  ? RAW_SAMPLE_S
							: HEAP_SAMPLE_S;
	size_t n = 0;

	for (size_t i = 0; i < c->n_contestants; i++)
		n += c->contestants[i].standing != STANDING_REFUSED;
	return sample * (double)n * rounds_of(plan, c);
}

static void
print_cells(const struct bench_plan *plan)
{
	static const enum bench_axis axes[] = {
		AXIS_OP,         AXIS_CLIENT, AXIS_WORKLOAD, AXIS_SIZE,
		AXIS_POPULATION, AXIS_PHASE,  AXIS_RELATION};
	const char *columns[ARRAY_LEN(axes) + 1];
	struct bench_table t = {columns, ARRAY_LEN(columns), NULL, 0};

	for (size_t i = 0; i < ARRAY_LEN(axes); i++)
		columns[i] = bench_axis_names[axes[i]];
	columns[ARRAY_LEN(axes)] = ">candidates";
	for (size_t i = 0; i < plan->n_cells; i++) {
		const struct bench_plan_cell *c = &plan->cells[i];

		for (size_t k = 0; k < ARRAY_LEN(axes); k++)
			bench_table_put(&t, "%s", c->cell.axis[axes[k]]);
		bench_table_put(&t, "%zu", c->n_contestants);
	}
	bench_table_print(&t, TABLE_TEXT, stdout);
	bench_table_clear(&t);
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
	for (unsigned i = 1; i <= o->shards; i++) {
		printf("framebench run %s --seed=%llu --shard=%u/%u", o->plan,
		       (unsigned long long)o->seed, i, o->shards);
		if (o->budget_s)
			printf(" --budget=%gs", o->budget_s);
		putchar('\n');
	}
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
	if (plan)
		status = bench_share_plan(plan, topo);
	if (plan && o.print_shards) {
		print_shards(&o);
		status = bench_flush(stdout, "standard output");
	} else if (plan) {
		double cap = o.budget_s ? o.budget_s : plan->budget_s;

		printf("%zu cells; expected time %.0f s%s, hard cap %.0f "
		       "s\n\n",
		       plan->n_cells, MIN(plan_seconds(plan), cap),
		       plan->blocks ? ""
				    : " to a first look at each, then until "
				      "all are resolved",
		       cap);
		print_cells(plan);
		status = bench_flush(stdout, "standard output");
	}
	if (plan)
		bench_plan_free(plan);
	bench_topo_free(topo);
	return status;
}
