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

/* Refuses contenders that fail in the cells of that client and phase, and
 * returns what was done for the manifest: {seed, candidates: [{name, checks,
 * failed}]}, where checks counts what passed and failed names the first client
 * and phase that did not, or is "". Loops and bounds are not looked at. */
json_t *bench_vet_plan(struct bench_plan *plan);

/* One line for readers: what a run verified of its contenders, and which it did
 * not. Free with free. */
struct bench_manifest;
char *bench_vet_text(const struct bench_manifest *m);

#endif
