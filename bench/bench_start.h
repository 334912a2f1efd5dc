/* bench_start.h - what a run directory has before the first block */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_START_H
#define BENCH_START_H

#include "bench_options.h"

/* Where runs are that were not told where to be; `latest` names the newest. */
#define BENCH_RUNS "results/runs"

struct bench_start {
	const struct bench_options *options;
	const struct bench_topo *topo;
	const struct bench_plan *plan;
	const char *dir;
	json_t *verification; /* of bench_vet_plan */
};

/* Takes the directory, which it makes where there is none, for this process
 * until that ends or becomes another program: two would lose each other's
 * blocks. BENCH_OK, or BENCH_USAGE after a message. */
int bench_start_claim(const char *dir);

/* Fills the directory with topology.xml and, last, manifest.json. BENCH_OK, or
 * a status after a message; with --strict, BENCH_CANNOT where preflight finds
 * anything that is not ok. */
int bench_start_write(const struct bench_start *r);

#endif
