/* base_random.h - a seeded stream of numbers, the same on every machine
 *
 * SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number
 * generators, OOPSLA 2014): one 64-bit word of state, passes BigCrush, and any
 * seed is a good seed. Whoever uses it prints the seed.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

struct base_random {
	uint64_t state;
};

static inline uint64_t
base_random_next(struct base_random *r)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Uniform in [0, n), n > 0, by the high half of a product; the bias is below
 * n / 2^64. */
static inline uint64_t
base_random_below(struct base_random *r, uint64_t n)
{
	return (uint64_t)(((__uint128_t)base_random_next(r) * n) >> 64);
}

#endif
