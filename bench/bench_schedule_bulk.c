/* bench_schedule_bulk.c - bulk.c with points where it can be held */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_schedule_hooked.h"

#define bulk bench_schedule_bulk
#include "bulk.c"
