/* bench_schedule_perslot.c - perslot.c with points where it can be held */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_schedule_hooked.h"

#define perslot bench_schedule_perslot
#include "perslot.c"
