/* test_gc.c - heap, cycles, sweep, termination and the oracle */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "base_random.h"
#include "gc_barrier.h"
#include "gc_heap_fixture.h"
#include "gc_internal.h"
#include "heap_stress.h"

static void
test_alloc_is_zero_and_apart(void **state)
{
	struct gc_heap_fixture h;
	unsigned char *prev = NULL;
	size_t prev_size = 0;

	(void)state;
	heap_open(&h);
	for (size_t words = 1; words < 9000; words += 1 + words / 5) {
		struct gc_type type = noscan_type(words * WORD_SIZE);
		unsigned char *p = gc_alloc(h.mut, &type, 1);

		assert_non_null(p);
		assert_true(prev == NULL || p >= prev + prev_size || p < prev);
		for (size_t i = 0; i < type.size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, type.size);
		prev = p;
		prev_size = type.size;
	}
	heap_close(&h);
}

/* Interior pointers of every size class find their object. */
static void
test_object_of_interior_pointer(void **state)
{
	struct gc_heap_fixture h;

	(void)state;
	heap_open(&h);
	for (size_t size = 8; size < 80000; size += 8 + size / 16 / 8 * 8) {
		struct gc_type type = noscan_type(size);
		char *p = gc_alloc(h.mut, &type, 1);
		size_t got;

		for (size_t off = 0; off < size; off += 1 + size / 7) {
			assert_ptr_equal(gc_object_of(h.gc, p + off, &got), p);
			assert_true(got >= size);
		}
		assert_ptr_equal(gc_object_of(h.gc, p + size - 1, &got), p);
	}
	heap_close(&h);
}

/* A size that rounding would wrap is too large, and no crash. */
static void
test_no_room_for_huge_sizes(void **state)
{
	struct gc_heap_fixture h;

	(void)state;
	heap_open(&h);
	for (size_t size = 8; size < 9000; size += 8) {
		struct gc_type scan = {-size, 8, node_type.ptrmask};
		struct gc_type noscan = noscan_type(-size);

		assert_null(gc_alloc(h.mut, &scan, 1));
		assert_null(gc_alloc(h.mut, &noscan, 1));
	}
	heap_close(&h);
}

static void
test_limit_is_kept(void **state)
{
	struct gc_heap_fixture h;
	struct gc_type type = noscan_type(1 << 20);
	struct gc_stats stats;
	size_t n = 0;

	(void)state;
	heap_open(&h);
	while (gc_alloc(h.mut, &type, 1))
		n++;
	assert_int_equal(n, HEAP_LIMIT >> 20);
	gc_collect(h.gc, h.mut);
	gc_get_stats(h.gc, &stats);
	assert_int_equal(stats.heap_bytes, 0);
	assert_non_null(gc_alloc(h.mut, &type, 1));
	heap_close(&h);
}

