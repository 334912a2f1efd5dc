/* bench_weights.h - how often a workload has which sizes */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_WEIGHTS_H
#define BENCH_WEIGHTS_H

#include "bench.h"

/* Operations that touch nothing, as the frame of func(), are left out. */
struct bench_weights {
	char *spec;
	size_t n;
	size_t *sizes;
	double *shares; /* of the operations; all together 1 */
};

/* Of a workload (bench_workload.h); sizes:A-B has each size of its grid equally
 * often. NULL after a message. */
struct bench_weights *bench_weights_read(const char *spec);
void bench_weights_free(struct bench_weights *w);

/* The share of the sizes that are above one and not above the other. */
double bench_weights_between(const struct bench_weights *w, size_t above,
			     size_t last);

#endif
