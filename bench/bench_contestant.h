/* bench_contestant.h - who competes in a cell, and on what standing */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CONTESTANT_H
#define BENCH_CONTESTANT_H

#include "bench_plan.h"

/* Checks a list of strategies and sets as the user gave it. BENCH_OK, or a
 * status after a message: BENCH_CANNOT for one that this CPU cannot run. */
int bench_contestants_check(const char *strategies);

/* Enters a list that was checked, or with NULL every strategy of the kind that
 * the cell's operation is about. Those that the operation does not use are left
 * out; false when none remains. The placebo of a strategy that enters comes
 * along. */
bool bench_contestants_enter(struct bench_plan_cell *cell,
			     const char *strategies);
/* Lets each placebo run under its baseline's label, and the other way round. */
void bench_contestants_swap(struct bench_plan_cell *cell);
void bench_contestants_free(struct bench_plan_cell *cell);

#endif
