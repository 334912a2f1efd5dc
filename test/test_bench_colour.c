/* test_bench_colour.c - a launch's offset moves frames on the heap */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "bench_colour.h"

static struct gc *gc;
static struct gc_mutator *mut;

static int
open_heap(void **state)
{
	struct gc_config config = {
		.heap_limit = 16 << 20, .buffer_words = 64, .markers = 1};

	(void)state;
	gc = gc_create(&config);
	mut = gc_attach(gc);
	return 0;
}

static int
close_heap(void **state)
{
	(void)state;
	gc_detach(mut);
	gc_destroy(gc);
	return 0;
}

/* From one frame of the workload's first shape to the next, with an offset in
 * between. */
static ptrdiff_t
distance(const char *spec, size_t bytes)
{
	struct bench_workload *w = bench_workload_open(spec, 1);
	const struct gc_type *type = &w->shapes[0].layout->frame;
	char *before = gc_alloc(mut, type, 1), *after;

	assert_non_null(before);
	bench_colour_heap(mut, w, bytes);
	after = gc_alloc(mut, type, 1);
	bench_workload_close(w);
	return after - before;
}

static void
frames_move_on_by_the_offset(void **state)
{
	(void)state;
	assert_int_equal(distance("size:64", 0), 64);
	assert_int_equal(distance("size:64", 1024), 64 + 1024);
	/* By whole objects. */
	assert_int_equal(distance("size:256", 448), 256 + 256);
	assert_int_equal(distance("size:256", 192), 256);
}

/* A mix has each of its sizes moved, and none twice. */
static void
every_size_moves(void **state)
{
	struct bench_workload *w = bench_workload_open("go-std", 1);
	struct gc_stats before, after;

	(void)state;
	gc_get_stats(gc, &before);
	bench_colour_heap(mut, w, 4032);
	gc_get_stats(gc, &after);
	assert_true(after.heap_bytes > before.heap_bytes);
	/* A span or two of 8 KiB for each class of sizes, and no more. */
	assert_true(after.heap_bytes - before.heap_bytes < 2 << 20);
	bench_workload_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(frames_move_on_by_the_offset,
						open_heap, close_heap),
		cmocka_unit_test_setup_teardown(every_size_moves, open_heap,
						close_heap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
