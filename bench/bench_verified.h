/* bench_verified.h - the mark beside a candidate that nobody has verified
 *
 * A run lets each contender pass its checks just before, on the binary that
 * measures (bench_vet.h), and its manifest says of each, in each cell, whether
 * it did. Where the manifest does not, as that of an older program, the name
 * has the mark wherever a result is shown. Bounds, which promise nothing, and
 * who was refused are called so already.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_VERIFIED_H
#define BENCH_VERIFIED_H

#include "bench_summary.h"

#define BENCH_UNVERIFIED "unverified"

bool bench_is_unverified(const struct bench_entrant *e);

/* The name of a candidate in a cell, "bulk" or "bulk (unverified)". From
 * malloc. */
char *bench_verified_name(const struct bench_estimate *e);
/* The same for a result that rests on several cells: marked where any of them
 * marks it. */
bool bench_unverified_in(const struct bench_cell_summary *const *cells,
			 size_t n, const char *candidate);
char *bench_verified_name_in(const struct bench_cell_summary *const *cells,
			     size_t n, const char *candidate);

/* One line: how many contenders of a run were verified, and which were not.
 * From malloc. */
char *bench_verified_text(const struct bench_manifest *m);

#endif
