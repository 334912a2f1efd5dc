/* base_histogram.h - how often each magnitude occurred, in little room
 *
 * Log-linear: exact below 8, then eight buckets a doubling, so that a quantile
 * is right to an eighth; the largest value is kept as it was. Adding one is a
 * few instructions.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include "base.h"

#define BASE_HISTOGRAM_BUCKETS (8 + 61 * 8)

struct base_histogram {
	uint64_t n, max;
	uint64_t counts[BASE_HISTOGRAM_BUCKETS];
};

static inline unsigned
base_histogram_bucket(uint64_t value)
{
	unsigned doubling;

	if (value < 8)
		return (unsigned)value;
	doubling = 63 - (unsigned)__builtin_clzll(value);
	return (doubling - 2) * 8 + (unsigned)(value >> (doubling - 3) & 7);
}

static inline void
base_histogram_add(struct base_histogram *h, uint64_t value)
{
	h->n++;
	h->max = MAX(h->max, value);
	h->counts[base_histogram_bucket(value)]++;
}

/* The smallest value of a bucket. */
static inline uint64_t
base_histogram_floor(unsigned bucket)
{
	unsigned doubling = bucket / 8 + 2;

	if (bucket < 8)
		return bucket;
	return (uint64_t)(8 + bucket % 8) << (doubling - 3);
}

/* The value that a share q of all do not exceed, 0 < q <= 1, to an eighth;
 * 0 when there is none. */
static inline uint64_t
base_histogram_quantile(const struct base_histogram *h, double q)
{
	double left = q * (double)h->n;

	for (unsigned i = 0; i < BASE_HISTOGRAM_BUCKETS; i++) {
		left -= (double)h->counts[i];
		if (h->counts[i] && left <= 0)
			return base_histogram_floor(i);
	}
	return h->max;
}

#endif
