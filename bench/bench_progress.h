/* bench_progress.h - how far a run is, on standard error
 *
 * On a terminal a bar with the most time left; otherwise a line per step.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_PROGRESS_H
#define BENCH_PROGRESS_H

#include "bench.h"

struct bench_progress {
	size_t done, total;           /* units now and in all */
	double started_s, deadline_s; /* of bench_now_s */
	size_t step;                  /* last step that had a line */
	bool terminal;
};

/* Seconds on a clock that never goes back. */
double bench_now_s(void);

/* total units of work, of which done are done; budget_s is the hard cap. */
void bench_progress_start(struct bench_progress *p, size_t done, size_t total,
			  double budget_s);
/* So many are done now; `what` is at work on. */
void bench_progress_show(struct bench_progress *p, size_t done,
			 const char *what);
void bench_progress_end(struct bench_progress *p);
bool bench_progress_out_of_time(const struct bench_progress *p);

#endif
