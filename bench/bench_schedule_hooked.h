/* bench_schedule_hooked.h - builds a barrier's source a second time, with its
 * points
 *
 * Included before the barrier's own file, by a file for each.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SCHEDULE_HOOKED_H
#define BENCH_SCHEDULE_HOOKED_H

#include "bench_schedule.h"

#define BARRIER_POINT(mut, point, at) bench_schedule_point(mut, point, at)

#endif
