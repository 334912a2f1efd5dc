/* bench_check.h - whether a policy still holds where it would fail first
 *
 * Its witness cells (bench_witness.h) are measured again, by a run of their own
 * with the contenders that the policy chose from and that are verified before.
 * A cell is stale when its choice is proved slower than another by more than
 * the policy allows there, or is refused.
 *
 * What one launch's layout does to a cell it does to all of its rows, so that a
 * choice that holds over layouts is often slower in one of them by ten percent.
 * So it is stale only where so many launches find it slower by more than is
 * allowed that half of all layouts or more have to (a sign test at 95 %).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CHECK_H
#define BENCH_CHECK_H

#include "bench_summary.h"
#include "bench_witness.h"

/* The fewest launches of which a sign test can prove anything at 95 %: of five
 * that agree (1 / 2^5). */
#define BENCH_CHECK_LAYOUTS 5

enum bench_hold {
	HOLD_HOLDS, /* proved to be within what is allowed */
	HOLD_OPEN,  /* neither proved */
	HOLD_STALE,
	HOLD_COUNT
};

extern const char *const bench_hold_names[HOLD_COUNT];

/* A witness as measuring it again has shown it. */
struct bench_checked {
	const struct bench_witness *witness;
	const struct bench_cell_summary *now;
	enum bench_hold hold;
	const char *leader;               /* NULL: not measured */
	double ratio, ratio_lo, ratio_hi; /* of the choice to the leader */
	size_t rounds;
	size_t launches, slower; /* that measured both, and found it slower */
};

struct bench_check {
	struct bench_witnesses witnesses;
	struct bench_checked *cells; /* of each witness */
	struct bench_summary *now;
	size_t counts[HOLD_COUNT];
};

struct bench_check_run {
	const char *path; /* of the policy */
	const json_t *policy;
	const char *dir; /* where the run is to be */
	double budget_s;
	unsigned layouts; /* 1: this one only */
};

/* Measures until all is decided or the budget has ended, as `framebench run
 * POLICY` in a process of its own. BENCH_OK, or a status after a message. */
int bench_check_measure(const struct bench_check_run *r);

/* Judges the witnesses of a policy by a run of them. BENCH_OK, or a status
 * after a message; *c is to be freed in both cases. The policy has to live as
 * long. */
int bench_check_judge(struct bench_check *c, const struct bench_check_run *r);
void bench_check_free(struct bench_check *c);

/* What became of a choice whose time over the leader's lies in an interval. */
enum bench_hold bench_check_hold(double ratio_lo, double ratio_hi,
				 double allowed);
/* Whether so many launches of n that found it slower prove it of layouts. */
bool bench_check_proves(size_t slower, size_t n);

#endif
