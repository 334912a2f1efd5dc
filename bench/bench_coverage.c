/* bench_coverage.c - how much of what a run set out for is decided, how surely
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_coverage.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_doc.h"
#include "bench_estimate.h"
#include "bench_text.h"

static bool
has_contenders(const struct bench_cell_summary *c)
{
	for (size_t i = 0; i < c->n_estimates; i++)
		if (c->cell->entrants[i].standing == STANDING_CONTENDER)
			return true;
	return false;
}

/* Whether two cells differ in size only, and in what follows from it. */
static bool
same_group(const struct bench_cell *a, const struct bench_cell *b)
{
	for (int i = 0; i < AXIS_COUNT; i++)
		if (i != AXIS_WORKLOAD && i != AXIS_SIZE &&
		    i != AXIS_PRESTATE && strcmp(a->axis[i], b->axis[i]) != 0)
			return false;
	return bench_cell_size(b) > 0;
}

/* The sizes next below and above it in its group: 0 and SIZE_MAX without. */
static void
find_neighbours(const struct bench_summary *s, const struct bench_cell *cell,
		size_t *below, size_t *above)
{
	size_t size = bench_cell_size(cell);

	*below = 0;
	*above = SIZE_MAX;
	for (size_t i = 0; i < s->n_cells; i++) {
		const struct bench_cell *other = &s->cells[i].cell->cell;
		size_t n = bench_cell_size(other);

		if (!same_group(cell, other))
			continue;
		if (n < size)
			*below = MAX(*below, n);
		if (n > size)
			*above = MIN(*above, n);
	}
}

static double
weight_of(const struct bench_summary *s, const struct bench_cell *cell,
	  const struct bench_weights *weights)
{
	size_t below, above, size = bench_cell_size(cell);

	if (size == 0)
		return 1;
	find_neighbours(s, cell, &below, &above);
	return bench_weights_between(weights, below,
				     above == SIZE_MAX ? SIZE_MAX : size);
}

static int
compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
count_placebo(struct bench_coverage *c, const struct bench_cell_summary *cell,
	      double *apart)
{
	const struct bench_interval *r = &cell->placebo_once;

	if (!cell->has_placebo || isnan(r->lo))
		return;
	apart[c->placebos++] = fabs(r->mid - 1);
	c->false_positives += r->lo > 1 || r->hi < 1;
	c->beyond += cell->placebo_beyond;
}

static void
count_cell(struct bench_coverage *c, const struct bench_cell_summary *cell)
{
	c->cells++;
	c->outcomes[cell->outcome]++;
	c->family += cell->outcome == OUTCOME_RESOLVED &&
		     cell->regret_family <= cell->rule.epsilon;
	c->blocks += cell->n_blocks;
	c->disturbed += cell->disturbed;
	c->busy += bench_disturbance_rules(cell->disturbed, cell->n_blocks);
	if (cell->n_blocks == 0)
		return;
	c->launches = MIN(c->launches, cell->launches);
	c->by_launch &= bench_estimate_by_launch(cell);
}

struct bench_coverage
bench_coverage_of(const struct bench_summary *s,
		  const struct bench_weights *weights)
{
	struct bench_coverage c = {
		.launches = SIZE_MAX, .by_launch = true, .noise = NAN};
	struct bench_weights *usual =
		weights ? NULL : bench_weights_read("go-std");
	double *apart = bench_alloc((s->n_cells + 1) * sizeof(*apart));
	double all = 0, resolved = 0;

	for (size_t i = 0; i < s->n_cells; i++) {
		const struct bench_cell_summary *cell = &s->cells[i];
		double weight = weight_of(s, &cell->cell->cell,
					  weights ? weights : usual);

		if (!has_contenders(cell))
			continue;
		count_cell(&c, cell);
		count_placebo(&c, cell, apart);
		all += weight;
		if (cell->outcome == OUTCOME_RESOLVED)
			resolved += weight;
	}
	c.weight = all > 0 ? resolved / all : 0;
	if (c.launches == SIZE_MAX)
		c.launches = 0;
	if (c.placebos > 0) {
		qsort(apart, c.placebos, sizeof(*apart), compare_doubles);
		c.noise = apart[c.placebos / 2];
		c.noise_high = apart[c.placebos * 9 / 10];
	}
	free(apart);
	bench_weights_free(usual);
	return c;
}

char *
bench_coverage_layouts(const struct bench_coverage *c)
{
	if (c->launches > 0 && c->by_launch)
		return bench_printf("%zu launches: intervals are over layouts",
				    c->launches);
	if (c->launches <= 1)
		return bench_strdup("this layout only");
	return bench_printf("these %zu layouts only", c->launches);
}

static void
add_placebo(struct bench_doc *doc, const struct bench_coverage *c)
{
	char *noise = bench_text_percent(c->noise);
	char *high = bench_text_percent(c->noise_high);

	if (c->placebos == 0)
		bench_doc_add(doc, ITEM_BULLET,
			      "placebo: none was measured, so nobody knows "
			      "what this finds where nothing is");
	else
		bench_doc_add(
			doc, ITEM_BULLET,
			"placebo: two copies of one code differed at 95 %% "
			"in %zu of %zu cells (%.1f %%), beyond epsilon in "
			"%zu; they were %s apart in the median cell, %s in "
			"one of ten",
			c->false_positives, c->placebos,
			100 * (double)c->false_positives / (double)c->placebos,
			c->beyond, noise, high);
	free(noise);
	free(high);
}

void
bench_coverage_add(struct bench_doc *doc, const struct bench_summary *s,
		   const struct bench_weights *weights)
{
	struct bench_coverage c = bench_coverage_of(s, weights);
	const size_t *n = c.outcomes;
	char *layouts = bench_coverage_layouts(&c);

	bench_doc_add(
		doc, ITEM_BULLET,
		"coverage: %zu of %zu cells resolved (%.0f %%), %.0f %% by "
		"weight in %s; %zu open, %zu noisy, %zu with too little "
		"for a bound",
		n[OUTCOME_RESOLVED], c.cells,
		100 * (double)n[OUTCOME_RESOLVED] / (double)MAX(c.cells, 1),
		100 * c.weight, weights ? weights->spec : "go-std",
		n[OUTCOME_OPEN], n[OUTCOME_NOISY], n[OUTCOME_UNMEASURED]);
	bench_doc_add(doc, ITEM_BULLET,
		      "error: each cell's statement by itself is wrong in 5 %% "
		      "of runs at most; %zu cells are resolved if all "
		      "statements together are to be",
		      c.family);
	add_placebo(doc, &c);
	bench_doc_add(doc, ITEM_BULLET, "layouts: %s", layouts);
	bench_doc_add(doc, ITEM_BULLET,
		      "disturbed: %zu of %zu blocks; %zu cells count them all "
		      "the same, because most of theirs were",
		      c.disturbed, c.blocks, c.busy);
	free(layouts);
}
