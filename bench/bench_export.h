/* bench_export.h - a run as tables for other tools */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_EXPORT_H
#define BENCH_EXPORT_H

#include "bench_summary.h"

/* Writes a run to a stream, whose errors the caller looks for. Numbers do not
 * depend on the locale: the program never sets one. */
typedef void bench_export_fn(const struct bench_summary *s, FILE *f);

/* csv: one row a cell and candidate, the columns of the contract. */
bench_export_fn bench_export_csv;
/* gbench: Google Benchmark's JSON, one entry a round, so that the U test of its
 * compare.py has samples. */
bench_export_fn bench_export_gbench;
/* go: the Go benchmark format, one line a round, for benchstat. */
bench_export_fn bench_export_go;

/* The counters that apply to a run: somewhere in it they are not 0. */
struct bench_export_counters {
	bool apply[BENCH_COUNTER_COUNT];
	bool share;      /* of the machine's ceiling, beside them */
	bool unverified; /* bench_verified.h */
};
struct bench_export_counters
bench_export_find_counters(const struct bench_summary *s);

/* Threads of a cell; 1 where that axis does not apply. */
unsigned bench_export_threads(const struct bench_cell *cell);

/* One sample as other tools see it: a repetition of a benchmark. */
struct bench_repetition {
	const struct bench_cell *cell;
	const char *candidate;
	bool unverified;
	size_t index; /* among the candidate's in this cell */
	size_t of;    /* how many there are */
	uint64_t iters;
	double ns; /* per op, with what was left to the marker */
	const struct bench_sample *sample;
};

/* Called for every sample of what was measured and not refused: by cell, then
 * candidate, then in the order of time. */
typedef void bench_export_each_fn(void *arg, const struct bench_repetition *r);
void bench_export_repetitions(const struct bench_summary *s,
			      bench_export_each_fn *each, void *arg);

#endif
