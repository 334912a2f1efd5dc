/* bench_share.h - how near a raw operation comes to what the machine can do
 *
 * The ceiling of a place in the memory's hierarchy is the best of the pure
 * loops (bench_loop.h) there, measured in the same run: ops `store` and `copy`.
 * An operation of so many bytes cannot take less time than these bytes at that
 * rate, nor less than the cell's floor, an empty call in the same harness,
 * beside which short stores cost nothing. The share is the larger of the two
 * over the time that was measured. It can pass 1 by noise only.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SHARE_H
#define BENCH_SHARE_H

#include "bench_plan.h"
#include "bench_summary.h"

/* Adds the cell of one ceiling to a plan, unless it is there or cannot be: op
 * `store` or `copy`, on so many CPUs. BENCH_OK, or a status after a message. */
int bench_share_add(struct bench_plan *plan, const char *op,
		    const struct bench_prestate *p, const char *mutators,
		    const struct bench_topo *topo);
/* Adds to a plan, for each of its raw cells, the cell of the ceiling in the
 * same place, unless it is there. BENCH_OK, or a status after a message. */
int bench_share_plan(struct bench_plan *plan, const struct bench_topo *topo);

/* The smallest time a byte, in nanoseconds, of the ceiling that applies to a
 * cell; NAN where none was measured. */
double bench_share_ns_per_byte(const struct bench_summary *s,
			       const struct bench_cell *cell);
/* Sets the share of every estimate of a run: NAN where none applies. */
void bench_share_fill(struct bench_summary *s);

#endif
