/* bench_hash.h - a hash that is the same on every machine, for names of things
 *
 * FNV-1a with 64 bits; its offset and its prime are the published ones. It is
 * no defence against whoever wants a collision.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_HASH_H
#define BENCH_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define BENCH_HASH_INIT 0xcbf29ce484222325u

static inline uint64_t
bench_hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
	for (const unsigned char *p = bytes; n > 0; n--)
		hash = (hash ^ *p++) * 0x100000001b3u;
	return hash;
}

/* Continues a hash with a string and its end, so that "ab" "c" is not
 * "a" "bc". */
static inline uint64_t
bench_hash_string(uint64_t hash, const char *s)
{
	return bench_hash_bytes(bench_hash_bytes(hash, s, strlen(s)), "\n", 1);
}

#endif
