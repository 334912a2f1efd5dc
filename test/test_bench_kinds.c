/* test_bench_kinds.c - kinds of CPUs that differ stay apart, the others merge
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_kinds.h"

#include <unistd.h>

#include "test_util.h"
#include "topo_fixture.h"

#define FOUR_CPUS "pack:1 core:4 pu:1"

/* The kind of each of four CPUs. */
static void
expect_kinds(const struct topo_fixture_kind *kinds, size_t n, int n_merged,
	     const int want[4])
{
	char *path = topo_fixture_new(FOUR_CPUS, NULL, kinds, n);
	struct bench_topo *topo;

	assert_int_equal(bench_topo_load(&topo, path), BENCH_OK);
	unlink(path);
	free(path);
	assert_int_equal(topo->n_kinds, n_merged);
	for (int i = 0; i < 4; i++)
		assert_int_equal(topo->cpus[i].kind, want[i]);
	bench_topo_free(topo);
}

static void
types_stay_apart(void **state)
{
	const struct topo_fixture_kind kinds[] = {
		{"0-1", 1, "CoreType", "IntelCore"},
		{"2-3", 0, "CoreType", "IntelAtom"},
	};
	const int want[] = {1, 1, 0, 0};

	(void)state;
	expect_kinds(kinds, 2, 2, want);
}

static void
equal_types_merge(void **state)
{
	const struct topo_fixture_kind kinds[] = {
		{"0-1", 1, "CoreType", "IntelCore"},
		{"2-3", 0, "CoreType", "IntelCore"},
	};
	const int want[] = {-1, -1, -1, -1};

	(void)state;
	expect_kinds(kinds, 2, 1, want);
}

/* As on a machine with capacities 718, 731, 997 and 1024. */
static void
near_capacities_merge(void **state)
{
	const struct topo_fixture_kind kinds[] = {
		{"3", 0, "LinuxCapacity", "718"},
		{"2", 1, "LinuxCapacity", "731"},
		{"1", 2, "LinuxCapacity", "997"},
		{"0", 3, "LinuxCapacity", "1024"},
	};
	const int want[] = {1, 1, 0, 0};

	(void)state;
	expect_kinds(kinds, 4, 2, want);
}

static void
ten_percent_is_too_far(void **state)
{
	const struct topo_fixture_kind far[] = {
		{"0-1", 0, "FrequencyMaxMHz", "4500"},
		{"2-3", 1, "FrequencyMaxMHz", "5000"},
	};
	const struct topo_fixture_kind near[] = {
		{"0-1", 0, "FrequencyMaxMHz", "4501"},
		{"2-3", 1, "FrequencyMaxMHz", "5000"},
	};
	const int apart[] = {0, 0, 1, 1}, merged[] = {-1, -1, -1, -1};

	(void)state;
	expect_kinds(far, 2, 2, apart);
	expect_kinds(near, 2, 1, merged);
}

/* Else small steps would join the slowest with the fastest. */
static void
steps_do_not_add_up(void **state)
{
	const struct topo_fixture_kind kinds[] = {
		{"0", 0, "FrequencyMaxMHz", "4000"},
		{"1", 1, "FrequencyMaxMHz", "4300"},
		{"2-3", 2, "FrequencyMaxMHz", "4600"},
	};
	const int want[] = {0, 0, 1, 1};

	(void)state;
	expect_kinds(kinds, 3, 2, want);
}

/* One is known by its type and the other by its speed. */
static void
incomparable_stay_apart(void **state)
{
	const struct topo_fixture_kind kinds[] = {
		{"0-1", 0, "CoreType", "IntelAtom"},
		{"2-3", 1, "FrequencyMaxMHz", "5000"},
	};
	const struct topo_fixture_kind bare[] = {
		{"0-1", 0, NULL, NULL},
		{"2-3", 1, NULL, NULL},
	};
	const int want[] = {0, 0, 1, 1};

	(void)state;
	expect_kinds(kinds, 2, 2, want);
	expect_kinds(bare, 2, 2, want);
}

static void
unknown_kind_is_one_more(void **state)
{
	const struct topo_fixture_kind kind = {"1", 0, "LinuxCapacity", "512"};
	const int want[] = {1, 0, 1, 1};

	(void)state;
	expect_kinds(&kind, 1, 2, want);
}

static void
no_kinds_are_one(void **state)
{
	const int want[] = {-1, -1, -1, -1};

	(void)state;
	expect_kinds(NULL, 0, 1, want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_stay_apart),
		cmocka_unit_test(equal_types_merge),
		cmocka_unit_test(near_capacities_merge),
		cmocka_unit_test(ten_percent_is_too_far),
		cmocka_unit_test(steps_do_not_add_up),
		cmocka_unit_test(incomparable_stay_apart),
		cmocka_unit_test(unknown_kind_is_one_more),
		cmocka_unit_test(no_kinds_are_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