/* What a root reaches survives with its contents, the rest is swept. */
static void
test_cycle_keeps_reachable(void **state)
{
	struct gc_heap_fixture h;
	struct gc_stats before, after;
	void *head = NULL;
	struct gc_root root = {.base = &head, .nwords = 1};
	size_t n = 0;

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	for (size_t i = 0; i < 50000; i++) {
		struct node *node = gc_alloc(h.mut, &node_type, 1);

		node->value = i;
		if (i % 10 == 0) {
			node->next = head;
			head = node;
		}
	}
	gc_get_stats(h.gc, &before);
	gc_collect(h.gc, h.mut);
	gc_get_stats(h.gc, &after);
	assert_int_equal(after.marked, 5000);
	assert_int_equal(after.lost, 0);
	assert_int_equal(after.verified, 5000);
	for (struct node *p = head; p; p = p->next)
		assert_int_equal(p->value, 49990 - 10 * n++);
	assert_int_equal(n, 5000);
	/* A second cycle frees what the first kept. */
	head = NULL;
	gc_collect(h.gc, h.mut);
	gc_get_stats(h.gc, &after);
	assert_int_equal(after.heap_bytes, 0);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

static void
test_root_mask_and_globals(void **state)
{
	static const uint8_t second_only[8] = {2};
	struct gc_heap_fixture h;
	struct gc_stats stats;
	void *words[2];
	struct gc_root root = {words, 2, second_only, NULL};
	void *global;
	struct gc_root global_root = {&global, 1, NULL, NULL};

	(void)state;
	heap_open(&h);
	words[0] = gc_alloc(h.mut, &node_type, 1);
	words[1] = gc_alloc(h.mut, &node_type, 1);
	global = gc_alloc(h.mut, &node_type, 1);
	gc_push_root(h.mut, &root);
	heap_add_global(&h, &global_root);
	gc_collect(h.gc, h.mut);
	gc_get_stats(h.gc, &stats);
	assert_int_equal(stats.marked, 2);
	heap_remove_global(&h, &global_root);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

/* Types whose mask repeats over an array, at every length around a word. */
static void
test_array_masks(void **state)
{
	struct gc_heap_fixture h;
	struct gc_stats stats;
	void *array;
	struct gc_root root = {.base = &array, .nwords = 1};

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	for (size_t n = 1; n < 300; n += 7) {
		struct node *nodes = gc_alloc(h.mut, &node_type, n);

		array = nodes;
		for (size_t i = 0; i < n; i++) {
			nodes[i].next = gc_alloc(h.mut, &node_type, 1);
			/* A scalar that looks like a pointer is none. */
			nodes[i].value =
				(uintptr_t)gc_alloc(h.mut, &node_type, 1);
		}
		gc_collect(h.gc, h.mut);
		gc_get_stats(h.gc, &stats);
		assert_int_equal(stats.marked, n + 1);
	}
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

/* A pointer into an object keeps the whole of it, and what hangs on it. */
static void
test_interior_pointers(void **state)
{
	struct gc_heap_fixture h;
	struct node *nodes[2];
	void *inside;
	struct gc_root root = {.base = &inside, .nwords = 1};

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	nodes[0] = heap_new_node(&h);
	nodes[0]->next = nodes[1] = heap_new_node(&h);
	inside = (char *)&nodes[0]->other + 7;
	gc_collect(h.gc, h.mut);
	assert_true(heap_is_whole(nodes[0]) && heap_is_whole(nodes[1]));
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

/* Of every size, with pointers and without: marked at birth, and kept by the
 * cycle although nothing points to them. */
static void
test_allocated_black(void **state)
{
	static const uint8_t mask[8] = {1};
	struct gc_heap_fixture h;
	void *p[64];
	struct gc_type types[ARRAY_LEN(p)];
	size_t n = 0, size;

	(void)state;
	heap_open(&h);
	gc_cycle_start(h.gc, h.mut);
	for (size = 8; size < 80000; size += 8 + size / 2 / 8 * 8, n += 2) {
		types[n] = (struct gc_type){size, 8, mask};
		types[n + 1] = noscan_type(size);
		for (size_t i = n; i < n + 2; i++) {
			p[i] = gc_alloc(h.mut, &types[i], 1);
			assert_true(gc_is_marked(h.gc, p[i]));
			memset((char *)p[i] + 8, 0x5a, size - 8);
		}
	}
	gc_cycle_finish(h.gc, h.mut);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 8; k < types[i].size; k++)
			assert_int_equal(((char *)p[i])[k], 0x5a);
	heap_close(&h);
}

static void
test_white_before_marking(void **state)
{
	struct gc_heap_fixture h;
	void *white;
	struct gc_root root = {.base = &white, .nwords = 1};

	(void)state;
	heap_open(&h);
	white = gc_alloc(h.mut, &node_type, 1);
	gc_push_root(h.mut, &root);
	gc_cycle_start(h.gc, h.mut);
	/* Running since the start: this stack is still grey. */
	assert_false(gc_is_marked(h.gc, white));
	gc_cycle_finish(h.gc, h.mut);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

static size_t
count_spans(const struct gc_span *list)
{
	size_t n = 0;

	for (; list; list = list->next)
		n++;
	return n;
}

/* Marks every other object of a list of spans, as a cycle would have. */
static void
mark_half(struct gc_span *list)
{
	for (; list; list = list->next)
		for (size_t i = 0; i < list->nelems; i += 2)
			gc_bit_set(list->mark_bits, i);
}

static size_t
count_unswept(const struct gc_central *c)
{
	return count_spans(c->unswept_partial) + count_spans(c->unswept_full);
}

/* With spans not swept yet, an allocation sweeps one of its class, and that
 * alone, before it takes new pages. */
static void
test_allocation_sweeps_first(void **state)
{
	struct gc_heap_fixture h;
	struct gc_central *c;
	struct gc_stats before, after;
	size_t free_each;

	(void)state;
	heap_open(&h);
	for (size_t i = 0; i < 5000; i++)
		gc_alloc(h.mut, &node_type, 1);
	gc_alloc_return_cache(h.gc, gc_thread_of(h.mut));
	c = &h.gc->central[gc_class_of(sizeof(struct node))][false];
	mark_half(c->partial);
	mark_half(c->full);
	gc_sweep_start(h.gc);
	assert_true(count_unswept(c) > 10);
	free_each = c->unswept_full->nelems / 2;
	gc_get_stats(h.gc, &before);
	for (size_t left = count_unswept(c); left > 0; left--)
		for (size_t i = 0; i < free_each; i++) {
			assert_int_equal(count_unswept(c), left - !!i);
			gc_alloc(h.mut, &node_type, 1);
		}
	gc_get_stats(h.gc, &after);
	assert_int_equal(after.heap_bytes, before.heap_bytes);
	gc_alloc(h.mut, &node_type, 1);
	gc_get_stats(h.gc, &after);
	assert_true(after.heap_bytes > before.heap_bytes);
	heap_close(&h);
}

/*
 * The losing step of the origin change, one object at a time: the only path to
 * a white object is moved from a heap slot to a black stack, and the slot is
 * cleared. `record` says whether the deletion is recorded.
 */
static uint64_t
lose_one(bool record)
{
	struct gc_heap_fixture h;
	struct gc_stats stats;
	void *stack[2] = {NULL, NULL};
	struct gc_root root = {.base = stack, .nwords = 2};
	struct node *holder;

	heap_open(&h);
	gc_push_root(h.mut, &root);
	holder = heap_hide_behind_list(&h, &stack[0]);
	holder->next = gc_alloc(h.mut, &node_type, 1);
	heap_start_with_black_stack(&h);
	assert_false(gc_is_marked(h.gc, holder->next));
	stack[1] = holder->next;
	if (record)
		*gc_buffer_reserve(h.mut, 1) = (uintptr_t)holder->next;
	holder->next = NULL;
	heap_finish(&h);
	gc_get_stats(h.gc, &stats);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
	return stats.lost;
}

static void
test_oracle_sees_a_lost_object(void **state)
{
	(void)state;
	assert_int_equal(lose_one(true), 0);
	assert_int_equal(lose_one(false), 1);
}

static void
test_held_marker_marks_its_quantum(void **state)
{
	struct gc_heap_fixture h;
	struct gc_stats stats;
	void *stack[1];
	struct gc_root root = {.base = stack, .nwords = 1};

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	heap_hide_behind_list(&h, &stack[0]);
	gc_hold_marker(h.gc, true);
	gc_cycle_start(h.gc, h.mut);
	gc_leave(h.mut);
	gc_mark_quantum(h.gc, 100);
	gc_get_stats(h.gc, &stats);
	assert_in_range(stats.scanned, 99, 100);
	gc_mark_quantum(h.gc, 50);
	gc_get_stats(h.gc, &stats);
	assert_in_range(stats.scanned, 149, 150);
	gc_hold_marker(h.gc, false);
	gc_cycle_finish(h.gc, NULL);
	gc_enter(h.mut);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

/* One step of a program that links, cuts and follows edges at random. */
static void
mutate(struct gc_heap_fixture *h, struct base_random *r, void **stack, size_t n)
{
	struct node **slot = (struct node **)&stack[base_random_below(r, n)];
	struct node *other = stack[base_random_below(r, n)];

	gc_safepoint(h->mut);
	if (!*slot || base_random_below(r, 4) == 0) {
		struct node *node = gc_alloc(h->mut, &node_type, 1);

		node->next = *slot;
		*slot = node;
	} else if (other && base_random_below(r, 2)) {
		*slot = other->next;
	} else {
		heap_store(h, *slot, other);
	}
}

/* The marker gets an object now and then, so that most edges are cut while it
 * has not seen them. */
static void
test_random_mutation(void **state)
{
	struct gc_heap_fixture h;
	struct base_random r = {test_seed()};
	struct gc_stats stats;
	void *stack[16] = {NULL};
	struct gc_root root = {.base = stack, .nwords = ARRAY_LEN(stack)};
	size_t steps = heap_stress_steps(500);

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	for (size_t cycle = 0; cycle < 200; cycle++) {
		for (size_t i = 0; i < steps; i++)
			mutate(&h, &r, stack, ARRAY_LEN(stack));
		heap_start_with_black_stack(&h);
		for (size_t i = 0; i < steps / 5; i++) {
			mutate(&h, &r, stack, ARRAY_LEN(stack));
			gc_leave(h.mut);
			gc_mark_quantum(h.gc, base_random_below(&r, 3));
			gc_enter(h.mut);
		}
		heap_finish(&h);
	}
	gc_get_stats(h.gc, &stats);
	assert_int_equal(stats.lost, 0);
	assert_true(stats.cycles >= 200);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alloc_is_zero_and_apart),
		cmocka_unit_test(test_object_of_interior_pointer),
		cmocka_unit_test(test_no_room_for_huge_sizes),
		cmocka_unit_test(test_limit_is_kept),
		cmocka_unit_test(test_cycle_keeps_reachable),
		cmocka_unit_test(test_root_mask_and_globals),
		cmocka_unit_test(test_array_masks),
		cmocka_unit_test(test_interior_pointers),
		cmocka_unit_test(test_allocated_black),
		cmocka_unit_test(test_white_before_marking),
		cmocka_unit_test(test_allocation_sweeps_first),
		cmocka_unit_test(test_oracle_sees_a_lost_object),
		cmocka_unit_test(test_held_marker_marks_its_quantum),
		cmocka_unit_test(test_random_mutation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	heap_never_stress(GC_STRESS_MARK, "it counts what one cycle marks");
	return heap_each_form(run);
}
