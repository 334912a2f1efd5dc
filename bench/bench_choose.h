/* bench_choose.h - from a run's summary to the defaults, each with its regret
 *
 * Points (bench_point.h) of adjacent sizes that allow a candidate in common are
 * one band. Greedily from the smallest size on, which gives the fewest bands
 * there can be. Out of the candidates in common it takes the one that needs the
 * fewest CPU features, else the first in list order.
 *
 * Weights, where they are given, are a workload's sizes. Sizes that it has not
 * are not decided: the band of the next larger one holds for them. Of the
 * others a candidate is good enough also where its regret times the size's
 * share of the time is at most epsilon over the number of sizes: what all such
 * sizes cost together is at most epsilon of the time. So few switches are made
 * for what is rare.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CHOOSE_H
#define BENCH_CHOOSE_H

#include "bench_incumbent.h"
#include "bench_weights.h"

struct bench_choose_options {
	const struct bench_incumbent *incumbent;
	double epsilon;                      /* a fraction */
	const struct bench_weights *weights; /* NULL: none */
};

enum bench_ground {
	GROUND_BEST,       /* the only one that is good enough */
	GROUND_TIE,        /* one of several */
	GROUND_COMPROMISE, /* proved slower in a cell, but bounded best */
	GROUND_UNRESOLVED, /* its regret is not shown to be below epsilon */
	GROUND_COUNT
};

extern const char *const bench_ground_names[GROUND_COUNT];

struct bench_band {
	/* op, abi, phase, and the workload if size is "-"; of its first cell */
	const struct bench_cell *axes;
	size_t group;        /* bands of a group differ in sizes only */
	size_t first, last;  /* sizes measured in it; 0 where sizes are mixed */
	size_t below, above; /* the sizes measured next to it; 0: none */
	const char *choice;  /* NULL: nothing may be chosen */
	const char **tied;   /* others as good as it all over the band */
	size_t n_tied;
	size_t points[GROUND_COUNT]; /* how many rest on what */
	double regret; /* the worst of its cells, a fraction; or NAN */
	/* The choice's time over the incumbent's, geometric mean over the cells
	 * that have both; NAN without one. */
	const char *incumbent;
	double ratio;
	const struct bench_cell_summary **cells;
	size_t n_cells;
	/* With weights and sizes, else NAN: its share of the operations and, at
	 * the best candidates' times, of the time of its group; and of that
	 * time what the choice can cost. */
	double ops, share, cost;
	/* Time of its operations, of the choice's over the incumbent's; NAN
	 * where either was not measured all over. */
	double time, incumbent_time;
};

struct bench_choice {
	struct bench_band *bands;
	size_t n_bands;
	const struct bench_weights *weights; /* of the options */
};

struct bench_choice *bench_choose(const struct bench_summary *s,
				  const struct bench_choose_options *options);
void bench_choice_free(struct bench_choice *choice);

/* Whether the next band of a choice goes on with larger sizes. */
bool bench_band_continues(const struct bench_choice *choice, size_t i);
/* "memclr, phase off", or with ABI and workload where they matter. From malloc.
 */
char *bench_band_name(const struct bench_band *band);
/* "best", "tie", or counts: "best 13, tie 1". From malloc. */
char *bench_band_ground(const struct bench_band *band);
/* The choice with its mark (bench_verified.h), or `none`. From malloc. */
char *bench_band_choice(const struct bench_band *band, const char *none);
/* "8 B", "8 B - 2 KiB", or "mixed". From malloc. */
char *bench_band_sizes(const struct bench_band *band);

struct bench_doc;
/* The table that choose and report begin with, and the cells that it says
 * nothing about. */
void bench_choice_table(const struct bench_choice *choice,
			struct bench_doc *doc);
/* With weights: what all bands of a group cost and gain in that workload. */
void bench_choice_totals(const struct bench_choice *choice,
			 struct bench_doc *doc);
void bench_choice_notes(const struct bench_choice *choice,
			struct bench_doc *doc);

#endif
