/* bench_build.h - what this binary was made from, for a run's manifest */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_BUILD_H
#define BENCH_BUILD_H

extern const char bench_build_commit[];   /* "unknown" outside of git */
extern const char bench_build_compiler[]; /* name and version */
extern const char bench_build_flags[];

/* A hash of this program's file, 16 hex digits: two builds of one commit may
 * differ. "" where the file cannot be read. */
#define BENCH_BUILD_HASH_SIZE 17
void bench_build_hash(char hash[BENCH_BUILD_HASH_SIZE]);

#endif
