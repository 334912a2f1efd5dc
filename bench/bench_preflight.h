/* bench_preflight.h - what may disturb a measurement on this machine
 *
 * Nothing here changes a setting: the host is measured as it is found, and what
 * was found is part of the result.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_PREFLIGHT_H
#define BENCH_PREFLIGHT_H

#include <jansson.h>

#include "bench_topo.h"

/* A new array of {name, state, text}: state is "ok", "warn" or "unknown", text
 * one line that says what it means for a measurement. root as in bench_sys.h.
 * Calibrates the clock when that has not been done. */
json_t *bench_preflight(const struct bench_topo *topo, const char *root);
/* What --strict says of them: BENCH_OK where all are ok, else BENCH_CANNOT,
 * after a message for each that is not. */
int bench_preflight_strict(const json_t *findings);

#endif
