/* bench_findings.c - what the winner of a cell depends on */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_findings.h"

#include <stdlib.h>
#include <string.h>

#include "bench_prestate.h"
#include "bench_stream.h"

/* Where the word begins that says in which order sizes come; its end. */
static size_t
length_of_base(const char *workload)
{
	const char *end = workload + strlen(workload);

	for (const char *p = workload; (p = strchr(p, '+')); p++)
		if (strncmp(p + 1, "period=", 7) == 0 ||
		    strncmp(p + 1, "run=", 4) == 0)
			return (size_t)(p - workload);
	return (size_t)(end - workload);
}

static bool
same_base(const char *a, const char *b)
{
	size_t n = length_of_base(a);

	return n == length_of_base(b) && strncmp(a, b, n) == 0;
}

/* What two cells differ in: one thing, or NULL. */
static const char *
difference(const struct bench_cell *a, const struct bench_cell *b)
{
	const char *what = NULL;

	for (int i = 0; i < AXIS_COUNT; i++) {
		const char *x = a->axis[i], *y = b->axis[i], *this = NULL;
		struct bench_prestate p, q;

		if (strcmp(x, y) == 0)
			continue;
		if (i == AXIS_WORKLOAD && same_base(x, y))
			this = "the order of sizes";
		if (i == AXIS_PRESTATE && bench_prestate_is(x, &p) &&
		    bench_prestate_is(y, &q))
			this = bench_prestate_difference(&p, &q);
		if (i == AXIS_MUTATORS)
			this = "how many CPUs are at it";
		if (what || !this)
			return NULL;
		what = this;
	}
	return what;
}

double
bench_findings_cost(const struct bench_cell_summary *of,
		    const struct bench_cell_summary *in)
{
	const struct bench_estimate *e =
		bench_estimate_find(in, of->leader->candidate);

	return e && e->verdict == VERDICT_SLOWER ? e->ratio_lo - 1 : 0;
}

struct bench_finding *
bench_findings_find(const struct bench_summary *s, size_t *n)
{
	struct bench_finding *all = NULL;

	*n = 0;
	for (size_t i = 0; i < s->n_cells; i++)
		for (size_t k = i + 1; k < s->n_cells; k++) {
			const struct bench_cell_summary *a = &s->cells[i];
			const struct bench_cell_summary *b = &s->cells[k];
			struct bench_finding f = {.a = a, .b = b};

			if (!a->leader || !b->leader)
				continue;
			f.depends_on =
				difference(&a->cell->cell, &b->cell->cell);
			if (!f.depends_on)
				continue;
			f.cost_a = bench_findings_cost(a, b);
			f.cost_b = bench_findings_cost(b, a);
			if (f.cost_a <= 0 || f.cost_b <= 0)
				continue;
			all = bench_realloc(all, (*n + 1) * sizeof(*all));
			all[(*n)++] = f;
		}
	return all;
}
