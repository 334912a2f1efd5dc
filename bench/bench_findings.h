/* bench_findings.h - what the winner of a cell depends on
 *
 * Two cells that differ in one word of their pre-state, or in the order of
 * their sizes, and of which each has a leader that is proved to be slower in
 * the other: a choice that does not know of that word is wrong in one of them.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_FINDINGS_H
#define BENCH_FINDINGS_H

#include "bench_summary.h"

struct bench_finding {
	const struct bench_cell_summary *a, *b;
	const char *depends_on; /* "place", "call form" ... */
	/* How much slower each cell's leader is in the other, at least, 95 %.
	 */
	double cost_a, cost_b;
};

/* How much slower the leader of one cell is in another, at least, 95 %; 0 where
 * nothing is proved. */
double bench_findings_cost(const struct bench_cell_summary *of,
			   const struct bench_cell_summary *in);
/* All of a run, in the order of its cells; *n of them, from malloc. */
struct bench_finding *bench_findings_find(const struct bench_summary *s,
					  size_t *n);

#endif
