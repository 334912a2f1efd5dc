/* bench_plan_name.c - a cell of a plan as words */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_plan.h"

#include <string.h>

bool
bench_plan_needs_world(const struct bench_experiment *x)
{
	return !x->op->raw || x->phase != BENCH_OFF;
}

static char *
size_word(const struct bench_workload *w)
{
	if (w->n_shapes > 1)
		return bench_strdup("-");
	return bench_printf("%zu", w->shapes[0].size);
}

/* A raw operation with one size is about no ABI's frames. */
static bool
has_frames(const struct bench_experiment *x)
{
	return !x->op->raw || (x->workload->n_shapes > 1 && !x->workload->csv);
}

void
bench_plan_name_cell(struct bench_plan_cell *c, const char *relation,
		     const char *spec)
{
	const struct bench_experiment *x = &c->x;
	char **a = c->cell.axis;
	bool world = bench_plan_needs_world(x);

	a[AXIS_OP] = bench_strdup(x->op->name);
	a[AXIS_CLIENT] = bench_strdup(bench_client_names[x->client]);
	a[AXIS_ABI] = bench_strdup(
		has_frames(x) ? bench_abi_names[x->workload->abi] : "-");
	a[AXIS_WORKLOAD] = bench_strdup(spec);
	a[AXIS_SIZE] = size_word(x->workload);
	a[AXIS_POPULATION] = bench_strdup(
		x->op->raw ? "-" : bench_population_names[x->population]);
	a[AXIS_PHASE] = bench_strdup(bench_phase_names[x->phase]);
	a[AXIS_RELATION] = bench_strdup(world ? relation : "-");
	a[AXIS_PRESTATE] = bench_prestate_word(&x->prestate);
	a[AXIS_MUTATORS] = bench_printf("%u", x->mutators);
	a[AXIS_MARKERS] = bench_printf("%u", x->markers);
	bench_cell_id(&c->cell, c->id);
}
