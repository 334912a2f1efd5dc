/* test_gc_shadow.c - stores without a barrier are found, lost object or not
 *
 * In every scene the stack keeps all objects, so that the oracle has nothing to
 * find. Marking begins, the stack is scanned, and one word is stored to.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "client_fixture.h"
#include "gc_barrier.h"
#include "gc_shadow.h"
#include "heap_stress.h"
#include "typed.h"

static struct client_fixture f;
static struct node *holder, *old, *other;
static void *global[2];
static struct gc_root global_root;
static const uint8_t first_word[16] = {1};

/* A list that keeps the marker busy, and three nodes, all on the stack. */
static void
open_scene(const struct strategy *barrier)
{
	client_open(&f, barrier, 1);
	client_hide(&f, NULL);
	f.stack[1] = holder = client_node(&f, 1);
	f.stack[2] = old = client_node(&f, 2);
	f.stack[3] = other = client_node(&f, 3);
	holder->other = old;
	global[0] = old;
	global[1] = other;
	global_root = (struct gc_root){global, 2, first_word, NULL};
	heap_add_global(&f.heap, &global_root);
}

/* Returns how many stores the shadow found; *found is the first. */
static uint64_t
close_scene(struct gc_bypass *found)
{
	struct gc_stats stats;

	heap_finish(&f.heap);
	gc_get_stats(f.heap.gc, &stats);
	assert_int_equal(gc_shadow_first(f.heap.gc, found), stats.bypassed > 0);
	heap_remove_global(&f.heap, &global_root);
	memset(global, 0, sizeof(global));
	assert_int_equal(client_close(&f), 0);
	return stats.bypassed;
}

static void
assert_found(uint64_t n, const struct gc_bypass *b, const void *object,
	     size_t off, const void *expected, const void *found,
	     bool old_missed)
{
	assert_int_equal(n, 1);
	assert_ptr_equal(b->object, object);
	assert_int_equal(b->off, off);
	assert_int_equal(b->expected, (uintptr_t)expected);
	assert_int_equal(b->found, (uintptr_t)found);
	assert_int_equal(b->old_missed, old_missed);
}

static void
test_deletion(void **state)
{
	struct gc_bypass b;
	struct node *object;
	char text[200], expected[200];
	uint64_t n;

	(void)state;
	open_scene(NULL);
	object = holder;
	/* A record counts in its own cycle only. */
	heap_start_with_black_stack(&f.heap);
	gc_shade(f.heap.mut, (uintptr_t)old);
	heap_finish(&f.heap);
	heap_start_with_black_stack(&f.heap);
	holder->other = NULL;
	n = close_scene(&b);
	assert_found(n, &b, object, offsetof(struct node, other), old, NULL,
		     true);
	gc_shadow_text(&b, text, sizeof(text));
	snprintf(expected, sizeof(expected),
		 "object %p of %zu bytes, slot at 16: expected %p, found 0, "
		 "and no barrier recorded the first",
		 (void *)object, b.size, (void *)old);
	assert_string_equal(text, expected);
	assert_true(b.size >= sizeof(struct node) &&
		    b.size < sizeof(struct node) + 16);
}

static void
test_insertion(void **state)
{
	struct gc_bypass b;
	uint64_t n;

	(void)state;
	open_scene(NULL);
	heap_start_with_black_stack(&f.heap);
	gc_shade(f.heap.mut, (uintptr_t)old);
	holder->other = other;
	n = close_scene(&b);
	assert_found(n, &b, f.stack[1], 16, old, other, false);
}

/* A new object is black, what is put in it may be white; but not another new
 * one. */
static void
test_new_object(void **state)
{
	struct gc_bypass b;
	struct node *new;
	uint64_t n;

	(void)state;
	open_scene(NULL);
	heap_start_with_black_stack(&f.heap);
	f.stack[4] = new = client_node(&f, 4);
	new->next = client_node(&f, 5);
	new->other = old;
	n = close_scene(&b);
	assert_found(n, &b, new, 16, NULL, old, false);
}

/* The second word of the global is no pointer. */
static void
test_global(void **state)
{
	struct gc_bypass b;
	uint64_t n;

	(void)state;
	open_scene(NULL);
	heap_start_with_black_stack(&f.heap);
	global[0] = NULL;
	global[1] = NULL;
	n = close_scene(&b);
	assert_found(n, &b, global, 0, old, NULL, true);
}

