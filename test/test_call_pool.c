/* test_call_pool.c - frames that come back, the cycles that drop them, and a
 * heap that is full
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <unistd.h>

#include "call_fixture.h"
#include "heap_stress.h"

static struct call_fixture f;
static struct call_target *plain, *with_results;

static int
setup(void **state)
{
	(void)state;
	call_fixture_open(&f, 1);
	plain = call_fixture_target(&f, "*byte", "func(*byte, int)",
				    CALL_ABI_STACK);
	with_results = call_fixture_target(&f, "*byte", "func() (*byte, int)",
					   CALL_ABI_STACK);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	call_fixture_close(&f);
	return 0;
}

static void
call_plain(call_fn *fn)
{
	void *node = heap_new_node(&f.heap);
	int64_t number = -1;
	const void *args[] = {&node, &node, &number};
	struct gc_root root = {&node, 1, NULL, NULL};

	gc_push_root(f.heap.mut, &root);
	assert_null(call(f.engine, plain, fn, args));
	gc_pop_root(f.heap.mut, &root);
}

static void
do_nothing(void *area)
{
	(void)area;
}

static void
return_nothing(void *area)
{
	memset((char *)area + with_results->layout->retoffset, 0,
	       2 * WORD_SIZE);
}

static bool
is_zero(const void *frame)
{
	static const char zero[64];

	assert_int_equal(plain->layout->frame.size, 24);
	return memcmp(frame, zero, 24) == 0;
}

static void
test_a_frame_comes_back_zero(void **state)
{
	void *frame;

	(void)state;
	call_plain(do_nothing);
	assert_int_equal(plain->n_pooled, 1);
	frame = plain->slots[0];
	assert_true(is_zero(frame));
	for (size_t i = 0; i < 10; i++) {
		call_plain(do_nothing);
		assert_int_equal(plain->n_pooled, 1);
		assert_ptr_equal(plain->slots[0], frame);
		assert_true(is_zero(frame));
	}
}

/* Two frames at once: the callee's own call does not get its frame. */
static void
call_again(void *area)
{
	void *before = *(void **)area;

	assert_int_equal(plain->n_pooled, 0);
	call_plain(do_nothing);
	assert_int_equal(plain->n_pooled, 1);
	assert_ptr_equal(*(void **)area, before);
}

static void
test_a_frame_in_use_is_not_in_the_pool(void **state)
{
	(void)state;
	call_plain(do_nothing);
	call_plain(call_again);
	assert_int_equal(plain->n_pooled, 2);
	assert_ptr_not_equal(plain->slots[0], plain->slots[1]);
}

static void
test_results_are_never_pooled(void **state)
{
	struct strategy_frame frame;
	void *node = heap_new_node(&f.heap);
	const void *args[] = {&node};
	void *first, *second;

	(void)state;
	call_frame_get(f.engine, with_results, &frame);
	call_frame_put(f.engine, with_results, &frame);
	assert_int_equal(with_results->n_pooled, 0);
	first = call(f.engine, with_results, return_nothing, args);
	second = call(f.engine, with_results, return_nothing, args);
	assert_ptr_not_equal(first, second);
	assert_int_equal(with_results->n_pooled, 0);
}

static void
test_without_pool_every_frame_is_fresh(void **state)
{
	struct strategy_frame first, second;

	(void)state;
	call_fixture_bind(&f, "default;pool=none");
	call_plain(do_nothing);
	assert_int_equal(plain->n_pooled, 0);
	call_frame_get(f.engine, plain, &first);
	call_frame_put(f.engine, plain, &first);
	assert_null(plain->slots[0]);
	call_frame_get(f.engine, plain, &second);
	assert_ptr_not_equal(first.ptr, second.ptr);
}

/* Whether a set pools a signature's frames, and then returns none. */
static bool
pools(const char *set, const char *signature, enum call_abi abi)
{
	struct call_target *t = call_fixture_target(&f, "-", signature, abi);
	void *const values[8] = {NULL};
	const void *args[] = {values};
	void *frame;

	call_fixture_bind(&f, set);
	frame = call(f.engine, t, do_nothing, args);
	assert_int_equal(frame != NULL, t->layout->n_results && !t->n_pooled);
	return t->n_pooled;
}

