/* bench_options.h - what run and plan take on the command line */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <jansson.h>

#include "bench_plan.h"

struct bench_options {
	const char *plan; /* NULL: made up of the selection's flags */
	struct bench_selection selection;
	double budget_s; /* 0: the plan's own */
	double epsilon;  /* regret that is good enough, a fraction */
	uint64_t seed;
	unsigned launches;      /* 0: the plan's own */
	unsigned layouts;       /* of a bench_race_rule; 0: as it comes */
	unsigned shard, shards; /* 1 <= shard <= shards */
	const char *out, *topology;
	bool resume, strict, print_shards, uniform;
};

/* BENCH_OK, or a status after a message. `accepts` lists the long names that
 * this command takes, separated by spaces. */
int bench_options_parse(struct bench_options *o, int argc, char **argv,
			const char *accepts);

/* Launches that a run of the plan is to have; 1: one, or as many as its layouts
 * take. And those: what bench_race_rule says of them. */
unsigned bench_options_launches(const struct bench_options *o,
				const struct bench_plan *plan);
unsigned bench_options_layouts(const struct bench_options *o,
			       const struct bench_plan *plan);

/* What of them decides which cells a run has, as an object for its manifest. */
json_t *bench_options_json(const struct bench_options *o);
/* Takes them from the manifest of the run in a directory; those that were given
 * on the command line must be the same. The strings live as long as the object.
 * BENCH_OK, or BENCH_USAGE after a message. */
int bench_options_resume(struct bench_options *o, const json_t *kept,
			 const char *dir);

#endif
