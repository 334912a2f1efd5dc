/* bench_csv.h - distributions of sizes, overlaps and alignments from a file
 *
 * Three lines, as Google Fleetbench keeps those that it took from its fleet:
 * sizes in bytes; whether source and destination overlap, 0 or 1; alignments,
 * the largest power of two up to 64 that divides an address (0 stands for 1).
 * Each is a list value:probability,value:probability,... whose probabilities
 * sum to 1.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CSV_H
#define BENCH_CSV_H

#include "bench.h"

struct base_random;

struct bench_distribution {
	size_t n;
	size_t *values;
	uint64_t *weights; /* in BENCH_CSV_ONE parts of all, about */
	uint64_t total;
};

#define BENCH_CSV_ONE 1000000000

struct bench_csv {
	struct bench_distribution sizes, overlap, alignments;
	uint64_t digest; /* of the file's text */
};

/* NULL after a message that names line and column. Sizes are at most max. */
struct bench_csv *bench_csv_read(const char *path, size_t max);
void bench_csv_free(struct bench_csv *csv);

/* A value with its probability. */
size_t bench_csv_draw(const struct bench_distribution *d,
		      struct base_random *r);
/* A place in a cache line with one of the alignments, each as often as it is
 * probable. */
size_t bench_csv_draw_in_line(const struct bench_csv *csv,
			      struct base_random *r);
/* Whether any call's source and destination overlap. */
bool bench_csv_overlaps(const struct bench_csv *csv);

#endif
