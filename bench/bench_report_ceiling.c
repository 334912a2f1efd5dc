/* bench_report_ceiling.c - the ceilings of a machine, as a table of a report */
// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>
#include <stdlib.h>

#include "bench_op.h"
#include "bench_report.h"
#include "bench_text.h"

static bool
is_ceiling(const struct bench_cell *cell)
{
	const struct bench_op *op = bench_op_find(cell->axis[AXIS_OP]);

	return op && op->ceiling;
}

/* The loop that took least; NULL where none was measured. */
static const struct bench_estimate *
find_best(const struct bench_cell_summary *c)
{
	const struct bench_estimate *best = NULL;

	for (size_t i = 0; i < c->n_estimates; i++)
		if (c->estimates[i].n > 0 &&
		    (!best || c->estimates[i].value < best->value))
			best = &c->estimates[i];
	return best;
}

/* Bytes a nanosecond are GB a second. */
static void
put_ceiling(struct bench_table *t, const struct bench_cell *cell,
	    const struct bench_estimate *best)
{
	double size = (double)bench_cell_size(cell);

	bench_table_put(t, "%s", cell->axis[AXIS_OP]);
	bench_table_put(t, "%s", cell->axis[AXIS_PRESTATE]);
	bench_table_put(t, "%s", cell->axis[AXIS_MUTATORS]);
	bench_table_take(t, bench_text_number(size / best->value));
	bench_table_take(t,
			 bench_text_interval(size / best->hi, size / best->lo));
	bench_table_put(t, "%s", best->candidate);
}

void
bench_report_ceilings(struct bench_doc *doc, const struct bench_summary *s)
{
	static const char *const columns[] = {"operation",      "pre-state",
					      ">CPUs",          ">GB/s each",
					      ">95 % interval", "best loop"};
	struct bench_table *t = NULL;

	for (size_t i = 0; i < s->n_cells; i++) {
		const struct bench_cell *cell = &s->cells[i].cell->cell;
		const struct bench_estimate *best = find_best(&s->cells[i]);

		if (!is_ceiling(cell) || !best)
			continue;
		if (!t) {
			bench_doc_add(doc, ITEM_HEADING, "Speed of light");
			bench_doc_add(
				doc, ITEM_LINE,
				"What pure loops reach on this machine; "
				"`share` in the cells below is how near "
				"an operation comes to it, or to an empty "
				"call where that takes longer.");
			t = bench_doc_add_table(doc, columns,
						ARRAY_LEN(columns));
		}
		put_ceiling(t, cell, best);
	}
}
