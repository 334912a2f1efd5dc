/* bench_point.c - where a policy decides: all cells that it cannot tell apart
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_point.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_op.h"

void *
bench_point_append(void *array, size_t *n, size_t size)
{
	array = bench_realloc(array, (*n + 1) * size);
	++*n;
	return array;
}

static void
add_name(struct bench_points *c, const char *name)
{
	for (size_t i = 0; i < c->n_names; i++)
		if (strcmp(c->names[i], name) == 0)
			return;
	c->names = bench_point_append(c->names, &c->n_names, sizeof(*c->names));
	c->names[c->n_names - 1] = name;
}

static bool
is_mixed(const struct bench_cell *cell)
{
	return bench_cell_size(cell) == 0;
}

static bool
same(const struct bench_cell *a, const struct bench_cell *b,
     enum bench_axis axis)
{
	return strcmp(a->axis[axis], b->axis[axis]) == 0;
}

/* One group makes one table of sizes in a policy. */
static bool
same_group(const struct bench_cell *a, const struct bench_cell *b)
{
	return same(a, b, AXIS_OP) && same(a, b, AXIS_ABI) &&
	       same(a, b, AXIS_PHASE) && is_mixed(a) == is_mixed(b) &&
	       (!is_mixed(a) || same(a, b, AXIS_WORKLOAD));
}

static struct bench_point *
find_point(struct bench_points *c, const struct bench_cell *cell)
{
	size_t size = bench_cell_size(cell), group = c->n_points;

	for (size_t i = 0; i < c->n_points; i++) {
		if (!same_group(c->points[i].axes, cell))
			continue;
		if (c->points[i].size == size)
			return &c->points[i];
		group = c->points[i].group;
	}
	c->points =
		bench_point_append(c->points, &c->n_points, sizeof(*c->points));
	struct bench_point *p = &c->points[c->n_points - 1];
	*p = (struct bench_point){.axes = cell,
				  .group = group,
				  .size = size,
				  .ops = NAN,
				  .share = NAN};
	return p;
}

/* Groups in the order of the manifest, sizes upwards. */
static int
compare_points(const void *a, const void *b)
{
	const struct bench_point *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->size > y->size) - (x->size < y->size);
}

/* What no policy decides. */
static bool
is_protocol(const struct bench_cell_summary *cell)
{
	const struct bench_op *op =
		bench_op_find(cell->cell->cell.axis[AXIS_OP]);

	return op && (op->protocol || op->ceiling);
}

static void
collect(struct bench_points *c, const struct bench_summary *s)
{
	for (size_t i = 0; i < s->n_cells; i++) {
		const struct bench_cell_summary *cell = &s->cells[i];
		struct bench_point *p;

		if (is_protocol(cell))
			continue;
		p = find_point(c, &cell->cell->cell);
		p->cells = bench_point_append(p->cells, &p->n_cells,
					      sizeof(*p->cells));
		p->cells[p->n_cells - 1] = cell;
		for (size_t k = 0; k < cell->n_estimates; k++)
			add_name(c, cell->estimates[k].candidate);
	}
	qsort(c->points, c->n_points, sizeof(*c->points), compare_points);
}

static bool
is_contender(const struct bench_estimate *e)
{
	return e && e->verdict != VERDICT_REFUSED &&
	       e->verdict != VERDICT_BOUND;
}

/* How much slower than any other contender of its cell a candidate can be at
 * most, 95 %. By way of the leader, so that it errs on the safe side. */
static double
cell_regret(const struct bench_cell_summary *cell,
	    const struct bench_estimate *e)
{
	double regret = e->ratio_hi * (1 + cell->regret) - 1;

	/* Not fmax, which would make nothing of a NAN. */
	return regret < 0 ? 0 : regret;
}

double
bench_point_regret(const struct bench_cell_summary *const *cells, size_t n,
		   const char *name)
{
	double worst = 0;

	for (size_t i = 0; i < n; i++) {
		const struct bench_estimate *e =
			bench_estimate_find(cells[i], name);
		double regret =
			is_contender(e) ? cell_regret(cells[i], e) : NAN;
		if (isnan(regret))
			return NAN;
		worst = MAX(worst, regret);
	}
	return worst;
}

static bool
may_be_chosen(const struct bench_point *p, const char *name)
{
	for (size_t i = 0; i < p->n_cells; i++)
		if (!is_contender(bench_estimate_find(p->cells[i], name)))
			return false;
	return true;
}

static bool
good_in_cell(const struct bench_cell_summary *cell, const char *name,
	     double epsilon)
{
	const struct bench_estimate *e = bench_estimate_find(cell, name);

	return is_contender(e) && (e->verdict != VERDICT_SLOWER ||
				   cell_regret(cell, e) <= epsilon);
}

