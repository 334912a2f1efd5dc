/* bench_build.c - what this binary was made from; the Makefile defines it */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_build.h"

const char bench_build_commit[] = BUILD_COMMIT;
#ifdef __clang__
const char bench_build_compiler[] = "clang " __clang_version__;
#else
const char bench_build_compiler[] = "gcc " __VERSION__;
#endif
const char bench_build_flags[] = BUILD_FLAGS;
