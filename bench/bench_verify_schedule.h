/* bench_verify_schedule.h - a barrier in orders that seeds decide */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_VERIFY_SCHEDULE_H
#define BENCH_VERIFY_SCHEDULE_H

#include <stdio.h>

#include "bench_verify.h"

/* Schedules (bench_schedule.h) of seed, seed + 1, ... until bench_now_s() is
 * past until_s, at least one, or until one loses an object: then r->first names
 * its seed, and the shrunk trace goes to out unless that is NULL. */
void bench_verify_schedule(const struct strategy *barrier, uint64_t seed,
			   double until_s, FILE *out,
			   struct bench_verify_result *r);

#endif
