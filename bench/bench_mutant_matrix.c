/* bench_mutant_matrix.c - every mutant against every cell, as a table */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "base_random.h"
#include "bench_mutant.h"

#define NAME_WIDTH 18

/* What was found of a mutant. */
struct row {
	bool run[CLIENT_COUNT][BENCH_PHASES];
	/* 1 << population */
	unsigned killed[CLIENT_COUNT][BENCH_PHASES];
	bool is_killed;
	char wrong[96]; /* the first cell that is not as expected; or "" */
};

static size_t
count_cells(void)
{
	struct bench_mutant_cell cell;
	size_t n = 0;

	while (bench_mutant_cell_at(n, &cell))
		n++;
	return n;
}

static bool
is_as_expected(const struct bench_mutant *m, const struct bench_mutant_cell *c,
	       bool killed)
{
	enum bench_expected expected = bench_mutant_expected(m, c);

	return expected == EXPECT_EITHER || killed == (expected == EXPECT_KILL);
}

static void
run_cell(struct row *row, const struct bench_mutant *m,
	 const struct bench_mutant_cell *c, uint64_t seed)
{
	enum bench_fate fate = bench_mutant_run(m, c, seed);
	/* Over-shading is not unsound: an equivalent may do it. */
	bool killed =
		fate != FATE_SURVIVED && !(fate == FATE_OVERSHADED && m->why);

	row->run[c->client][c->phase] = true;
	if (killed) {
		row->killed[c->client][c->phase] |= 1u << c->population;
		row->is_killed = true;
	}
	if (!is_as_expected(m, c, killed) && !*row->wrong)
		snprintf(row->wrong, sizeof(row->wrong), "%s/%s:%s %s",
			 bench_client_names[c->client],
			 bench_phase_names[c->phase],
			 bench_population_names[c->population],
			 bench_fate_names[fate]);
}

/* All cells, from a drawn one on and round; or of a sample, as many as are
 * wanted of each sort. */
static void
run_row(struct row *row, const struct bench_mutant *m, uint64_t seed,
	size_t sample)
{
	size_t n = count_cells(), left[] = {sample, sample, 0};
	struct base_random random = {seed ^ strlen(m->name)};
	size_t first = base_random_below(&random, n);
	struct bench_mutant_cell cell;
	enum bench_expected expected;

	for (size_t i = 0; i < n; i++) {
		bench_mutant_cell_at((first + i) % n, &cell);
		if (!bench_mutant_meets(m, &cell))
			continue;
		expected = bench_mutant_expected(m, &cell);
		if (sample && left[expected] == 0)
			continue;
		left[expected]--;
		run_cell(row, m, &cell, seed);
	}
}

/* A column for each client and phase. */
static bool
is_column(int client, int phase)
{
	struct bench_mutant_cell cell;

	for (size_t i = 0; bench_mutant_cell_at(i, &cell); i++)
		if ((int)cell.client == client && (int)cell.phase == phase)
			return true;
	return false;
}

static void
print_head(void)
{
	printf("%-*s", NAME_WIDTH, "");
	for (int c = 0; c < CLIENT_COUNT; c++) {
		int width = 0;

		for (int p = 0; p < BENCH_PHASES; p++)
			width += is_column(c, p) ? 5 : 0;
		if (width)
			printf(" %-*s", width - 1, bench_client_names[c]);
	}
	printf("\n%-*s", NAME_WIDTH, "mutant");
	for (int c = 0; c < CLIENT_COUNT; c++)
		for (int p = 0; p < BENCH_PHASES; p++)
			if (is_column(c, p))
				printf(" %-4.4s", bench_phase_names[p]);
	printf("\n");
}

static void
print_cell(unsigned populations)
{
	char letters[] = "nmws";
	size_t n = 0;

	for (size_t p = 0; p < 4; p++)
		if (populations & 1u << p)
			letters[n++] = letters[p];
	letters[n] = '\0';
	printf(" %-4s", n ? letters : ".");
}

static void
print_row(const struct bench_mutant *m, const struct row *row)
{
	printf("%-*s", NAME_WIDTH, m->name);
	for (int c = 0; c < CLIENT_COUNT; c++)
		for (int p = 0; p < BENCH_PHASES; p++)
			if (row->run[c][p])
				print_cell(row->killed[c][p]);
			else if (is_column(c, p))
				printf("     ");
	printf("\n");
}

static void
print_list(void)
{
	const struct bench_mutant *m;

	printf("\n");
	for (size_t i = 0; (m = bench_mutant_at(i)); i++) {
		printf("%-*s %s: %s\n", NAME_WIDTH, m->name, m->rule, m->what);
		if (m->why)
			printf("%-*s equivalent: %s\n", NAME_WIDTH, "", m->why);
	}
	printf("\n");
}

/* How many there are of a kind, and how many of them were killed. */
struct rate {
	unsigned mutants, killed, equivalent;
};

static bool
judge(const struct bench_mutant *m, const struct row *row, struct rate *rate)
{
	rate->mutants += !m->why;
	rate->equivalent += m->why != NULL;
	rate->killed += !m->why && row->is_killed;
	if (!*row->wrong)
		return true;
	printf("FAIL %s: %s, expected %s\n", m->name, row->wrong,
	       *m->kills ? m->kills : "to survive");
	return false;
}

/* Runs all; with a row each where a table is wanted. */
static struct rate
run_all(uint64_t seed, size_t sample, bool table, unsigned *passed,
	unsigned *failed)
{
	const struct bench_mutant *m;
	struct rate rate = {0};

	for (size_t i = 0; (m = bench_mutant_at(i)); i++) {
		struct row row = {0};

		run_row(&row, m, seed, sample);
		if (table)
			print_row(m, &row);
		if (judge(m, &row, &rate))
			++*passed;
		else
			++*failed;
	}
	return rate;
}

void
bench_mutant_matrix(uint64_t seed, unsigned *passed, unsigned *failed)
{
	struct rate rate;

	print_head();
	rate = run_all(seed, 0, true, passed, failed);
	print_list();
	printf("killed in a cell by population: n nil, m marked, w white, s "
	       "noscan; alone (-): off compares a kernel, mark looks for torn "
	       "words or compares a barrier's records, straddle is an order of "
	       "threads\n");
	printf("%u of %u mutants killed, %u equivalents and controls\n",
	       rate.killed, rate.mutants, rate.equivalent);
}

void
bench_mutant_sample(uint64_t seed, size_t sample, unsigned *passed,
		    unsigned *failed)
{
	struct rate rate = run_all(seed, sample, false, passed, failed);

	printf("%u of %u mutants killed in up to %zu cells each, %u "
	       "equivalents and controls\n",
	       rate.killed, rate.mutants, sample, rate.equivalent);
}
