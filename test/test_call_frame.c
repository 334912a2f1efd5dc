/* test_call_frame.c - the steps of a call one by one: what a fill and a clear
 * write, what they leave alone, and what they tell the collector
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "call_fixture.h"
#include "gc_barrier.h"

/* All that may be measured under a marker, and what loses objects there. */
static const char *const sound[] = {
	"perslot",
	"bulk",
	"bulk1",
	"go1.12",
	"go1.23",
	"bulk;memclr=memclr_word;memmove=memmove_word;buffer=2",
	"bulk1;memclr=memclr_word;buffer=2",
};

static struct call_fixture fixture;

/* A frame whose arguments are noise and new nodes, all different from zero. */
static void
fill(struct call_target *t, struct strategy_frame *frame)
{
	const struct call_layout *l = t->layout;
	uintptr_t *source = malloc(l->frame.size + WORD_SIZE);
	const void **args = calloc(l->n_args + 1, sizeof(*args));

	CHECK(source && args);
	memset(source, 0xa5, l->frame.size);
	for (size_t i = 0; i < l->arg_nwords; i++)
		if (heap_type_bit(&l->frame, i))
			source[i] = (uintptr_t)heap_new_node(&fixture.heap);
	for (size_t i = 0; i < l->n_args; i++)
		args[i] = (char *)source + l->values[i].off;
	call_frame_fill(fixture.engine, t, frame, args);
	free(source);
	free(args);
}

/* A frame with every byte of its block known: what lies behind it too. */
static unsigned char *
copy_of(const struct strategy_frame *frame, size_t *size)
{
	unsigned char *copy;

	assert_ptr_equal(gc_object_of(fixture.heap.gc, frame->ptr, size),
			 frame->ptr);
	copy = malloc(*size);
	CHECK(copy);
	return memcpy(copy, frame->ptr, *size);
}

static size_t
cleared_size(const struct call_layout *l)
{
	return l->n_results ? l->retoffset : l->frame.size;
}

/* Of three frames side by side the middle one is cleared. */
static void
check_clear_stays_in_range(struct call_target *t)
{
	struct strategy_frame frames[3];
	unsigned char *copies[3];
	size_t size, cleared = cleared_size(t->layout);

	for (size_t k = 0; k < 3; k++) {
		call_frame_get(fixture.engine, t, &frames[k]);
		fill(t, &frames[k]);
		gc_object_of(fixture.heap.gc, frames[k].ptr, &size);
		/* Results, and what the size class leaves over. */
		memset((char *)frames[k].ptr + t->layout->retoffset, 0xe7,
		       size - t->layout->retoffset);
		copies[k] = copy_of(&frames[k], &size);
	}
	call_frame_clear(fixture.engine, t, &frames[1]);
	memset(copies[1], 0, cleared);
	for (size_t k = 0; k < 3; k++) {
		assert_memory_equal(frames[k].ptr, copies[k], size);
		free(copies[k]);
	}
}

static void
test_clear_stays_in_range(void **state)
{
	(void)state;
	call_fixture_open(&fixture, test_seed());
	call_fixture_random_targets(&fixture, 100);
	/* Large frames: past a page, past small objects, past 64 KiB. */
	call_fixture_target(&fixture, "-", "func([1000]*byte) [8]int",
			    CALL_ABI_STACK);
	call_fixture_target(&fixture, "*byte", "func([5000]*byte)",
			    CALL_ABI_STACK);
	call_fixture_target(&fixture, "-", "func([8191]int) *byte",
			    CALL_ABI_STACK);
	for (size_t i = 0; i < ARRAY_LEN(sound); i++) {
		call_fixture_bind(&fixture, sound[i]);
		for (size_t k = 0; k < fixture.n_targets; k++)
			if (fixture.targets[k]->layout->frame.size)
				check_clear_stays_in_range(fixture.targets[k]);
		gc_collect(fixture.heap.gc, fixture.heap.mut);
	}
	call_fixture_close(&fixture);
}

/* Runs scenes that lose objects when a barrier forgets one. */
static uint64_t
lost_after(void (*scene)(struct call_target *t), const char *set,
	   const char *signature)
{
	struct gc_stats stats;

	call_fixture_open(&fixture, 1);
	call_fixture_bind(&fixture, set);
	scene(call_fixture_target(&fixture, "-", signature, CALL_ABI_STACK));
	gc_get_stats(fixture.heap.gc, &stats);
	call_fixture_close(&fixture);
	return stats.lost;
}

