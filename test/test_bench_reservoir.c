/* test_bench_reservoir.c - the objects of each population, and how far they
 * reach */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_reservoir.h"
#include "heap_stress.h"

#define NODES 1000

static struct gc *gc;
static struct gc_mutator *mut;
static struct bench_reservoir r;

static int
open_reservoir(void **state)
{
	struct gc_config config = {.heap_limit = 64 << 20,
				   .buffer_words = 64,
				   .verify = true,
				   .markers = 1};

	(void)state;
	gc = gc_create(&config);
	mut = gc_attach(gc);
	bench_reservoir_open(&r, mut, NODES);
	return 0;
}

static int
close_reservoir(void **state)
{
	(void)state;
	bench_reservoir_close(&r);
	gc_detach(mut);
	gc_destroy(gc);
	return 0;
}

static int
compare(const void *a, const void *b)
{
	const char *x = *(void *const *)a, *y = *(void *const *)b;

	return (x > y) - (x < y);
}

/* Takes n objects; how many different ones they are. */
static size_t
take_different(enum bench_population population, size_t n)
{
	void **all = malloc(n * sizeof(*all));
	size_t different = 1;

	for (size_t i = 0; i < n; i++) {
		size_t size;

		all[i] = bench_reservoir_take(&r, population);
		assert_ptr_equal(gc_object_of(gc, all[i], &size), all[i]);
	}
	qsort(all, n, sizeof(*all), compare);
	for (size_t i = 1; i < n; i++)
		different += all[i] != all[i - 1];
	free(all);
	return different;
}

/* Two leaves with pointers a node, one without; 512 roots. */
static void
objects_are_distinct_while_they_last(void **state)
{
	(void)state;
	assert_int_equal(take_different(POPULATION_WHITE, 2 * NODES),
			 2 * NODES);
	assert_int_equal(take_different(POPULATION_NOSCAN, NODES), NODES);
	assert_int_equal(take_different(POPULATION_MARKED, RESERVOIR_ROOTS),
			 RESERVOIR_ROOTS);
	/* Then again. */
	assert_int_equal(take_different(POPULATION_WHITE, 2 * NODES + 1),
			 2 * NODES);
	assert_int_equal(take_different(POPULATION_NOSCAN, NODES + 1), NODES);
	assert_null(bench_reservoir_take(&r, POPULATION_NIL));
}

static void
rewound_it_begins_again(void **state)
{
	void *first[POPULATION_COUNT];

	(void)state;
	for (int p = POPULATION_MARKED; p <= POPULATION_NOSCAN; p++) {
		first[p] = bench_reservoir_take(&r, (enum bench_population)p);
		assert_ptr_not_equal(
			bench_reservoir_take(&r, (enum bench_population)p),
			first[p]);
	}
	bench_reservoir_rewind(&r);
	for (int p = POPULATION_MARKED; p <= POPULATION_NOSCAN; p++)
		assert_ptr_equal(
			bench_reservoir_take(&r, (enum bench_population)p),
			first[p]);
}

/* Outside, a marker that is held: scan so many objects. */
static void
mark_some(size_t objects)
{
	gc_leave(mut);
	gc_hold_marker(gc, true);
	gc_cycle_start(gc, NULL);
	gc_mark_quantum(gc, objects);
}

static uint64_t
scanned(void)
{
	struct gc_stats stats;

	gc_get_stats(gc, &stats);
	return stats.scanned;
}

static void
finish(void)
{
	gc_hold_marker(gc, false);
	gc_cycle_finish(gc, NULL);
	gc_enter(mut);
}

/* What it says to be left is white, whatever the marker has done: from the
 * tail, all but the scanned nodes. */
static void
what_is_left_is_white(void **state)
{
	uint64_t seed = test_seed();

	(void)state;
	srand48((long)seed);
	for (int i = 0; i < 20; i++) {
		size_t left;

		mark_some((size_t)(lrand48() % (3 * NODES)));
		left = bench_reservoir_left(&r, scanned());
		/* The chain's next few nodes are grey already. */
		for (size_t k = 0; k + 16 < left; k++) {
			assert_false(gc_is_marked(
				gc,
				bench_reservoir_take(&r, POPULATION_NOSCAN)));
			assert_false(gc_is_marked(
				gc,
				bench_reservoir_take(&r, POPULATION_WHITE)));
		}
		assert_true(bench_reservoir_lasts(&r, scanned()));
		bench_reservoir_rewind(&r);
		finish();
	}
}

static void
a_cycle_marks_it_all(void **state)
{
	struct gc_stats stats;

	(void)state;
	gc_collect(gc, mut);
	gc_get_stats(gc, &stats);
	assert_int_equal(stats.lost, 0);
	assert_false(bench_reservoir_lasts(&r, stats.scanned));
	assert_int_equal(bench_reservoir_left(&r, stats.scanned), 0);
	assert_int_equal(take_different(POPULATION_WHITE, 2 * NODES),
			 2 * NODES);
}

static void
left_and_need(void **state)
{
	(void)state;
	assert_int_equal(bench_reservoir_left(&r, 0), NODES);
	assert_int_equal(bench_reservoir_left(&r, 300), NODES - 100);
	for (int i = 0; i < 20; i++)
		bench_reservoir_take(&r, POPULATION_WHITE);
	assert_int_equal(bench_reservoir_left(&r, 300), NODES - 110);
	for (int i = 0; i < 50; i++)
		bench_reservoir_take(&r, POPULATION_NOSCAN);
	assert_int_equal(bench_reservoir_left(&r, 300), NODES - 150);
	assert_int_equal(bench_reservoir_left(&r, 3 * NODES - 150), 0);
	assert_int_equal(bench_reservoir_left(&r, UINT64_MAX), 0);
	assert_int_equal(bench_reservoir_need(300, 7), 107);
}

static const uint8_t one_pointer[8] = {1};
static const struct gc_type pointer_type = {8, 8, one_pointer};

/* Hung on, an object lives and is marked last; taken off, it goes. */
static void
what_hangs_on_it_lives(void **state)
{
	void **object = gc_alloc(mut, &pointer_type, 1);
	size_t size;

	(void)state;
	bench_reservoir_hang(&r, object);
	gc_collect(gc, mut);
	assert_ptr_equal(gc_object_of(gc, object, &size), object);
	mark_some(3 * NODES / 2);
	assert_false(gc_is_marked(gc, object));
	finish();
	bench_reservoir_hang(&r, NULL);
	gc_collect(gc, mut);
	assert_null(gc_object_of(gc, object, &size));
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, open_reservoir, close_reservoir)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(objects_are_distinct_while_they_last),
		TEST(rewound_it_begins_again),
		TEST(what_is_left_is_white),
		TEST(a_cycle_marks_it_all),
		TEST(left_and_need),
		TEST(what_hangs_on_it_lives),
	};

	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
