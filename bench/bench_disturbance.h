/* bench_disturbance.h - what spoils a block
 *
 * A block with a disturbed sample is left out of all estimates as a whole: to
 * leave out single samples would choose among them. It stays in the journal and
 * is counted. On a machine that is never quiet nothing would be left: where
 * more than BENCH_DISTURBED_SHARE of a cell's blocks are disturbed all of them
 * count, and the cell says so. A disturbance may then hit either side of a pair
 * and, the orders being balanced, hits both equally often: intervals get wider,
 * and stay true.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_DISTURBANCE_H
#define BENCH_DISTURBANCE_H

#include "bench.h"

/* More than this and what is left would be the exception, not the rule. */
#define BENCH_DISTURBED_SHARE 0.5

#define BENCH_DISTURBANCES(X)                                              \
	X(switches)   /* the mutator lost its CPU in a timed part */       \
	X(migrations) /* it moved to another one */                        \
	X(faults)     /* a raw operation met memory that was not mapped */ \
	X(steal)      /* the host ran something else on a CPU */           \
	X(phase)      /* the phase ended within a batch */

enum bench_disturbance {
	DISTURBANCE_none,
#define X(name) DISTURBANCE_##name,
	BENCH_DISTURBANCES(X)
#undef X
		BENCH_DISTURBANCE_COUNT
};

extern const char *const bench_disturbance_names[BENCH_DISTURBANCE_COUNT];

struct bench_block;

/* The first disturbance that the counters of a block's samples show. */
enum bench_disturbance bench_disturbance_of(const struct bench_block *b,
					    bool raw);
/* How many of a cell's blocks are disturbed. */
size_t bench_disturbance_count(struct bench_block *const *blocks, size_t n);
/* Whether so many of them are that all count. */
bool bench_disturbance_rules(size_t disturbed, size_t n);

#endif
