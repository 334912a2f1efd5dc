/* bench_vet.h - a short verification of the candidates that a run will measure
 *
 * On the binary that measures, just before it does: each candidate plays the
 * scenes (bench_scene.h) of the clients and phases that it competes in, and its
 * memclr and memmove are compared with a byte loop and looked at by
 * instructions where no torn word may be seen. In a process of its own, which a
 * broken candidate may take down.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_VET_H
#define BENCH_VET_H

#include <jansson.h>

#include "bench_plan.h"

/* Notes of contenders who passes in the cells of that client and phase, and
 * refuses who fails. Returns what was done for the manifest: {seed, binary,
 * candidates: [{name, checks, failed}]}, where binary is the hash of this
 * program (bench_build.h), checks counts what passed and failed names the first
 * client and phase that did not, or is "". Loops and bounds are not looked at.
 */
json_t *bench_vet_plan(struct bench_plan *plan);

/* Takes over what a manifest says of the same plan, which lives as long as the
 * plan is used. BENCH_OK, or BENCH_USAGE after a message that names the run's
 * directory: another program than this one has verified it. */
int bench_vet_resume(struct bench_plan *plan, const json_t *manifest,
		     const char *dir);

#endif
