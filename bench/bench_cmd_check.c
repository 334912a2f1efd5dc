/* bench_cmd_check.c - framebench check: is a policy stale? */
// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_alike.h"
#include "bench_build.h"
#include "bench_check.h"
#include "bench_json.h"
#include "bench_machine.h"
#include "bench_policy.h"
#include "bench_table.h"
#include "bench_text.h"

#define SCHEMA_VERSION 1
/* A few seconds for each witness of a plan like `quick`. */
#define BUDGET_S 120.0
/* More than are made in a day. */
#define MAX_LAYOUTS 10000

struct settings {
	const char *path, *out;
	double budget_s;
	unsigned layouts;
	bool json;
};

/* Between the two, launches prove nothing of layouts (bench_check_proves). */
static int
parse_layouts(const char *text, unsigned *layouts)
{
	uint64_t n;
	int status =
		bench_parse_uint("check: --layouts", text, 1, MAX_LAYOUTS, &n);

	if (status)
		return status;
	*layouts = (unsigned)n;
	if (n == 1 || n >= BENCH_CHECK_LAYOUTS)
		return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "check: --layouts=%s: expected 1, for this one "
			   "only, or %d at least",
			   text, BENCH_CHECK_LAYOUTS);
}

static int
parse_option(int option, char **argv, struct settings *s)
{
	switch (option) {
	case 'b':
		return bench_parse_time("check: --budget", optarg,
					&s->budget_s);
	case 'l': return parse_layouts(optarg, &s->layouts);
	case 'o': s->out = optarg; return BENCH_OK;
	case 'f': return bench_parse_json("check: --format", optarg, &s->json);
	default:
		return bench_error(BENCH_USAGE,
				   "check: %s: expected --budget=TIME, "
				   "--layouts=N, --out=DIR or "
				   "--format=text|json",
				   bench_refused_option(argv));
	}
}

static int
parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"budget", required_argument, NULL, 'b'},
		{"layouts", required_argument, NULL, 'l'},
		{"out", required_argument, NULL, 'o'},
		{"format", required_argument, NULL, 'f'},
		{0},
	};
	int option, status = BENCH_OK;

	optind = 0; /* glibc: start afresh, whoever has parsed before */
	opterr = 0;
	while (!status &&
	       (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		status = parse_option(option, argv, s);
	if (!status && argc - optind != 1)
		status = bench_error(BENCH_USAGE,
				     "check: expected one policy.json, found "
				     "%d",
				     argc - optind);
	if (!status)
		s->path = argv[optind];
	return status;
}

/* How the policy's run differed from what is here now, by aspect: a choice may
 * be stale for that. */
static json_t *
differences(const json_t *policy, const struct bench_topo *topo)
{
	json_t *now =
		json_pack("{s:o, s:s, s:s}", "machine",
			  bench_machine_fingerprint(topo, ""), "compiler",
			  bench_build_compiler, "flags", bench_build_flags);
	const struct bench_manifest then = {.json = (json_t *)policy},
				    here = {.json = now};
	json_t *different = json_object();

	for (int k = 0; k < ASPECT_ABI; k++) {
		char *how = bench_alike_difference(&then, &here,
						   (enum bench_aspect)k);
		if (how)
			json_object_set_new(different, bench_aspect_names[k],
					    json_string(how));
		free(how);
	}
	json_decref(now);
	return different;
}

static json_t *
cell_json(const struct bench_checked *w)
{
	const json_t *cell = w->witness->cell;
	json_t *json = json_pack(
		"{s:O, s:O, s:s, s:s?, s:s, s:I, s:I, s:I}", "cell",
		json_object_get(cell, "id"), "axes",
		json_object_get(cell, "axes"), "choice", w->witness->choice,
		"leader", w->leader, "state", bench_hold_names[w->hold], "n",
		(json_int_t)w->rounds, "launches", (json_int_t)w->launches,
		"slower", (json_int_t)w->slower);

	CHECK(json);
	bench_json_set_number(json, "ratio", w->ratio);
	bench_json_set_number(json, "lo", w->ratio_lo);
	bench_json_set_number(json, "hi", w->ratio_hi);
	bench_json_set_number(json, "allowed", w->witness->allowed);
	return json;
}

static void
print_json(const struct bench_check *c, const json_t *policy, json_t *different)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < c->witnesses.n; i++)
		json_array_append_new(cells, cell_json(&c->cells[i]));
	json_t *json = json_pack(
		"{s:i, s:O, s:O, s:O, s:O, s:I, s:I, s:I, s:o}", "schema",
		SCHEMA_VERSION, "run", json_object_get(policy, "run"), "date",
		json_object_get(policy, "date"), "epsilon",
		json_object_get(policy, "epsilon"), "different", different,
		"holds", (json_int_t)c->counts[HOLD_HOLDS], "open",
		(json_int_t)c->counts[HOLD_OPEN], "stale",
		(json_int_t)c->counts[HOLD_STALE], "cells", cells);
	CHECK(json);
	json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	putchar('\n');
	json_decref(json);
}

