/* bench_compare.c - what became slower or faster from one run to another */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_pairs.h"
#include "bench_unpaired.h"

const char *const bench_change_names[CHANGE_COUNT] = {
	[CHANGE_SLOWER] = "slower",
	[CHANGE_FASTER] = "faster",
	[CHANGE_SAME] = "same",
	[CHANGE_UNCLEAR] = "unclear",
	[CHANGE_UNRESOLVED] = "unresolved",
};

/* What of a candidate's times in a cell is taken as independent. */
struct sample {
	double *ns; /* per op, above 0 */
	size_t n;
};

static void
take(struct sample *s, double time, double ops)
{
	if (time > 0)
		s->ns[s->n++] = time / ops;
}

/* The rows of each launch as one. */
static void
take_launches(struct sample *s, const struct bench_pairs *p,
	      const double *times)
{
	for (size_t cluster = 0; cluster < p->n_clusters; cluster++) {
		double time = 0, ops = 0;
		for (size_t row = 0; row < p->n; row++)
			if (p->cluster[row] == cluster && !isnan(times[row])) {
				time += times[row];
				ops += p->ops[row];
			}
		take(s, time, ops);
	}
}

static struct sample
sample_of(const struct bench_cell_summary *c, const struct bench_estimate *e)
{
	struct bench_pairs p;

	bench_pairs_collect(&p, c);
	const double *times = &p.times[(size_t)(e - c->estimates) * p.n];
	struct sample s = {.ns = bench_alloc(p.n * sizeof(double))};
	if (p.cluster)
		take_launches(&s, &p, times);
	for (size_t row = 0; !p.cluster && row < p.n; row++)
		take(&s, times[row], p.ops[row]);
	bench_pairs_free(&p);
	return s;
}

static enum bench_change
change(const struct bench_interval *ratio, double threshold)
{
	double up = 1 + threshold, down = 1 / up;

	if (isnan(ratio->lo))
		return CHANGE_UNRESOLVED;
	if (ratio->lo > up)
		return CHANGE_SLOWER;
	if (ratio->hi < down)
		return CHANGE_FASTER;
	return ratio->lo >= down && ratio->hi <= up ? CHANGE_SAME
						    : CHANGE_UNCLEAR;
}

/* n comparisons at once: each may be wrong in an n-th of 5 % (Bonferroni). */
static void
judge(struct bench_pair *p, double threshold, size_t n)
{
	struct sample a = sample_of(p->cell[0], p->of[0]);
	struct sample b = sample_of(p->cell[1], p->of[1]);
	double together = 1 - (1 - BENCH_STATS_COVERAGE) / (double)n;
	struct bench_interval wide =
		bench_unpaired_ratio(a.ns, a.n, b.ns, b.n, together);

	p->ratio = bench_unpaired_ratio(a.ns, a.n, b.ns, b.n,
					BENCH_STATS_COVERAGE);
	p->change = change(&p->ratio, threshold);
	p->together = p->change == change(&wide, threshold);
	free(a.ns);
	free(b.ns);
}

static void
add_pair(struct bench_compare *c, const struct bench_cell_summary *cells[2],
	 const struct bench_estimate *a, const struct bench_estimate *b)
{
	c->pairs =
		bench_realloc(c->pairs, (c->n_pairs + 1) * sizeof(*c->pairs));
	c->pairs[c->n_pairs++] = (struct bench_pair){
		{cells[0], cells[1]}, {a, b}, .together = 0};
}

static void
add_lone(struct bench_compare *c, int side,
	 const struct bench_cell_summary *cell, const struct bench_estimate *e)
{
	c->lone[side] = bench_realloc(c->lone[side], (c->n_lone[side] + 1) *
							     sizeof(**c->lone));
	c->lone[side][c->n_lone[side]++] = (struct bench_lone){cell, e};
}

/* Pairs what one side has measured in a cell with what the other has. Pairs are
 * made from A's side only. */
static void
pair_estimates(struct bench_compare *c, int side,
	       const struct bench_cell_summary *own,
	       const struct bench_cell_summary *other)
{
	for (size_t i = 0; i < own->n_estimates; i++) {
		const struct bench_estimate *e = &own->estimates[i];
		const struct bench_estimate *twin =
			bench_estimate_find(other, e->candidate);
		if (e->n == 0)
			continue;
		if (!twin || twin->n == 0)
			add_lone(c, side, own, e);
		else if (side == 0)
			add_pair(c,
				 (const struct bench_cell_summary *[]){own,
								       other},
				 e, twin);
	}
}

/* The id that the cells to be compared have in common. */
static void
make_key(const struct bench_cell *cell, bool across_abis,
	 char key[BENCH_CELL_ID_SIZE])
{
	struct bench_cell same = *cell;

	if (across_abis)
		same.axis[AXIS_ABI] = (char *)"-";
	bench_cell_id(&same, key);
}

static json_t *
index_cells(const struct bench_summary *s, bool across_abis)
{
	json_t *index = json_object();
	char key[BENCH_CELL_ID_SIZE];

	for (size_t i = 0; i < s->n_cells; i++) {
		make_key(&s->cells[i].cell->cell, across_abis, key);
		json_object_set_new(index, key, json_integer((json_int_t)i));
	}
	return index;
}

static void
pair_cells(struct bench_compare *c, int side, bool across_abis)
{
	const struct bench_summary *own = c->run[side], *other = c->run[!side];
	json_t *index = index_cells(other, across_abis);
	char key[BENCH_CELL_ID_SIZE];

	for (size_t i = 0; i < own->n_cells; i++) {
		const struct bench_cell_summary *cell = &own->cells[i];
		make_key(&cell->cell->cell, across_abis, key);
		const json_t *at = json_object_get(index, key);
		const struct bench_cell_summary *twin =
			at ? &other->cells[json_integer_value(at)] : NULL;
		if (cell->n_blocks == 0)
			continue;
		if (!twin || twin->n_blocks == 0) {
			add_lone(c, side, cell, NULL);
			continue;
		}
		c->n_cells += side == 0;
		pair_estimates(c, side, cell, twin);
	}
	json_decref(index);
}

static void
count(struct bench_compare *c, const struct bench_pair *p)
{
	c->counts[p->change]++;
	c->together[p->change] += p->together;
	c->regressions += p->change == CHANGE_SLOWER &&
			  p->of[1]->verdict != VERDICT_BOUND;
}

struct bench_compare *
bench_compare(const struct bench_summary *a, const struct bench_summary *b,
	      double threshold, bool across_abis)
{
	struct bench_compare *c = bench_alloc(sizeof(*c));

	*c = (struct bench_compare){.run = {a, b}, .threshold = threshold};
	for (int side = 0; side < 2; side++)
		pair_cells(c, side, across_abis);
	for (size_t i = 0; i < c->n_pairs; i++) {
		judge(&c->pairs[i], threshold, c->n_pairs);
		count(c, &c->pairs[i]);
	}
	return c;
}

void
bench_compare_free(struct bench_compare *c)
{
	free(c->pairs);
	free(c->lone[0]);
	free(c->lone[1]);
	free(c);
}

double
bench_compare_false_alarms(const struct bench_compare *c)
{
	size_t resolved = c->n_pairs - c->counts[CHANGE_UNRESOLVED];

	return (double)resolved * (1 - BENCH_STATS_COVERAGE) / 2;
}
