/* test_client_append.c - slices that grow: contents, capacities, what is
 * recorded, and what is lost without it
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "client_append.h"
#include "client_fixture.h"
#include "gc_barrier.h"
#include "heap_stress.h"

/* A slice of `struct node`, whose `next` points to an object of the same
 * number. The array hangs on stack[1]. */
struct model {
	struct client_slice slice;
	uintptr_t first; /* number of element 0 */
};

static void
append(struct client_fixture *f, struct model *m)
{
	uintptr_t number = m->first + m->slice.len;
	struct node value = {client_node(f, number), number, NULL};

	assert_true(client_append(&f->ctx, &node_type, &m->slice, &value));
	f->stack[1] = m->slice.array;
}

static void
check(const struct model *m)
{
	const struct node *nodes = m->slice.array;

	for (size_t i = 0; i < m->slice.len; i++) {
		assert_int_equal(nodes[i].value, m->first + i);
		assert_int_equal(nodes[i].next->value, m->first + i);
		assert_null(nodes[i].other);
	}
}

static void
step(struct client_fixture *f, void *model)
{
	struct model *m = model;

	gc_safepoint(f->heap.mut);
	append(f, m);
	if (base_random_below(&f->random, 40) == 0) {
		check(m);
		m->first += m->slice.len;
		m->slice = (struct client_slice){NULL, 0, 0};
	}
}

static void
test_elements_stay_and_the_rest_is_zero(void **state)
{
	struct client_fixture f;
	struct model m = {.first = 1};

	(void)state;
	client_open(&f, client_contender(0), 0);
	for (size_t i = 0; i < 2000; i++) {
		const struct node *nodes;

		append(&f, &m);
		assert_int_equal(m.slice.len, i + 1);
		assert_true(m.slice.len <= m.slice.cap);
		nodes = m.slice.array;
		for (size_t k = i + 1; k < m.slice.cap; k++)
			assert_null(nodes[k].next);
	}
	check(&m);
	client_close(&f);
}

/* Go 1.18's steps, without the rounding to size classes. */
static void
test_capacities(void **state)
{
	static const size_t steps[][3] = {/* cap, need, new cap */
					  {0, 1, 1},          {0, 5, 5},
					  {1, 2, 2},          {4, 5, 8},
					  {4, 9, 9},          {255, 256, 510},
					  {256, 257, 512},    {512, 513, 832},
					  {1000, 1001, 1442}, {512, 900, 1232}};
	struct client_fixture f;

	(void)state;
	client_open(&f, client_contender(0), 0);
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct client_slice s = {NULL, 0, steps[i][0]};

		assert_true(client_append_grow(&f.ctx, &node_type, &s,
					       steps[i][1]));
		assert_int_equal(s.cap, steps[i][2]);
		assert_int_equal(s.len, 0);
	}
	client_close(&f);
}

static void
test_random_while_marking(void **state)
{
	const struct strategy *barrier;
	uint64_t seed = test_seed();

	(void)state;
	for (size_t i = 0; (barrier = client_contender(i)); i++) {
		struct client_fixture f;
		struct model m = {.first = 1};

		client_open(&f, barrier, seed + i);
		client_hide(&f, NULL);
		client_run_cycles(&f, 60, step, &m);
		check(&m);
		assert_int_equal(client_close(&f), 0);
	}
}

/* The stack, not scanned yet, holds a slice; it grows, and what is scanned then
 * is the new array, which was black at birth. */
static uint64_t
lose_by_grow(const struct strategy *barrier)
{
	struct client_fixture f;
	struct model m = {.first = 1};

	client_open(&f, barrier, 0);
	for (size_t i = 0; i < 4; i++)
		append(&f, &m);
	gc_cycle_start(f.heap.gc, f.heap.mut);
	assert_true(client_append_grow(&f.ctx, &node_type, &m.slice, 5));
	f.stack[1] = m.slice.array;
	heap_finish(&f.heap);
	return client_close(&f);
}

