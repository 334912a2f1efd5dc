/* test_bench_topo.c - pairs are counted as they are */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_topo.h"

#include <sched.h>
#include <unistd.h>

#include "test_util.h"
#include "topo_fixture.h"

struct expected {
	const char *word;
	uint64_t pairs;
	unsigned cpus[2];
};

static void
expect_classes(const char *source, const struct expected *want, size_t n)
{
	struct bench_topo *topo;

	assert_int_equal(bench_topo_load(&topo, source), BENCH_OK);
	assert_int_equal(topo->n_classes, n);
	for (size_t i = 0; i < n; i++) {
		char word[BENCH_RELATION_WORD_SIZE];

		bench_relation_word(&topo->classes[i].relation, word);
		assert_string_equal(word, want[i].word);
		assert_int_equal(topo->classes[i].pairs, want[i].pairs);
		assert_int_equal(topo->classes[i].cpus[0], want[i].cpus[0]);
		assert_int_equal(topo->classes[i].cpus[1], want[i].cpus[1]);
	}
	bench_topo_free(topo);
}

/* Two sockets as AMD builds them: several L3s to a memory node. */
static void
l3s_within_a_node(void **state)
{
	const struct expected want[] = {
		{"core+l2+l3+numa+package", 24, {0, 1}},
		{"l3+numa+package", 6 * (8 * 7 / 2 - 4), {0, 2}},
		{"numa+package", 2 * (24 * 23 / 2 - 3 * 28), {0, 8}},
		{"none", 24 * 24, {0, 24}},
	};

	(void)state;
	expect_classes("synthetic:pack:2 [numa] l3:3 l2:4 core:1 pu:2", want,
		       ARRAY_LEN(want));
}

/* Sub-NUMA clustering: several memory nodes to an L3. */
static void
nodes_within_an_l3(void **state)
{
	const struct expected want[] = {
		{"l3+numa+package", 4, {0, 1}},
		{"l3+package", 8, {0, 2}},
		{"none", 16, {0, 4}},
	};

	(void)state;
	expect_classes("synthetic:pack:2 l3:1 group:2 [numa] core:2 pu:1", want,
		       ARRAY_LEN(want));
}

static void
l2s_without_l3_and_dies(void **state)
{
	const struct expected want[] = {
		{"l2+die+numa+package", 4, {0, 1}},
		{"die+numa+package", 8, {0, 2}},
		{"numa+package", 16, {0, 4}},
	};

	(void)state;
	expect_classes("synthetic:pack:1 [numa] die:2 l2:2 core:2 pu:1", want,
		       ARRAY_LEN(want));
}

/* Two local memories are one set, and no pair's sets differ. */
static void
two_memories_each(void **state)
{
	const struct expected want[] = {
		{"numa+package", 2, {0, 1}},
		{"none", 4, {0, 2}},
	};

	(void)state;
	expect_classes("synthetic:pack:2 [numa] [numa] core:2 pu:1", want,
		       ARRAY_LEN(want));
}

/* Firmware numbers CPUs as it likes; the lowest numbers represent, the lower
 * one first. */
static void
numbers_out_of_order(void **state)
{
	const struct topo_fixture_kind kinds[] = {
		{"2,7", 1, "CoreType", "IntelCore"},
		{"0-1,3-6", 0, "CoreType", "IntelAtom"},
	};
	char *path = topo_fixture_new("pack:1 [numa] core:4 "
				      "pu:2(indexes=0,7,1,6,2,5,3,4)",
				      NULL, kinds, ARRAY_LEN(kinds));
	const struct expected want[] = {
		{"core+numa+package@0-0", 2, {1, 6}},
		{"core+numa+package@0-1", 2, {0, 7}},
		{"numa+package@0-0", 13, {0, 1}},
		{"numa+package@0-1", 10, {0, 2}},
		{"numa+package@1-1", 1, {2, 7}},
	};

	(void)state;
	expect_classes(path, want, ARRAY_LEN(want));
	unlink(path);
	free(path);
}

/* To have no local memory is nothing shared. */
static void
packages_without_memory(void **state)
{
	char *path =
		topo_fixture_new("pack:2 [numa] core:2 pu:1", NULL, NULL, 0);
	const struct expected want[] = {
		{"numa+package", 1, {0, 1}},
		{"package", 1, {2, 3}},
		{"none", 4, {0, 2}},
	};
	hwloc_bitmap_t first = hwloc_bitmap_alloc();
	hwloc_topology_t hwloc;

	(void)state;
	hwloc_bitmap_only(first, 0);
	assert_int_equal(hwloc_topology_init(&hwloc), 0);
	assert_int_equal(hwloc_topology_set_xml(hwloc, path), 0);
	assert_int_equal(hwloc_topology_load(hwloc), 0);
	assert_int_equal(hwloc_topology_restrict(hwloc, first,
						 HWLOC_RESTRICT_FLAG_BYNODESET),
			 0);
	assert_int_equal(hwloc_topology_export_xml(hwloc, path, 0), 0);
	hwloc_topology_destroy(hwloc);
	hwloc_bitmap_free(first);
	expect_classes(path, want, ARRAY_LEN(want));
	unlink(path);
	free(path);
}

