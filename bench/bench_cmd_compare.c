/* bench_cmd_compare.c - framebench compare: what became slower */
// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bench_alike.h"
#include "bench_compare.h"

struct settings {
	double threshold;
	bool may_differ[ASPECT_COUNT];
	bool json;
	const char *dirs[2];
};

/* The aspect of that name of n characters; ASPECT_COUNT where it is none. */
static int
find_aspect(const char *name, size_t n)
{
	int k = 0;

	while (k < ASPECT_COUNT && (strlen(bench_aspect_names[k]) != n ||
				    strncmp(bench_aspect_names[k], name, n)))
		k++;
	return k;
}

/* A list of aspects, separated by commas. */
static int
parse_different(const char *text, struct settings *s)
{
	const char *p = text;
	size_t n;

	do {
		n = strcspn(p, ",");
		int k = find_aspect(p, n);
		if (k == ASPECT_COUNT)
			return bench_error(BENCH_USAGE,
					   "compare: --different='%s': "
					   "expected a list of machine, "
					   "system, build and abi",
					   text);
		s->may_differ[k] = true;
		p += n;
	} while (*p++);
	return BENCH_OK;
}

static int
parse_option(int option, char **argv, struct settings *s)
{
	switch (option) {
	case 't':
		return bench_parse_percent("compare: --threshold", optarg,
					   &s->threshold);
	case 'd': return parse_different(optarg, s);
	case 'f':
		return bench_parse_json("compare: --format", optarg, &s->json);
	default:
		return bench_error(BENCH_USAGE,
				   "compare: %s: expected --threshold=PCT, "
				   "--different=LIST or --format=text|json",
				   bench_refused_option(argv));
	}
}

static int
parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"threshold", required_argument, NULL, 't'},
		{"different", required_argument, NULL, 'd'},
		{"format", required_argument, NULL, 'f'},
		{0},
	};
	int option, status = BENCH_OK;

	optind = 0; /* glibc: start afresh, whoever has parsed before */
	opterr = 0;
	while (!status &&
	       (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		status = parse_option(option, argv, s);
	if (status)
		return status;
	if (argc - optind != 2)
		return bench_error(BENCH_USAGE,
				   "compare: expected two run directories, "
				   "found %d",
				   argc - optind);
	s->dirs[0] = argv[optind];
	s->dirs[1] = argv[optind + 1];
	return BENCH_OK;
}

/* Collects what differs and may; what may not is refused. */
static int
check_alike(const struct settings *s, const struct bench_manifest *a,
	    const struct bench_manifest *b, json_t *different)
{
	int status = BENCH_OK;

	for (int k = 0; k < ASPECT_COUNT; k++) {
		const char *name = bench_aspect_names[k];
		char *how = bench_alike_difference(a, b, (enum bench_aspect)k);
		if (!how)
			continue;
		json_object_set_new(different, name, json_string(how));
		if (!s->may_differ[k])
			status = bench_error(
				BENCH_USAGE,
				"compare: %s and %s are of another %s: %s: "
				"expected the same, or --different=%s",
				s->dirs[0], s->dirs[1], name, how, name);
		free(how);
	}
	return status;
}

static void
write_json(const struct bench_compare *c, json_t *different)
{
	json_t *json = bench_compare_json(c, different);

	json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	putchar('\n');
	json_decref(json);
}

static int
compare(const struct settings *s, const struct bench_summary *a,
	const struct bench_summary *b, json_t *different)
{
	struct bench_compare *c =
		bench_compare(a, b, s->threshold, s->may_differ[ASPECT_ABI]);
	int status = c->regressions ? BENCH_FAILED : BENCH_OK;

	if (c->n_pairs == 0)
		status = bench_error(BENCH_USAGE,
				     "compare: %s and %s: expected a candidate "
				     "that both have measured in a cell",
				     s->dirs[0], s->dirs[1]);
	else if (s->json)
		write_json(c, different);
	else
		bench_compare_text(c, different, stdout);
	bench_compare_free(c);
	return bench_flush(stdout, "standard output") ? BENCH_USAGE : status;
}

int
bench_cmd_compare(int argc, char **argv)
{
	struct settings s = {.threshold = BENCH_COMPARE_THRESHOLD};
	int status = parse(argc, argv, &s);

	if (status)
		return status;
	struct bench_summary *a = bench_summary_read(s.dirs[0]);
	struct bench_summary *b = a ? bench_summary_read(s.dirs[1]) : NULL;
	json_t *different = json_object();
	status = b ? check_alike(&s, a->manifest, b->manifest, different)
		   : BENCH_USAGE;
	if (!status)
		status = compare(&s, a, b, different);
	json_decref(different);
	bench_summary_free(a);
	bench_summary_free(b);
	return status;
}
