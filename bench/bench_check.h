/* bench_check.h - whether a policy still holds where it would fail first
 *
 * Its witness cells are in each row the smallest and the largest size measured,
 * which are the sides of the switches to the rows before and after, and the
 * cell with the largest bound on regret; of several cells of a size the one
 * with the largest. They are measured again as a run would, with the contenders
 * that the policy chose from and that are verified before (bench_vet.h). A cell
 * is stale when its choice is proved slower than another by more than the
 * policy allows there, or is refused.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include "bench_plan.h"
#include "bench_summary.h"

enum bench_hold {
	HOLD_HOLDS, /* proved to be within what is allowed */
	HOLD_OPEN,  /* neither proved */
	HOLD_STALE,
	HOLD_COUNT
};

extern const char *const bench_hold_names[HOLD_COUNT];

struct bench_witness {
	const json_t *cell; /* of the policy, which has it */
	const char *choice;
	double allowed; /* regret, a fraction: epsilon, or more where the row
			 * had to be a compromise */
	struct bench_plan *plan;    /* that has the cell */
	struct bench_plan_cell now; /* copied from it */
	/* What measuring again has shown; the name is the plan's. */
	enum bench_hold hold;
	const char *leader;               /* NULL: not measured */
	double ratio, ratio_lo, ratio_hi; /* of the choice to the leader */
	size_t rounds;
};

struct bench_check {
	const json_t *policy;
	const struct bench_topo *topo;
	double epsilon;
	struct bench_witness *witnesses;
	size_t n;
	size_t counts[HOLD_COUNT];
};

/* Finds the witnesses of a policy that bench_policy_read has read from a path,
 * and sets their cells up. BENCH_OK, or a status after a message: one cannot be
 * measured here. */
int bench_check_begin(struct bench_check *c, const json_t *policy,
		      const char *path, const struct bench_topo *topo);
void bench_check_end(struct bench_check *c);
/* Measures until all is decided or the budget has ended, and judges. */
int bench_check_run(struct bench_check *c, double budget_s);

/* What became of a choice whose time over the leader's lies in an interval. */
enum bench_hold bench_check_hold(double ratio_lo, double ratio_hi,
				 double allowed);

#endif
