/* bench_kinds.h - kinds of CPUs, such as performance and efficiency cores */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_KINDS_H
#define BENCH_KINDS_H

#include "bench_topo.h"

/* Sets n_kinds and the kind of every CPU. hwloc's kinds are merged when all
 * that is known of them is nearly the same; a CPU that hwloc knows no kind of
 * is of one more. */
void bench_kinds_set(struct bench_topo *topo);

#endif
