/* bench_williams.c - in which order the candidates of a round run */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_williams.h"

#include <stdlib.h>

#include "base_random.h"
#include "bench.h"

size_t
bench_williams_rows(size_t k)
{
	return k % 2 == 0 || k == 1 ? k : 2 * k;
}

/* The first row is 0, k - 1, 1, k - 2, ...: the differences of neighbours are
 * all different, so that over all its translates each pair of neighbours comes
 * up once. With an odd k that holds up to the sign, hence the mirror images. */
void
bench_williams_row(unsigned *order, size_t k, size_t row)
{
	bool mirrored = row % bench_williams_rows(k) >= k;

	for (size_t i = 0; i < k; i++) {
		size_t at = mirrored ? k - 1 - i : i;
		size_t first = i % 2 == 0 ? i / 2 : k - 1 - i / 2;

		order[at] = (unsigned)((first + row) % k);
	}
}

static void
shuffle(unsigned *list, size_t n, struct base_random *r)
{
	for (size_t i = 0; i < n; i++)
		list[i] = (unsigned)i;
	for (size_t i = n; i > 1; i--) {
		size_t k = base_random_below(r, i);
		unsigned t = list[i - 1];

		list[i - 1] = list[k];
		list[k] = t;
	}
}

void
bench_williams_order(unsigned *order, size_t k, size_t round, uint64_t seed)
{
	size_t n = bench_williams_rows(k);
	unsigned *names = bench_alloc(k * sizeof(*names));
	unsigned *rows = bench_alloc(n * sizeof(*rows));
	struct base_random r = {seed + round / n};

	shuffle(names, k, &r);
	shuffle(rows, n, &r);
	bench_williams_row(order, k, rows[round % n]);
	for (size_t i = 0; i < k; i++)
		order[i] = names[order[i]];
	free(names);
	free(rows);
}
