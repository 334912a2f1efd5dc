/* bench_share.c - how near a raw operation comes to what the machine can do */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_share.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_stream.h"

/* Of a ceiling's operation: one that two sides of fit any L1, and one that is
 * many of a loop's rounds and small beside any L2. */
#define L1_WORKLOAD "size:8192"
#define WORKLOAD    "size:65536"

static const char *
ceiling_op(const char *op)
{
	return strcmp(op, "memclr") == 0    ? "store"
	       : strcmp(op, "memmove") == 0 ? "copy"
					    : NULL;
}

/* Where a ceiling is measured for a pre-state: the same place and pages. False
 * where none applies: a fault is the kernel's time. */
static bool
ceiling_state(const struct bench_prestate *of, struct bench_prestate *p)
{
	*p = bench_prestate_usual;
	p->place = of->place;
	p->content = CONTENT_ZERO;
	p->huge = of->huge;
	return of->place != PLACE_UNSAID && of->place != PLACE_FRESH;
}

int
bench_share_add(struct bench_plan *plan, const char *op,
		const struct bench_prestate *p, const char *mutators,
		const struct bench_topo *topo)
{
	char *word = bench_prestate_word(p);
	const struct bench_selection sel = {
		.op = op,
		.workload = p->place == PLACE_L1 ? L1_WORKLOAD : WORKLOAD,
		.phase = "off",
		.relation = "self",
		.prestate = word,
		.mutators = mutators};
	const char *why = NULL;
	int status = bench_plan_add(plan, &sel, topo, &why);

	free(word);
	return status;
}

static int
plan_ceiling(struct bench_plan *plan, const struct bench_plan_cell *c,
	     const struct bench_topo *topo)
{
	const char *op = ceiling_op(c->x.op->name);
	struct bench_prestate p;

	if (!op || bench_plan_cell_refused(c) ||
	    !ceiling_state(&c->x.prestate, &p))
		return BENCH_OK;
	return bench_share_add(plan, op, &p, c->cell.axis[AXIS_MUTATORS], topo);
}

int
bench_share_plan(struct bench_plan *plan, const struct bench_topo *topo)
{
	/* Nothing is drawn of a policy's witnesses. */
	size_t n = plan->policy ? 0 : plan->n_cells;
	int status = BENCH_OK;

	for (size_t i = 0; i < n && status == BENCH_OK; i++) {
		/* Adding moves the cells. */
		struct bench_plan_cell c = plan->cells[i];

		status = plan_ceiling(plan, &c, topo);
	}
	return status;
}

static double
least_value(const struct bench_cell_summary *c)
{
	double least = NAN;

	for (size_t i = 0; i < c->n_estimates; i++)
		if (c->estimates[i].n > 0 && !(c->estimates[i].value >= least))
			least = c->estimates[i].value;
	return least;
}

/* The word of a cell's pre-state was made by this program, or by hand: then it
 * may be none. */
static bool
is_ceiling_of(const struct bench_cell *ceiling, const char *op,
	      const char *word, const struct bench_cell *cell)
{
	return strcmp(ceiling->axis[AXIS_OP], op) == 0 &&
	       strcmp(ceiling->axis[AXIS_PRESTATE], word) == 0 &&
	       strcmp(ceiling->axis[AXIS_MUTATORS],
		      cell->axis[AXIS_MUTATORS]) == 0;
}

double
bench_share_ns_per_byte(const struct bench_summary *s,
			const struct bench_cell *cell)
{
	const char *op = ceiling_op(cell->axis[AXIS_OP]);
	struct bench_prestate of, p;
	double ns = NAN;
	char *word;

	if (!op || !bench_prestate_is(cell->axis[AXIS_PRESTATE], &of) ||
	    !ceiling_state(&of, &p))
		return NAN;
	word = bench_prestate_word(&p);
	for (size_t i = 0; i < s->n_cells && isnan(ns); i++)
		if (is_ceiling_of(&s->cells[i].cell->cell, op, word, cell))
			ns = least_value(&s->cells[i]) /
			     (double)bench_cell_size(&s->cells[i].cell->cell);
	free(word);
	return ns;
}

/* Bytes of an operation: where sizes are mixed, what a block's evidence says.
 */
static double
bytes_of(const struct bench_cell_summary *c)
{
	size_t size = bench_cell_size(&c->cell->cell);
	const json_t *bytes = NULL;

	if (size > 0)
		return (double)size;
	if (c->n_blocks > 0)
		bytes = json_object_get(c->blocks[0]->evidence, "bytes");
	return json_is_number(bytes) ? json_number_value(bytes) : NAN;
}

static double
floor_of(const struct bench_cell_summary *c)
{
	for (size_t i = 0; i < c->n_estimates; i++)
		if (isfinite(c->estimates[i].above_floor))
			return c->estimates[i].value -
			       c->estimates[i].above_floor;
	return 0;
}

static void
fill_cell(const struct bench_summary *s, struct bench_cell_summary *c)
{
	double least = bench_share_ns_per_byte(s, &c->cell->cell) * bytes_of(c);

	if (least < floor_of(c))
		least = floor_of(c);
	for (size_t i = 0; i < c->n_estimates; i++) {
		struct bench_estimate *e = &c->estimates[i];

		e->share = e->n > 0 && e->verdict != VERDICT_BOUND
				   ? least / e->value
				   : NAN;
	}
}

void
bench_share_fill(struct bench_summary *s)
{
	for (size_t i = 0; i < s->n_cells; i++)
		fill_cell(s, &s->cells[i]);
}