static void
check_scene(void (*scene)(struct call_target *t), uint64_t without)
{
	static const char *const signatures[] = {
		"func(*byte)",
		"func(*byte) *byte",
		"func(int, *byte, [100]int) error",
		"func([63]int, *byte, string)",
		"func([64]int, *byte, int)",
		"func([5000]int, *byte, [9]int) int",
	};

	for (size_t k = 0; k < ARRAY_LEN(signatures); k++) {
		for (size_t i = 0; i < ARRAY_LEN(sound); i++)
			assert_int_equal(
				lost_after(scene, sound[i], signatures[k]), 0);
		assert_int_equal(lost_after(scene, "nobarrier", signatures[k]),
				 without);
	}
}

/* The first pointer of a frame. */
static void **
first_pointer(const struct strategy_frame *frame)
{
	size_t i = 0;

	while (!heap_type_bit(frame->type, i))
		i++;
	return (void **)frame->ptr + i;
}

/* Straddle: filled before marking, reached by the marker last, and cleared
 * after its pointer went to a stack that is black. */
static void
clear_what_only_the_frame_held(struct call_target *t)
{
	struct gc_heap_fixture *h = &fixture.heap;
	struct strategy_frame frame;
	void *stack[2] = {NULL, NULL};
	struct gc_root root = {stack, 2, NULL, NULL};
	struct node *last;

	gc_push_root(h->mut, &root);
	last = heap_hide_behind_list(h, &stack[0]);
	call_frame_get(fixture.engine, t, &frame);
	fill(t, &frame);
	last->next = frame.ptr;
	heap_start_with_black_stack(h);
	stack[1] = *first_pointer(&frame);
	assert_false(gc_is_marked(h->gc, stack[1]));
	call_frame_clear(fixture.engine, t, &frame);
	heap_finish(h);
	gc_pop_root(h->mut, &root);
}

static void
test_clear_records_what_it_deletes(void **state)
{
	(void)state;
	check_scene(clear_what_only_the_frame_held, 1);
}

/* A frame that is born black is filled from a stack that is still grey. */
static void
fill_with_what_only_the_stack_held(struct call_target *t)
{
	struct gc_heap_fixture *h = &fixture.heap;
	const struct call_layout *l = t->layout;
	struct strategy_frame frame;
	void *stack[2] = {heap_new_node(h), NULL};
	struct gc_root root = {stack, 2, NULL, NULL};
	uintptr_t *source = calloc(l->arg_nwords, WORD_SIZE);
	const void *args[4];

	CHECK(source);
	gc_push_root(h->mut, &root);
	gc_hold_marker(h->gc, true);
	gc_cycle_start(h->gc, h->mut);
	call_frame_get(fixture.engine, t, &frame);
	assert_true(gc_is_marked(h->gc, frame.ptr));
	for (size_t i = 0; i < l->n_args; i++)
		args[i] = (char *)source + l->values[i].off;
	source[first_pointer(&frame) - (void **)frame.ptr] =
		(uintptr_t)stack[0];
	call_frame_fill(fixture.engine, t, &frame, args);
	stack[0] = NULL;
	stack[1] = frame.ptr;
	heap_finish(h);
	assert_true(heap_is_whole(*first_pointer(&frame)));
	gc_pop_root(h->mut, &root);
	free(source);
}

static void
test_fill_records_what_it_stores(void **state)
{
	(void)state;
	check_scene(fill_with_what_only_the_stack_held, 1);
}

static struct node *result;

static void
return_result(void *area)
{
	*(struct node **)area = result;
}

/* Results go to the frame with the barrier too. */
static void
test_results_are_recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sound); i++) {
		struct call_target *t;
		struct node *last;
		void *stack;
		struct gc_root root = {&stack, 1, NULL, NULL};

		call_fixture_open(&fixture, 1);
		call_fixture_bind(&fixture, sound[i]);
		t = call_fixture_target(&fixture, "-", "func() *byte",
					CALL_ABI_STACK);
		gc_push_root(fixture.heap.mut, &root);
		last = heap_hide_behind_list(&fixture.heap, &stack);
		result = last->next = heap_new_node(&fixture.heap);
		heap_start_with_black_stack(&fixture.heap);
		assert_false(gc_is_marked(fixture.heap.gc, result));
		call(fixture.engine, t, return_result, NULL);
		gc_buffer_flush(fixture.heap.mut);
		assert_true(gc_is_marked(fixture.heap.gc, result));
		heap_finish(&fixture.heap);
		gc_pop_root(fixture.heap.mut, &root);
		call_fixture_close(&fixture);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clear_stays_in_range),
		cmocka_unit_test(test_clear_records_what_it_deletes),
		cmocka_unit_test(test_fill_records_what_it_stores),
		cmocka_unit_test(test_results_are_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
