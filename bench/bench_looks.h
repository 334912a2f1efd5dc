/* bench_looks.h - when a race looks at its figures, and how sure it is then
 *
 * A bound that is looked at again and again fails more often than one that is
 * looked at once. So a cell is looked at only when it has n_1, n_2, ... pairs,
 * each a third more than the one before, and the error that it may make, delta,
 * is split: look l gets 6 / (pi^2 l^2) of it, which sums to 1, and every pair
 * of contenders an equal part of that. All bounds of a cell, at all its looks,
 * then hold together with probability 1 - delta, whichever candidate they are
 * used to pick and whenever the race stops (the union bound of Even-Dar,
 * Mannor, Mansour: Action elimination and stopping conditions, JMLR 7, 2006).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_LOOKS_H
#define BENCH_LOOKS_H

#include "base.h"

/* Gains below 2 % are not worth a change of what is in use; and layouts alone
 * move the same code by as much (Mytkowicz et al., ASPLOS 2009). */
#define BENCH_EPSILON 0.02
/* What a cell's statement may be wrong by. */
#define BENCH_DELTA 0.05

/* Launches below which nothing is said about layouts in general. */
#define BENCH_LAYOUTS 20

/* After so many looks a cell ends unresolved: 12 rounds have become 3,800. */
#define BENCH_LOOKS_MAX 20

struct bench_looks {
	size_t first;    /* pairs at the first look */
	size_t contests; /* pairs of contenders, at least 1 */
	double delta;
};

/* For a cell of so many contenders whose first look wants at least so many
 * pairs; later when the error of a look allows no bound at all. */
struct bench_looks bench_looks_make(size_t contenders, size_t least,
				    double delta);
/* The number of the look, from 1, that a race of n pairs has come to: the last
 * that wants n or fewer. No two looks of a race have the same, although one may
 * come some pairs late: the next one wants more pairs than it has. */
unsigned bench_looks_number(const struct bench_looks *l, size_t n);
/* The pairs at the first look that has more than n. */
size_t bench_looks_next(const struct bench_looks *l, size_t n);
/* The error of the two-sided interval of one contest at n pairs. */
double bench_looks_error(const struct bench_looks *l, size_t n);

#endif
