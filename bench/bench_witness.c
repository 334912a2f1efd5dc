/* bench_witness.c - the cells of a policy in which it would fail first */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_witness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_json.h"
#include "bench_policy.h"

static const char *
string(const json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

/* What the choice may have cost in a cell: the upper end of its ratio, or
 * infinity where that is not known. */
static double
known_ratio(const json_t *cell, const char *choice)
{
	const json_t *hi =
		json_object_get(bench_json_candidate(cell, choice), "ratio_hi");

	return json_is_number(hi) ? json_number_value(hi) : INFINITY;
}

static const char *
axis(const json_t *cell, enum bench_axis i)
{
	return string(json_object_get(cell, "axes"), bench_axis_names[i]);
}

/* The worst cell of a row, of one size or with NULL of all. */
static const json_t *
worst_cell(const json_t *row, const json_t *size)
{
	const char *choice = string(row, "strategy");
	const json_t *worst = NULL;
	json_t *cell;
	size_t i;

	json_array_foreach (json_object_get(row, "cells"), i, cell) {
		if (json_is_integer(size) &&
		    strtoll(axis(cell, AXIS_SIZE), NULL, 10) !=
			    json_integer_value(size))
			continue;
		if (!worst ||
		    known_ratio(cell, choice) > known_ratio(worst, choice))
			worst = cell;
	}
	return worst;
}

static void
add_witness(struct bench_witnesses *w, double epsilon, const json_t *row,
	    const json_t *cell)
{
	const json_t *regret = json_object_get(row, "regret");

	for (size_t i = 0; i < w->n; i++)
		if (w->all[i].cell == cell)
			return;
	if (!cell || !bench_json_candidate(cell, string(row, "strategy")))
		return;
	w->all = bench_realloc(w->all, (w->n + 1) * sizeof(*w->all));
	w->all[w->n++] = (struct bench_witness){
		.cell = cell,
		.choice = string(row, "strategy"),
		.allowed = fmax(epsilon, json_number_value(regret)),
	};
}

static void
find(struct bench_witnesses *w, const json_t *policy)
{
	double epsilon = json_number_value(json_object_get(policy, "epsilon"));
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(policy, "rows"), i, row) {
		const json_t *first = json_object_get(row, "first_measured");
		const json_t *last = json_object_get(row, "last_measured");

		if (!string(row, "strategy"))
			continue;
		add_witness(w, epsilon, row, worst_cell(row, first));
		add_witness(w, epsilon, row, worst_cell(row, last));
		add_witness(w, epsilon, row, worst_cell(row, NULL));
	}
}

/* "bulk1,go1.12;buffer=64": those that the choice was made from. */
static char *
contenders(const json_t *cell)
{
	char *list = bench_strdup("");
	json_t *candidate;
	size_t i;

	json_array_foreach (json_object_get(cell, "candidates"), i, candidate) {
		const char *verdict = string(candidate, "verdict");
		if (strcmp(verdict, "bound") == 0 ||
		    strcmp(verdict, "refused") == 0)
			continue;
		char *longer = bench_printf("%s%s%s", list, *list ? "," : "",
					    string(candidate, "name"));
		free(list);
		list = longer;
	}
	return list;
}

/* A value, or NULL where the axis does not apply. */
static const char *
wanted(const json_t *cell, enum bench_axis i)
{
	const char *value = axis(cell, i);

	return strcmp(value, "-") == 0 ? NULL : value;
}

/* What may be asked for: with marking on, and on the heap, it is what it is. */
static const char *
wanted_prestate(const json_t *cell)
{
	const struct bench_op *op = bench_op_find(axis(cell, AXIS_OP));
	bool asked = op && op->raw &&
		     strcmp(axis(cell, AXIS_PHASE),
			    bench_phase_names[BENCH_OFF]) == 0;

	return asked ? wanted(cell, AXIS_PRESTATE) : NULL;
}

/* A raw operation with marking off has none. */
static const char *
wanted_markers(const json_t *cell)
{
	const char *markers = wanted(cell, AXIS_MARKERS);

	return markers && strcmp(markers, "0") == 0 ? NULL : markers;
}

/* Null is what was not known. */
static void
check_number(const json_t *object, const char *name, char **why)
{
	const json_t *value = json_object_get(object, name);

	if (!*why && !json_is_number(value) && !json_is_null(value))
		bench_json_unexpected(name, "a number or null", value, why);
}

static void
check_size(const json_t *object, const char *name, char **why)
{
	if (!json_is_null(json_object_get(object, name)))
		bench_json_uint(object, name, 1, BENCH_JSON_MAX_INT, why);
}

