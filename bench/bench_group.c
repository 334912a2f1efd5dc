/* bench_group.c - cells that differ in some axes only: a figure, a table */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_group.h"

#include <stdlib.h>
#include <string.h>

#include "bench_estimate.h"

/* In front of an axis' value and behind it. */
static const char *const words[AXIS_COUNT][2] = {
	[AXIS_OP] = {"", ""},
	[AXIS_CLIENT] = {"client ", ""},
	[AXIS_ABI] = {"", " ABI"},
	[AXIS_WORKLOAD] = {"", ""},
	[AXIS_SIZE] = {"size ", " B"},
	[AXIS_POPULATION] = {"population ", ""},
	[AXIS_PHASE] = {"phase ", ""},
	[AXIS_RELATION] = {"relation ", ""},
	[AXIS_PRESTATE] = {"pre-state ", ""},
	[AXIS_MUTATORS] = {"mutators ", ""},
	[AXIS_MARKERS] = {"markers ", ""},
};

/* The workload of a cell of one size says no more than its size does. */
static bool
is_sized(const struct bench_cell *cell)
{
	return bench_cell_size(cell) > 0 &&
	       strncmp(cell->axis[AXIS_WORKLOAD], "size", strlen("size")) == 0;
}

/* A pre-state begins with the cache level that holds the batch, which follows
 * from the size, and a dash. */
static const char *
less_level(const char *prestate)
{
	const char *dash = strchr(prestate, '-');

	return dash ? dash : prestate;
}

static bool
same(const struct bench_cell *a, const struct bench_cell *b, int axis,
     unsigned free_axes)
{
	const char *x = a->axis[axis], *y = b->axis[axis];

	if (free_axes & BENCH_AXIS_BIT(axis))
		return true;
	if (axis == AXIS_WORKLOAD && is_sized(a) && is_sized(b))
		return true;
	if (axis == AXIS_PRESTATE && free_axes & BENCH_AXIS_BIT(AXIS_SIZE))
		return strcmp(less_level(x), less_level(y)) == 0;
	return strcmp(x, y) == 0;
}

static bool
belongs(const struct bench_cell *a, const struct bench_cell *b,
	unsigned free_axes)
{
	for (int i = 0; i < AXIS_COUNT; i++)
		if (!same(a, b, i, free_axes))
			return false;
	return true;
}

static struct bench_group *
find_group(struct bench_groups *groups, const struct bench_cell *cell,
	   unsigned free_axes)
{
	for (size_t i = 0; i < groups->n; i++)
		if (belongs(&groups->groups[i].cells[0]->cell->cell, cell,
			    free_axes))
			return &groups->groups[i];
	groups->groups = bench_realloc(
		groups->groups, (groups->n + 1) * sizeof(*groups->groups));
	struct bench_group *group = &groups->groups[groups->n++];
	*group = (struct bench_group){.n_cells = 0};
	return group;
}

static void
add_candidate(struct bench_group *group, const char *name)
{
	for (size_t i = 0; i < group->n_candidates; i++)
		if (strcmp(group->candidates[i], name) == 0)
			return;
	group->candidates = bench_realloc(group->candidates,
					  (group->n_candidates + 1) *
						  sizeof(*group->candidates));
	group->candidates[group->n_candidates++] = name;
}

/* Keeps sizes in order, and equal ones as they came. */
static void
add_cell(struct bench_group *group, const struct bench_cell_summary *cell)
{
	size_t at = group->n_cells++;

	group->cells = bench_realloc(group->cells,
				     group->n_cells * sizeof(*group->cells));
	while (at > 0 && bench_cell_size(&group->cells[at - 1]->cell->cell) >
				 bench_cell_size(&cell->cell->cell)) {
		group->cells[at] = group->cells[at - 1];
		at--;
	}
	group->cells[at] = cell;
	for (size_t i = 0; i < cell->n_estimates; i++)
		if (bench_estimate_baseline(cell->cell, i) == cell->n_estimates)
			add_candidate(group, cell->estimates[i].candidate);
}

struct bench_groups
bench_group_cells(const struct bench_summary *s, unsigned free_axes)
{
	struct bench_groups groups = {NULL, 0};

	for (size_t i = 0; i < s->n_cells; i++)
		add_cell(
			find_group(&groups, &s->cells[i].cell->cell, free_axes),
			&s->cells[i]);
	return groups;
}

void
bench_groups_free(struct bench_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		free(groups->groups[i].cells);
		free(groups->groups[i].candidates);
	}
	free(groups->groups);
}

size_t
bench_group_sizes(const struct bench_group *group)
{
	size_t n = 0, last = 0;

	for (size_t i = 0; i < group->n_cells; i++) {
		size_t size = bench_cell_size(&group->cells[i]->cell->cell);
		n += size != last;
		last = size;
	}
	return n;
}

/* The axis' value; "FIRST to LAST" where the ends of the group differ. */
static char *
value_of(const struct bench_group *group, int axis)
{
	const char *first = group->cells[0]->cell->cell.axis[axis];
	const char *last =
		group->cells[group->n_cells - 1]->cell->cell.axis[axis];

	return strcmp(first, last) == 0 ? bench_strdup(first)
					: bench_printf("%s to %s", first, last);
}

char *
bench_group_describe(const struct bench_group *group, unsigned axes)
{
	char *text = bench_strdup("");

	if (is_sized(&group->cells[0]->cell->cell))
		axes &= ~BENCH_AXIS_BIT(AXIS_WORKLOAD);
	for (int i = 0; i < AXIS_COUNT; i++) {
		if (!(axes & BENCH_AXIS_BIT(i)))
			continue;
		char *value = value_of(group, i);
		if (strcmp(value, "-") != 0) {
			char *longer = bench_printf(
				"%s%s%s%s%s", text, text[0] ? ", " : "",
				words[i][0], value, words[i][1]);
			free(text);
			text = longer;
		}
		free(value);
	}
	return text;
}
