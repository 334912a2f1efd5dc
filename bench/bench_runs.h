/* bench_runs.h - what report and choose read: one run, or several as one */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_RUNS_H
#define BENCH_RUNS_H

#include "bench_summary.h"

/* Whether a command was given runs, and a place to write to where they are
 * several, for then none of them is the one. BENCH_OK, or BENCH_USAGE after a
 * message. */
int bench_runs_check(const char *command, size_t n, const char *out);
/* One run as it is; several joined as merge joins them, which must be of one
 * machine, system and build. NULL after a message. */
struct bench_summary *bench_runs_read(char *const *dirs, size_t n);

#endif
