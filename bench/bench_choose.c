/* bench_choose.c - from a run's summary to the defaults, each with its regret
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_choose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_point.h"
#include "bench_rule.h"

const char *const bench_ground_names[GROUND_COUNT] = {
	[GROUND_BEST] = "best",
	[GROUND_TIE] = "tie",
	[GROUND_COMPROMISE] = "compromise",
	[GROUND_UNRESOLVED] = "unresolved",
};

/* Whether p can be part of the band that a begins, `common` being what all its
 * points allow; if so, narrows that to what p allows too. */
static bool
join(const struct bench_points *c, bool *common, const struct bench_point *a,
     const struct bench_point *p)
{
	bool any = false, had_any = false;

	for (size_t i = 0; i < c->n_names; i++) {
		any |= common[i] && p->allowed[i];
		had_any |= common[i] || p->allowed[i];
	}
	if (!bench_point_follows(a, p) || any != had_any)
		return false;
	for (size_t i = 0; i < c->n_names; i++)
		common[i] &= p->allowed[i];
	return true;
}

/* What is in use, if it is among them: it is alone where it is good at a size
 * by itself, and among others where little hangs on the size. */
static const char *
pick(const struct bench_points *c, const struct bench_point *first,
     const bool *common)
{
	const struct bench_estimate *old =
		bench_incumbent_in(c->options->incumbent, first->cells[0]);
	const char *choice = NULL, *op = first->axes->axis[AXIS_OP];
	unsigned fewest = 0;

	for (size_t i = 0; i < c->n_names; i++) {
		if (!common[i])
			continue;
		if (old && strcmp(old->candidate, c->names[i]) == 0)
			return c->names[i];
		unsigned needs = bench_rule_needs(op, c->names[i]);
		if (!choice || needs < fewest) {
			choice = c->names[i];
			fewest = needs;
		}
	}
	return choice;
}

static bool
good_at_all(const struct bench_point *points, size_t n, size_t name)
{
	for (size_t i = 0; i < n; i++)
		if (!points[i].good[name])
			return false;
	return true;
}

static void
add_tied(const struct bench_points *c, struct bench_band *band,
	 const struct bench_point *points, size_t n)
{
	for (size_t i = 0; i < c->n_names; i++) {
		if (c->names[i] == band->choice || !good_at_all(points, n, i))
			continue;
		band->tied = bench_point_append(band->tied, &band->n_tied,
						sizeof(*band->tied));
		band->tied[band->n_tied - 1] = c->names[i];
	}
}

static void
add_cells(struct bench_band *band, const struct bench_point *p)
{
	for (size_t i = 0; i < p->n_cells; i++) {
		band->cells = bench_point_append(band->cells, &band->n_cells,
						 sizeof(*band->cells));
		band->cells[band->n_cells - 1] = p->cells[i];
	}
	band->points[p->ground]++;
}

static void
compare_with_incumbent(const struct bench_points *c, struct bench_band *band)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < band->n_cells; i++) {
		const struct bench_estimate *old = bench_incumbent_in(
						    c->options->incumbent,
						    band->cells[i]),
					    *choice = bench_estimate_find(
						    band->cells[i],
						    band->choice);
		if (!old || !isfinite(log(choice->ratio / old->ratio)))
			continue;
		band->incumbent = old->candidate;
		sum += log(choice->ratio / old->ratio);
		n++;
	}
	if (n > 0)
		band->ratio = exp(sum / (double)n);
}

/* What a point adds to its band's part of the workload. */
static void
add_weight(const struct bench_points *c, struct bench_band *band,
	   const struct bench_point *p)
{
	const struct bench_estimate *old =
		bench_incumbent_in(c->options->incumbent, p->cells[0]);
	const char *choice = band->choice ? band->choice : "";

	band->ops += p->ops;
	band->share += p->share;
	band->cost +=
		p->share * bench_point_regret(p->cells, p->n_cells, choice);
	band->time += p->ops * bench_point_time(p->cells, p->n_cells, choice);
	band->incumbent_time +=
		p->ops * bench_point_time(p->cells, p->n_cells,
					  old ? old->candidate : "");
}

static void
weigh(const struct bench_points *c, struct bench_band *band,
      const struct bench_point *points, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_weight(c, band, &points[i]);
}

static void
add_band(const struct bench_points *c, struct bench_choice *choice,
	 const struct bench_point *points, size_t n, const bool *common)
{
	choice->bands = bench_point_append(choice->bands, &choice->n_bands,
					   sizeof(*choice->bands));
	struct bench_band *band = &choice->bands[choice->n_bands - 1];
	*band = (struct bench_band){
		.axes = points[0].axes,
		.group = points[0].group,
		.first = points[0].size,
		.last = points[n - 1].size,
		.regret = NAN,
		.ratio = NAN,
	};
	for (size_t i = 0; i < n; i++)
		add_cells(band, &points[i]);
	band->choice = pick(c, points, common);
	add_tied(c, band, points, n);
	if (band->choice) {
		band->regret = bench_point_regret(band->cells, band->n_cells,
						  band->choice);
		compare_with_incumbent(c, band);
	}
	weigh(c, band, points, n);
}

static void
make_bands(const struct bench_points *c, struct bench_choice *choice)
{
	bool *common = bench_alloc(c->n_names * sizeof(bool));

	for (size_t i = 0, n; i < c->n_points; i += n) {
		const struct bench_point *first = &c->points[i];
		memcpy(common, first->allowed, c->n_names * sizeof(bool));
		for (n = 1; i + n < c->n_points; n++)
			if (!join(c, common, first, &first[n]))
				break;
		add_band(c, choice, first, n, common);
	}
	free(common);
}

static void
note_neighbours(struct bench_choice *choice)
{
	for (size_t i = 0; i + 1 < choice->n_bands; i++) {
		if (!bench_band_continues(choice, i))
			continue;
		choice->bands[i].above = choice->bands[i + 1].first;
		choice->bands[i + 1].below = choice->bands[i].last;
	}
}

struct bench_choice *
bench_choose(const struct bench_summary *s,
	     const struct bench_choose_options *options)
{
	struct bench_points points;
	struct bench_choice *choice = bench_alloc(sizeof(*choice));

	*choice = (struct bench_choice){.weights = options->weights};
	bench_points_init(&points, s, options);
	make_bands(&points, choice);
	note_neighbours(choice);
	bench_points_free(&points);
	return choice;
}

void
bench_choice_free(struct bench_choice *choice)
{
	for (size_t i = 0; i < choice->n_bands; i++) {
		free(choice->bands[i].tied);
		free(choice->bands[i].cells);
	}
	free(choice->bands);
	free(choice);
}

bool
bench_band_continues(const struct bench_choice *choice, size_t i)
{
	return i + 1 < choice->n_bands &&
	       choice->bands[i].group == choice->bands[i + 1].group;
}
