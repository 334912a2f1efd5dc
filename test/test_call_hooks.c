/* test_call_hooks.c - when a call turns to its barrier and to the collector */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <unistd.h>

#include "call_fixture.h"

static struct call_fixture fixture;

static void
do_nothing(void *area)
{
	(void)area;
}

static struct node *dead;

static void
collect_dead(void *area)
{
	assert_ptr_equal(((void **)area)[1], dead);
	gc_collect(fixture.heap.gc, fixture.heap.mut);
	/* What the sweep freed, it poisoned. */
	assert_false(heap_is_whole(dead));
}

/* Not on the machine stack either. */
static void
test_scalars_keep_nothing_alive(void **state)
{
	struct call_target *t;
	void *nil = NULL;
	const void *args[] = {&nil, &dead};

	(void)state;
	call_fixture_open(&fixture, 1);
	t = call_fixture_target(&fixture, "-", "func(*byte, uintptr)",
				CALL_ABI_STACK);
	dead = heap_new_node(&fixture.heap);
	call(fixture.engine, t, collect_dead, args);
	call_fixture_close(&fixture);
}

static struct node *grey;

static void
assert_stack_is_black(void *area)
{
	(void)area;
	assert_true(gc_is_marked(fixture.heap.gc, grey));
}

/* A program of nothing but calls lets the collector come on. */
static void
test_call_polls(void **state)
{
	struct gc_heap_fixture *h = &fixture.heap;
	struct call_target *t;
	void *stack[2];
	struct gc_root root = {stack, 2, NULL, NULL};

	(void)state;
	call_fixture_open(&fixture, 1);
	t = call_fixture_target(&fixture, "-", "func()", CALL_ABI_STACK);
	gc_push_root(h->mut, &root);
	heap_hide_behind_list(h, &stack[0]);
	stack[1] = grey = heap_new_node(h);
	gc_hold_marker(h->gc, true);
	gc_cycle_start(h->gc, h->mut);
	while (!atomic_load(&h->mut->poll))
		usleep(100);
	assert_false(gc_is_marked(h->gc, grey));
	call(fixture.engine, t, assert_stack_is_black, NULL);
	heap_finish(h);
	gc_pop_root(h->mut, &root);
	call_fixture_close(&fixture);
}

/* How often each hook was called. */
static struct {
	unsigned begin, fill, clear, put, cycle_start;
} seen;

static bool
is_zero(const struct strategy_frame *frame)
{
	const char *bytes = frame->ptr;

	for (size_t i = 0; i < frame->type->size; i++)
		if (bytes[i])
			return false;
	return true;
}

static void
see_begin(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	(void)ctx;
	assert_true(is_zero(frame));
	assert_int_equal(frame->word, 0);
	frame->word = 7;
	seen.begin++;
}

static void
see_fill(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
	 const void *src, size_t size)
{
	assert_int_equal(frame->word, 7);
	ctx->memmove((char *)frame->ptr + off, src, size);
	seen.fill++;
}

static void
see_clear(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
	  size_t size)
{
	assert_int_equal(frame->word, 7);
	ctx->memclr((char *)frame->ptr + off, size);
	seen.clear++;
}

static void
see_put(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	(void)ctx;
	assert_int_equal(frame->word, 7);
	assert_true(is_zero(frame));
	seen.put++;
}

static void
see_cycle_start(struct strategy_ctx *ctx)
{
	assert_ptr_equal(ctx, &fixture.engine->ctx);
	seen.cycle_start++;
}

static void
assert_seen(unsigned begin, unsigned fill, unsigned clear, unsigned put)
{
	assert_int_equal(seen.begin, begin);
	assert_int_equal(seen.fill, fill);
	assert_int_equal(seen.clear, clear);
	assert_int_equal(seen.put, put);
}

static void
return_nil(void *area)
{
	((void **)area)[2] = NULL;
}

/* Each hook at its step, with the frame's own word. */
static void
test_hooks_see_each_step(void **state)
{
	struct strategy barrier = {
		.kind = STRATEGY_BARRIER,
		.barrier = {.clear = strategy_find("bulk1")->barrier.clear,
			    .move = strategy_find("bulk1")->barrier.move,
			    .frame_begin = see_begin,
			    .frame_fill = see_fill,
			    .frame_clear = see_clear,
			    .frame_put = see_put,
			    .cycle_start = see_cycle_start}};
	struct call_set set = call_fixture_set("default");
	struct call_target *plain, *with_result;
	void *nil = NULL;
	const void *args[] = {&nil, &nil};

	(void)state;
	call_fixture_open(&fixture, 1);
	plain = call_fixture_target(&fixture, "*byte", "func(*byte)",
				    CALL_ABI_STACK);
	with_result = call_fixture_target(&fixture, "*byte", "func(int) *byte",
					  CALL_ABI_STACK);
	set.barrier = &barrier;
	call_engine_bind(fixture.engine, &set);
	call(fixture.engine, plain, do_nothing, args);
	assert_seen(1, 2, 1, 1);
	call(fixture.engine, plain, do_nothing, args);
	assert_seen(2, 4, 2, 2);
	call(fixture.engine, with_result, return_nil, args);
	assert_seen(3, 6, 3, 2);
	gc_collect(fixture.heap.gc, fixture.heap.mut);
	assert_int_equal(seen.cycle_start, 1);
	call_fixture_close(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars_keep_nothing_alive),
		cmocka_unit_test(test_call_polls),
		cmocka_unit_test(test_hooks_see_each_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
