/* test_bench_verify_differential.c - hooks against a plain loop, and that a
 * wrong one is told from a right one
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_mutant.h"
#include "bench_verify_differential.h"
#include "heap_stress.h"

static struct bench_verify_result
verified(const struct strategy *barrier, uint64_t seed)
{
	struct bench_verify_result r = {0};

	bench_verify_differential(barrier, seed, 0, &r);
	return r;
}

static void
test_sound_barriers_agree(void **state)
{
	uint64_t seed = test_seed();

	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);
		struct bench_verify_result r;

		if (s->kind != STRATEGY_BARRIER ||
		    s->flags & (STRATEGY_FLOOR | STRATEGY_UNSOUND))
			continue;
		for (uint64_t k = 0; k < 4; k++) {
			r = verified(s, seed + k);
			printf("%s: %llu cases\n", s->name,
			       (unsigned long long)r.rounds);
			if (r.wrong)
				fail_msg("%s: %s", s->name, r.first);
			assert_true(r.rounds > 100);
		}
	}
}

/* The same seed finds the same case. */
static void
test_failure_is_told_and_repeated(void **state)
{
	const struct strategy *s = strategy_find("nobarrier");
	uint64_t seed = test_seed();
	struct bench_verify_result a = verified(s, seed), b = verified(s, seed);

	(void)state;
	printf("%s\n", a.first);
	assert_true(a.wrong > 0);
	assert_non_null(strstr(a.first, "record"));
	assert_non_null(strstr(a.first, ", mask "));
	assert_string_equal(a.first, b.first);
	assert_int_equal(a.rounds, b.rounds);
}

/* A mutant that is expected to die in this cell does, whatever the seed; and
 * nothing else does. */
static void
test_wrong_barriers_differ(void **state)
{
	static const struct bench_mutant_cell alone = {CLIENT_RAW, BENCH_MARK,
						       POPULATION_WHITE};
	const struct bench_mutant *m;
	uint64_t seed = test_seed();
	size_t caught = 0;

	(void)state;
	for (size_t i = 0; (m = bench_mutant_at(i)); i++) {
		enum bench_fate fate;

		if (!m->strategy || m->strategy->kind != STRATEGY_BARRIER)
			continue;
		fate = bench_mutant_run(m, &alone, seed);
		print_message("%s: %s\n", m->name, bench_fate_names[fate]);
		if (bench_mutant_expected(m, &alone) == EXPECT_KILL)
			assert_true(fate == FATE_WRONG ||
				    fate == FATE_CRASHED ||
				    fate == FATE_REPORTED);
		if (bench_mutant_expected(m, &alone) == EXPECT_SURVIVAL)
			assert_int_equal(fate, FATE_SURVIVED);
		caught += fate != FATE_SURVIVED;
	}
	assert_true(caught > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound_barriers_agree),
		cmocka_unit_test(test_failure_is_told_and_repeated),
		cmocka_unit_test(test_wrong_barriers_differ),
	};

	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