static void
add_row(struct bench_table *t, const struct bench_checked *w)
{
	bench_table_put(t, "%s", w->now->cell->id);
	bench_table_put(t, "%s", w->witness->choice);
	bench_table_put(t, "%s", w->leader ? w->leader : "-");
	bench_table_take(t, bench_text_number(w->ratio));
	bench_table_take(t, bench_text_interval(w->ratio_lo, w->ratio_hi));
	bench_table_put(t, "%zu/%zu", w->slower, w->launches);
	bench_table_take(t, bench_text_percent(w->witness->allowed));
	bench_table_put(t, "%s", bench_hold_names[w->hold]);
	bench_table_take(t, bench_cell_text(&w->now->cell->cell));
}

static void
print_text(const struct bench_check *c, const json_t *different)
{
	static const char *const columns[] = {
		"cell",       "choice",   "leads now", ">ratio", ">95 %",
		">slower in", ">allowed", "",          "",
	};
	struct bench_table t = {columns, ARRAY_LEN(columns), NULL, 0};
	const char *aspect;
	json_t *how;

	for (size_t i = 0; i < c->witnesses.n; i++)
		add_row(&t, &c->cells[i]);
	bench_table_print(&t, TABLE_TEXT, stdout);
	bench_table_clear(&t);
	printf("\n");
	json_object_foreach ((json_t *)different, aspect, how)
		printf("not the policy's %s: %s\n", aspect,
		       json_string_value(how));
	printf("%zu witness cells: %zu hold, %zu open, %zu stale\n",
	       c->witnesses.n, c->counts[HOLD_HOLDS], c->counts[HOLD_OPEN],
	       c->counts[HOLD_STALE]);
}

static int
print(const struct bench_check *c, const json_t *policy, bool as_json)
{
	struct bench_topo *topo;
	int status = bench_topo_load(&topo, "this");
	json_t *different;

	if (status)
		return status;
	different = differences(policy, topo);
	bench_topo_free(topo);
	if (as_json)
		print_json(c, policy, different);
	else
		print_text(c, different);
	json_decref(different);
	if (bench_flush(stdout, "standard output"))
		return BENCH_USAGE;
	if (c->counts[HOLD_STALE])
		return BENCH_FAILED;
	if (c->counts[HOLD_OPEN] < c->witnesses.n)
		return BENCH_OK;
	return bench_error(BENCH_CANNOT,
			   "check: nothing could be shown within the budget; "
			   "expected a longer --budget, or a quieter machine");
}

static int
check(const struct settings *s, const json_t *policy, const char *dir)
{
	const struct bench_check_run run = {s->path, policy, dir, s->budget_s,
					    s->layouts};
	struct bench_check c = {.now = NULL};
	int status = bench_check_measure(&run);

	if (!status)
		status = bench_check_judge(&c, &run);
	if (!status)
		status = print(&c, policy, s->json);
	bench_check_free(&c);
	return status;
}

/* In a place that is gone after it. */
static int
check_aside(const struct settings *s, const json_t *policy)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = bench_printf("%s/framebench-check.XXXXXX",
				 tmp && *tmp ? tmp : "/tmp");
	int status = BENCH_OK;

	if (!mkdtemp(dir))
		status = bench_error(BENCH_CANNOT,
				     "check: %s: %s; expected a directory that "
				     "can be made there (TMPDIR), or --out=DIR",
				     dir, strerror(errno));
	if (!status) {
		status = check(s, policy, dir);
		bench_remove_tree(dir);
	}
	free(dir);
	return status;
}

static int
check_policy(const char *path, const json_t *policy)
{
	struct bench_witnesses w;
	int status = bench_witnesses_find(&w, policy, path);

	bench_witnesses_free(&w);
	return status;
}

int
bench_cmd_check(int argc, char **argv)
{
	struct settings s = {.budget_s = BUDGET_S,
			     .layouts = BENCH_CHECK_LAYOUTS};
	int status = parse(argc, argv, &s);
	json_t *policy = status ? NULL : bench_policy_read(s.path);

	if (!policy)
		return BENCH_USAGE;
	status = check_policy(s.path, policy);
	if (!status)
		status = s.out ? check(&s, policy, s.out)
			       : check_aside(&s, policy);
	json_decref(policy);
	return status;
}
