/* bench_cmd_explain.c - framebench explain: everything known of one cell */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "bench_explain.h"

/* The cell whose id begins with the prefix, or NULL after a message: none does,
 * or more than one. */
static const struct bench_cell_summary *
find_cell(const struct bench_summary *s, const char *prefix)
{
	const struct bench_cell_summary *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s->n_cells; i++)
		if (strncmp(s->cells[i].cell->id, prefix, strlen(prefix)) ==
		    0) {
			found = &s->cells[i];
			n++;
		}
	if (n == 1)
		return found;
	if (n == 0)
		bench_error(BENCH_USAGE,
			    "explain: --cell=%s: expected the id of one of "
			    "the %zu cells of %s, or how one begins; "
			    "summary.json and compare name them%s%s",
			    prefix, s->n_cells, s->run_dir,
			    s->n_cells ? ", for example " : "",
			    s->n_cells ? s->cells[0].cell->id : "");
	else
		bench_error(BENCH_USAGE,
			    "explain: --cell=%s: expected one cell of %s, "
			    "found %zu that begin so, for example %s",
			    prefix, s->run_dir, n, found->cell->id);
	return NULL;
}

static int
explain(const struct bench_summary *s, const char *prefix)
{
	const struct bench_cell_summary *cell = find_cell(s, prefix);

	if (!cell)
		return BENCH_USAGE;
	struct bench_doc *doc = bench_explain(s, cell);
	bench_doc_write_text(doc, stdout);
	bench_doc_free(doc);
	return bench_flush(stdout, "standard output");
}

int
bench_cmd_explain(int argc, char **argv)
{
	const char *run, *prefix;
	int status = bench_parse_run_and(argc, argv, "cell", "--cell=ID", &run,
					 &prefix);

	if (status)
		return status;
	struct bench_summary *s = bench_summary_read(run);
	status = s ? explain(s, prefix) : BENCH_USAGE;
	bench_summary_free(s);
	return status;
}
