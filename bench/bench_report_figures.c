/* bench_report_figures.c - which figures a run makes, their tables and titles
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bench_gnuplot.h"
#include "bench_report.h"

/* Where a figure has a size axis, and where it has phases side by side. */
#define SIZES_FREE BENCH_AXIS_BIT(AXIS_SIZE)
#define PHASES_FREE                                                  \
	(BENCH_AXIS_BIT(AXIS_SIZE) | BENCH_AXIS_BIT(AXIS_WORKLOAD) | \
	 BENCH_AXIS_BIT(AXIS_PHASE) | BENCH_AXIS_BIT(AXIS_POPULATION))
/* What a title says; the subtitle has the rest. */
#define IN_TITLE                                                    \
	(BENCH_AXIS_BIT(AXIS_OP) | BENCH_AXIS_BIT(AXIS_CLIENT) |    \
	 BENCH_AXIS_BIT(AXIS_ABI) | BENCH_AXIS_BIT(AXIS_WORKLOAD) | \
	 BENCH_AXIS_BIT(AXIS_PHASE) | BENCH_AXIS_BIT(AXIS_RELATION))

static const char time_what[] = "ns per operation with its 95 % interval";

/* A kind of figure. */
struct figure {
	const char *script, *what;
};

static const struct figure time_by_size = {"time_by_size", time_what};
static const struct figure ratio_heatmap = {
	"ratio_heatmap",
	"time over that of the size's best contender, median of rows"};
static const struct figure barrier_by_phase = {"barrier_by_phase", time_what};

/* Groups of cells that get the same figures, out of one table each. */
struct chapter {
	const char *table;
	unsigned free_axes;
	bool raw;         /* of memclr and memmove, or of all others */
	size_t min_sizes; /* fewer make no figure */
	bool folded;      /* the page shows it on demand */
	int (*write)(const struct bench_group *group, const char *path);
	const struct figure *figures[2];
};

static const struct chapter chapters[] = {
	{"raw",
	 SIZES_FREE,
	 true,
	 2,
	 false,
	 bench_report_sizes,
	 {&time_by_size, &ratio_heatmap}},
	{"phases",
	 PHASES_FREE,
	 false,
	 0,
	 false,
	 bench_report_phases,
	 {&barrier_by_phase, NULL}},
	{"sizes",
	 SIZES_FREE,
	 false,
	 2,
	 true,
	 bench_report_sizes,
	 {&time_by_size, &ratio_heatmap}},
};

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

static bool
is_in(const struct chapter *chapter, const struct bench_group *group)
{
	return is_raw(group) == chapter->raw && is_measured(group) &&
	       bench_group_sizes(group) >= chapter->min_sizes;
}

/* "raw-1-memclr-phase-off", for the names of files. */
static char *
slug(const struct chapter *chapter, const struct bench_group *group,
     size_t number)
{
	const unsigned axes = BENCH_AXIS_BIT(AXIS_OP) |
			      BENCH_AXIS_BIT(AXIS_ABI) |
			      BENCH_AXIS_BIT(AXIS_PHASE);
	char *words = bench_group_describe(group, axes & ~chapter->free_axes);
	char *text = bench_printf("%s-%zu-%s", chapter->table, number, words);
	size_t n = 0;

	for (const char *p = text; *p; p++)
		if (isalnum((unsigned char)*p))
			text[n++] = *p;
		else if (text[n - 1] != '-')
			text[n++] = '-';
	text[n] = '\0';
	free(words);
	return text;
}

static char *
subtitle(const struct bench_report *r, const struct figure *figure,
	 const struct chapter *chapter, const struct bench_group *group)
{
	char *rest =
		bench_group_describe(group, ~(IN_TITLE | chapter->free_axes));
	char *text =
		bench_printf("%s%s%s - %s", figure->what, rest[0] ? "; " : "",
			     rest, r->provenance->machine);

	free(rest);
	return text;
}

static void
add_figure(struct bench_report *r, char *path, const struct chapter *chapter)
{
	r->figures = bench_realloc(r->figures,
				   (r->n_figures + 1) * sizeof(*r->figures));
	r->figures[r->n_figures++] =
		(struct bench_figure){path, chapter->folded};
}

static int
draw(struct bench_report *r, const char *plots, const struct figure *figure,
     const struct chapter *chapter, const struct bench_group *group,
     const char *name, const char *data)
{
	char *title =
		bench_group_describe(group, IN_TITLE & ~chapter->free_axes);
	char *below = subtitle(r, figure, chapter, group);
	char *base = bench_printf("figures/%s-%s", name, figure->script);
	char *output = bench_printf("%s/%s", r->dir, base);
	int status = bench_gnuplot_draw(plots, figure->script, data, output,
					title, below);

	if (!status)
		add_figure(r, bench_printf("%s.svg", base), chapter);
	free(title);
	free(below);
	free(base);
	free(output);
	return status;
}

/* A group's table, or with plots its figures. */
static int
make_group(struct bench_report *r, const char *plots,
	   const struct chapter *chapter, const struct bench_group *group,
	   size_t number)
{
	char *name = slug(chapter, group, number);
	char *data = bench_printf("%s/data/%s.tsv", r->dir, name);
	int status = plots ? BENCH_OK : chapter->write(group, data);

	for (size_t i = 0; i < ARRAY_LEN(chapter->figures); i++)
		if (plots && !status && chapter->figures[i])
			status = draw(r, plots, chapter->figures[i], chapter,
				      group, name, data);
	free(name);
	free(data);
	return status;
}

static int
make_chapter(struct bench_report *r, const char *plots,
	     const struct chapter *chapter)
{
	struct bench_groups groups =
		bench_group_cells(r->summary, chapter->free_axes);
	int status = BENCH_OK;
	size_t number = 0;

	for (size_t i = 0; i < groups.n && !status; i++)
		if (is_in(chapter, &groups.groups[i]))
			status = make_group(r, plots, chapter,
					    &groups.groups[i], ++number);
	bench_groups_free(&groups);
	return status;
}

static int
make_all(struct bench_report *r, const char *plots)
{
	int status = BENCH_OK;

	for (size_t i = 0; i < ARRAY_LEN(chapters) && !status; i++)
		status = make_chapter(r, plots, &chapters[i]);
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
		status = make_all(report, NULL);
	if (status)
		return status;
	char *plots = bench_gnuplot_dir();
	if (!plots)
		return BENCH_USAGE;
	status = make_all(report, plots);
	free(plots);
	return status;
}
