/* test_bench_world.c - each phase is what it is called */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <unistd.h>

#include "bench_world.h"
#include "heap_stress.h"

/* So many seconds are a hang: the tests below wait for the marker. */
#define HANG_S 120

static struct bench_topo *topo;
static struct bench_world *w;

static int
load_topology(void **state)
{
	(void)state;
	alarm(HANG_S);
	return bench_topo_load(&topo, "this");
}

static int
free_topology(void **state)
{
	(void)state;
	bench_topo_free(topo);
	return 0;
}

static void
open_self(size_t nodes)
{
	unsigned cpu = topo->cpus[0].number;

	w = bench_world_open(topo, (unsigned[]){cpu, cpu}, 1, nodes);
	assert_non_null(w);
}

/* Skips the test on one CPU. */
static void
open_pair(size_t nodes)
{
	if (topo->n_classes == 0)
		skip();
	w = bench_world_open(topo, topo->classes[0].cpus, 1, nodes);
	assert_non_null(w);
}

static int
close_world(void **state)
{
	(void)state;
	if (w)
		bench_world_close(w);
	w = NULL;
	return 0;
}

static uint64_t
scanned(void)
{
	struct gc_stats stats;

	gc_get_stats(w->gc, &stats);
	return stats.scanned;
}

static void
assert_off(void)
{
	assert_false(gc_cycle_running(w->gc));
	assert_false(w->mut->marking);
	assert_int_equal(bench_reservoir_left(&w->reservoir, 0), w->n_nodes);
}

static void
off_is_no_cycle(void **state)
{
	(void)state;
	open_self(WORLD_SHORT);
	bench_world_off(w);
	assert_off();
	bench_world_mark(w, 1e5, 0);
	bench_reservoir_take(&w->reservoir, POPULATION_WHITE);
	bench_world_off(w);
	assert_off();
}

static void
mark_on_two_cpus_goes_on(void **state)
{
	uint64_t before;

	(void)state;
	open_pair(WORLD_LONG);
	/* Again where this thread did not run for longer than a cycle takes. */
	do {
		bench_world_mark(w, 2e5, 0);
		assert_true(gc_cycle_running(w->gc));
		assert_true(w->mut->marking);
		before = scanned();
	} while (!bench_reservoir_lasts(&w->reservoir, before));
	/* Ends, or the alarm does. */
	while (scanned() == before)
		usleep(100);
}

/* Each has a CPU other than the mutator's, if it shares one with another. */
static void
two_markers_mark(void **state)
{
	struct gc_stats stats;

	(void)state;
	if (topo->n_classes == 0)
		skip();
	w = bench_world_open(topo, topo->classes[0].cpus, 2, WORLD_LONG);
	assert_non_null(w);
	bench_world_mark(w, 2e5, 0);
	assert_true(w->mut->marking);
	gc_mark_finish(w->gc, NULL);
	gc_get_stats(w->gc, &stats);
	assert_true(stats.scanned >= w->n_nodes);
	bench_world_off(w);
	assert_off();
}

/* On one CPU the marker works between the batches and never within. */
static void
mark_on_one_cpu_is_held(void **state)
{
	uint64_t before;

	(void)state;
	open_self(WORLD_SHORT);
	bench_world_mark(w, 2e5, 0);
	for (int i = 0; i < 3; i++) {
		before = scanned();
		usleep(2000);
		assert_int_equal(scanned(), before);
		assert_true(w->mut->marking);
		bench_world_mark(w, 2e5, 0);
		assert_true(scanned() > before);
	}
}

/* So many samples run through several cycles; each finds its objects white and
 * four times what it needs. */
static void
a_sample_needs_a_quarter_at_most(void **state)
{
	enum { SAMPLES = 200, TAKEN = 500 };

	(void)state;
	open_self(WORLD_SHORT);
	for (int i = 0; i < SAMPLES; i++) {
		size_t left;

		bench_world_mark(w, 2e5, TAKEN);
		left = bench_reservoir_left(&w->reservoir, scanned());
		/* The quantum between two samples is gone by now. */
		assert_true(left >= 3 * TAKEN);
		for (int k = 0; k < TAKEN; k++) {
			assert_false(gc_is_marked(
				w->gc,
				bench_reservoir_take(&w->reservoir,
						     POPULATION_NOSCAN)));
			assert_true(gc_is_marked(
				w->gc,
				bench_reservoir_take(&w->reservoir,
						     POPULATION_MARKED)));
		}
	}
	assert_true(w->cycles > 2);
	assert_true(w->cycles < SAMPLES / 2);
}

static const struct gc_type leaf_type = {32, 0, (const uint8_t[8]){0}};

/* The mutator is running; nothing but its stack points to an object. */
static void
straddle(void)
{
	void *slot;
	struct gc_root root = {&slot, 1, NULL, NULL};

	bench_world_off(w);
	gc_enter(w->mut);
	slot = gc_alloc(w->mut, &leaf_type, 1);
	gc_push_root(w->mut, &root);
	assert_false(w->mut->marking);
	bench_world_start_running(w);
	assert_true(w->mut->marking);
	assert_false(gc_is_marked(w->gc, slot));
	assert_true(gc_is_marked(w->gc, w->reservoir.marked[0]));
	gc_pop_root(w->mut, &root);
	gc_leave(w->mut);
}

static void
straddle_leaves_the_stack_grey(void **state)
{
	(void)state;
	open_self(WORLD_SHORT);
	straddle();
	straddle();
	assert_int_equal(w->cycles, 2);
}

static void
straddle_on_two_cpus(void **state)
{
	(void)state;
	open_pair(WORLD_LONG);
	straddle();
	straddle();
}

static void
the_marker_has_a_rate(void **state)
{
	(void)state;
	open_self(WORLD_SHORT);
	assert_true(w->marker_ns > 0);
}

static void
a_cpu_that_is_not_there(void **state)
{
	unsigned none[2] = {BENCH_TOPO_MAX_CPUS, BENCH_TOPO_MAX_CPUS};

	(void)state;
	assert_null(bench_world_open(topo, none, 1, WORLD_SHORT));
}

#define TEST(name) cmocka_unit_test_teardown(name, close_world)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(off_is_no_cycle),
		TEST(mark_on_two_cpus_goes_on),
		TEST(two_markers_mark),
		TEST(mark_on_one_cpu_is_held),
		TEST(a_sample_needs_a_quarter_at_most),
		TEST(straddle_leaves_the_stack_grey),
		TEST(straddle_on_two_cpus),
		TEST(the_marker_has_a_rate),
		TEST(a_cpu_that_is_not_there),
	};

	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	return cmocka_run_group_tests(tests, load_topology, free_topology);
}
