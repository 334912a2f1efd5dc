/* test_origin_faults.c - what Go's change of 2018 put right, put back
 *
 * The change "reflect: use correct write barrier operations for method funcs"
 * (Go 1.12) made the clears of heap frames typed, left the stores of results to
 * the caller's stack raw, and gave a receiver without pointers the 0 bit that
 * it lacked in the frame's mask. Each of the three is broken here as it was, or
 * as it would be done wrong, through what the engine takes from outside: its
 * barrier, its memmove, its layout. The very same scene without the fault must
 * find nothing.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "call_fixture.h"
#include "call_method.h"
#include "gc_barrier.h"
#include "heap_stress.h"

static struct call_fixture fixture;

/* How a heap frame was cleared. */
static void
clear_raw(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
	  size_t size)
{
	ctx->memclr((char *)frame->ptr + off, size);
}

static void
bind_with_raw_frame_clear(void)
{
	static struct strategy broken;
	struct call_set set = call_fixture_set("default");

	broken = *set.barrier;
	broken.flags |= STRATEGY_UNSOUND;
	broken.barrier.frame_clear = clear_raw;
	set.barrier = &broken;
	call_engine_bind(fixture.engine, &set);
	fixture.unsound = true;
}

/* A frame straddles the start of marking. The stack, black, takes its argument;
 * then the call ends. */
static struct gc_stats
end_call_while_marking(const char *signature, bool fault)
{
	struct gc_heap_fixture *h = &fixture.heap;
	struct call_target *t;
	struct strategy_frame frame;
	void *stack[2] = {NULL, NULL};
	struct gc_root root = {stack, 2, NULL, NULL};
	struct node *last, *argument;
	const void *args[] = {&argument};
	struct gc_stats stats;

	call_fixture_open(&fixture, 1);
	if (fault)
		bind_with_raw_frame_clear();
	t = call_fixture_target(&fixture, "-", signature, CALL_ABI_STACK);
	gc_push_root(h->mut, &root);
	last = heap_hide_behind_list(h, &stack[0]);
	argument = heap_new_node(h);
	call_frame_get(fixture.engine, t, &frame);
	call_frame_fill(fixture.engine, t, &frame, args);
	last->next = frame.ptr;
	heap_start_with_black_stack(h);
	stack[1] = *(void **)frame.ptr;
	call_frame_clear(fixture.engine, t, &frame);
	heap_finish(h);
	gc_get_stats(h->gc, &stats);
	gc_pop_root(h->mut, &root);
	call_fixture_close(&fixture);
	return stats;
}

/* typedmemclr without results, typedmemclrpartial with. */
static void
test_raw_clear_of_a_heap_frame(void **state)
{
	static const char *const signatures[] = {"func(*byte)",
						 "func(*byte) *byte"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signatures); i++) {
		struct gc_stats s = end_call_while_marking(signatures[i], true);

		assert_int_equal(s.lost, 1);
		assert_int_equal(s.bypassed, 1);
		s = end_call_while_marking(signatures[i], false);
		assert_int_equal(s.lost, 0);
		assert_int_equal(s.bypassed, 0);
	}
}

/* Copies as a typed move would that took a stack for a heap: what stood there
 * is shaded. */
static void
move_typed(void *dst, const void *src, size_t n)
{
	for (size_t i = 0; i < n / WORD_SIZE; i++)
		gc_shade(fixture.heap.mut, ((uintptr_t *)dst)[i]);
	memmove(dst, src, n);
}

static void
return_nil(void *area)
{
	((void **)area)[1] = NULL;
}

/* The caller's stack has room for a result, in which stands what a dead call
 * has left: the address of a node, or of one that was freed. */
static uint64_t
return_over(void *stale, bool fault)
{
	struct gc_heap_fixture *h = &fixture.heap;
	struct call_caller caller;
	uintptr_t area[1] = {(uintptr_t)stale};
	struct gc_stats stats;

	call_caller_enter(&caller, h->mut, fixture.layouts[1], area, NULL);
	heap_start_with_black_stack(h);
	if (fault)
		fixture.engine->ctx.memmove = move_typed;
	call_method(fixture.engine, fixture.targets[0],
		    (struct call_callee){.fn = return_nil}, 0, &caller);
	assert_int_equal(area[0], 0);
	gc_buffer_flush(h->mut);
	heap_finish(h);
	call_caller_leave(&caller, h->mut);
	gc_get_stats(h->gc, &stats);
	return stats.stray;
}

static void
check_results(bool fault)
{
	struct gc_heap_fixture *h = &fixture.heap;
	void *stack[2] = {NULL, NULL};
	struct gc_root root = {stack, 2, NULL, NULL};
	struct node *dead, *freed;

	heap_without_stress(GC_STRESS_MARK, "one cycle is to free an object");
	call_fixture_open(&fixture, 1);
	fixture.unsound = fault;
	call_fixture_method(&fixture, "*byte", "func() *byte", CALL_ABI_STACK);
	gc_push_root(h->mut, &root);
	heap_hide_behind_list(h, &stack[0]);
	/* A neighbour, so that the span stays. */
	stack[1] = heap_new_node(h);
	freed = heap_new_node(h);
	gc_collect(h->gc, h->mut);
	assert_false(heap_is_whole(freed));
	assert_int_equal(return_over(freed, fault), fault);
	dead = heap_new_node(h);
	return_over(dead, fault);
	assert_int_equal(heap_is_whole(dead), fault);
	gc_pop_root(h->mut, &root);
	call_fixture_close(&fixture);
}

/* Garbage lives on, and memory that holds no object is marked. */
static void
test_barrier_on_a_stack_result(void **state)
{
	(void)state;
	check_results(true);
	check_results(false);
}

/* The masks of a layout without the bit of its receiver: those of all behind it
 * stand one word before their place. */
static void
lose_receiver_bit(const struct call_layout *l)
{
	uint8_t *frame = (uint8_t *)l->frame.ptrmask;
	uint8_t *area = (uint8_t *)l->area_mask;

	assert_int_equal(frame[0], 2);
	assert_int_equal(area[0], 5);
	frame[0] = 1;
	area[0] = 3;
}

static struct node *argument;
static void *held; /* the caller's own pointer to it */

static void
collect_in_callee(void *area)
{
	argument = ((void **)area)[1];
	held = NULL;
	gc_collect(fixture.heap.gc, fixture.heap.mut);
}

/* Whether what a call alone holds outlives a collection in its callee. */
static bool
argument_survives(bool fault)
{
	struct call_target *t;
	uintptr_t receiver = 0x1234;
	struct gc_root root = {&held, 1, NULL, NULL};
	const void *args[] = {&receiver, &held};
	bool whole;

	call_fixture_open(&fixture, 1);
	t = call_fixture_target(&fixture, "*notinheap", "func(*byte)",
				CALL_ABI_STACK);
	if (fault)
		lose_receiver_bit(t->layout);
	held = heap_new_node(&fixture.heap);
	gc_push_root(fixture.heap.mut, &root);
	call(fixture.engine, t, collect_in_callee, args);
	gc_pop_root(fixture.heap.mut, &root);
	whole = heap_is_whole(argument);
	call_fixture_close(&fixture);
	return whole;
}

static void
test_missing_bit_of_a_receiver(void **state)
{
	(void)state;
	assert_false(argument_survives(true));
	assert_true(argument_survives(false));
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_raw_clear_of_a_heap_frame),
		cmocka_unit_test(test_barrier_on_a_stack_result),
		cmocka_unit_test(test_missing_bit_of_a_receiver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return heap_each_form(run);
}
