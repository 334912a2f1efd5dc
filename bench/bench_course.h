/* bench_course.h - measures a plan: the races of all its cells, block by block
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_COURSE_H
#define BENCH_COURSE_H

#include <signal.h>

#include "bench_progress.h"
#include "bench_race.h"

struct bench_course {
	const struct bench_topo *topo;
	struct bench_plan *plan;
	struct bench_race *races; /* [cell] */
	unsigned launch;          /* of this process */
	/* Of bench_now_s: when another launch is due, at the latest; 0: none
	 * is. */
	double until_s;
	struct bench_layout layout;
	struct bench_journal *journal; /* NULL: nothing is kept */
	struct bench_progress progress;
};

/* Sets races up in the plan's cells; the rest of *c is set. */
void bench_course_begin(struct bench_course *c, struct bench_race_rule rule,
			bool uniform);
void bench_course_end(struct bench_course *c);
/* Takes over a block of the journal, in its order. One of a cell that the plan
 * does not have, as when it is of another shard, counts for nothing. */
void bench_course_take(struct bench_course *c, struct bench_block *block);
/* Cells whose race is over. */
size_t bench_course_closed(const struct bench_course *c);
/* Measures until all races are over or have their share of this launch, the
 * progress's deadline or until_s has come, or *stop is set, which lets the
 * block under way be finished. BENCH_OK, or a status after a message. */
int bench_course_run(struct bench_course *c, const volatile sig_atomic_t *stop);

#endif
