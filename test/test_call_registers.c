/* test_call_registers.c - calls in the register ABI of which every byte is
 * known, at every moment of a cycle
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "call_registers.h"
#include "call_trial.h"
#include "collector_steps.h"

#define ROWS      250 /* of each table */
#define ROUNDS    3000
#define MAX_DEPTH 4
/* As many results as a signature of the tables has, and more. */
#define MAX_RESULTS 64

static struct call_fixture fixture;
static struct call_trial *current;
static unsigned depth;

static void
check_arguments(const struct call_trial *t, const void *area,
		const struct call_regs *regs)
{
	for (size_t i = 0; i < t->layout->n_args; i++)
		call_trial_check_in(t, i, t->layout, area, regs);
}

static void call_once(struct call_target *target);

static struct call_target *
random_target(void)
{
	struct call_target *t;

	do
		t = fixture.targets[collector_below(fixture.n_targets)];
	while (t->layout->abi != CALL_ABI_REGISTER);
	return t;
}

/* Arguments are the callee's variables, which it may write without barrier. */
static void
replace_argument(struct call_trial *t, void *area, struct call_regs *regs)
{
	size_t i = collector_below(t->layout->n_args + 1);

	if (i == t->layout->n_args)
		return;
	call_trial_draw(t, i);
	call_trial_put_in(t, i, t->layout, area, regs);
}

static void
callee(void *area, void *context)
{
	struct call_regs *regs = context;
	struct call_trial *t = current;
	const struct call_layout *l = t->layout;

	assert_int_equal(area != NULL, l->frame.size > 0);
	check_arguments(t, area, regs);
	call_trial_forget(t);
	for (uint64_t steps = collector_below(4); steps; steps--) {
		if (depth < MAX_DEPTH && collector_below(3) == 0)
			call_once(random_target());
		if (collector_below(3) == 0)
			replace_argument(t, area, regs);
		call_trial_keep_argument(t);
		collector_step();
	}
	check_arguments(t, area, regs);
	for (size_t i = l->n_args; i < l->n_args + l->n_results; i++) {
		call_trial_draw(t, i);
		call_trial_put_in(t, i, l, area, regs);
	}
}

static void
check_results(const struct call_trial *t, const struct call_box *results)
{
	const struct call_layout *l = t->layout;

	for (size_t i = 0; i < l->n_results; i++) {
		assert_ptr_equal(results[i].value, &l->values[l->n_args + i]);
		if (results[i].value->size)
			call_trial_check(t, l->n_args + i,
					 call_box_bytes(&results[i]));
		else
			assert_null(results[i].ptr);
	}
}

static void
assert_zero(const uintptr_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(words[i], 0);
}

/* The arguments in the frame are cleared, which is in the pool or, with a
 * result in it, that result's. */
static void
check_frame(const struct call_target *t, const struct call_box *results)
{
	const struct call_layout *l = t->layout;

	if (l->frame.size && t->pools)
		assert_true(t->n_pooled > 0);
	for (size_t k = 0; k < t->n_pooled; k++)
		assert_zero(t->slots[k], l->frame.size / WORD_SIZE);
	for (size_t i = 0; i < l->n_results; i++) {
		const struct call_value *v = results[i].value;

		if (v->in_frame && !call_box_is_pointer(v))
			assert_zero(
				(uintptr_t *)((char *)results[i].ptr - v->off),
				l->arg_nwords);
	}
}

static void
call_once(struct call_target *target)
{
	struct gc_mutator *mut = fixture.heap.mut;
	struct call_trial t, *outer = current;
	struct call_box results[MAX_RESULTS];
	struct gc_root root = call_box_root(results, target->layout->n_results);

	assert_true(target->layout->n_results <= MAX_RESULTS);
	call_trial_open(&t, target->layout, target->layout);
	call_trial_enter(&t, mut);
	collector_step();
	current = &t;
	depth++;
	call_registers(fixture.engine, target, callee,
		       (const void *const *)t.want, results);
	depth--;
	current = outer;
	gc_push_root(mut, &root);
	check_results(&t, results);
	check_frame(target, results);
	collector_step();
	check_results(&t, results);
	gc_pop_root(mut, &root);
	call_trial_leave(&t, mut);
	call_trial_close(&t);
}

