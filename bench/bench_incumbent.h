/* bench_incumbent.h - what is in use today, and stays unless it is beaten
 *
 * Either candidates by name (`libc`, `memclr_libc,memmove_libc`; a short name
 * stands for op_name too, so that `libc` is memclr_libc for the op memclr), or
 * the path of a policy.json, which is a name that has a '/' or ends in .json.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_INCUMBENT_H
#define BENCH_INCUMBENT_H

#include "bench_summary.h"

#define BENCH_INCUMBENT_DEFAULT "libc,bulk1"

struct bench_incumbent;

/* NULL after a message. */
struct bench_incumbent *bench_incumbent_read(const char *text);
void bench_incumbent_free(struct bench_incumbent *incumbent);
/* The text that it was read from. */
const char *bench_incumbent_text(const struct bench_incumbent *incumbent);
/* The incumbent's estimate in a cell; NULL when it did not enter. */
const struct bench_estimate *
bench_incumbent_in(const struct bench_incumbent *incumbent,
		   const struct bench_cell_summary *cell);

#endif
