/* bench_options.c - what run and plan take on the command line */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bench_json.h"
#include "bench_looks.h"

/* More than any plan has cells. */
#define MAX_SHARDS 10000

/* A day of them. */
#define MAX_LAUNCHES 10000

enum {
	OPTION_BUDGET = 512,
	OPTION_SEED,
	OPTION_SHARD,
	OPTION_SHARDS,
	OPTION_OUT,
	OPTION_TOPOLOGY,
	OPTION_RESUME,
	OPTION_STRICT,
	OPTION_PRINT_SHARDS,
	OPTION_EPSILON,
	OPTION_UNIFORM,
	OPTION_LAUNCHES,
	OPTION_LAYOUTS,
	OPTION_UNBUILT,
	OPTION_AXIS = 1024, /* and the index in axis_flags */
};

/* The flags of a selection, which the manifest keeps too. */
static const struct {
	const char *name;
	size_t off;
} axis_flags[] = {
	{"op", offsetof(struct bench_selection, op)},
	{"client", offsetof(struct bench_selection, client)},
	{"abi", offsetof(struct bench_selection, abi)},
	{"workload", offsetof(struct bench_selection, workload)},
	{"population", offsetof(struct bench_selection, population)},
	{"phase", offsetof(struct bench_selection, phase)},
	{"relation", offsetof(struct bench_selection, relation)},
	{"prestate", offsetof(struct bench_selection, prestate)},
	{"mutators", offsetof(struct bench_selection, mutators)},
	{"strategy", offsetof(struct bench_selection, strategy)},
	{"markers", offsetof(struct bench_selection, markers)},
};

static const struct option options[] = {
	{"op", required_argument, NULL, OPTION_AXIS + 0},
	{"client", required_argument, NULL, OPTION_AXIS + 1},
	{"abi", required_argument, NULL, OPTION_AXIS + 2},
	{"workload", required_argument, NULL, OPTION_AXIS + 3},
	{"population", required_argument, NULL, OPTION_AXIS + 4},
	{"phase", required_argument, NULL, OPTION_AXIS + 5},
	{"relation", required_argument, NULL, OPTION_AXIS + 6},
	{"prestate", required_argument, NULL, OPTION_AXIS + 7},
	{"mutators", required_argument, NULL, OPTION_AXIS + 8},
	{"strategy", required_argument, NULL, OPTION_AXIS + 9},
	{"markers", required_argument, NULL, OPTION_AXIS + 10},
	{"budget", required_argument, NULL, OPTION_BUDGET},
	{"seed", required_argument, NULL, OPTION_SEED},
	{"shard", required_argument, NULL, OPTION_SHARD},
	{"shards", required_argument, NULL, OPTION_SHARDS},
	{"out", required_argument, NULL, OPTION_OUT},
	{"topology", required_argument, NULL, OPTION_TOPOLOGY},
	{"resume", no_argument, NULL, OPTION_RESUME},
	{"strict", no_argument, NULL, OPTION_STRICT},
	{"print-shards", no_argument, NULL, OPTION_PRINT_SHARDS},
	{"epsilon", required_argument, NULL, OPTION_EPSILON},
	{"uniform", no_argument, NULL, OPTION_UNIFORM},
	{"launches", required_argument, NULL, OPTION_LAUNCHES},
	{"layouts", required_argument, NULL, OPTION_LAYOUTS},
	{"peers", no_argument, NULL, OPTION_UNBUILT},
	{NULL, 0, NULL, 0},
};

static const char **
axis_of(struct bench_selection *sel, size_t i)
{
	return (const char **)((char *)sel + axis_flags[i].off);
}

static bool
parse_number(const char *text, const char **end, uint64_t *n)
{
	char *e;

	errno = 0;
	*n = strtoull(text, &e, 0);
	*end = e;
	return !errno && e != text && *text >= '0' && *text <= '9';
}

static int
parse_seed(const char *text, uint64_t *seed)
{
	const char *end;

	if (parse_number(text, &end, seed) && !*end)
		return BENCH_OK;
	return bench_error(BENCH_USAGE, "--seed=%s: expected a whole number",
			   text);
}