static bool
good_at(const struct bench_point *p, const char *name, double epsilon)
{
	for (size_t i = 0; i < p->n_cells; i++)
		if (!good_in_cell(p->cells[i], name, epsilon))
			return false;
	return true;
}

/* Whether there is a bound to choose by in every cell, and nothing against it.
 */
static bool
is_decidable(const struct bench_point *p)
{
	for (size_t i = 0; i < p->n_cells; i++)
		if (isnan(p->cells[i]->regret) ||
		    p->cells[i]->outcome == OUTCOME_NOISY ||
		    p->cells[i]->placebo_beyond)
			return false;
	return true;
}

static bool
is_resolved(const struct bench_point *p)
{
	for (size_t i = 0; i < p->n_cells; i++)
		if (p->cells[i]->outcome != OUTCOME_RESOLVED)
			return false;
	return true;
}

/* The number of the incumbent where it may be chosen all over the point, else
 * n_names. */
static size_t
incumbent_at(const struct bench_points *c, const struct bench_point *p)
{
	const struct bench_estimate *e =
		bench_incumbent_in(c->options->incumbent, p->cells[0]);
	size_t i = 0;

	if (!e || !may_be_chosen(p, e->candidate))
		return c->n_names;
	while (strcmp(c->names[i], e->candidate) != 0)
		i++;
	return i;
}

/* The number of the candidate with the smallest worst regret, or n_names when
 * none may be chosen in every cell. */
static size_t
find_least_regret(const struct bench_points *c, const struct bench_point *p)
{
	size_t best = c->n_names;
	double smallest = INFINITY;

	for (size_t i = 0; i < c->n_names; i++) {
		double regret =
			bench_point_regret(p->cells, p->n_cells, c->names[i]);
		if (regret < smallest) {
			smallest = regret;
			best = i;
		}
	}
	return best;
}

/* Whether a candidate can cost so little of the workload's time that all sizes
 * together may cost as much. */
static bool
is_negligible(const struct bench_points *c, const struct bench_point *p,
	      const char *name)
{
	double cost = p->share * bench_point_regret(p->cells, p->n_cells, name);

	return cost * (double)p->of <= c->options->epsilon;
}

/* The incumbent if it is good; else what is bounded best, and all that cost
 * less than epsilon. So ties make few bands, but not at a price. */
static void
allow(const struct bench_points *c, struct bench_point *p, size_t incumbent,
      size_t least)
{
	bool stays = incumbent < c->n_names && p->good[incumbent];

	for (size_t i = 0; i < c->n_names; i++) {
		double regret =
			bench_point_regret(p->cells, p->n_cells, c->names[i]);
		p->allowed[i] =
			is_negligible(c, p, c->names[i]) ||
			(stays ? i == incumbent
			       : i == least || regret <= c->options->epsilon);
	}
}

static void
judge_decidable(const struct bench_points *c, struct bench_point *p,
		size_t incumbent)
{
	size_t n_good = 0, least = find_least_regret(c, p);

	for (size_t i = 0; i < c->n_names; i++) {
		p->good[i] = good_at(p, c->names[i], c->options->epsilon) ||
			     is_negligible(c, p, c->names[i]);
		n_good += p->good[i];
	}
	allow(c, p, incumbent, least);
	bool compromise =
		least == c->n_names || (p->allowed[least] && !p->good[least]);
	p->ground = compromise        ? GROUND_COMPROMISE
		    : !is_resolved(p) ? GROUND_UNRESOLVED
		    : n_good > 1      ? GROUND_TIE
				      : GROUND_BEST;
}

static void
judge(const struct bench_points *c, struct bench_point *p)
{
	size_t incumbent = incumbent_at(c, p);

	p->good = bench_alloc(c->n_names * sizeof(bool));
	p->allowed = bench_alloc(c->n_names * sizeof(bool));
	if (is_decidable(p)) {
		judge_decidable(c, p, incumbent);
		return;
	}
	p->ground = GROUND_UNRESOLVED;
	for (size_t i = 0; i < c->n_names; i++)
		p->good[i] = p->allowed[i] = i == incumbent;
}

bool
bench_point_follows(const struct bench_point *a, const struct bench_point *b)
{
	return a->group == b->group && (a->ground == GROUND_UNRESOLVED) ==
					       (b->ground == GROUND_UNRESOLVED);
}

void
bench_points_init(struct bench_points *c, const struct bench_summary *s,
		  const struct bench_choose_options *options)
{
	*c = (struct bench_points){.options = options};
	collect(c, s);
	if (options->weights)
		bench_points_weigh(c, options->weights);
	for (size_t i = 0; i < c->n_points; i++)
		judge(c, &c->points[i]);
}

void
bench_points_free(struct bench_points *c)
{
	for (size_t i = 0; i < c->n_points; i++) {
		free(c->points[i].cells);
		free(c->points[i].good);
		free(c->points[i].allowed);
	}
	free(c->points);
	free(c->names);
}
