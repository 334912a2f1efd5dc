/* bench_ceiling.h - what this machine stores and copies at most, in a moment
 *
 * The cells of ops `store` and `copy` (bench_share.h) in every place, on both
 * kinds of pages, on one CPU and on all, a short block of each. A ceiling is
 * what the best loop reached in its best sample: whatever disturbs one makes it
 * slower only. A run measures its own at length.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CEILING_H
#define BENCH_CEILING_H

#include "bench_plan.h"

struct bench_ceiling {
	const struct bench_plan_cell *cell; /* of the plan */
	double gb_s;      /* of each CPU: bytes a nanosecond */
	const char *loop; /* that reached it; NULL: not measured */
};

struct bench_ceilings {
	struct bench_plan *plan;
	struct bench_ceiling *ceilings; /* [plan->n_cells] */
	bool late;                      /* some would have been too late */
};

/* Measures every place up to the last, an enum bench_place from l1 to dram,
 * until all are done or the deadline has come, a time of bench_now_s; what this
 * machine cannot have is named in a message. The calling thread stays on a CPU.
 * NULL after a message. */
struct bench_ceilings *bench_ceilings_measure(const struct bench_topo *topo,
					      enum bench_place last,
					      double deadline_s);
void bench_ceilings_free(struct bench_ceilings *c);

#endif
