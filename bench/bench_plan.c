/* bench_plan.c - from selections to cells */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_plan.h"

#include <stdlib.h>
#include <string.h>

#include "bench_contestant.h"
#include "bench_list.h"
#include "bench_resolve.h"

/* Words in a list of axes, in the order in which they are varied. They have
 * been checked. */
struct builder {
	struct bench_plan *plan;
	const struct bench_topo *topo;
	const struct bench_selection *sel;
	struct bench_list relations;
	int status;
	const char **why; /* the last combination was left out */
	bool says_more;   /* what *why says now, than what others would */
};

/* From 8 B to 64 MiB in steps and half steps. */
#define GRID_MAX 64

static int
fail(struct builder *b, int status)
{
	b->status = status;
	return status;
}

/* The first reason that says more stays: a cell could be but for the
 * strategies or the pre-state that were asked for. */
static void
leave_out(struct builder *b, const char *why, bool says_more)
{
	if (!b->says_more)
		*b->why = why;
	b->says_more = b->says_more || says_more;
}

static struct bench_workload *
workload(struct bench_plan *plan, const char *spec, enum call_abi abi)
{
	struct bench_workload *w;

	for (size_t i = 0; i < plan->n_workloads; i++) {
		w = plan->workloads[i];
		if (strcmp(w->spec, spec) == 0 && (w->own_abi || w->abi == abi))
			return w;
	}
	w = bench_workload_open_abi(spec, abi, plan->seed);
	if (!w)
		return NULL;
	plan->workloads = bench_realloc(plan->workloads,
					(plan->n_workloads + 1) *
						sizeof(*plan->workloads));
	plan->workloads[plan->n_workloads++] = w;
	return w;
}

static bool
is_new(const struct bench_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n_cells; i++)
		if (strcmp(plan->cells[i].id, id) == 0)
			return false;
	return true;
}

static int
find_cpus(struct builder *b, const char *word, unsigned cpus[2])
{
	struct bench_relation relation;

	CHECK(bench_relation_parse(word, &relation));
	if (!bench_topo_find(b->topo, &relation, cpus))
		return bench_error(BENCH_CANNOT,
				   "--relation=%s: no two usable CPUs of this "
				   "machine have it (see framebench topo)",
				   word);
	return BENCH_OK;
}

static void
add_cell(struct builder *b, const struct bench_experiment *x,
	 const char *relation, const char *spec)
{
	struct bench_plan *plan = b->plan;
	struct bench_plan_cell c = {.x = *x};
	const char *illegal;
	bool has_contestants;

	if (fail(b, find_cpus(b, relation, c.cpus)) != BENCH_OK)
		return;
	illegal = bench_resolve_markers(&c.x, b->topo, c.cpus);
	if (!illegal)
		illegal = bench_resolve(&c.x, b->topo, c.cpus[0]);
	if (illegal) {
		leave_out(b, illegal, true);
		return;
	}
	bench_plan_name_cell(&c, relation, spec);
	has_contestants = bench_contestants_enter(&c, b->sel->strategy);
	if (!has_contestants)
		leave_out(b, "the operation uses none of the strategies", true);
	if (!has_contestants || !is_new(plan, c.id)) {
		bench_plan_cell_free(&c);
		return;
	}
	plan->cells = bench_realloc(plan->cells,
				    (plan->n_cells + 1) * sizeof(*plan->cells));
	plan->cells[plan->n_cells++] = c;
}

/* As many markers as asked for, or one; none without a heap. */
static void
add_markers(struct builder *b, struct bench_experiment x, const char *relation,
	    const char *spec)
{
	struct bench_list list =
		bench_list_split(b->sel->markers ? b->sel->markers : "1");

	if (!bench_plan_needs_world(&x))
		add_cell(b, &x, relation, spec);
	else
		for (size_t i = 0; i < list.n && b->status == BENCH_OK; i++) {
			x.markers = bench_selection_threads(list.words[i]);
			add_cell(b, &x, relation, spec);
		}
	bench_list_free(&list);
}

