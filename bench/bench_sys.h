/* bench_sys.h - what the kernel says of itself in /proc and /sys
 *
 * root stands before every path: "" on a machine, a folder of made-up files in
 * tests. What is not there is NULL; that is an answer, not an error.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SYS_H
#define BENCH_SYS_H

#include "bench.h"

/* The first line of a file without its end, from malloc. */
char *bench_sys_line(const char *root, const char *path);
/* The value of the first line "key : value", from malloc. */
char *bench_sys_value(const char *root, const char *path, const char *key);
/* A file with one number that is not negative; -1 when there is none. */
long bench_sys_number(const char *root, const char *path);
/* The word in brackets of a line such as "always [madvise] never", from malloc.
 */
char *bench_sys_choice(const char *root, const char *path);

/* What some checks and the fingerprint both ask: 1, 0, or -1 when it cannot be
 * told. */
int bench_sys_is_virtual(const char *root); /* a hypervisor runs this system */
int bench_sys_turbo(const char *root);      /* speeds above the nominal one */
int bench_sys_smt(const char *root);        /* CPUs that share a core */
int bench_sys_aslr(const char *root);       /* full, also for this process */

/* Time of all CPUs since boot in ticks of the kernel, some 10 ms each, and what
 * of it the host ran something else in. False when the kernel does not count
 * that. */
struct bench_sys_ticks {
	unsigned long long stolen, all;
};
bool bench_sys_ticks(const char *root, struct bench_sys_ticks *ticks);

/* The frequency governor of a CPU, from malloc. */
char *bench_sys_governor(const char *root, unsigned cpu);

#endif
