/* test_gc_sweep.c - a sweep that waits, allocation before it, the end of
 * marking
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "gc_barrier.h"
#include "gc_heap_fixture.h"
#include "heap_stress.h"

/* Enough nodes of 24 bytes for some 30 spans of 8 KiB. */
#define NODES 10000

/* A heap whose spans of nodes are half full, marked and not swept, with *list
 * linking what lives. */
static void
open_half_full(struct gc_heap_fixture *h, void **list, struct gc_root *root)
{
	heap_open(h);
	*root = (struct gc_root){list, 1, NULL, NULL};
	*list = NULL;
	gc_push_root(h->mut, root);
	for (uintptr_t i = 0; i < NODES; i++) {
		struct node *node = gc_alloc(h->mut, &node_type, 1);

		node->value = i;
		if (i % 2 == 0) {
			node->next = *list;
			*list = node;
		}
	}
	gc_hold_sweep(h->gc, true);
	gc_cycle_start(h->gc, h->mut);
	gc_mark_finish(h->gc, h->mut);
}

static void
close_half_full(struct gc_heap_fixture *h, void **list, struct gc_root *root)
{
	uintptr_t n = 0;

	gc_hold_sweep(h->gc, false);
	gc_cycle_finish(h->gc, h->mut);
	for (struct node *p = *list; p; p = p->next)
		assert_int_equal(p->value, NODES - 2 - 2 * n++);
	assert_int_equal(n, NODES / 2);
	gc_pop_root(h->mut, root);
	heap_close(h);
}

static void
test_held_sweep_sweeps_its_quantum(void **state)
{
	struct gc_heap_fixture h;
	struct gc_root root;
	struct gc_stats before, after;
	void *list;

	(void)state;
	open_half_full(&h, &list, &root);
	before = heap_stats(&h);
	assert_int_equal(before.cycles, 0);
	assert_true(before.unswept > 20);
	assert_false(h.mut->marking);
	gc_sweep_quantum(h.gc, 5);
	after = heap_stats(&h);
	assert_int_equal(after.swept_by_background, 5);
	assert_int_equal(after.unswept, before.unswept - 5);
	/* More than there are: the rest, and no waiting for ever. */
	gc_sweep_quantum(h.gc, 100000);
	after = heap_stats(&h);
	assert_int_equal(after.unswept, 0);
	assert_int_equal(after.swept_by_background, before.unswept);
	assert_int_equal(after.swept_by_alloc, 0);
	close_half_full(&h, &list, &root);
}

/* An allocation takes room in a span that it sweeps, and no fresh span. */
static void
test_allocation_sweeps_first(void **state)
{
	struct gc_heap_fixture h;
	struct gc_root root;
	struct gc_stats before, after;
	void *list;

	(void)state;
	open_half_full(&h, &list, &root);
	before = heap_stats(&h);
	assert_non_null(gc_alloc(h.mut, &node_type, 1));
	after = heap_stats(&h);
	assert_int_equal(after.swept_by_alloc, 1);
	assert_int_equal(after.unswept, before.unswept - 1);
	for (size_t i = 0; i < NODES / 4; i++)
		assert_non_null(gc_alloc(h.mut, &node_type, 1));
	after = heap_stats(&h);
	assert_true(after.swept_by_alloc > 5);
	assert_int_equal(after.swept_by_background, 0);
	assert_int_equal(after.heap_bytes, before.heap_bytes);
	close_half_full(&h, &list, &root);
}

