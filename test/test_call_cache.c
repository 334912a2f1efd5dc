/* test_call_cache.c - the identity of types, and the one layout of each pair */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <pthread.h>
#include <string.h>

#include "call_fixture.h"
#include "heap_stress.h"

static struct call_key
key_of(const char *receiver, const char *signature, enum call_abi abi)
{
	struct call_layout_error error;
	struct call_key key;

	if (!call_key_parse(&key, receiver, signature, abi, &error))
		fail_msg("%s %s: %s", receiver ? receiver : "-", signature,
			 error.text);
	return key;
}

static bool
same(const char *receiver_a, const char *a, const char *receiver_b,
     const char *b)
{
	return call_key_equal(key_of(receiver_a, a, CALL_ABI_STACK),
			      key_of(receiver_b, b, CALL_ABI_STACK));
}

static void
test_types_are_one_when_their_texts_are(void **state)
{
	(void)state;
	assert_true(same("-", "func(int, *byte)", NULL, "func(int,*byte)"));
	assert_true(same("*byte", "func(struct{a int; b string}) error",
			 " * byte ",
			 "func ( struct{ a  int ;b string} )error"));
	assert_true(same("-", "func([ 2 ]int)", "-", "func([2]int)"));
	assert_false(same("-", "func(int)", "-", "func(int8)"));
	assert_false(same("-", "func(*byte)", "*byte", "func()"));
	assert_false(same("*byte", "func()", "*int", "func()"));
	/* The space between two words stays: the text is parsed again. */
	assert_true(same("-", "func(chan  int)", "-", "func( chan int)"));
	assert_int_equal(call_cache_layout(
				 key_of("-", "func(chan  int)", CALL_ABI_STACK))
				 ->frame.size,
			 8);
}

static void
test_texts_that_are_no_types_have_no_key(void **state)
{
	struct call_layout_error error;
	struct call_key key;

	(void)state;
	assert_false(
		call_key_parse(&key, "-", "func(int", CALL_ABI_STACK, &error));
	assert_int_equal(error.column, 9);
	assert_false(call_key_parse(&key, "error", "func()", CALL_ABI_STACK,
				    &error));
	assert_true(error.in_receiver);
	assert_false(call_key_parse(&key, "-", "func([1073741825]byte)",
				    CALL_ABI_STACK, &error));
}

static void
test_a_pair_has_one_layout_in_each_abi(void **state)
{
	const char *text = "func(int, *byte) error";
	struct call_key stack = key_of("*byte", text, CALL_ABI_STACK);
	struct call_key regs = key_of("*byte", text, CALL_ABI_REGISTER);
	const struct call_layout *l = call_cache_layout(stack);

	(void)state;
	assert_int_equal(l->frame.size, 40);
	assert_true(l->has_receiver);
	assert_ptr_equal(call_cache_layout(stack), l);
	assert_int_equal(call_cache_layout(regs)->frame.size, 0);
	assert_ptr_not_equal(stack.func, regs.func);
	/* The same function without its receiver is another layout. */
	stack.rcvr = NULL;
	assert_int_equal(call_cache_layout(stack)->frame.size, 32);
	assert_false(call_cache_layout(stack)->has_receiver);
}

#define THREADS    4
#define SIGNATURES 300

/* Threads look up the same keys at the same time, none of them seen before. */
static struct {
	struct call_key keys[THREADS][SIGNATURES];
	const struct call_layout *layouts[THREADS][SIGNATURES];
	pthread_barrier_t start;
	unsigned round;
} shared;

/* Frames of i + 1 words. */
static void
look_up(size_t thread, size_t i)
{
	char text[64];

	snprintf(text, sizeof(text), "func([%zu]*byte, struct{r%u int})", i,
		 shared.round);
	shared.keys[thread][i] = key_of("-", text, (enum call_abi)(i % 2));
	pthread_barrier_wait(&shared.start);
	shared.layouts[thread][i] = call_cache_layout(shared.keys[thread][i]);
}

static void *
look_all_up(void *arg)
{
	for (size_t i = 0; i < SIGNATURES; i++)
		look_up((size_t)(uintptr_t)arg, i);
	return NULL;
}

static void
check_same_for_all(size_t i)
{
	const struct call_layout *l = shared.layouts[0][i];

	assert_int_equal(l->frame.ptrbytes, i % 2 && i < 2 ? 0 : i * WORD_SIZE);
	for (size_t k = 1; k < THREADS; k++) {
		assert_true(
			call_key_equal(shared.keys[k][i], shared.keys[0][i]));
		assert_ptr_equal(shared.layouts[k][i], l);
	}
	assert_ptr_equal(call_cache_layout(shared.keys[0][i]), l);
}

static void
test_concurrent_first_use(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	pthread_barrier_init(&shared.start, NULL, THREADS);
	for (shared.round = 0; shared.round < 3; shared.round++) {
		for (uintptr_t k = 0; k < THREADS; k++)
			pthread_create(&threads[k], NULL, look_all_up,
				       (void *)k);
		for (size_t k = 0; k < THREADS; k++)
			pthread_join(threads[k], NULL);
		for (size_t i = 0; i < SIGNATURES; i++)
			check_same_for_all(i);
	}
	pthread_barrier_destroy(&shared.start);
}

/* Enough to outgrow an engine's first table; a target each, for good. */
static void
check_targets(struct call_fixture *f)
{
	struct call_target *targets[SIGNATURES];

	for (size_t i = 0; i < SIGNATURES; i++) {
		struct call_key key = shared.keys[0][i];

		targets[i] = call_lookup(f->engine, key);
		assert_ptr_equal(targets[i]->layout, shared.layouts[0][i]);
		for (size_t k = 0; k < i; k++)
			assert_ptr_not_equal(targets[k], targets[i]);
	}
	for (size_t i = 0; i < SIGNATURES; i++)
		assert_ptr_equal(call_lookup(f->engine, shared.keys[0][i]),
				 targets[i]);
}

static void
test_an_engine_has_a_target_for_each_key(void **state)
{
	struct call_fixture f;

	(void)state;
	call_fixture_open(&f, 1);
	check_targets(&f);
	call_fixture_close(&f);
}

static void
keep_nothing(void *area)
{
	(void)area;
}

/* A first use while marking: the new pool's frame is kept. */
static void
test_first_use_in_a_cycle(void **state)
{
	struct call_fixture f;
	struct call_target *t;
	void *nil = NULL;
	const void *args[] = {&nil};
	struct gc_stats stats;

	(void)state;
	heap_without_stress(GC_STRESS_MARK, "a second cycle empties the pool");
	call_fixture_open(&f, 1);
	gc_hold_marker(f.heap.gc, true);
	gc_cycle_start(f.heap.gc, f.heap.mut);
	t = call_lookup(f.engine, key_of("-", "func(*byte)", CALL_ABI_STACK));
	call(f.engine, t, keep_nothing, args);
	assert_int_equal(t->n_pooled, 1);
	heap_finish(&f.heap);
	gc_get_stats(f.heap.gc, &stats);
	assert_int_equal(stats.lost, 0);
	assert_int_equal(*(uintptr_t *)t->slots[0], 0);
	call_fixture_close(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_types_are_one_when_their_texts_are),
		cmocka_unit_test(test_texts_that_are_no_types_have_no_key),
		cmocka_unit_test(test_a_pair_has_one_layout_in_each_abi),
		cmocka_unit_test(test_concurrent_first_use),
		cmocka_unit_test(test_an_engine_has_a_target_for_each_key),
		cmocka_unit_test(test_first_use_in_a_cycle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