static void
call_random(void)
{
	call_once(random_target());
}

static void
test_random_calls(void **state)
{
	(void)state;
	call_fixture_open(&fixture, test_seed());
	call_fixture_random_targets(&fixture, ROWS);
	/* The largest area, and the largest value behind one that is small. */
	call_fixture_target(&fixture, "-", "func([8100]*byte, *byte) [90]*byte",
			    CALL_ABI_REGISTER);
	collector_play(&fixture, ROUNDS, call_random);
	call_fixture_close(&fixture);
}

/* Leaves garbage everywhere, and no room in the heap but for a few objects of
 * the size of a string. */
static void
fill_heap(void)
{
	static const uint8_t mask[16] = {1};
	static const struct gc_type string = {16, 8, mask};
	static const size_t sizes[] = {65536, 4096, 512, 256, 128, 96,
				       80,    64,   48,  32,  24,  8};

	gc_alloc(fixture.heap.mut, &string, 1);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		const struct gc_type types[] = {{sizes[i], 0, mask},
						{sizes[i], 8, mask}};

		for (size_t k = 0; k < ARRAY_LEN(types); k++)
			while (gc_alloc(fixture.heap.mut, &types[k], 1))
				;
	}
}

static void
fill_heap_and_return(void *area, void *regs)
{
	const struct call_layout *l = current->layout;

	for (size_t i = 0; i < l->n_results; i++) {
		call_trial_draw(current, l->n_args + i);
		call_trial_put_in(current, l->n_args + i, l, area, regs);
	}
	fill_heap();
}

/* The copies of results make room, and keep what they are of. */
static void
test_full_heap(void **state)
{
	struct call_target *target;
	struct call_box results[5];
	struct call_trial t;

	(void)state;
	call_fixture_open(&fixture, test_seed());
	target = call_fixture_target(
		&fixture, "-",
		"func() (string, []*byte, [2]*byte, [1]string, *byte)",
		CALL_ABI_REGISTER);
	collector_open(&fixture);
	call_trial_open(&t, target->layout, target->layout);
	current = &t;
	for (size_t i = 0; i < 10; i++) {
		call_registers(fixture.engine, target, fill_heap_and_return,
			       NULL, results);
		check_results(&t, results);
	}
	current = NULL;
	call_trial_close(&t);
	assert_int_equal(collector_close(), 0);
	call_fixture_close(&fixture);
}

static void
return_pointer(void *area, void *context)
{
	struct call_regs *regs = context;

	assert_null(area);
	assert_int_equal(regs->words[1], 0xfe);
	regs->words[1] = 0;
}

/* Most calls have no frame: nothing is allocated, cleared or pooled. */
static void
test_no_frame(void **state)
{
	const void *args[] = {&(void *){NULL}, &(uint8_t){0xfe}};
	struct call_target *t;
	struct gc_stats before, after;
	struct call_box result;

	(void)state;
	call_fixture_open(&fixture, 1);
	t = call_fixture_target(&fixture, "-", "func(*byte, byte) *byte",
				CALL_ABI_REGISTER);
	gc_get_stats(fixture.heap.gc, &before);
	for (size_t i = 0; i < 100000; i++) {
		call_registers(fixture.engine, t, return_pointer, args,
			       &result);
		assert_null(result.ptr);
	}
	gc_get_stats(fixture.heap.gc, &after);
	assert_int_equal(after.heap_bytes, before.heap_bytes);
	assert_int_equal(t->n_pooled, 0);
	call_fixture_close(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_calls),
		cmocka_unit_test(test_full_heap),
		cmocka_unit_test(test_no_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
