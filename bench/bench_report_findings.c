/* bench_report_findings.c - what winners depend on, as a table of a report */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "bench_findings.h"
#include "bench_report.h"
#include "bench_text.h"
#include "bench_verified.h"

/* As many as fit a page; those that cost most come first. */
#define MAX_ROWS 40

static double
least_cost(const struct bench_finding *f)
{
	return MIN(f->cost_a, f->cost_b);
}

static int
by_cost(const void *a, const void *b)
{
	double x = least_cost(a), y = least_cost(b);

	return x < y ? 1 : x > y ? -1 : 0;
}

static void
put_side(struct bench_table *t, const struct bench_cell_summary *c, double cost)
{
	const struct bench_cell *cell = &c->cell->cell;

	bench_table_put(t, "%s %s x%s", cell->axis[AXIS_WORKLOAD],
			cell->axis[AXIS_PRESTATE], cell->axis[AXIS_MUTATORS]);
	bench_table_take(t, bench_verified_name(c->leader));
	bench_table_take(t, bench_text_percent(cost));
}

void
bench_report_findings(struct bench_doc *doc, const struct bench_summary *s)
{
	static const char *const columns[] = {
		"operation", "depends on", "here", "best",
		">loses",    "and here",   "best", ">loses"};
	size_t n;
	struct bench_finding *f = bench_findings_find(s, &n);
	struct bench_table *t;

	if (n == 0)
		return;
	qsort(f, n, sizeof(*f), by_cost);
	bench_doc_add(doc, ITEM_HEADING, "What winners depend on");
	bench_doc_add(doc, ITEM_LINE,
		      "%zu pairs of cells that differ in one thing have "
		      "different winners, each of which loses in the other "
		      "cell at least so much (95 %% in each).",
		      n);
	t = bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	for (size_t i = 0; i < MIN(n, MAX_ROWS); i++) {
		bench_table_put(t, "%s", f[i].a->cell->cell.axis[AXIS_OP]);
		bench_table_put(t, "%s", f[i].depends_on);
		put_side(t, f[i].a, f[i].cost_a);
		put_side(t, f[i].b, f[i].cost_b);
	}
	free(f);
}
