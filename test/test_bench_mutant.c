/* test_bench_mutant.c - mutants are caught where they are expected to be
 *
 * Here in a few cells each; `make mutants` runs all. That the matrix can fail
 * is seen from a mutant whose row is wrong.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_mutant.h"
#include "heap_stress.h"

/* Cells in which a mutant is to be killed, and as many others; fewer where a
 * process takes long to begin. */
#define SAMPLE (TEST_SANITIZED ? 1 : 2)

/* One seed, whose heaps are the same each time: a mutant that nearly every seed
 * kills in a cell survives some, and to find those is for `make mutants`. */
static void
test_mutants_are_killed_as_expected(void **state)
{
	unsigned passed = 0, failed = 0;

	(void)state;
	bench_mutant_sample(test_seed_or(1), SAMPLE, &passed, &failed);
	assert_int_equal(failed, 0);
	assert_true(passed > 40);
}

/* The origin's fault and Go's issue 27993, in the one place where each shows.
 */
static void
test_each_fault_shows_in_its_place(void **state)
{
	static const struct bench_mutant_cell straddle = {
		CLIENT_FRAME, BENCH_STRADDLE, POPULATION_WHITE};
	static const struct bench_mutant_cell end = {
		CLIENT_FRAME, BENCH_TERMINATION, POPULATION_WHITE};
	uint64_t seed = test_seed();

	(void)state;
	assert_int_equal(bench_mutant_run(bench_mutant_find("clear_raw"),
					  &straddle, seed),
			 FATE_LOST);
	assert_int_equal(
		bench_mutant_run(bench_mutant_find("clear_raw"), &end, seed),
		FATE_SURVIVED);
	assert_int_equal(
		bench_mutant_run(bench_mutant_find("one_round"), &end, seed),
		FATE_LOST);
	assert_int_equal(bench_mutant_run(bench_mutant_find("one_round"),
					  &straddle, seed),
			 FATE_SURVIVED);
}

/* A row is a list of words, in which none is a part of another. */
static void
test_rows_are_read_by_words(void **state)
{
	const struct bench_mutant m = {
		.kills = "map-bucket+frame/mark:ws append/all:n"};
	static const struct {
		struct bench_mutant_cell cell;
		bool expected;
	} cases[] = {
		{{CLIENT_MAP_BUCKET, BENCH_MARK, POPULATION_WHITE}, true},
		{{CLIENT_MAP, BENCH_MARK, POPULATION_WHITE}, false},
		{{CLIENT_FRAME, BENCH_MARK, POPULATION_NOSCAN}, true},
		{{CLIENT_FRAME, BENCH_MARK, POPULATION_MARKED}, false},
		{{CLIENT_FRAME, BENCH_STRADDLE, POPULATION_WHITE}, false},
		{{CLIENT_APPEND, BENCH_SWEEP, POPULATION_NIL}, true},
		{{CLIENT_APPEND, BENCH_SWEEP, POPULATION_WHITE}, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(bench_mutant_expected(&m, &cases[i].cell),
				 cases[i].expected);
}

static bool
is_sure_to_die(const struct bench_mutant *m)
{
	struct bench_mutant_cell cell;

	for (size_t i = 0; bench_mutant_cell_at(i, &cell); i++)
		if (bench_mutant_meets(m, &cell) &&
		    bench_mutant_expected(m, &cell) == EXPECT_KILL)
			return true;
	return false;
}

/* Each mutant is expected to die somewhere, or says why it cannot. */
static void
test_survivors_are_argued(void **state)
{
	const struct bench_mutant *m;

	(void)state;
	for (size_t i = 0; (m = bench_mutant_at(i)); i++)
		if (is_sure_to_die(m) == (m->why != NULL))
			fail_msg("%s", m->name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mutants_are_killed_as_expected),
		cmocka_unit_test(test_each_fault_shows_in_its_place),
		cmocka_unit_test(test_rows_are_read_by_words),
		cmocka_unit_test(test_survivors_are_argued),
	};

	heap_never_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT |
				  GC_STRESS_BUFFER,
			  "its matrix is of heaps without stress");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
