/* bench_cmd_check.c - framebench check: is a policy stale? */
// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

struct settings {
	const char *path;
	double budget_s;
	bool json;
};

static int
parse_option(int option, char **argv, struct settings *s)
{
	switch (option) {
	case 'b':
		return bench_parse_time("check: --budget", optarg,
					&s->budget_s);
	case 'f': return bench_parse_json("check: --format", optarg, &s->json);
	default:
		return bench_error(BENCH_USAGE,
				   "check: %s: expected --budget=TIME or "
				   "--format=text|json",
				   bench_refused_option(argv));
	}
}

static int
parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"budget", required_argument, NULL, 'b'},
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
witness_json(const struct bench_witness *w)
{
	json_t *json = json_pack("{s:O, s:O, s:s, s:s?, s:s, s:I}", "cell",
				 json_object_get(w->cell, "id"), "axes",
				 json_object_get(w->cell, "axes"), "choice",
				 w->choice, "leader", w->leader, "state",
				 bench_hold_names[w->hold], "n",
				 (json_int_t)w->rounds);

	CHECK(json);
	bench_json_set_number(json, "ratio", w->ratio);
	bench_json_set_number(json, "lo", w->ratio_lo);
	bench_json_set_number(json, "hi", w->ratio_hi);
	bench_json_set_number(json, "allowed", w->allowed);
	return json;
}

static void
print_json(const struct bench_check *c, json_t *different)
{
	json_t *cells = json_array();

	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(cells, witness_json(&c->witnesses[i]));
	json_t *json = json_pack(
		"{s:i, s:O, s:O, s:O, s:O, s:I, s:I, s:I, s:o}", "schema",
		SCHEMA_VERSION, "run", json_object_get(c->policy, "run"),
		"date", json_object_get(c->policy, "date"), "epsilon",
		json_object_get(c->policy, "epsilon"), "different", different,
		"holds", (json_int_t)c->counts[HOLD_HOLDS], "open",
		(json_int_t)c->counts[HOLD_OPEN], "stale",
		(json_int_t)c->counts[HOLD_STALE], "cells", cells);
	CHECK(json);
	json_dumpf(json, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	putchar('\n');
	json_decref(json);
}

static void
add_row(struct bench_table *t, const struct bench_witness *w)
{
	bench_table_put(t, "%s", w->now.id);
	bench_table_put(t, "%s", w->choice);
	bench_table_put(t, "%s", w->leader ? w->leader : "-");
	bench_table_take(t, bench_text_number(w->ratio));
	bench_table_take(t, bench_text_interval(w->ratio_lo, w->ratio_hi));
	bench_table_take(t, bench_text_percent(w->allowed));
	bench_table_put(t, "%s", bench_hold_names[w->hold]);
	bench_table_take(t, bench_cell_text(&w->now.cell));
}

static void
print_text(const struct bench_check *c, const json_t *different)
{
	static const char *const columns[] = {
		"cell",  "choice",   "leads now", ">ratio",
		">95 %", ">allowed", "",          "",
	};
	struct bench_table t = {columns, ARRAY_LEN(columns), NULL, 0};
	const char *aspect;
	json_t *how;

	for (size_t i = 0; i < c->n; i++)
		add_row(&t, &c->witnesses[i]);
	bench_table_print(&t, TABLE_TEXT, stdout);
	bench_table_clear(&t);
	printf("\n");
	json_object_foreach ((json_t *)different, aspect, how)
		printf("not the policy's %s: %s\n", aspect,
		       json_string_value(how));
	printf("%zu witness cells: %zu hold, %zu open, %zu stale\n", c->n,
	       c->counts[HOLD_HOLDS], c->counts[HOLD_OPEN],
	       c->counts[HOLD_STALE]);
}

static int
print(const struct settings *s, const struct bench_check *c)
{
	json_t *different = differences(c->policy, c->topo);

	if (s->json)
		print_json(c, different);
	else
		print_text(c, different);
	json_decref(different);
	if (bench_flush(stdout, "standard output"))
		return BENCH_USAGE;
	if (c->counts[HOLD_STALE])
		return BENCH_FAILED;
	if (c->counts[HOLD_OPEN] < c->n)
		return BENCH_OK;
	return bench_error(BENCH_CANNOT,
			   "check: nothing could be shown within the budget; "
			   "expected a longer --budget, or a quieter machine");
}

static int
check(const struct settings *s, const json_t *policy)
{
	struct bench_topo *topo = NULL;
	struct bench_check c = {.n = 0};
	int status = bench_topo_load(&topo, "this");

	if (!status)
		status = bench_check_begin(&c, policy, s->path, topo);
	if (!status)
		status = bench_check_run(&c, s->budget_s);
	if (!status)
		status = print(s, &c);
	bench_check_end(&c);
	if (topo)
		bench_topo_free(topo);
	return status;
}

int
bench_cmd_check(int argc, char **argv)
{
	struct settings s = {.budget_s = BUDGET_S};
	int status = parse(argc, argv, &s);
	json_t *policy = status ? NULL : bench_policy_read(s.path);

	if (!policy)
		return BENCH_USAGE;
	status = check(&s, policy);
	json_decref(policy);
	return status;
}
