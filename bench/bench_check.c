/* bench_check.c - whether a policy still holds where it would fail first */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_course.h"
#include "bench_estimate.h"
#include "bench_json.h"
#include "bench_vet.h"

const char *const bench_hold_names[HOLD_COUNT] = {
	[HOLD_HOLDS] = "holds",
	[HOLD_OPEN] = "open",
	[HOLD_STALE] = "stale",
};

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
add_witness(struct bench_check *c, const json_t *row, const json_t *cell)
{
	const json_t *regret = json_object_get(row, "regret");

	for (size_t i = 0; i < c->n; i++)
		if (c->witnesses[i].cell == cell)
			return;
	if (!cell || !bench_json_candidate(cell, string(row, "strategy")))
		return;
	c->witnesses =
		bench_realloc(c->witnesses, (c->n + 1) * sizeof(*c->witnesses));
	c->witnesses[c->n++] = (struct bench_witness){
		.cell = cell,
		.choice = string(row, "strategy"),
		.allowed = fmax(c->epsilon, json_number_value(regret)),
	};
}

static void
find_witnesses(struct bench_check *c)
{
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(c->policy, "rows"), i, row) {
		if (!string(row, "strategy"))
			continue;
		add_witness(c, row,
			    worst_cell(row,
				       json_object_get(row, "first_measured")));
		add_witness(
			c, row,
			worst_cell(row, json_object_get(row, "last_measured")));
		add_witness(c, row, worst_cell(row, NULL));
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

static int
set_up(struct bench_check *c, struct bench_witness *w, uint64_t seed)
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
	int status = BENCH_OK;

	w->plan = bench_plan_make(NULL, &selection, seed, c->topo, &status);
	free(strategies);
	for (size_t i = 0; w->plan && i < w->plan->n_cells; i++)
		if (strcmp(w->plan->cells[i].id, string(w->cell, "id")) == 0) {
			w->now = w->plan->cells[i];
			return BENCH_OK;
		}
	return status ? status
		      : bench_error(BENCH_CANNOT,
				    "check: cell %s of the policy: this "
				    "program and machine have no such cell",
				    string(w->cell, "id"));
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
bench_check_begin(struct bench_check *c, const json_t *policy, const char *path,
		  const struct bench_topo *topo)
{
	int status = check_evidence(policy, path);

	if (status)
		return status;
	*c = (struct bench_check){
		.policy = policy,
		.topo = topo,
		.epsilon =
			json_number_value(json_object_get(policy, "epsilon")),
	};
	find_witnesses(c);
	if (c->n == 0)
		return bench_error(
			BENCH_USAGE,
			"check: %s: expected a choice that was measured", path);
	for (size_t i = 0; i < c->n && !status; i++)
		status = set_up(c, &c->witnesses[i],
				strtoull(string(policy, "seed"), NULL, 10));
	return status;
}

void
bench_check_end(struct bench_check *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->witnesses[i].plan)
			bench_plan_free(c->witnesses[i].plan);
	free(c->witnesses);
}

enum bench_hold
bench_check_hold(double ratio_lo, double ratio_hi, double allowed)
{
	if (ratio_lo > 1 + allowed)
		return HOLD_STALE;
	return ratio_hi <= 1 + allowed ? HOLD_HOLDS : HOLD_OPEN;
}

static void
judge(struct bench_witness *w, const struct bench_cell_summary *s)
{
	const struct bench_estimate *e =
		s->estimates ? bench_estimate_find(s, w->choice) : NULL;

	w->hold = HOLD_OPEN;
	w->ratio = w->ratio_lo = w->ratio_hi = NAN;
	if (e && e->verdict == VERDICT_REFUSED)
		w->hold = HOLD_STALE;
	if (!e || e->n == 0 || !s->leader)
		return;
	w->leader = s->leader->candidate;
	w->rounds = e->n;
	w->ratio = e->ratio;
	w->ratio_lo = e->ratio_lo;
	w->ratio_hi = bench_estimate_most(s, e);
	w->hold = bench_check_hold(w->ratio_lo, w->ratio_hi, w->allowed);
}

/* The cells of all witnesses as one plan, which owns nothing. */
static struct bench_plan
join(const struct bench_check *c)
{
	struct bench_plan plan = {
		.name = (char *)"check",
		.seed = c->witnesses[0].plan->seed,
		.cells = bench_alloc(c->n * sizeof(*plan.cells)),
		.n_cells = c->n,
	};

	for (size_t i = 0; i < c->n; i++)
		plan.cells[i] = c->witnesses[i].now;
	return plan;
}

int
bench_check_run(struct bench_check *c, double budget_s)
{
	static const volatile sig_atomic_t never;
	struct bench_plan plan = join(c);
	struct bench_race_rule rule = {
		.epsilon = c->epsilon, .delta = BENCH_DELTA, .cells = c->n};
	struct bench_course course = {.topo = c->topo, .plan = &plan};

	json_decref(bench_vet_plan(&plan));
	bench_progress_start(&course.progress, 0, c->n, budget_s);
	bench_course_begin(&course, rule, false);
	for (size_t i = 0; i < c->n; i++)
		bench_race_settle(&course.races[i], c->witnesses[i].choice,
				  c->witnesses[i].allowed);
	int status = bench_course_run(&course, &never);
	bench_progress_end(&course.progress);
	for (size_t i = 0; i < c->n; i++) {
		judge(&c->witnesses[i], &course.races[i].cell);
		c->counts[c->witnesses[i].hold]++;
	}
	bench_course_end(&course);
	free(plan.cells);
	return status;
}
