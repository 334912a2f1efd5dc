/* bench_build.c - what this binary was made from; the Makefile defines it */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_build.h"

#include <stdio.h>

#include "bench_hash.h"

const char bench_build_commit[] = BUILD_COMMIT;
#ifdef __clang__
const char bench_build_compiler[] = "clang " __clang_version__;
#else
const char bench_build_compiler[] = "gcc " __VERSION__;
#endif
const char bench_build_flags[] = BUILD_FLAGS;

void
bench_build_hash(char hash[BENCH_BUILD_HASH_SIZE])
{
	FILE *f = fopen("/proc/self/exe", "re");
	uint64_t h = BENCH_HASH_INIT;
	unsigned char bytes[1 << 14];
	size_t n;

	hash[0] = '\0';
	if (!f)
		return;
	while ((n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		h = bench_hash_bytes(h, bytes, n);
	if (!ferror(f))
		snprintf(hash, BENCH_BUILD_HASH_SIZE, "%016llx",
			 (unsigned long long)h);
	fclose(f);
}
