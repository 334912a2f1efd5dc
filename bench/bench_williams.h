/* bench_williams.h - in which order the candidates of a round run
 *
 * What ran before leaves its traces: lines in this cache or that one, a trained
 * predictor, a full store buffer. In a Williams design (Williams, Australian
 * Journal of Scientific Research A 2, 1949) every candidate stands equally
 * often at every place, and equally often just after every other one. It takes
 * k rounds where their number k is even and 2 k where it is odd.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_WILLIAMS_H
#define BENCH_WILLIAMS_H

#include "base.h"

/* Rounds of a design of k candidates, k >= 1. */
size_t bench_williams_rows(size_t k);
/* Round `row` of the design: a permutation of 0 to k - 1. */
void bench_williams_row(unsigned *order, size_t k, size_t row);
/* Round number `round` of a sequence of designs, each with its candidates and
 * its rounds shuffled anew; the same seed gives the same sequence. */
void bench_williams_order(unsigned *order, size_t k, size_t round,
			  uint64_t seed);

#endif