/* As many mutators as asked for, or one. */
static void
add_mutators(struct builder *b, struct bench_experiment x, const char *relation,
	     const char *spec)
{
	struct bench_list list =
		bench_list_split(b->sel->mutators ? b->sel->mutators : "1");

	for (size_t i = 0; i < list.n && b->status == BENCH_OK; i++) {
		x.mutators = bench_selection_threads(list.words[i]);
		add_markers(b, x, relation, spec);
	}
	bench_list_free(&list);
}

/* Those asked for, or the usual one. */
static void
add_prestates(struct builder *b, struct bench_experiment x,
	      const char *relation, const char *spec)
{
	struct bench_list list;

	if (!b->sel->prestate) {
		x.prestate = bench_prestate_usual;
		add_mutators(b, x, relation, spec);
		return;
	}
	list = bench_list_split(b->sel->prestate);
	for (size_t i = 0; i < list.n && b->status == BENCH_OK; i++) {
		CHECK(bench_prestate_parse(list.words[i], &x.prestate) ==
		      BENCH_OK);
		add_mutators(b, x, relation, spec);
	}
	bench_list_free(&list);
}

static bool
can_exist(struct builder *b, const struct bench_experiment *x)
{
	const char *illegal = bench_experiment_illegal(x);

	if (illegal)
		leave_out(b, illegal, false);
	return !illegal;
}

/* The populations of an experiment: those asked for, or the whitest that can
 * be, because it costs most. */
static void
add_populations(struct builder *b, struct bench_experiment x,
		const char *relation, const char *spec)
{
	static const enum bench_population preferred[] = {POPULATION_WHITE,
							  POPULATION_MARKED};
	struct bench_list list;

	if (x.op->raw || !b->sel->population) {
		for (size_t i = 0; i < ARRAY_LEN(preferred); i++) {
			x.population = preferred[i];
			if (can_exist(b, &x)) {
				add_prestates(b, x, relation, spec);
				return;
			}
		}
		return;
	}
	list = bench_list_split(b->sel->population);
	for (size_t i = 0; i < list.n && b->status == BENCH_OK; i++) {
		x.population = (enum bench_population)bench_axis_word(
			"population", list.words[i], bench_population_names,
			POPULATION_COUNT);
		if (can_exist(b, &x))
			add_prestates(b, x, relation, spec);
	}
	bench_list_free(&list);
}

static void
add_relations(struct builder *b, const struct bench_experiment *x,
	      const char *spec)
{
	size_t n = bench_plan_needs_world(x) ? b->relations.n : 1;

	for (size_t i = 0; i < n && b->status == BENCH_OK; i++)
		add_populations(b, *x, b->relations.words[i], spec);
}

/* Calls add for each word of an axis that indexes a table; NULL: all of it. */
static void
each_word(struct builder *b, const char *axis, const char *words,
	  const char *const *table, size_t n, struct bench_experiment x,
	  const char *spec,
	  void (*add)(struct builder *b, struct bench_experiment x, int word,
		      const char *spec))
{
	struct bench_list list;

	if (!words) {
		for (size_t i = 0; i < n && b->status == BENCH_OK; i++)
			add(b, x, (int)i, spec);
		return;
	}
	list = bench_list_split(words);
	for (size_t i = 0; i < list.n && b->status == BENCH_OK; i++)
		add(b, x, bench_axis_word(axis, list.words[i], table, n), spec);
	bench_list_free(&list);
}

static void
add_phase(struct builder *b, struct bench_experiment x, int phase,
	  const char *spec)
{
	x.phase = (enum bench_phase)phase;
	add_relations(b, &x, spec);
}

static void
add_client(struct builder *b, struct bench_experiment x, int client,
	   const char *spec)
{
	x.client = (enum bench_client)client;
	if (!(x.op->clients & 1u << client)) {
		if (!*b->why)
			*b->why = "the operation does not have that client";
		return;
	}
	each_word(b, "phase", b->sel->phase, bench_phase_names, BENCH_PHASES, x,
		  spec, add_phase);
}