static int
parse_shard(const char *text, struct bench_options *o)
{
	const char *end;
	uint64_t i, n;

	if (parse_number(text, &end, &i) && *end == '/' &&
	    parse_number(end + 1, &end, &n) && !*end && i >= 1 && i <= n &&
	    n <= MAX_SHARDS) {
		o->shard = (unsigned)i;
		o->shards = (unsigned)n;
		return BENCH_OK;
	}
	return bench_error(BENCH_USAGE,
			   "--shard=%s: expected i/N with 1 <= i <= N <= %d",
			   text, MAX_SHARDS);
}

/* A number of things, from 1 to most. */
static int
parse_count(const char *name, const char *text, unsigned most, unsigned *count)
{
	const char *end;
	uint64_t n;

	if (parse_number(text, &end, &n) && !*end && n >= 1 && n <= most) {
		*count = (unsigned)n;
		return BENCH_OK;
	}
	return bench_error(BENCH_USAGE,
			   "--%s=%s: expected a number from 1 to %u", name,
			   text, most);
}

static int
take(struct bench_options *o, int option, const char *name, const char *arg)
{
	if (option >= OPTION_AXIS) {
		*axis_of(&o->selection, (size_t)(option - OPTION_AXIS)) = arg;
		return BENCH_OK;
	}
	switch (option) {
	case OPTION_BUDGET:
		return bench_parse_time("--budget", arg, &o->budget_s);
	case OPTION_SEED: return parse_seed(arg, &o->seed);
	case OPTION_SHARD: return parse_shard(arg, o);
	case OPTION_SHARDS:
		return parse_count(name, arg, MAX_SHARDS, &o->shards);
	case OPTION_OUT: o->out = arg; break;
	case OPTION_TOPOLOGY: o->topology = arg; break;
	case OPTION_RESUME: o->resume = true; break;
	case OPTION_STRICT: o->strict = true; break;
	case OPTION_PRINT_SHARDS: o->print_shards = true; break;
	case OPTION_LAUNCHES:
		return parse_count(name, arg, MAX_LAUNCHES, &o->launches);
	case OPTION_LAYOUTS:
		return parse_count(name, arg, MAX_LAUNCHES, &o->layouts);
	case OPTION_UNIFORM: o->uniform = true; break;
	case OPTION_EPSILON:
		return bench_parse_percent("--epsilon", arg, &o->epsilon);
	default: return bench_error(BENCH_USAGE, "--%s is not built yet", name);
	}
	return BENCH_OK;
}