/* An object is moved from such a stack to a black array. */
static uint64_t
lose_by_append(const struct strategy *barrier)
{
	struct client_fixture f;
	struct client_slice slice = {NULL, 0, 0};
	struct node value = {NULL, 1, NULL};

	client_open(&f, barrier, 0);
	f.stack[2] = client_node(&f, 1);
	gc_cycle_start(f.heap.gc, f.heap.mut);
	value.next = f.stack[2];
	assert_true(client_append(&f.ctx, &node_type, &slice, &value));
	f.stack[1] = slice.array;
	f.stack[2] = NULL;
	heap_finish(&f.heap);
	return client_close(&f);
}

static void
test_only_a_barrier_keeps_what_moves(void **state)
{
	const struct strategy *barrier;

	(void)state;
	for (size_t i = 0; (barrier = client_contender(i)); i++) {
		assert_int_equal(lose_by_grow(barrier), 0);
		assert_int_equal(lose_by_append(barrier), 0);
	}
	assert_int_equal(lose_by_append(client_nobarrier()), 1);
	assert_int_equal(lose_by_grow(client_nobarrier()), 4);
}

/* The old array dies, and with it what it alone held. */
static void
test_old_arrays_die(void **state)
{
	struct client_fixture f;
	struct model m = {.first = 1};

	(void)state;
	heap_without_stress(GC_STRESS_MARK, "it counts what one cycle marks");
	client_open(&f, client_contender(0), 0);
	for (size_t i = 0; i < 100; i++)
		append(&f, &m);
	assert_int_equal(client_count_live(&f), 1 + 100);
	check(&m);
	f.stack[1] = NULL;
	assert_int_equal(client_count_live(&f), 0);
	client_close(&f);
}

/* The words that a barrier puts in its buffer for 10 elements of which each has
 * two pointers, one of them nil. */
static size_t
recorded(const char *barrier)
{
	struct client_fixture f;
	struct model m = {.first = 1};
	size_t words, new = 0;

	heap_without_stress(GC_STRESS_BUFFER, "it reads the buffer");
	client_open(&f, strategy_find(barrier), 0);
	for (size_t i = 0; i < 10; i++)
		append(&f, &m);
	gc_cycle_start(f.heap.gc, f.heap.mut);
	gc_buffer_flush(f.heap.mut);
	assert_true(client_append_grow(&f.ctx, &node_type, &m.slice, 11));
	f.stack[1] = m.slice.array;
	words = (size_t)(f.heap.mut->buffer_next - f.heap.mut->buffer);
	for (size_t i = 0; i < words; i++)
		for (size_t k = 0; k < 10; k++)
			new += f.heap.mut->buffer[i] ==
			       (uintptr_t)((struct node *)m.slice.array)[k]
				       .next;
	/* What shades at once has marked them by now. */
	for (size_t k = 0; k < 10 && words == 0; k++)
		new += gc_is_marked(f.heap.gc,
				    ((struct node *)m.slice.array)[k].next);
	assert_int_equal(new, strcmp(barrier, "nobarrier") ? 10 : 0);
	heap_finish(&f.heap);
	client_close(&f);
	return words;
}

static void
test_only_new_pointers_are_recorded(void **state)
{
	(void)state;
	assert_int_equal(recorded("bulk"), 2 * 20);
	assert_int_equal(recorded("bulk1"), 20);
	assert_int_equal(recorded("perslot"), 0);
	assert_int_equal(recorded("nobarrier"), 0);
}

/* Without room a slice stays as it is. */
static void
test_a_full_heap_has_no_room(void **state)
{
	struct client_fixture f;
	struct model m = {.first = 1};
	struct client_slice before;

	(void)state;
	client_open(&f, client_contender(0), 0);
	append(&f, &m);
	before = m.slice;
	assert_false(client_append_grow(&f.ctx, &node_type, &m.slice,
					HEAP_LIMIT / sizeof(struct node) + 1));
	assert_memory_equal(&before, &m.slice, sizeof(before));
	check(&m);
	client_close(&f);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements_stay_and_the_rest_is_zero),
		cmocka_unit_test(test_capacities),
		cmocka_unit_test(test_random_while_marking),
		cmocka_unit_test(test_only_a_barrier_keeps_what_moves),
		cmocka_unit_test(test_old_arrays_die),
		cmocka_unit_test(test_only_new_pointers_are_recorded),
		cmocka_unit_test(test_a_full_heap_has_no_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return heap_each_form(run);
}
