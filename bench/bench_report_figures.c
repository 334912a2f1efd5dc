/* bench_report_figures.c - which figures a run makes, their tables and titles
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bench_gnuplot.h"
#include "bench_report.h"

/* Where a figure has a size axis, and where it has phases side by side. With
 * the size goes the cache that the memory is in. */
#define SIZES_FREE (BENCH_AXIS_BIT(AXIS_SIZE) | BENCH_AXIS_BIT(AXIS_PRESTATE))
#define PHASES_FREE                                                     \
	(BENCH_AXIS_BIT(AXIS_SIZE) | BENCH_AXIS_BIT(AXIS_WORKLOAD) |    \
	 BENCH_AXIS_BIT(AXIS_PHASE) | BENCH_AXIS_BIT(AXIS_POPULATION) | \
	 BENCH_AXIS_BIT(AXIS_PRESTATE))
/* What a title says; the subtitle has the rest. */
#define IN_TITLE                                                    \
	(BENCH_AXIS_BIT(AXIS_OP) | BENCH_AXIS_BIT(AXIS_CLIENT) |    \
	 BENCH_AXIS_BIT(AXIS_ABI) | BENCH_AXIS_BIT(AXIS_WORKLOAD) | \
	 BENCH_AXIS_BIT(AXIS_PHASE) | BENCH_AXIS_BIT(AXIS_RELATION))

static bool
is_raw(const struct bench_group *group)
{
	const char *op = group->cells[0]->cell->cell.axis[AXIS_OP];

	return strcmp(op, "memclr") == 0 || strcmp(op, "memmove") == 0;
}

static bool
is_measured(const struct bench_group *group)
{
	for (size_t i = 0; i < group->n_cells; i++)
		if (group->cells[i]->leader)
			return true;
	return false;
}

/* A kind of figure. */
struct figure {
	const char *script, *what;
	unsigned free_axes;
};

static const struct figure time_by_size = {
	"time_by_size", "ns per operation with its 95 % interval", SIZES_FREE};
static const struct figure ratio_heatmap = {
	"ratio_heatmap", "times the time of the best contender of that size",
	SIZES_FREE};
static const struct figure barrier_by_phase = {
	"barrier_by_phase", "ns per operation with its 95 % interval",
	PHASES_FREE};

/* "memclr-off", for file names. */
static char *
slug(const struct bench_group *group, unsigned free_axes)
{
	const struct bench_cell *cell = &group->cells[0]->cell->cell;
	char *text = bench_group_describe(cell, (BENCH_AXIS_BIT(AXIS_OP) |
						 BENCH_AXIS_BIT(AXIS_ABI) |
						 BENCH_AXIS_BIT(AXIS_PHASE)) &
							~free_axes);
	size_t n = 0;

	for (const char *p = text; *p; p++)
		if (isalnum((unsigned char)*p))
			text[n++] = *p;
		else if (n > 0 && text[n - 1] != '-')
			text[n++] = '-';
	text[n] = '\0';
	return text;
}

static char *
subtitle(const struct bench_report *r, const struct figure *figure,
	 const struct bench_cell *cell)
{
	char *rest =
		bench_group_describe(cell, ~(IN_TITLE | figure->free_axes));
	char *text =
		bench_printf("%s%s%s - %s", figure->what, rest[0] ? "; " : "",
			     rest, r->provenance->machine);

	free(rest);
	return text;
}

static void
add_figure(struct bench_report *r, char *name)
{
	r->figures = bench_realloc(r->figures,
				   (r->n_figures + 1) * sizeof(*r->figures));
	r->figures[r->n_figures++] = name;
}

static int
draw(struct bench_report *r, const char *plots, const struct figure *figure,
     const struct bench_group *group, const char *name, const char *data)
{
	const struct bench_cell *cell = &group->cells[0]->cell->cell;
	char *title = bench_group_describe(cell, IN_TITLE & ~figure->free_axes);
	char *below = subtitle(r, figure, cell);
	char *base = bench_printf("figures/%s-%s", figure->script, name);
	char *output = bench_printf("%s/%s", r->dir, base);
	int status = bench_gnuplot_draw(plots, figure->script, data, output,
					title, below);

	if (!status)
		add_figure(r, bench_printf("%s.svg", base));
	free(title);
	free(below);
	free(base);
	free(output);
	return status;
}

typedef int table_fn(const struct bench_group *group, const char *path);

/* A group's table and its figures; plots NULL: only the table. */
static int
make(struct bench_report *r, const char *plots,
     const struct figure *const *figures, table_fn *write_table,
     const struct bench_group *group, size_t number)
{
	char *words = slug(group, figures[0]->free_axes);
	char *name = bench_printf("%zu-%s", number, words);
	char *data = bench_printf("%s/data/%s-%s.tsv", r->dir,
				  figures[0]->script, name);
	int status = plots ? BENCH_OK : write_table(group, data);

	for (; plots && !status && *figures; figures++)
		status = draw(r, plots, *figures, group, name, data);
	free(words);
	free(name);
	free(data);
	return status;
}

static int
make_sizes(struct bench_report *r, const char *plots)
{
	static const struct figure *const figures[] = {&time_by_size,
						       &ratio_heatmap, NULL};
	struct bench_groups groups = bench_group_cells(r->summary, SIZES_FREE);
	int status = BENCH_OK;

	for (size_t i = 0; i < groups.n && !status; i++)
		if (bench_group_sizes(&groups.groups[i]) > 1 &&
		    is_measured(&groups.groups[i]))
			status = make(r, plots, figures, bench_report_sizes,
				      &groups.groups[i], i + 1);
	bench_groups_free(&groups);
	return status;
}

static int
make_phases(struct bench_report *r, const char *plots)
{
	static const struct figure *const figures[] = {&barrier_by_phase, NULL};
	struct bench_groups groups = bench_group_cells(r->summary, PHASES_FREE);
	int status = BENCH_OK;

	for (size_t i = 0; i < groups.n && !status; i++)
		if (!is_raw(&groups.groups[i]) &&
		    is_measured(&groups.groups[i]))
			status = make(r, plots, figures, bench_report_phases,
				      &groups.groups[i], i + 1);
	bench_groups_free(&groups);
	return status;
}

static int
make_dirs(const char *dir)
{
	char *data = bench_printf("%s/data", dir);
	char *figures = bench_printf("%s/figures", dir);
	int status = bench_make_dirs(data);

	if (!status)
		status = bench_make_dirs(figures);
	free(data);
	free(figures);
	return status;
}

int
bench_report_figures(struct bench_report *report)
{
	int status = make_dirs(report->dir);

	if (!status)
		status = make_sizes(report, NULL);
	if (!status)
		status = make_phases(report, NULL);
	if (status)
		return status;
	char *plots = bench_gnuplot_dir();
	if (!plots)
		return BENCH_USAGE;
	status = make_sizes(report, plots);
	if (!status)
		status = make_phases(report, plots);
	free(plots);
	return status;
}
