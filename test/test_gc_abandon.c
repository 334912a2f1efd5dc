/* test_gc_abandon.c - a cycle that is given up leaves the heap as it was */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "gc_barrier.h"
#include "gc_heap_fixture.h"
#include "heap_stress.h"

/* Gives up the cycle of heap_start_with_black_stack. */
static void
abandon(struct gc_heap_fixture *h)
{
	gc_cycle_abandon(h->gc, h->mut);
	gc_hold_marker(h->gc, false);
}

/* A list that the marker would walk, from a root on the stack. */
static void
open_list(struct gc_heap_fixture *h, void **head, struct gc_root *root)
{
	heap_open(h);
	*root = (struct gc_root){head, 1, NULL, NULL};
	*head = NULL;
	gc_push_root(h->mut, root);
	heap_hide_behind_list(h, head);
}

static void
close_list(struct gc_heap_fixture *h, struct gc_root *root)
{
	gc_pop_root(h->mut, root);
	heap_close(h);
}

static void
test_marks_and_barriers_are_gone(void **state)
{
	struct gc_heap_fixture h;
	struct gc_root root;
	struct node *first;
	void *head;

	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "it says when cycles run");
	open_list(&h, &head, &root);
	heap_start_with_black_stack(&h);
	first = head;
	assert_true(h.mut->marking);
	assert_true(gc_is_marked(h.gc, first));
	abandon(&h);
	assert_false(gc_cycle_running(h.gc));
	assert_false(h.mut->marking);
	assert_false(gc_is_marked(h.gc, first));
	assert_int_equal(heap_stats(&h).cycles, 1);
	close_list(&h, &root);
}

static void
test_what_is_grey_is_not_scanned(void **state)
{
	struct gc_heap_fixture h;
	struct gc_stats before;
	struct gc_root root;
	void *head;

	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "it counts what a cycle has scanned");
	open_list(&h, &head, &root);
	heap_start_with_black_stack(&h);
	before = heap_stats(&h);
	abandon(&h);
	assert_int_equal(heap_stats(&h).total_scanned, before.scanned);
	close_list(&h, &root);
}

/* Nothing is freed, garbage neither: it is whole, and takes as much room. */
static void
test_nothing_is_swept(void **state)
{
	struct gc_heap_fixture h;
	struct gc_root root;
	struct node *old, *young;
	size_t bytes;
	void *head;

	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "its garbage is to stay until it says so");
	open_list(&h, &head, &root);
	old = heap_new_node(&h);
	heap_start_with_black_stack(&h);
	young = heap_new_node(&h);
	bytes = heap_stats(&h).heap_bytes;
	abandon(&h);
	assert_int_equal(heap_stats(&h).heap_bytes, bytes);
	assert_true(heap_is_whole(old));
	assert_true(heap_is_whole(young));
	/* And the next cycle finds both dead. */
	gc_collect(h.gc, h.mut);
	assert_false(heap_is_whole(old));
	assert_false(heap_is_whole(young));
	close_list(&h, &root);
}

/* The deletion is recorded in a cycle that is given up; the object, reachable
 * by then from a black stack only, is there all the same, and so it is after
 * the next cycle. */
static void
test_records_of_a_given_up_cycle_lose_nothing(void **state)
{
	struct gc_heap_fixture h;
	struct gc_root root, kept;
	struct node *last, *hidden;
	void *head, *slot = NULL;

	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "it says when cycles run");
	heap_open(&h);
	root = (struct gc_root){&head, 1, NULL, NULL};
	kept = (struct gc_root){&slot, 1, NULL, NULL};
	head = NULL;
	gc_push_root(h.mut, &root);
	gc_push_root(h.mut, &kept);
	last = heap_hide_behind_list(&h, &head);
	hidden = heap_new_node(&h);
	heap_store(&h, last, hidden);
	heap_start_with_black_stack(&h);
	slot = hidden;
	heap_store(&h, last, NULL);
	abandon(&h);
	assert_true(h.mut->buffer_next == h.mut->buffer);
	assert_true(heap_is_whole(hidden));
	for (int i = 0; i < 2; i++)
		gc_collect(h.gc, h.mut);
	assert_true(heap_is_whole(hidden));
	gc_pop_root(h.mut, &kept);
	close_list(&h, &root);
}

/* Held for good, at either place: giving up minds no hold, and the hold is
 * there for the next cycle. */
static void
test_minds_no_hold(void **state)
{
	struct gc_heap_fixture h;
	struct gc_root root;
	void *head;

	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "the holds are its own");
	open_list(&h, &head, &root);
	gc_hold_termination(h.gc, true);
	gc_cycle_start(h.gc, h.mut);
	gc_safepoint(h.mut);
	gc_wait_no_grey(h.gc);
	gc_cycle_abandon(h.gc, h.mut);
	gc_cycle_start(h.gc, h.mut);
	gc_safepoint(h.mut);
	gc_wait_no_grey(h.gc);
	assert_true(h.mut->marking);
	gc_hold_termination(h.gc, false);
	gc_cycle_finish(h.gc, h.mut);
	close_list(&h, &root);
}

/* Too late: marking is over, and the sweep is the cycle's own. */
static void
test_a_sweep_is_finished(void **state)
{
	struct gc_heap_fixture h;
	struct gc_root root;
	struct node *dead;
	void *head;

	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "it says when cycles run");
	open_list(&h, &head, &root);
	dead = heap_new_node(&h);
	gc_hold_sweep(h.gc, true);
	gc_cycle_start(h.gc, h.mut);
	gc_mark_finish(h.gc, h.mut);
	gc_cycle_abandon(h.gc, h.mut);
	gc_hold_sweep(h.gc, false);
	assert_int_equal(heap_stats(&h).unswept, 0);
	assert_false(heap_is_whole(dead));
	close_list(&h, &root);
}

static void
test_no_cycle_no_matter(void **state)
{
	struct gc_heap_fixture h;

	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "no cycle is to run");
	heap_open(&h);
	gc_cycle_abandon(h.gc, h.mut);
	assert_int_equal(heap_stats(&h).cycles, 0);
	heap_close(&h);
}

static int
run_all(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks_and_barriers_are_gone),
		cmocka_unit_test(test_what_is_grey_is_not_scanned),
		cmocka_unit_test(test_nothing_is_swept),
		cmocka_unit_test(test_records_of_a_given_up_cycle_lose_nothing),
		cmocka_unit_test(test_minds_no_hold),
		cmocka_unit_test(test_a_sweep_is_finished),
		cmocka_unit_test(test_no_cycle_no_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return heap_each_form(run_all);
}