static void
one_cpu_has_no_pairs(void **state)
{
	(void)state;
	expect_classes("synthetic:pu:1", NULL, 0);
}

/* P cores with two threads, E cores four to an L2, two CPUs offline. */
static void
hybrid_with_missing_cpus(void **state)
{
	const struct topo_fixture_kind kinds[] = {
		{"0-7", 1, "CoreType", "IntelCore"},
		{"8-15", 0, "CoreType", "IntelAtom"},
	};
	char *path = topo_fixture_new("pack:1 [numa] l3:1 l2:4 core:2 pu:2",
				      "0-6,9-15", kinds, ARRAY_LEN(kinds));
	const struct expected want[] = {
		{"core+l2+l3+numa+package@0-0", 3, {10, 11}},
		{"core+l2+l3+numa+package@1-1", 3, {0, 1}},
		{"l2+l3+numa+package@0-0", 2 + 4, {9, 10}},
		{"l2+l3+numa+package@1-1", 4 + 2, {0, 2}},
		{"l3+numa+package@0-0", 12, {9, 12}},
		{"l3+numa+package@0-1", 49, {0, 9}},
		{"l3+numa+package@1-1", 12, {0, 4}},
	};

	(void)state;
	expect_classes(path, want, ARRAY_LEN(want));
	unlink(path);
	free(path);
}

/* 384 CPUs, and as many as any Linux can have. */
static void
large_ones(void **state)
{
	const struct expected epyc[] = {
		{"core+l2+l3+numa+package", 192, {0, 1}},
		{"l3+numa+package", 2688, {0, 2}},
		{"numa+package", 33792, {0, 16}},
		{"none", 36864, {0, 192}},
	};
	const struct expected most[] = {
		{"core+numa+package", 4096, {0, 1}},
		{"numa+package", 64 * (128 * 127 / 2 - 64), {0, 2}},
		{"numa", 64 * 63 / 2 * 128 * 128, {0, 128}},
	};

	(void)state;
	expect_classes("synthetic:pack:2 [numa] l3:12 l2:8 core:1 pu:2", epyc,
		       ARRAY_LEN(epyc));
	expect_classes("synthetic:pack:64 core:64 pu:2", most, ARRAY_LEN(most));
	/* Numbers in parentheses are no CPUs. */
	expect_classes("synthetic:pack:64 core:64 pu:2(indexes=1*2:2*4096)",
		       most, ARRAY_LEN(most));
}

static void
relations_are_found(void **state)
{
	struct bench_relation relation;
	struct bench_topo *topo;
	unsigned cpus[2];

	(void)state;
	assert_int_equal(bench_topo_load(&topo, "synthetic:pack:2 core:2 pu:1"),
			 BENCH_OK);
	assert_true(bench_relation_parse("self", &relation));
	assert_true(bench_topo_find(topo, &relation, cpus));
	assert_true(cpus[0] == 0 && cpus[1] == 0);
	assert_true(bench_relation_parse("numa", &relation));
	assert_true(bench_topo_find(topo, &relation, cpus));
	assert_true(cpus[0] == 0 && cpus[1] == 2);
	assert_true(bench_relation_parse("l3", &relation));
	assert_false(bench_topo_find(topo, &relation, cpus));
	bench_topo_free(topo);
}

static void
only_allowed_cpus_are_used(void **state)
{
	struct bench_topo *all, *one;
	cpu_set_t allowed, last;

	(void)state;
	assert_int_equal(bench_topo_load(&all, "this"), BENCH_OK);
	assert_true(all->this_system);
	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	for (size_t i = 0; i < all->n_cpus; i++)
		assert_true(CPU_ISSET(all->cpus[i].number, &allowed));

	CPU_ZERO(&last);
	CPU_SET(all->cpus[all->n_cpus - 1].number, &last);
	assert_int_equal(sched_setaffinity(0, sizeof(last), &last), 0);
	assert_int_equal(bench_topo_load(&one, "this"), BENCH_OK);
	sched_setaffinity(0, sizeof(allowed), &allowed);
	assert_int_equal(one->n_cpus, 1);
	assert_int_equal(one->n_left_out, all->n_left_out + all->n_cpus - 1);
	assert_int_equal(one->cpus[0].number,
			 all->cpus[all->n_cpus - 1].number);
	assert_int_equal(one->n_classes, 0);
	bench_topo_free(one);
	bench_topo_free(all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(l3s_within_a_node),
		cmocka_unit_test(nodes_within_an_l3),
		cmocka_unit_test(l2s_without_l3_and_dies),
		cmocka_unit_test(two_memories_each),
		cmocka_unit_test(numbers_out_of_order),
		cmocka_unit_test(packages_without_memory),
		cmocka_unit_test(one_cpu_has_no_pairs),
		cmocka_unit_test(hybrid_with_missing_cpus),
		cmocka_unit_test(large_ones),
		cmocka_unit_test(relations_are_found),
		cmocka_unit_test(only_allowed_cpus_are_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
