/* test_call_hooks.c - when a call turns to its barrier and to the collector */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <unistd.h>

#include "call_fixture.h"
#include "heap_stress.h"

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

/* The default with another barrier. */
static struct call_set
set_with(const struct strategy *barrier)
{
	struct call_set set = call_fixture_set("default");

	set.barrier = barrier;
	return set;
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
	struct call_set set = set_with(&barrier);
	struct call_target *plain, *with_result;
	void *nil = NULL;
	const void *args[] = {&nil, &nil};

	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "it counts cycles");
	call_fixture_open(&fixture, 1);
	plain = call_fixture_target(&fixture, "*byte", "func(*byte)",
				    CALL_ABI_STACK);
	with_result = call_fixture_target(&fixture, "*byte", "func(int) *byte",
					  CALL_ABI_STACK);
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

static unsigned moved, cleared;

static void
count_move(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	   const void *src, size_t off, size_t size)
{
	moved++;
	strategy_find("bulk1")->barrier.move(ctx, type, dst, src, off, size);
}

static void
count_clear(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	    size_t off, size_t size)
{
	cleared++;
	strategy_find("bulk1")->barrier.clear(ctx, type, ptr, off, size);
}

static size_t moves, clears, largest_move, smallest_move;

static void
see_memmove(void *dst, const void *src, size_t n)
{
	moves++;
	largest_move = MAX(largest_move, n);
	smallest_move = MIN(smallest_move, n);
	memmove(dst, src, n);
}

static void
see_memclr(void *ptr, size_t n)
{
	clears++;
	memset(ptr, 0, n);
}

/* A result of three words, after two words of string, an int8 and one word. */
static void
return_slice(void *area)
{
	memset((char *)area + 32, 0, 3 * WORD_SIZE);
}

static void
call_mixed(void)
{
	static const char byte = 3;
	static const uintptr_t words[2] = {0};
	const void *args[] = {words, &byte, words};
	struct call_target *t = call_fixture_target(
		&fixture, "-", "func(string, int8, *byte) []byte",
		CALL_ABI_STACK);

	moved = cleared = 0;
	moves = clears = largest_move = 0;
	smallest_move = SIZE_MAX;
	call(fixture.engine, t, return_slice, args);
}

/* What call.h says goes through what: with nothing to tell the collector the
 * set's memmove has what is larger than a word, its memclr the clear, and the
 * barrier is not asked; while marking, everything with pointers is the
 * barrier's. */
static void
test_each_value_goes_its_way(void **state)
{
	const struct strategy barrier = {
		.kind = STRATEGY_BARRIER,
		.barrier = {.clear = count_clear, .move = count_move}};
	const struct strategy clr = {.kind = STRATEGY_MEMCLR,
				     .memclr = see_memclr};
	const struct strategy move = {.kind = STRATEGY_MEMMOVE,
				      .memmove = see_memmove};
	struct call_set set = set_with(&barrier);

	(void)state;
	call_fixture_open(&fixture, 1);
	set.rules[STRATEGY_MEMCLR][0] = (struct call_rule){SIZE_MAX, &clr};
	set.rules[STRATEGY_MEMMOVE][0] = (struct call_rule){SIZE_MAX, &move};
	call_engine_bind(fixture.engine, &set);
	call_mixed();
	assert_int_equal(moved + cleared, 0);
	assert_int_equal(moves, 2);
	assert_int_equal(smallest_move, 16);
	assert_int_equal(largest_move, 24);
	assert_int_equal(clears, 1);

	gc_hold_termination(fixture.heap.gc, true);
	gc_cycle_start(fixture.heap.gc, fixture.heap.mut);
	call_mixed();
	assert_int_equal(moved, 3);
	assert_int_equal(cleared, 1);
	assert_int_equal(moves, 3);
	assert_int_equal(clears, 1);
	gc_hold_termination(fixture.heap.gc, false);
	heap_finish(&fixture.heap);
	call_fixture_close(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars_keep_nothing_alive),
		cmocka_unit_test(test_call_polls),
		cmocka_unit_test(test_hooks_see_each_step),
		cmocka_unit_test(test_each_value_goes_its_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