static void
test_global_added_while_marking(void **state)
{
	static void *late[3];
	struct gc_root root = {late, 3, NULL, NULL};
	struct gc_bypass b;
	uint64_t n;

	(void)state;
	open_scene(NULL);
	heap_start_with_black_stack(&f.heap);
	gc_add_global(f.heap.gc, &root);
	late[2] = old;
	heap_finish(&f.heap);
	heap_remove_global(&f.heap, &root);
	late[2] = NULL;
	n = close_scene(&b);
	assert_found(n, &b, late, 16, NULL, old, false);
}

/* Each element of an array that is a span of its own. */
static void
test_large_object(void **state)
{
	enum { N = 5000, AT = 4321 };
	struct gc_bypass b;
	struct node *array;
	uint64_t n;

	(void)state;
	open_scene(NULL);
	f.stack[4] = array = gc_alloc(f.heap.mut, &node_type, N);
	array[AT].other = old;
	array[AT + 1].other = other;
	heap_start_with_black_stack(&f.heap);
	array[AT].other = other;
	gc_shade(f.heap.mut, (uintptr_t)other);
	n = close_scene(&b);
	assert_found(n, &b, array, AT * sizeof(*array) + 16, old, other, true);
	assert_true(b.size >= N * sizeof(*array));
}

/* Scalars and nil, stores while nothing marks, and those that are undone. */
static void
test_what_needs_no_barrier(void **state)
{
	struct gc_bypass b;

	(void)state;
	heap_without_stress(GC_STRESS_MARK, "it stores while nothing marks");
	open_scene(NULL);
	gc_collect(f.heap.gc, f.heap.mut);
	holder->other = other;
	heap_start_with_black_stack(&f.heap);
	holder->value = (uintptr_t)old;
	holder->next = (struct node *)&f;
	holder->other = old;
	holder->other = other;
	assert_int_equal(close_scene(&b), 0);
}

static void
fill_randomly(struct client_fixture *fixture, void *arg)
{
	struct strategy_ctx *ctx = &fixture->ctx;
	struct node **nodes = (struct node **)fixture->stack, *to, value;

	(void)arg;
	to = nodes[1 + base_random_below(&fixture->random, 3)];
	value = *nodes[1 + base_random_below(&fixture->random, 3)];
	switch (base_random_below(&fixture->random, 4)) {
	case 0: typed_memclr(ctx, &node_type, to); break;
	case 1:
		nodes[1 + base_random_below(&fixture->random, 3)] =
			client_node(fixture, 1);
		break;
	default:
		value.next = nodes[1 + base_random_below(&fixture->random, 3)];
		typed_memmove(ctx, &node_type, to, &value);
	}
}

static void
test_sound_barriers_are_not_blamed(void **state)
{
	const struct strategy *barrier;
	uint64_t seed = test_seed();

	(void)state;
	for (size_t i = 0; (barrier = client_contender(i)); i++) {
		struct gc_bypass b;

		open_scene(barrier);
		f.random = (struct base_random){seed};
		client_run_cycles(&f, 20, fill_randomly, NULL);
		assert_int_equal(close_scene(&b), 0);
	}
}

/* Records all that bulk1 does but the last slot. */
static void
clear_but_last(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	       size_t off, size_t size)
{
	const struct strategy *bulk1 = strategy_find("bulk1");

	bulk1->barrier.clear(ctx, type, ptr, off, size - WORD_SIZE);
	ctx->memclr((char *)ptr + size - WORD_SIZE, WORD_SIZE);
}

static void
test_unsound_barriers(void **state)
{
	struct strategy short_one = *strategy_find("bulk1");
	const struct strategy *barriers[] = {client_nobarrier(), &short_one};
	struct gc_bypass b;

	(void)state;
	short_one.flags = STRATEGY_UNSOUND;
	short_one.barrier.clear = clear_but_last;
	for (size_t i = 0; i < ARRAY_LEN(barriers); i++) {
		open_scene(barriers[i]);
		heap_start_with_black_stack(&f.heap);
		typed_memclr(&f.ctx, &node_type, holder);
		assert_found(close_scene(&b), &b, f.stack[1], 16, old, NULL,
			     true);
	}
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deletion),
		cmocka_unit_test(test_insertion),
		cmocka_unit_test(test_new_object),
		cmocka_unit_test(test_global),
		cmocka_unit_test(test_global_added_while_marking),
		cmocka_unit_test(test_large_object),
		cmocka_unit_test(test_what_needs_no_barrier),
		cmocka_unit_test(test_sound_barriers_are_not_blamed),
		cmocka_unit_test(test_unsound_barriers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return heap_each_form(run);
}
