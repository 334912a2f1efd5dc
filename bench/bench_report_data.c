/* bench_report_data.c - tables that figures are drawn from
 *
 * One header line, tabs between columns, a row per cell and candidate. What a
 * figure needs to place a row (the number of its series, column, panel or
 * cluster) is in the row, so that plots/ need not know any name.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_report.h"
#include "bench_verified.h"

/* Text of a manifest as one field: no tab, no line end, none of the quotes that
 * gnuplot would take off. */
static void
put_text(FILE *f, const char *s)
{
	for (; *s; s++)
		fputc(strchr("\t\r\n\"", *s) ? ' ' : *s, f);
	fputc('\t', f);
}

/* All rows of a series have its name. */
static void
put_candidate(FILE *f, const struct bench_group *group, const char *candidate)
{
	char *name =
		bench_verified_name_in(group->cells, group->n_cells, candidate);

	put_text(f, name);
	free(name);
}

static void
put_number(FILE *f, double value)
{
	if (isfinite(value))
		fprintf(f, "%.6g\t", value);
	else
		fputs("NaN\t", f);
}

static FILE *
open_table(const char *path, const char *header)
{
	FILE *f = fopen(path, "we");

	if (f)
		fprintf(f, "%s\n", header);
	else
		bench_error(BENCH_USAGE,
			    "%s: expected to be written, found: %s", path,
			    strerror(errno));
	return f;
}

static int
close_table(FILE *f, const char *path)
{
	int status = bench_flush(f, path);

	fclose(f);
	return status;
}

static void
put_size_row(FILE *f, const struct bench_group *group, size_t series, size_t k,
	     const struct bench_estimate *e)
{
	fprintf(f, "%zu\t", series);
	put_candidate(f, group, e->candidate);
	fprintf(f, "%zu\t%zu\t", k,
		bench_cell_size(&group->cells[k]->cell->cell));
	put_number(f, e->value);
	put_number(f, e->lo);
	put_number(f, e->hi);
	put_number(f, e->ratio);
	put_number(f, e->ratio_lo);
	put_number(f, e->ratio_hi);
	put_number(f, e->value * e->share);
	fprintf(f, "%s\n", bench_verdict_names[e->verdict]);
}

int
bench_report_sizes(const struct bench_group *group, const char *path)
{
	FILE *f = open_table(path,
			     "series\tcandidate\tcolumn\tsize\tvalue\tlo\thi\t"
			     "ratio\tratio_lo\tratio_hi\tceiling\tverdict");

	if (!f)
		return BENCH_USAGE;
	for (size_t i = 0; i < group->n_candidates; i++) {
		for (size_t k = 0; k < group->n_cells; k++) {
			const struct bench_estimate *e = bench_estimate_find(
				group->cells[k], group->candidates[i]);
			if (e)
				put_size_row(f, group, i, k, e);
		}
	}
	return close_table(f, path);
}

static bool
same_axes(const struct bench_group *group, size_t x, size_t y,
	  enum bench_axis a, enum bench_axis b)
{
	char *const *one = group->cells[x]->cell->cell.axis;
	char *const *other = group->cells[y]->cell->cell.axis;

	return strcmp(one[a], other[a]) == 0 && strcmp(one[b], other[b]) == 0;
}

static bool
same_panel(const struct bench_group *group, size_t x, size_t y)
{
	return same_axes(group, x, y, AXIS_WORKLOAD, AXIS_SIZE);
}

static bool
same_cluster(const struct bench_group *group, size_t x, size_t y)
{
	return same_panel(group, x, y) &&
	       same_axes(group, x, y, AXIS_PHASE, AXIS_POPULATION);
}

static size_t
first_like(const struct bench_group *group, size_t cell,
	   bool (*same)(const struct bench_group *group, size_t x, size_t y))
{
	size_t i = 0;

	while (!same(group, i, cell))
		i++;
	return i;
}

/* The panels from 0 on. */
static size_t
panel_of(const struct bench_group *group, size_t cell)
{
	size_t first = first_like(group, cell, same_panel), number = 0;

	for (size_t i = 0; i < first; i++)
		number += first_like(group, i, same_panel) == i;
	return number;
}

/* The clusters of a panel from 0 on. */
static size_t
cluster_of(const struct bench_group *group, size_t cell)
{
	size_t first = first_like(group, cell, same_cluster), number = 0;

	for (size_t i = 0; i < first; i++)
		number += same_panel(group, i, cell) &&
			  first_like(group, i, same_cluster) == i;
	return number;
}

static void
put_phase_row(FILE *f, const struct bench_group *group, size_t series, size_t k,
	      const struct bench_estimate *e)
{
	const struct bench_cell *cell = &group->cells[k]->cell->cell;
	const struct bench_group one = {.cells = &group->cells[k],
					.n_cells = 1};
	char *panel =
		bench_group_describe(&one, BENCH_AXIS_BIT(AXIS_WORKLOAD) |
						   BENCH_AXIS_BIT(AXIS_SIZE));

	fprintf(f, "%zu\t", series);
	put_candidate(f, group, e->candidate);
	fprintf(f, "%zu\t", panel_of(group, k));
	put_text(f, panel);
	fprintf(f, "%zu\t", cluster_of(group, k));
	put_text(f, cell->axis[AXIS_PHASE]);
	put_text(f, cell->axis[AXIS_POPULATION]);
	put_number(f, e->value);
	put_number(f, e->lo);
	put_number(f, e->hi);
	put_number(f, e->value - e->counters[COUNTER_marker_ns]);
	fprintf(f, "%s\n", bench_verdict_names[e->verdict]);
	free(panel);
}

int
bench_report_phases(const struct bench_group *group, const char *path)
{
	FILE *f = open_table(path, "series\tcandidate\tpanel\tpanel_name\t"
				   "cluster\tcluster_name\tcluster_note\t"
				   "value\tlo\thi\tmutator\tverdict");

	if (!f)
		return BENCH_USAGE;
	for (size_t i = 0; i < group->n_candidates; i++) {
		for (size_t k = 0; k < group->n_cells; k++) {
			const struct bench_estimate *e = bench_estimate_find(
				group->cells[k], group->candidates[i]);
			if (e)
				put_phase_row(f, group, i, k, e);
		}
	}
	return close_table(f, path);
}
