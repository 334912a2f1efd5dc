/* bench_question_axes.c - where phase, relation and the like matter */
// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_extent.h"
#include "bench_findings.h"
#include "bench_questions.h"
#include "bench_text.h"

/* What a user may know or not; the others are what is asked for. */
static const enum bench_axis axes[] = {
	AXIS_PHASE,    AXIS_RELATION, AXIS_POPULATION,
	AXIS_PRESTATE, AXIS_MUTATORS, AXIS_MARKERS,
};

/* Steps of one axis that a page has room for: those that matter most. */
#define STEPS 4

/* From one word of an axis to another: all pairs of cells that differ in it. */
struct step {
	const char *from, *to;
	struct bench_extent times; /* of the best there, over the best here */
	size_t turns;              /* pairs with another winner, proved */
	double cost; /* the most that not to know of it costs in one of them */
};

struct steps {
	enum bench_axis axis;
	struct step *steps;
	size_t n;
};

static bool
is_said(const char *word, const char *unsaid)
{
	return strcmp(word, unsaid) != 0;
}

/* Whether an axis may differ beside that which is looked at. A phase decides
 * which populations there can be, and whether there is a marker anywhere; and
 * one size is one size, whatever list it comes from. */
static bool
follows(const struct bench_cell *a, const struct bench_cell *b,
	enum bench_axis of, enum bench_axis i)
{
	const char *x = a->axis[i], *y = b->axis[i];

	if (i == AXIS_WORKLOAD)
		return bench_cell_size(a) > 0 && strncmp(x, "size", 4) == 0 &&
		       strncmp(y, "size", 4) == 0;
	if (of != AXIS_PHASE)
		return false;
	return i == AXIS_POPULATION ||
	       (i == AXIS_RELATION && !(is_said(x, "-") && is_said(y, "-"))) ||
	       (i == AXIS_MARKERS && !(is_said(x, "0") && is_said(y, "0")));
}

static bool
differ_in(const struct bench_cell *a, const struct bench_cell *b,
	  enum bench_axis of)
{
	for (int i = 0; i < AXIS_COUNT; i++) {
		bool same = strcmp(a->axis[i], b->axis[i]) == 0;

		if (i == (int)of
			    ? same
			    : !same && !follows(a, b, of, (enum bench_axis)i))
			return false;
	}
	return is_said(a->axis[of], "-") && is_said(b->axis[of], "-");
}

/* The step in the direction in which its words came up first. */
static struct step *
find_step(struct steps *s, const struct bench_cell_summary **a,
	  const struct bench_cell_summary **b)
{
	const char *x = (*a)->cell->cell.axis[s->axis];
	const char *y = (*b)->cell->cell.axis[s->axis];

	for (size_t i = 0; i < s->n; i++) {
		struct step *step = &s->steps[i];
		const struct bench_cell_summary *other = *a;

		if (strcmp(step->from, x) == 0 && strcmp(step->to, y) == 0)
			return step;
		if (strcmp(step->from, y) != 0 || strcmp(step->to, x) != 0)
			continue;
		*a = *b;
		*b = other;
		return step;
	}
	s->steps = bench_realloc(s->steps, (s->n + 1) * sizeof(*s->steps));
	s->steps[s->n] = (struct step){.from = x, .to = y};
	return &s->steps[s->n++];
}

static void
add_pair(struct steps *s, const struct bench_cell_summary *a,
	 const struct bench_cell_summary *b)
{
	double cost_a = bench_findings_cost(a, b);
	double cost_b = bench_findings_cost(b, a);
	struct step *step;

	/* Figures that are out of range have no ratio. */
	if (!isfinite(b->leader->value / a->leader->value) ||
	    !isfinite(a->leader->value / b->leader->value))
		return;
	step = find_step(s, &a, &b);
	bench_extent_add(&step->times, b->leader->value / a->leader->value, b);
	if (cost_a <= 0 || cost_b <= 0)
		return;
	step->turns++;
	step->cost = MAX(step->cost, MAX(cost_a, cost_b));
}

static void
find_steps(struct steps *steps, const struct bench_summary *s)
{
	for (size_t i = 0; i < s->n_cells; i++)
		for (size_t k = i + 1; k < s->n_cells; k++)
			if (s->cells[i].leader && s->cells[k].leader &&
			    differ_in(&s->cells[i].cell->cell,
				      &s->cells[k].cell->cell, steps->axis))
				add_pair(steps, &s->cells[i], &s->cells[k]);
}

/* How far from no difference. */
static double
size_of(const struct step *step)
{
	return fabs(log(bench_extent_median(&step->times)));
}

static int
by_size(const void *a, const void *b)
{
	double x = size_of(a), y = size_of(b);

	return (x < y) - (x > y);
}

static char *
turns_text(const struct step *step)
{
	char *cost = bench_text_percent(step->cost), *text;

	text = step->turns == 0
		       ? bench_strdup("No other candidate is proved to win.")
		       : bench_printf("In %zu of them another candidate wins, "
				      "and not to know costs at least %s in "
				      "one.",
				      step->turns, cost);
	free(cost);
	return text;
}

static void
say_step(struct bench_doc *doc, const struct step *step, enum bench_axis axis)
{
	const struct bench_extent *e = &step->times;
	size_t most = bench_extent_most(e), least = bench_extent_least(e);
	char *median = bench_text_number(bench_extent_median(e));
	char *low = bench_text_number(e->values[least]);
	char *high = bench_text_number(e->values[most]);
	char *where = bench_question_cell(e->cells[most]);
	char *turns = turns_text(step);

	if (e->n == 1)
		bench_doc_add(doc, ITEM_BULLET,
			      "%s, %s to %s: %s times the time (%s). %s",
			      bench_axis_names[axis], step->from, step->to,
			      median, where, turns);
	else
		bench_doc_add(doc, ITEM_BULLET,
			      "%s, %s to %s: %s times the time in the median "
			      "of %zu pairs of cells, from %s to %s (%s). %s",
			      bench_axis_names[axis], step->from, step->to,
			      median, e->n, low, high, where, turns);
	free(median);
	free(low);
	free(high);
	free(where);
	free(turns);
}

/* Returns whether there was anything to say. */
static bool
add_axis(struct bench_doc *doc, const struct bench_summary *s,
	 enum bench_axis axis)
{
	struct steps steps = {.axis = axis};
	bool any;

	find_steps(&steps, s);
	any = steps.n > 0;
	if (any)
		qsort(steps.steps, steps.n, sizeof(*steps.steps), by_size);
	for (size_t i = 0; i < MIN(steps.n, STEPS); i++)
		say_step(doc, &steps.steps[i], axis);
	if (steps.n > STEPS)
		bench_doc_add(doc, ITEM_BULLET,
			      "%s: %zu more pairs of words matter less.",
			      bench_axis_names[axis], steps.n - STEPS);
	for (size_t i = 0; i < steps.n; i++)
		bench_extent_clear(&steps.steps[i].times);
	free(steps.steps);
	return any;
}

void
bench_question_axes(struct bench_doc *doc, const struct bench_summary *s)
{
	bool any = false;

	bench_doc_add(doc, ITEM_HEADING,
		      "Where do phase, relation and the rest matter?");
	for (size_t i = 0; i < ARRAY_LEN(axes); i++)
		any |= add_axis(doc, s, axes[i]);
	if (!any)
		bench_doc_add(doc, ITEM_BULLET,
			      "No two cells that compare differ in one of them "
			      "only.");
}