static void
test_frames_are_pooled_when_nothing_aliases_them(void **state)
{
	/* An array of two is in the frame in either ABI. */
	const char *one = "func([2]*byte) error", *two = "func([2]*byte)",
		   *three = "func([2]*byte) [2]int",
		   *four = "func([2]*byte) struct{}";

	(void)state;
	assert_false(pools("bulk1;pool=go", one, CALL_ABI_REGISTER));
	assert_true(pools("bulk1;pool=unaliased", one, CALL_ABI_REGISTER));
	assert_false(pools("bulk1;pool=unaliased", one, CALL_ABI_STACK));
	assert_true(pools("bulk1;pool=unaliased", two, CALL_ABI_REGISTER));
	assert_true(pools("bulk1;pool=unaliased", two, CALL_ABI_STACK));
	assert_false(pools("bulk1;pool=unaliased", three, CALL_ABI_REGISTER));
	assert_false(pools("bulk1;pool=go", four, CALL_ABI_STACK));
	assert_true(pools("bulk1;pool=unaliased", four, CALL_ABI_STACK));
	assert_false(pools("bulk1;pool=none", four, CALL_ABI_STACK));
}

static unsigned levels;

static void
recurse(void *area)
{
	(void)area;
	if (--levels)
		call_plain(recurse);
}

/* More calls nest than a pool has room for; the rest is the collector's. */
static void
test_a_full_pool_takes_no_more(void **state)
{
	(void)state;
	levels = CALL_POOL_SLOTS + 5;
	call_plain(recurse);
	assert_int_equal(plain->n_pooled, CALL_POOL_SLOTS);
	for (size_t i = 0; i < CALL_POOL_SLOTS; i++) {
		assert_true(is_zero(plain->slots[i]));
		for (size_t k = 0; k < i; k++)
			assert_ptr_not_equal(plain->slots[k], plain->slots[i]);
	}
	for (size_t i = CALL_POOL_SLOTS; i < ARRAY_LEN(plain->slots); i++)
		assert_null(plain->slots[i]);
}

static void
test_cycles_retire_a_pool(void **state)
{
	void *frame;

	(void)state;
	levels = 3;
	call_plain(recurse);
	frame = plain->slots[2];
	gc_collect(f.heap.gc, f.heap.mut);
	assert_int_equal(plain->n_pooled, 0);
	assert_int_equal(plain->n_victims, 3);
	/* A victim is used again, and is young then. */
	call_plain(do_nothing);
	assert_int_equal(plain->n_victims, 2);
	assert_int_equal(plain->n_pooled, 1);
	assert_ptr_equal(plain->slots[0], frame);
	/* The young go first. */
	call_plain(do_nothing);
	assert_int_equal(plain->n_victims, 2);
	assert_ptr_equal(plain->slots[0], frame);
	gc_collect(f.heap.gc, f.heap.mut);
	assert_int_equal(plain->n_pooled, 0);
	assert_int_equal(plain->n_victims, 1);
	gc_collect(f.heap.gc, f.heap.mut);
	assert_int_equal(plain->n_victims, 0);
	for (size_t i = 0; i < ARRAY_LEN(plain->slots); i++)
		assert_null(plain->slots[i]);
	/* What the sweep freed, it poisoned. */
	assert_false(is_zero(frame));
}

static void
test_binding_drops_the_pool(void **state)
{
	(void)state;
	levels = 3;
	call_plain(recurse);
	gc_collect(f.heap.gc, f.heap.mut);
	call_plain(do_nothing);
	call_fixture_bind(&f, "bulk");
	assert_int_equal(plain->n_pooled + plain->n_victims, 0);
	for (size_t i = 0; i < ARRAY_LEN(plain->slots); i++)
		assert_null(plain->slots[i]);
}

static void
assert_buffer(const char *set, ptrdiff_t words)
{
	call_fixture_bind(&f, set);
	assert_int_equal(f.heap.mut->buffer_end - f.heap.mut->buffer, words);
}

