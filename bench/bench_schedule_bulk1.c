/* bench_schedule_bulk1.c - bulk1.c with points where it can be held */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_schedule_hooked.h"

#define bulk1 bench_schedule_bulk1
#include "bulk1.c"
