/* bench_pairs.h - the times of a cell's entrants, in the rows that are compared
 *
 * Both sides of a ratio come from the same rows. A row is a round; where a
 * barrier's buffer is flushed less than BENCH_BLOCK_FLUSHES times in a round,
 * it is as many rounds of a block as hold so many flushes. Every sample ends
 * with a flush of what it has recorded. So no row is without the flushes that
 * it causes, and a ratio may be the median of the rows', which the machine's
 * other work does not move: a timer's interrupt that takes some 50 us is in few
 * rows. A total would have all of them. Where a run samples layouts, with
 * BENCH_LAYOUTS launches or more, the rows of a launch are one cluster: what
 * its layout does to one of them it does to all.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_PAIRS_H
#define BENCH_PAIRS_H

#include "bench_stats.h"
#include "bench_summary.h"

struct bench_pairs {
	bool raw; /* its values are medians, else totals */
	size_t n, n_entrants;
	double *ops;       /* [n] */
	double *times;     /* [entrant][n], NAN where not measured */
	size_t *cluster;   /* [n]: number of its launch; NULL: a row is one */
	size_t n_clusters; /* n without launches */
};

/* Rows of a block. */
size_t bench_pairs_rows(const struct bench_block *b);

/* From the blocks of c that estimates rest on. Of a candidate that did not
 * enter the cell it says so in a message. */
void bench_pairs_collect(struct bench_pairs *p,
			 const struct bench_cell_summary *c);
void bench_pairs_free(struct bench_pairs *p);

/* Clusters in which both were measured. */
size_t bench_pairs_shared(const struct bench_pairs *p, size_t a, size_t b);
/* Time of a over that of b, with an interval that fails at most so often. */
struct bench_interval bench_pairs_ratio(const struct bench_pairs *p, size_t a,
					size_t b, double error);
/* Nanoseconds an operation, 95 %. */
struct bench_interval bench_pairs_value(const struct bench_pairs *p, size_t i);
/* Operations in the rows that hold it. */
double bench_pairs_ops(const struct bench_pairs *p, size_t i);

#endif
