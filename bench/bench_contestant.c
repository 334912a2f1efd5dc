/* bench_contestant.c - who competes in a cell, and on what standing */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_contestant.h"

#include <stdlib.h>
#include <string.h>

#include "bench_list.h"
#include "bench_loop.h"

static void
judge(struct bench_contestant *c, const struct bench_experiment *x)
{
	bool marking = bench_phase_marks(x->phase);
	const char *refusal = call_set_refusal(&c->set, x->op->uses, marking,
					       x->workload->words);
	const char *bound = x->op->protocol
				    ? "the end of marking is the collector's: "
				      "reported, never chosen by"
				    : call_set_bound(&c->set, x->op->uses);

	c->standing = refusal ? STANDING_REFUSED
		      : bound ? STANDING_BOUND
			      : STANDING_CONTENDER;
	c->reason = refusal ? refusal : bound ? bound : "";
}

static bool
entered(const struct bench_plan_cell *cell, const char *label)
{
	for (size_t i = 0; i < cell->n_contestants; i++)
		if (strcmp(cell->contestants[i].label, label) == 0)
			return true;
	return false;
}

static void
enter(struct bench_plan_cell *cell, const struct call_set *set)
{
	const char *label = call_set_label(set, cell->x.op->uses);
	struct bench_contestant *c;

	if (entered(cell, label))
		return;
	cell->contestants = bench_realloc(
		cell->contestants, (cell->n_contestants + 1) * sizeof(*c));
	c = &cell->contestants[cell->n_contestants++];
	*c = (struct bench_contestant){.set = *set,
				       .label = bench_strdup(label)};
	judge(c, &cell->x);
}

/* A strategy that an operation does not use would be `default` under another
 * name. */
static bool
uses(const struct bench_op *op, const struct strategy *s)
{
	return op->uses & 1u << s->kind;
}

/* Where the barrier is used it is what competes; the raw functions have cells
 * of their own. */
static bool
competes(const struct bench_op *op, const struct strategy *s)
{
	if (op->uses & CALL_USES_BARRIER)
		return s->kind == STRATEGY_BARRIER;
	return uses(op, s);
}

static void
enter_text(struct bench_plan_cell *cell, const char *text)
{
	struct call_set set;
	char error[256];

	CHECK(call_set_parse(&set, text, error, sizeof(error)));
	enter(cell, &set);
}

static void
enter_all(struct bench_plan_cell *cell)
{
	if (cell->x.op->uses & CALL_USES_BARRIER)
		enter_text(cell, "floor");
	for (size_t i = 0; i < strategy_count(); i++)
		if (competes(cell->x.op, strategy_at(i)))
			enter_text(cell, strategy_at(i)->name);
}

/* Pure loops bring their functions in place of a set's. */
static void
enter_loops(struct bench_plan_cell *cell)
{
	const struct bench_loop *loop;

	for (size_t i = 0; (loop = bench_loop_at(i)); i++) {
		struct bench_contestant *c;

		enter_text(cell, "default");
		c = &cell->contestants[i];
		free(c->label);
		c->loop = loop;
		c->label = bench_strdup(loop->name);
		c->standing = STANDING_BOUND;
		c->reason = "a pure loop: what the machine can do at most";
	}
}

bool
bench_contestants_enter(struct bench_plan_cell *cell, const char *strategies)
{
	struct bench_list list;

	if (cell->x.op->ceiling) {
		enter_loops(cell);
		return true;
	}
	if (!strategies) {
		enter_all(cell);
		return true;
	}
	list = bench_list_split(strategies);
	for (size_t i = 0; i < list.n; i++) {
		const struct strategy *s = strategy_find(list.words[i]);

		if (!s || uses(cell->x.op, s))
			enter_text(cell, list.words[i]);
	}
	bench_list_free(&list);
	return cell->n_contestants > 0;
}

/* Strategies that the user named, but this CPU cannot run. */
static int
check_usable(const struct call_set *set)
{
	const char *why = call_set_refusal(set, CALL_USES_ALL, false, true);

	if (!why)
		return BENCH_OK;
	return bench_error(BENCH_CANNOT, "--strategy=%s: %s", set->name, why);
}

int
bench_contestants_check(const char *strategies)
{
	struct bench_list list = bench_list_split(strategies);
	int status = BENCH_OK;

	for (size_t i = 0; i < list.n && status == BENCH_OK; i++) {
		struct call_set set;
		char error[256];

		if (call_set_parse(&set, list.words[i], error, sizeof(error)))
			status = check_usable(&set);
		else
			status = bench_error(BENCH_USAGE, "--strategy=%s: %s",
					     list.words[i], error);
	}
	bench_list_free(&list);
	return status;
}

void
bench_contestants_free(struct bench_plan_cell *cell)
{
	for (size_t i = 0; i < cell->n_contestants; i++)
		free(cell->contestants[i].label);
	free(cell->contestants);
}
