/* bench_cmd_list.c - framebench list: what there is, a line each */
// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bench_legal.h"
#include "bench_plan.h"
#include "bench_table.h"
#include "call_set.h"

static void
list_strategies(struct bench_table *t)
{
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		bench_table_row(t, s->name, strategy_kind_name(s->kind),
				s->kind == STRATEGY_BARRIER
					? "-"
					: strategy_atomicity_name(s->atomicity),
				strategy_usable(s) ? "yes" : "no",
				s->flags & (STRATEGY_FLOOR | STRATEGY_UNSOUND)
					? "bound"
					: "contender",
				s->summary);
	}
}

static void
list_sets(struct bench_table *t)
{
	for (size_t i = 0; call_set_name(i); i++)
		bench_table_row(t, call_set_name(i), call_set_summary(i));
}

static void
list_workloads(struct bench_table *t)
{
	static const char *const rows[][2] = {
		{"go-std", "frames of Go's standard library, stack ABI, a "
			   "static census weighted by functions"},
		{"go-std-register", "the same in the register ABI; calls "
				    "without a frame stay in"},
		{"go-std-register-framed", "those that have a frame, 3 %"},
		{"size:N", "N bytes; typed operations see N/8 pointers"},
		{"sizes:A-B", "a cell for each size of a grid from A to B"},
		{"sig:SIGNATURE", "the frame of one Go signature"},
		{"mask:BITS", "a frame with these words, 1 = pointer"},
		{"csv:FILE",
		 "sizes, overlaps and alignments of raw operations, "
		 "a line each of value:probability,..."},
		{"...+period=N", "sizes that repeat after N operations, else "
				 "after 32768"},
		{"...+run=N", "each size drawn N times in a row"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		bench_table_row(t, rows[i][0], rows[i][1]);
}

static void
list_phases(struct bench_table *t)
{
	for (size_t i = 0; i < BENCH_PHASES; i++)
		bench_table_row(t, bench_phase_names[i],
				bench_phase_summaries[i]);
}

static void
list_populations(struct bench_table *t)
{
	for (size_t i = 0; i < POPULATION_COUNT; i++)
		bench_table_row(t, bench_population_names[i],
				bench_population_kinds[i].summary);
}

static void
list_prestates(struct bench_table *t)
{
	const char *name;

	for (size_t i = 0; (name = bench_prestate_aspect(i)); i++) {
		bool numbered = name[strlen(name) - 1] == '=';

		bench_table_put(t, "%s%s", name, numbered ? "N" : "");
		bench_table_put(t, "%s", bench_prestate_summary(i));
	}
}

/* The words of a table whose bits are set. */
static char *
words_of(unsigned bits, const char *const *words, size_t n)
{
	char *list = bench_strdup(bits ? "" : "-");

	for (size_t i = 0; i < n; i++) {
		char *longer;

		if (!(bits & 1u << i))
			continue;
		longer = bench_printf("%s%s%s", list, *list ? " " : "",
				      words[i]);
		free(list);
		list = longer;
	}
	return list;
}

static void
list_legal(struct bench_table *t)
{
	const struct bench_legal *row;

	for (size_t i = 0; (row = bench_legal_row(i)); i++) {
		char *phases =
			words_of(row->phases, bench_phase_names, BENCH_PHASES);
		char *populations =
			words_of(row->populations, bench_population_names,
				 POPULATION_COUNT);

		bench_table_row(t, bench_client_names[row->client], row->ops,
				phases, populations, row->why ? row->why : "-");
		free(phases);
		free(populations);
	}
}

static void
list_clients(struct bench_table *t)
{
	for (size_t i = 0; i < CLIENT_COUNT; i++)
		bench_table_row(t, bench_client_names[i],
				bench_client_summaries[i]);
}

static void
list_plans(struct bench_table *t)
{
	for (size_t i = 0; bench_plan_name(i); i++)
		bench_table_row(t, bench_plan_name(i), bench_plan_summary(i));
}

static const char *const strategy_columns[] = {
	"name", "kind", "atomicity", "usable", "standing", "summary"};
static const char *const legal_columns[] = {"client", "operations", "phases",
					    "populations", "no other because"};
static const char *const columns[] = {"name", "summary"};

static const struct {
	const char *name;
	const char *const *columns;
	size_t n_columns;
	void (*list)(struct bench_table *t);
} lists[] = {
	{"strategies", strategy_columns, ARRAY_LEN(strategy_columns),
	 list_strategies},
	{"sets", columns, ARRAY_LEN(columns), list_sets},
	{"workloads", columns, ARRAY_LEN(columns), list_workloads},
	{"clients", columns, ARRAY_LEN(columns), list_clients},
	{"phases", columns, ARRAY_LEN(columns), list_phases},
	{"populations", columns, ARRAY_LEN(columns), list_populations},
	{"prestates", columns, ARRAY_LEN(columns), list_prestates},
	{"legal", legal_columns, ARRAY_LEN(legal_columns), list_legal},
	{"plans", columns, ARRAY_LEN(columns), list_plans},
};

#define LISTS                                                         \
	"strategies, sets, workloads, clients, phases, populations, " \
	"prestates, legal or plans"

static int
print_list(const char *what, enum bench_table_format format)
{
	for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
		struct bench_table t = {lists[i].columns, lists[i].n_columns,
					NULL, 0};

		if (strcmp(lists[i].name, what))
			continue;
		lists[i].list(&t);
		bench_table_print(&t, format, stdout);
		bench_table_clear(&t);
		return bench_flush(stdout, "standard output");
	}
	return bench_error(BENCH_USAGE, "list '%s': expected " LISTS, what);
}

int
bench_cmd_list(int argc, char **argv)
{
	enum bench_table_format format = TABLE_TEXT;
	const char *what;
	int status = bench_table_options(argc, argv, "text tsv json", &format,
					 &what);

	if (status != BENCH_OK)
		return status;
	if (!what)
		return bench_error(BENCH_USAGE, "list: expected " LISTS);
	return print_list(what, format);
}
