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
	uint64_t seed;
	unsigned shard, shards; /* 1 <= shard <= shards */
	const char *out, *topology;
	bool resume, strict, print_shards;
};

/* BENCH_OK, or a status after a message. `accepts` lists the long names that
 * this command takes, separated by spaces. */
int bench_options_parse(struct bench_options *o, int argc, char **argv,
			const char *accepts);

/* What of them decides which cells a run has, as an object for its manifest;
 * and back again. The strings live as long as the object. */
json_t *bench_options_json(const struct bench_options *o);
int bench_options_from_json(struct bench_options *o, const json_t *json);

#endif
