/* bench_plant.h - strategies that are slower than another by a known time
 *
 * There are two copies of each, the same code at two addresses; what they add
 * to an operation is set for each copy. The time is real: every so many
 * operations the copy waits for a chain of additions, each of which needs the
 * one before.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_PLANT_H
#define BENCH_PLANT_H

#include "strategy.h"

#define BENCH_PLANT_COPIES 2

/* A copy of memclr_libc, or of bulk1 whose clears are slower: neither knows
 * who the other is. kind is STRATEGY_MEMCLR or STRATEGY_BARRIER. */
const struct strategy *bench_plant(enum strategy_kind kind, unsigned copy);

/* What a copy adds to an operation, on average, in nanoseconds. One thread at a
 * time uses a copy. The first call measures the chain, for some milliseconds.
 */
void bench_plant_set(unsigned copy, double ns);

#endif
