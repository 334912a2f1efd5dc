/* bench_verified.c - the mark beside a candidate that nobody has verified */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_verified.h"

#include <stdlib.h>

#include "bench_list.h"

bool
bench_is_unverified(const struct bench_entrant *e)
{
	return e->standing == STANDING_CONTENDER && !e->verified;
}

static char *
with_mark(const char *candidate, bool unverified)
{
	return unverified ? bench_printf("%s (" BENCH_UNVERIFIED ")", candidate)
			  : bench_strdup(candidate);
}

char *
bench_verified_name(const struct bench_estimate *e)
{
	return with_mark(e->candidate, e->unverified);
}

bool
bench_unverified_in(const struct bench_cell_summary *const *cells, size_t n,
		    const char *candidate)
{
	for (size_t i = 0; i < n; i++) {
		const struct bench_estimate *e =
			bench_estimate_find(cells[i], candidate);

		if (e && e->unverified)
			return true;
	}
	return false;
}

char *
bench_verified_name_in(const struct bench_cell_summary *const *cells, size_t n,
		       const char *candidate)
{
	return with_mark(candidate, bench_unverified_in(cells, n, candidate));
}

/* Each name once. */
static void
collect(const struct bench_manifest *m, struct bench_list *contenders,
	struct bench_list *unverified)
{
	for (size_t i = 0; i < m->n_cells; i++)
		for (size_t k = 0; k < m->cells[i].n_entrants; k++) {
			const struct bench_entrant *e =
				&m->cells[i].entrants[k];

			if (e->standing == STANDING_CONTENDER &&
			    !bench_list_has(contenders, e->name))
				bench_list_add(contenders, e->name);
			if (bench_is_unverified(e) &&
			    !bench_list_has(unverified, e->name))
				bench_list_add(unverified, e->name);
		}
}

char *
bench_verified_text(const struct bench_manifest *m)
{
	struct bench_list contenders = {0}, unverified = {0};
	char *text;

	collect(m, &contenders, &unverified);
	text = bench_printf(
		"%zu of %zu candidates verified on this binary before it "
		"measured",
		contenders.n - unverified.n, contenders.n);
	for (size_t i = 0; i < unverified.n; i++) {
		char *name = with_mark(unverified.words[i], true);
		char *longer =
			bench_printf("%s%s%s", text, i ? ", " : "; ", name);

		free(name);
		free(text);
		text = longer;
	}
	bench_list_free(&contenders);
	bench_list_free(&unverified);
	return text;
}
