/* bench_build.h - what this binary was made from, for a run's manifest */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_BUILD_H
#define BENCH_BUILD_H

extern const char bench_build_commit[];   /* "unknown" outside of git */
extern const char bench_build_compiler[]; /* name and version */
extern const char bench_build_flags[];

#endif
