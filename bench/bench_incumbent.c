/* bench_incumbent.c - what is in use today, and stays unless it is beaten */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_incumbent.h"

#include <stdlib.h>
#include <string.h>

#include "bench_json.h"
#include "bench_policy.h"

struct bench_incumbent {
	char *text;
	json_t *policy; /* or NULL: text is names */
};

static bool
is_path(const char *text)
{
	return strchr(text, '/') || bench_policy_is_path(text);
}

struct bench_incumbent *
bench_incumbent_read(const char *text)
{
	json_t *policy = is_path(text) ? bench_policy_read(text) : NULL;

	if (is_path(text) && !policy)
		return NULL;
	struct bench_incumbent *incumbent = bench_alloc(sizeof(*incumbent));
	*incumbent = (struct bench_incumbent){bench_strdup(text), policy};
	return incumbent;
}

void
bench_incumbent_free(struct bench_incumbent *incumbent)
{
	json_decref(incumbent->policy);
	free(incumbent->text);
	free(incumbent);
}

const char *
bench_incumbent_text(const struct bench_incumbent *incumbent)
{
	return incumbent->text;
}

static const struct bench_estimate *
find_short(const struct bench_cell_summary *cell, const char *name)
{
	const struct bench_estimate *e = bench_estimate_find(cell, name);
	char *full =
		bench_printf("%s_%s", cell->cell->cell.axis[AXIS_OP], name);

	if (!e)
		e = bench_estimate_find(cell, full);
	free(full);
	return e;
}

/* The first of the names, between commas, that entered the cell. */
static const struct bench_estimate *
find_first(const struct bench_cell_summary *cell, const char *names)
{
	char *copy = bench_strdup(names), *rest = copy;
	const struct bench_estimate *e = NULL;

	for (char *name; !e && (name = strsep(&rest, ",")) != NULL;)
		e = find_short(cell, name);
	free(copy);
	return e;
}

const struct bench_estimate *
bench_incumbent_in(const struct bench_incumbent *incumbent,
		   const struct bench_cell_summary *cell)
{
	if (!incumbent->policy)
		return find_first(cell, incumbent->text);
	const char *name =
		bench_policy_lookup(incumbent->policy, &cell->cell->cell);
	return name ? bench_estimate_find(cell, name) : NULL;
}
