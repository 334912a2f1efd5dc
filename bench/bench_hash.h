/* bench_hash.h - a hash that is the same on every machine, for names of things
 *
 * FNV-1a with 64 bits; its offset and its prime are the published ones. It is
 * no defence against whoever wants a collision.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_HASH_H
#define BENCH_HASH_H

#include <stdint.h>

#define BENCH_HASH_INIT 0xcbf29ce484222325u

/* Continues a hash with a string and its end, so that "ab" "c" is not
 * "a" "bc". */
static inline uint64_t
bench_hash_string(uint64_t hash, const char *s)
{
	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 0x100000001b3u;
	return (hash ^ '\n') * 0x100000001b3u;
}

#endif