/* Spans without room are not swept one and all by one unlucky allocation. */
static void
test_search_for_room_is_bounded(void **state)
{
	struct gc_heap_fixture h;
	struct gc_type type = noscan_type(4096);
	void *array;
	struct gc_root root = {&array, 1, NULL, NULL};
	struct gc_stats before, after;
	void **slots;
	static const uint8_t one[8] = {1};
	static const struct gc_type pointer = {8, 8, one};

	(void)state;
	heap_open(&h);
	array = NULL;
	gc_push_root(h.mut, &root);
	array = slots = gc_alloc(h.mut, &pointer, 1000);
	for (size_t i = 0; i < 1000; i++)
		slots[i] = gc_alloc(h.mut, &type, 1);
	gc_hold_sweep(h.gc, true);
	gc_cycle_start(h.gc, h.mut);
	gc_mark_finish(h.gc, h.mut);
	before = heap_stats(&h);
	assert_true(before.unswept > 300);
	assert_non_null(gc_alloc(h.mut, &type, 1));
	after = heap_stats(&h);
	assert_in_range(after.swept_by_alloc, 1, 100);
	gc_hold_sweep(h.gc, false);
	gc_cycle_finish(h.gc, h.mut);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

static void
test_full_heap_sweeps_what_is_dead(void **state)
{
	struct gc_heap_fixture h;
	struct gc_type type = noscan_type(1 << 20);
	struct gc_stats stats;

	(void)state;
	heap_open(&h);
	while (gc_alloc(h.mut, &type, 1))
		;
	gc_hold_sweep(h.gc, true);
	gc_cycle_start(h.gc, h.mut);
	gc_mark_finish(h.gc, h.mut);
	assert_non_null(gc_alloc(h.mut, &type, 1));
	stats = heap_stats(&h);
	assert_int_equal(stats.unswept, 0);
	assert_int_equal(stats.swept_by_alloc, HEAP_LIMIT >> 20);
	gc_hold_sweep(h.gc, false);
	gc_cycle_finish(h.gc, h.mut);
	heap_close(&h);
}

static void
test_allowed_sweep_is_under_way(void **state)
{
	struct gc_heap_fixture h;
	struct gc_root root;
	struct gc_stats before, after;
	void *list;

	(void)state;
	open_half_full(&h, &list, &root);
	before = heap_stats(&h);
	gc_allow_sweep(h.gc, 7);
	do
		after = heap_stats(&h);
	while (after.swept_by_background < 7);
	gc_sweep_quantum(h.gc, 1);
	after = heap_stats(&h);
	/* Those and no more. */
	assert_int_equal(before.unswept - after.unswept, 8);
	close_half_full(&h, &list, &root);
}

/* While termination is held everything reachable gets marked, but no mutator
 * is stopped; then the stack, still grey, is found. */
static void
test_held_termination(void **state)
{
	struct gc_heap_fixture h;
	struct gc_stats before, after;
	void *global, *stack;
	struct gc_root global_root = {&global, 1, NULL, NULL};
	struct gc_root root = {&stack, 1, NULL, NULL};
	struct node *last;

	(void)state;
	heap_open(&h);
	last = heap_hide_behind_list(&h, &global);
	stack = gc_alloc(h.mut, &node_type, 1);
	gc_push_root(h.mut, &root);
	heap_add_global(&h, &global_root);
	gc_hold_termination(h.gc, true);
	gc_cycle_start(h.gc, h.mut);
	gc_wait_no_grey(h.gc);
	assert_true(gc_is_marked(h.gc, last));
	assert_false(gc_is_marked(h.gc, stack));
	assert_true(h.mut->marking);
	before = heap_stats(&h);
	assert_int_equal(before.rounds, 0);
	gc_hold_termination(h.gc, false);
	gc_mark_finish(h.gc, h.mut);
	after = heap_stats(&h);
	assert_false(h.mut->marking);
	/* The stack's node sent the collector back to marking once. */
	assert_in_range(after.rounds, 2, 3);
	assert_int_equal(after.lost, 0);
	assert_true(after.stops.n > before.stops.n);
	assert_true(after.stops.total_ns > before.stops.total_ns);
	assert_true(after.stops.max_ns >= after.stops.last_ns);
	assert_int_equal(after.safepoints.n, after.stops.n);
	assert_true(after.safepoints.total_ns <= after.stops.total_ns);
	gc_cycle_finish(h.gc, h.mut);
	heap_remove_global(&h, &global_root);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

/* What a mutator recorded while nothing was grey is flushed and marked. */
static void
test_last_entries_are_work(void **state)
{
	struct gc_heap_fixture h;
	struct gc_stats stats;
	void *stack[2] = {NULL, NULL};
	struct gc_root root = {stack, 2, NULL, NULL};
	struct node *holder, *hidden;

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	stack[0] = holder = gc_alloc(h.mut, &node_type, 1);
	holder->next = hidden = gc_alloc(h.mut, &node_type, 1);
	gc_hold_termination(h.gc, true);
	gc_cycle_start(h.gc, h.mut);
	gc_wait_no_grey(h.gc);
	*gc_buffer_reserve(h.mut, 1) = (uintptr_t)hidden;
	holder->next = NULL;
	assert_false(gc_is_marked(h.gc, hidden));
	gc_hold_sweep(h.gc, true);
	gc_hold_termination(h.gc, false);
	gc_mark_finish(h.gc, h.mut);
	/* Its mark is there until its span is swept. */
	assert_true(gc_is_marked(h.gc, hidden));
	gc_hold_sweep(h.gc, false);
	gc_cycle_finish(h.gc, h.mut);
	gc_get_stats(h.gc, &stats);
	assert_int_equal(stats.lost, 0);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_held_sweep_sweeps_its_quantum),
		cmocka_unit_test(test_allocation_sweeps_first),
		cmocka_unit_test(test_search_for_room_is_bounded),
		cmocka_unit_test(test_full_heap_sweeps_what_is_dead),
		cmocka_unit_test(test_allowed_sweep_is_under_way),
		cmocka_unit_test(test_held_termination),
		cmocka_unit_test(test_last_entries_are_work),
	};

	heap_never_stress(GC_STRESS_MARK, "it counts what one cycle sweeps");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
