/* bench_looks.c - when a race looks at its figures, and how sure it is then */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_looks.h"

#include <math.h>

#include "bench_stats.h"

/* From one look to the next: a race stops a third late at most, and 3,800
 * rounds have cost it 20 looks. */
#define GROWTH 1.35

static size_t
grown(size_t n)
{
	return (size_t)ceil((double)n * GROWTH);
}

static double
error_at(const struct bench_looks *l, unsigned number)
{
	double share = 6 / (M_PI * M_PI * number * number);

	return l->delta * share / (double)l->contests;
}

struct bench_looks
bench_looks_make(size_t contenders, size_t least, double delta)
{
	size_t contests = contenders * (contenders - MIN(contenders, 1)) / 2;
	struct bench_looks l = {
		.first = least, .contests = MAX(contests, 1), .delta = delta};

	while (bench_stats_rank_at(l.first, error_at(&l, 1)) == 0)
		l.first++;
	return l;
}

unsigned
bench_looks_number(const struct bench_looks *l, size_t n)
{
	unsigned number = 1;

	for (size_t at = grown(l->first); at <= n; at = grown(at))
		number++;
	return number;
}

size_t
bench_looks_next(const struct bench_looks *l, size_t n)
{
	size_t at = l->first;

	while (at <= n)
		at = grown(at);
	return at;
}

double
bench_looks_error(const struct bench_looks *l, size_t n)
{
	return error_at(l, bench_looks_number(l, n));
}