/* Whether a name is a word of the list. */
static bool
listed(const char *name, const char *list)
{
	size_t n = strlen(name);

	for (const char *p = list; (p = strstr(p, name)); p += n)
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

int
bench_options_parse(struct bench_options *o, int argc, char **argv,
		    const char *accepts)
{
	int option, index, status = BENCH_OK;

	*o = (struct bench_options){.seed = 1,
				    .epsilon = BENCH_EPSILON,
				    .shard = 1,
				    .shards = 1,
				    .topology = "this"};
	optind = 0;
	opterr = 0;
	while (status == BENCH_OK &&
	       (option = getopt_long(argc, argv, ":", options, &index)) != -1) {
		if (option == '?' || option == ':')
			return bench_error(
				BENCH_USAGE, "%s: %s: %s", argv[0],
				bench_refused_option(argv),
				option == '?'
					? "unknown option (see framebench "
					  "help)"
					: "expected a value");
		if (!listed(options[index].name, accepts))
			return bench_error(BENCH_USAGE, "%s does not take --%s",
					   argv[0], options[index].name);
		status = take(o, option, options[index].name, optarg);
	}
	if (status == BENCH_OK && optind < argc)
		o->plan = argv[optind++];
	if (status == BENCH_OK && optind < argc)
		return bench_error(BENCH_USAGE, "%s: '%s': expected one plan",
				   argv[0], argv[optind]);
	if (status == BENCH_OK && o->launches && o->layouts)
		return bench_error(BENCH_USAGE,
				   "%s: --launches and --layouts: expected one "
				   "of them",
				   argv[0]);
	return status;
}

unsigned
bench_options_launches(const struct bench_options *o,
		       const struct bench_plan *plan)
{
	if (o->launches)
		return o->launches;
	return plan->launches > 1 ? MAX(plan->launches, o->layouts) : 1;
}

unsigned
bench_options_layouts(const struct bench_options *o,
		      const struct bench_plan *plan)
{
	return bench_options_launches(o, plan) > 1 ? 1 : MAX(o->layouts, 1);
}

json_t *
bench_options_json(const struct bench_options *o)
{
	struct bench_options copy = *o;
	json_t *json = json_object();

	if (o->plan)
		json_object_set_new(json, "plan", json_string(o->plan));
	for (size_t i = 0; i < ARRAY_LEN(axis_flags); i++) {
		const char *text = *axis_of(&copy.selection, i);

		if (text)
			json_object_set_new(json, axis_flags[i].name,
					    json_string(text));
	}
	if (o->epsilon != BENCH_EPSILON)
		json_object_set_new(json, "epsilon", json_real(o->epsilon));
	if (o->uniform)
		json_object_set_new(json, "uniform", json_true());
	if (o->launches)
		json_object_set_new(json, "launches",
				    json_integer(o->launches));
	if (o->layouts)
		json_object_set_new(json, "layouts", json_integer(o->layouts));
	json_object_set_new(json, "shard", json_integer(o->shard));
	json_object_set_new(json, "shards", json_integer(o->shards));
	return json;
}

/* What the user has given must be as the run has it. */
static int
check_same(const struct bench_options *o, const json_t *kept, const char *dir)
{
	json_t *given = bench_options_json(o), *value;
	const char *key, *other = NULL;

	/* A run is one shard of one unless something else was given. */
	json_object_foreach (given, key, value)
		if (!json_equal(value, json_object_get(kept, key)) &&
		    (strncmp(key, "shard", 5) != 0 || o->shards > 1))
			other = key;
	if (other)
		bench_error(BENCH_USAGE,
			    "--resume: expected the %s of %s/manifest.json, or "
			    "none, found another",
			    other, dir);
	json_decref(given);
	return other ? BENCH_USAGE : BENCH_OK;
}

/* NULL where it is not kept, or no string, which is a reason then. */
static const char *
kept_text(const json_t *kept, const char *name, char **why)
{
	json_t *value = json_object_get(kept, name);

	if (value && !json_is_string(value))
		bench_json_unexpected(name, "a string", value, why);
	return json_string_value(value);
}

/* 0 where none were given. */
static unsigned
kept_launches(const json_t *kept, const char *key, char **why)
{
	return json_object_get(kept, key)
		       ? (unsigned)bench_json_uint(kept, key, 1, MAX_LAUNCHES,
						   why)
		       : 0;
}

static void
take_kept(struct bench_options *o, const json_t *kept, char **why)
{
	json_t *epsilon = json_object_get(kept, "epsilon");

	o->shards =
		(unsigned)bench_json_uint(kept, "shards", 1, MAX_SHARDS, why);
	o->shard = (unsigned)bench_json_uint(kept, "shard", 1, o->shards, why);
	o->plan = kept_text(kept, "plan", why);
	for (size_t i = 0; i < ARRAY_LEN(axis_flags); i++)
		*axis_of(&o->selection, i) =
			kept_text(kept, axis_flags[i].name, why);
	o->uniform = json_is_true(json_object_get(kept, "uniform"));
	o->launches = kept_launches(kept, "launches", why);
	o->layouts = kept_launches(kept, "layouts", why);
	o->epsilon = epsilon ? json_number_value(epsilon) : BENCH_EPSILON;
	if (!(o->epsilon >= 0 && o->epsilon <= 1) ||
	    (epsilon && !json_is_number(epsilon)))
		bench_json_unexpected("epsilon", "a number from 0 to 1",
				      epsilon, why);
}

int
bench_options_resume(struct bench_options *o, const json_t *kept,
		     const char *dir)
{
	const struct bench_options given = *o;
	char *why = NULL;

	take_kept(o, kept, &why);
	if (!why)
		return check_same(&given, kept, dir);
	bench_error(BENCH_USAGE, "%s/manifest.json: arguments: %s", dir, why);
	free(why);
	return BENCH_USAGE;
}