static void
add_in_abi(struct builder *b, const struct bench_op *op, const char *spec,
	   const char *one, enum call_abi abi)
{
	struct bench_experiment x = {.op = op, .seed = b->plan->seed};

	x.workload = workload(b->plan, one, abi);
	if (!x.workload) {
		fail(b, BENCH_USAGE);
		return;
	}
	if (b->sel->abi && x.workload->abi != abi) {
		leave_out(b, "the workload's frames are of the other ABI",
			  false);
		return;
	}
	each_word(b, "client", b->sel->client, bench_client_names, CLIENT_COUNT,
		  x, spec, add_client);
}

static bool
wants_abi(const struct builder *b, enum call_abi abi)
{
	struct bench_list list;
	bool wanted;

	if (!b->sel->abi)
		return abi == CALL_ABI_STACK;
	list = bench_list_split(b->sel->abi);
	wanted = bench_list_has(&list, bench_abi_names[abi]);
	bench_list_free(&list);
	return wanted;
}

/* spec is what the user wrote, one what stands for one cell of it. Without an
 * ABI that was asked for a workload has its own, or the stack's. */
static void
add_workload(struct builder *b, const struct bench_op *op, const char *spec,
	     const char *one)
{
	for (int abi = 0; abi < CALL_ABIS && b->status == BENCH_OK; abi++)
		if (wants_abi(b, (enum call_abi)abi))
			add_in_abi(b, op, spec, one, (enum call_abi)abi);
}

static void
add_grid(struct builder *b, const struct bench_op *op, const char *spec)
{
	size_t sizes[GRID_MAX], n = bench_workload_grid(spec, sizes, GRID_MAX);

	if (n == 0)
		fail(b, BENCH_USAGE);
	for (size_t i = 0; i < n && b->status == BENCH_OK; i++) {
		char *one = bench_printf("size:%zu", sizes[i]);

		add_workload(b, op, spec, one);
		free(one);
	}
}

static void
add_workloads(struct builder *b, const struct bench_op *op)
{
	const char *usual = b->sel->abi ? "go-std,go-std-register" : "go-std";
	struct bench_list list =
		bench_list_split(b->sel->workload ? b->sel->workload : usual);

	for (size_t i = 0; i < list.n && b->status == BENCH_OK; i++)
		if (strncmp(list.words[i], "sizes:", 6) == 0)
			add_grid(b, op, list.words[i]);
		else
			add_workload(b, op, list.words[i], list.words[i]);
	bench_list_free(&list);
}

/* All rows of that name: a client has one of them. */
static void
add_op(struct builder *b, const char *name)
{
	for (size_t i = 0; bench_ops[i] && b->status == BENCH_OK; i++)
		if (strcmp(bench_ops[i]->name, name) == 0)
			add_workloads(b, bench_ops[i]);
}

static void
add_ops(struct builder *b)
{
	struct bench_list list =
		bench_list_split(b->sel->op ? b->sel->op : "memclr");

	for (size_t i = 0; i < list.n && b->status == BENCH_OK; i++)
		add_op(b, list.words[i]);
	bench_list_free(&list);
}

static struct bench_list
relations_here(const struct bench_topo *topo)
{
	struct bench_list list = bench_list_split("self");
	char word[BENCH_RELATION_WORD_SIZE];

	for (size_t i = 0; i < topo->n_classes; i++) {
		bench_relation_word(&topo->classes[i].relation, word);
		bench_list_add(&list, word);
	}
	return list;
}

int
bench_plan_add(struct bench_plan *plan, const struct bench_selection *sel,
	       const struct bench_topo *topo, const char **why)
{
	struct builder b = {.plan = plan, .topo = topo, .sel = sel, .why = why};

	if (sel->strategy &&
	    (b.status = bench_contestants_check(sel->strategy)))
		return b.status;
	b.relations = sel->relation ? bench_list_split(sel->relation)
				    : relations_here(topo);
	add_ops(&b);
	bench_list_free(&b.relations);
	return b.status;
}
