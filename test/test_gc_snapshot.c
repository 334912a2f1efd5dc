/* test_gc_snapshot.c - what is marked though it was dead is counted, exactly
 *
 * In every scene the stack is scanned, and then one thing is shaded or stored.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "gc_barrier.h"
#include "gc_heap_fixture.h"
#include "heap_stress.h"

#define CHAIN 7

static struct gc_heap_fixture h;
static struct gc_root root;
static void *stack[4];

static void
open_scene(void)
{
	struct gc_config config = heap_config();

	config.snapshot = true;
	heap_open_as(&h, config);
	memset(stack, 0, sizeof(stack));
	root = (struct gc_root){stack, ARRAY_LEN(stack), NULL, NULL};
	gc_push_root(h.mut, &root);
	heap_hide_behind_list(&h, &stack[0]);
}

static struct gc_stats
close_scene(void)
{
	struct gc_stats stats;

	gc_get_stats(h.gc, &stats);
	heap_check(&h);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
	return stats;
}

static void
expect(uint64_t objects, size_t object_size)
{
	struct gc_stats stats = close_scene();

	assert_int_equal(stats.overshaded, objects);
	assert_int_equal(stats.overshaded_bytes, objects * object_size);
}

static struct node *
chain(size_t n)
{
	struct node *first = NULL;

	while (n--) {
		struct node *node = heap_new_node(&h);

		node->next = first;
		first = node;
	}
	return first;
}

static size_t
size_of(const void *object)
{
	size_t size;

	assert_non_null(gc_object_of(h.gc, object, &size));
	return size;
}

/* Cut off while marking, it is dead and has a mark: as in any snapshot. */
static void
test_a_deleted_pointer_is_in_the_snapshot(void **state)
{
	(void)state;
	open_scene();
	stack[1] = chain(CHAIN);
	heap_start_with_black_stack(&h);
	heap_store(&h, stack[1], NULL);
	heap_finish(&h);
	expect(0, 0);
}

/* What the stack holds can be reached, and so it is no more when it has been
 * inserted, overwritten, and dropped before anything was marked. */
static void
test_an_inserted_pointer_is_in_the_snapshot(void **state)
{
	(void)state;
	open_scene();
	stack[1] = chain(1);
	stack[2] = chain(CHAIN);
	gc_hold_marker(h.gc, true);
	gc_cycle_start(h.gc, h.mut);
	heap_store(&h, stack[1], stack[2]);
	heap_store(&h, stack[1], NULL);
	stack[2] = NULL;
	gc_leave(h.mut);
	gc_mark_quantum(h.gc, 1);
	gc_enter(h.mut);
	heap_finish(&h);
	expect(0, 0);
}

/* Black from the start; in slots that were free, and in new spans. */
static void
test_new_objects_are_not_counted(void **state)
{
	(void)state;
	open_scene();
	chain(1000);
	gc_collect(h.gc, h.mut);
	heap_start_with_black_stack(&h);
	stack[1] = chain(4000);
	heap_finish(&h);
	expect(0, 0);
}

/* Each object that a dead one leads to, and no other; in the next cycle nothing
 * is left to count. */
static void
test_a_dead_pointer_is_counted_to_its_end(void **state)
{
	struct node *dead;
	size_t size;

	(void)state;
	open_scene();
	dead = chain(CHAIN);
	chain(1); /* stays dead */
	size = size_of(dead);
	heap_start_with_black_stack(&h);
	gc_shade(h.mut, (uintptr_t)dead);
	heap_finish(&h);
	assert_true(heap_is_whole(dead));
	gc_collect(h.gc, h.mut);
	assert_false(heap_is_whole(dead));
	expect(CHAIN, size);
}

/* What is alive is marked once, and so is what is alive by a global. */
static void
test_the_living_are_not_counted(void **state)
{
	static void *global;
	struct gc_root global_root = {&global, 1, NULL, NULL};

	(void)state;
	open_scene();
	heap_add_global(&h, &global_root);
	global = chain(CHAIN);
	stack[1] = chain(CHAIN);
	heap_start_with_black_stack(&h);
	gc_shade(h.mut, (uintptr_t)global);
	gc_shade(h.mut, (uintptr_t)stack[1]);
	heap_finish(&h);
	heap_remove_global(&h, &global_root);
	expect(0, 0);
	global = NULL;
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_deleted_pointer_is_in_the_snapshot),
		cmocka_unit_test(test_an_inserted_pointer_is_in_the_snapshot),
		cmocka_unit_test(test_new_objects_are_not_counted),
		cmocka_unit_test(test_a_dead_pointer_is_counted_to_its_end),
		cmocka_unit_test(test_the_living_are_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	heap_never_stress(GC_STRESS_MARK, "it counts what one cycle marks");
	return heap_each_form(run);
}
