/* bench_cmd_selftest.c - framebench selftest: power and false positives */
// SPDX-License-Identifier: BSD-3-Clause
#include <getopt.h>
#include <stdlib.h>

#include "bench_progress.h"
#include "bench_selftest.h"
#include "bench_table.h"
#include "bench_text.h"
#include "bench_topo.h"

/* The fewest with which an aim can be met: 72 of 72 have an interval from 95 %.
 */
#define TRIALS   72
#define BUDGET_S 240.0

static int
parse(int argc, char **argv, struct bench_selftest *t, double *budget_s)
{
	static const struct option options[] = {
		{"budget", required_argument, NULL, 'b'},
		{"seed", required_argument, NULL, 's'},
		{"trials", required_argument, NULL, 't'},
		{0},
	};
	uint64_t trials = TRIALS;
	int option, status = BENCH_OK;

	optind = 0; /* glibc: start afresh, whoever has parsed before */
	opterr = 0;
	while (!status &&
	       (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'b')
			status = bench_parse_time("selftest: --budget", optarg,
						  budget_s);
		else if (option == 's')
			status = bench_parse_uint("selftest: --seed", optarg, 0,
						  UINT64_MAX, &t->seed);
		else if (option == 't')
			status = bench_parse_uint("selftest: --trials", optarg,
						  1, 10000, &trials);
		else
			status = bench_error(BENCH_USAGE,
					     "selftest: %s: expected "
					     "--budget=TIME, --trials=N or "
					     "--seed=N",
					     bench_refused_option(argv));
	}
	t->trials = (unsigned)trials;
	if (!status && optind < argc)
		status = bench_error(BENCH_USAGE,
				     "selftest: '%s': expected no argument",
				     argv[optind]);
	return status;
}

static void
add_row(struct bench_table *t, const struct bench_selftest_cell *c, size_t i)
{
	const struct bench_tries *tries = &c->tries[i];
	struct bench_interval share = bench_selftest_share(tries, i);
	double plant = bench_selftest_plants[i];

	if (plant == 0)
		bench_table_put(t, "twins");
	else
		bench_table_put(t, "%g %% slower", 100 * plant);
	bench_table_put(t, "%u", tries->n);
	bench_table_put(t, "%u", tries->found);
	bench_table_put(t, "%u", tries->wrong);
	bench_table_take(t, bench_text_number(100 * share.mid));
	bench_table_take(t,
			 bench_text_interval(100 * share.lo, 100 * share.hi));
	bench_table_take(t, bench_text_number(tries->ratio / tries->n));
	bench_table_put(t, "%.0f", tries->n ? tries->rows / tries->n : 0);
	bench_table_put(t, "%s",
			tries->n ? bench_aim_names[bench_selftest_aim(tries, i)]
				 : "no trial");
}

static void
print_cell(const struct bench_selftest_cell *c)
{
	const char *columns[] = {"planted", ">trials",    ">slower",
				 ">faster", ">%",         ">95 %",
				 ">ratio",  ">mean rows", "aim"};
	struct bench_table t = {columns, ARRAY_LEN(columns), NULL, 0};
	char *name = bench_cell_text(&c->plan->cells[0].cell);
	char *ns = bench_text_number(c->ns);
	char *noise = bench_text_percent(c->noise);

	printf("%s\n"
	       "%s ns/op; half of the samples lie within %s of the median; "
	       "%zu of %zu blocks disturbed\n",
	       name, ns, noise, c->disturbed, c->blocks);
	for (size_t i = 0; i < BENCH_SELFTEST_PLANTS; i++)
		add_row(&t, c, i);
	bench_table_print(&t, TABLE_TEXT, stdout);
	printf("\n");
	bench_table_clear(&t);
	free(name);
	free(ns);
	free(noise);
}

/* Trials that were run, or with `aim` those plants that have come to it. */
static unsigned
count(const struct bench_selftest *t, const enum bench_aim *aim)
{
	unsigned n = 0;

	for (size_t k = 0; k < BENCH_SELFTEST_CELLS; k++)
		for (size_t i = 0; i < BENCH_SELFTEST_PLANTS; i++) {
			const struct bench_tries *tries = &t->cells[k].tries[i];
			if (!aim)
				n += tries->n;
			else if (tries->n > 0)
				n += bench_selftest_aim(tries, i) == *aim;
		}
	return n;
}

static int
print(const struct bench_selftest *t)
{
	static const enum bench_aim missed = AIM_MISSED;

	if (count(t, NULL) == 0)
		return bench_error(BENCH_CANNOT,
				   "selftest: the budget has ended before the "
				   "first trial; expected a longer --budget");
	for (size_t k = 0; k < BENCH_SELFTEST_CELLS; k++)
		print_cell(&t->cells[k]);
	bench_text_wrap(
		stdout, "", "",
		"%: of trials in which the other was proved slower; of twins, "
		"in "
		"which either was. Aims: 3 % and more found in 95 % of trials, "
		"false positives in at most 5 %. met, missed: so the interval "
		"says; so far: only the share does; open: not even that.",
		78);
	if (bench_flush(stdout, "standard output"))
		return BENCH_USAGE;
	return count(t, &missed) > 0 ? BENCH_FAILED : BENCH_OK;
}

int
bench_cmd_selftest(int argc, char **argv)
{
	struct bench_selftest t = {.seed = 1};
	double budget_s = BUDGET_S;
	int status = parse(argc, argv, &t, &budget_s);

	t.deadline_s = bench_now_s() + budget_s;
	if (!status)
		status = bench_topo_load(&t.topo, "this");
	if (!status)
		status = bench_selftest_begin(&t);
	if (!status)
		status = bench_selftest_run(&t);
	if (!status)
		status = print(&t);
	bench_selftest_end(&t);
	if (t.topo)
		bench_topo_free(t.topo);
	return status;
}
