/* bench_cmd_list.c - framebench list: what there is, a line each */
// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

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
		{"size:N", "N bytes; typed operations see N/8 pointers"},
		{"sizes:A-B", "a cell for each size of a grid from A to B"},
		{"sig:SIGNATURE", "the frame of one Go signature"},
		{"mask:BITS", "a frame with these words, 1 = pointer"},
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
	{"plans", columns, ARRAY_LEN(columns), list_plans},
};

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
	return bench_error(BENCH_USAGE,
			   "list '%s': expected strategies, sets, workloads, "
			   "clients, phases or plans",
			   what);
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
		return bench_error(BENCH_USAGE,
				   "list: expected strategies, sets, "
				   "workloads, clients, phases or plans");
	return print_list(what, format);
}