static void
check_candidate(const json_t *candidate, char **why)
{
	bench_json_member(candidate, "name", JSON_STRING, why);
	bench_json_member(candidate, "verdict", JSON_STRING, why);
	check_number(candidate, "ratio_hi", why);
}

/* Calls check for each element of an array. */
static void
check_each(const json_t *object, const char *name,
	   void (*check)(const json_t *element, char **why), char **why)
{
	json_t *array = bench_json_member(object, name, JSON_ARRAY, why);
	json_t *element;
	size_t i;

	json_array_foreach (array, i, element) {
		if (*why)
			return;
		check(element, why);
		bench_json_within(name, i, why);
	}
}

static void
check_cell(const json_t *cell, char **why)
{
	json_t *axes = bench_json_member(cell, "axes", JSON_OBJECT, why);

	bench_json_member(cell, "id", JSON_STRING, why);
	for (int i = 0; i < AXIS_COUNT; i++)
		bench_json_member(axes, bench_axis_names[i], JSON_STRING, why);
	check_each(cell, "candidates", check_candidate, why);
}

static void
check_row(const json_t *row, char **why)
{
	check_number(row, "regret", why);
	check_size(row, "first_measured", why);
	check_size(row, "last_measured", why);
	check_each(row, "cells", check_cell, why);
}

/* The evidence, which other commands do not read. */
static int
check_evidence(const json_t *policy, const char *path)
{
	char *why = NULL;

	bench_json_real(policy, "epsilon", 0, 1, &why);
	bench_json_u64(policy, "seed", &why);
	check_each(policy, "rows", check_row, &why);
	if (!why)
		return BENCH_OK;
	bench_error(BENCH_USAGE, "check: %s: %s", path, why);
	free(why);
	return BENCH_USAGE;
}

int
bench_witnesses_find(struct bench_witnesses *w, const json_t *policy,
		     const char *path)
{
	int status = check_evidence(policy, path);

	*w = (struct bench_witnesses){.n = 0};
	if (status)
		return status;
	find(w, policy);
	if (w->n == 0)
		return bench_error(
			BENCH_USAGE,
			"check: %s: expected a choice that was measured", path);
	return BENCH_OK;
}

void
bench_witnesses_free(struct bench_witnesses *w)
{
	free(w->all);
}

/* Of the cells that a plan has from `first` on, keeps the one of that id.
 * Whether there is one. */
static bool
keep_cell(struct bench_plan *plan, size_t first, const char *id)
{
	size_t kept = first;

	for (size_t i = first; i < plan->n_cells; i++)
		if (kept == first && strcmp(plan->cells[i].id, id) == 0)
			plan->cells[kept++] = plan->cells[i];
		else
			bench_plan_cell_free(&plan->cells[i]);
	plan->n_cells = kept;
	return kept > first;
}

static int
add_cell(struct bench_plan *plan, const struct bench_witness *w,
	 const struct bench_topo *topo)
{
	char *strategies = contenders(w->cell);
	const struct bench_selection selection = {
		.op = wanted(w->cell, AXIS_OP),
		.client = wanted(w->cell, AXIS_CLIENT),
		.abi = wanted(w->cell, AXIS_ABI),
		.workload = wanted(w->cell, AXIS_WORKLOAD),
		.population = wanted(w->cell, AXIS_POPULATION),
		.phase = wanted(w->cell, AXIS_PHASE),
		.relation = wanted(w->cell, AXIS_RELATION),
		.prestate = wanted_prestate(w->cell),
		.mutators = wanted(w->cell, AXIS_MUTATORS),
		.markers = wanted_markers(w->cell),
		.strategy = strategies,
	};
	const char *id = string(w->cell, "id"), *why = NULL;
	size_t n = plan->n_cells;
	int status = bench_selection_check(&selection);

	if (!status)
		status = bench_plan_add(plan, &selection, topo, &why);
	free(strategies);
	if (status)
		return status;
	if (!keep_cell(plan, n, id))
		return bench_error(BENCH_CANNOT,
				   "check: cell %s of the policy: this "
				   "program and machine have no such cell",
				   id);
	plan->cells[n].choice = w->choice;
	plan->cells[n].allowed = w->allowed;
	return BENCH_OK;
}

int
bench_witness_plan(struct bench_plan *plan, const char *path,
		   const struct bench_topo *topo)
{
	struct bench_witnesses w = {.n = 0};
	int status;

	plan->policy = bench_policy_read(path);
	status = plan->policy ? bench_witnesses_find(&w, plan->policy, path)
			      : BENCH_USAGE;
	for (size_t i = 0; i < w.n && !status; i++)
		status = add_cell(plan, &w.all[i], topo);
	bench_witnesses_free(&w);
	return status;
}