static void
test_binding_sets_the_buffer(void **state)
{
	(void)state;
	assert_buffer("bulk1;buffer=64", 64);
	assert_buffer("bulk;buffer=64", 128);
	assert_buffer("bulk", 512);
	assert_buffer("bulk1;buffer=2", 2);
	/* What has no buffer leaves it as it is. */
	assert_buffer("perslot", 2);
}

static void
start_cycle(void *area)
{
	(void)area;
	gc_hold_marker(f.heap.gc, true);
	gc_cycle_start(f.heap.gc, f.heap.mut);
}

static void
assert_none_lost(void)
{
	struct gc_stats stats;

	heap_finish(&f.heap);
	gc_get_stats(f.heap.gc, &stats);
	assert_int_equal(stats.lost, 0);
}

/* The callee starts a cycle, which scans the pool and then, after the call, the
 * stack. The frame goes from the one to the other in between. */
static void
test_a_frame_put_while_marking_is_kept(void **state)
{
	(void)state;
	call_plain(start_cycle);
	assert_int_equal(plain->n_pooled, 1);
	assert_none_lost();
	assert_true(is_zero(plain->slots[0]));
	call_plain(do_nothing);
}

/* Frames that were in the pool when a cycle started, used and put in it. */
static void
test_victims_used_while_marking_are_kept(void **state)
{
	(void)state;
	levels = 4;
	call_plain(recurse);
	start_cycle(NULL);
	levels = 3;
	call_plain(recurse);
	assert_int_equal(plain->n_pooled, 3);
	assert_int_equal(plain->n_victims, 1);
	assert_none_lost();
	for (size_t i = 0; i < 3; i++)
		assert_true(is_zero(plain->slots[i]));
	assert_true(is_zero(plain->slots[CALL_POOL_SLOTS]));
}

static void
fill_heap(void)
{
	for (size_t size = 1 << 20; size >= 8; size /= 2) {
		struct gc_type type = noscan_type(size);

		while (gc_alloc(f.heap.mut, &type, 1))
			;
	}
	while (gc_alloc(f.heap.mut, &node_type, 1))
		;
	while (gc_alloc(f.heap.mut, &plain->layout->frame, 1))
		;
}

/* A call that finds no room collects first. */
static void
call_in_full_heap(void)
{
	void *node = heap_new_node(&f.heap);
	const void *args[] = {&node};
	struct gc_root root = {&node, 1, NULL, NULL};
	struct gc_stats stats;
	void *frame;

	gc_push_root(f.heap.mut, &root);
	fill_heap();
	alarm(60); /* instead of waiting for ever */
	frame = call(f.engine, with_results, return_nothing, args);
	alarm(0);
	assert_non_null(frame);
	assert_true(heap_is_whole(node));
	gc_get_stats(f.heap.gc, &stats);
	assert_true(stats.heap_bytes < HEAP_LIMIT / 2);
	gc_pop_root(f.heap.mut, &root);
}

static void
test_a_full_heap_is_collected(void **state)
{
	(void)state;
	call_in_full_heap();
}

/* All that was allocated while marking is black, and goes in the cycle after.
 */
static void
test_a_full_heap_is_collected_while_marking(void **state)
{
	(void)state;
	start_cycle(NULL);
	call_in_full_heap();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_frame_comes_back_zero),
		TEST(test_a_frame_in_use_is_not_in_the_pool),
		TEST(test_results_are_never_pooled),
		TEST(test_without_pool_every_frame_is_fresh),
		TEST(test_frames_are_pooled_when_nothing_aliases_them),
		TEST(test_a_full_pool_takes_no_more),
		TEST(test_cycles_retire_a_pool),
		TEST(test_binding_drops_the_pool),
		TEST(test_binding_sets_the_buffer),
		TEST(test_a_frame_put_while_marking_is_kept),
		TEST(test_victims_used_while_marking_are_kept),
		TEST(test_a_full_heap_is_collected),
		TEST(test_a_full_heap_is_collected_while_marking),
	};

	heap_never_stress(
		GC_STRESS_MARK | GC_STRESS_SAFEPOINT | GC_STRESS_BUFFER,
		"it counts cycles, and asks for the size of a buffer");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
