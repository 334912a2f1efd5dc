/* test_call_makefunc.c - calls of closures: what they see, keep and return
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "call_makefunc.h"
#include "call_trial.h"
#include "collector_steps.h"
#include "heap_stress.h"

#define ROWS      200 /* of each table */
#define ROUNDS    3000
#define MAX_DEPTH 4

static struct call_fixture fixture;
static unsigned depth;

static void
check_arguments(const struct call_trial *t, const struct call_box *in)
{
	for (size_t i = 0; i < t->layout->n_args; i++) {
		assert_ptr_equal(in[i].value, &t->layout->values[i]);
		if (in[i].value->size)
			call_trial_check(t, i, call_box_bytes(&in[i]));
		else
			assert_null(in[i].ptr);
	}
}

static void call_once(const struct call_layout *layout);

static const struct call_layout *
random_layout(void)
{
	const struct call_layout *l;

	do
		l = fixture.layouts[collector_below(fixture.n_targets)];
	while (l->has_receiver);
	return l;
}

/* Draws a result; sometimes it is an argument's own pointer. */
static void
draw_result(struct call_trial *t, const struct call_box *in, size_t i)
{
	size_t k = collector_below(t->layout->n_args + 1);

	call_trial_draw(t, i);
	if (k < t->layout->n_args &&
	    call_box_is_pointer(&t->layout->values[k]) &&
	    call_box_is_pointer(&t->layout->values[i]))
		t->want[i][0] = (uintptr_t)in[k].ptr;
}

static void
box_result(struct call_trial *t, size_t i, struct call_box *out, bool in_heap)
{
	const struct call_value *v = out->value;
	struct gc_root root = {(void **)t->want[i],
			       v->type.ptrbytes / WORD_SIZE, v->type.ptrmask,
			       NULL};

	gc_push_root(fixture.heap.mut, &root);
	if (in_heap)
		out->ptr = call_box_copy(fixture.engine, v, t->want[i]);
	else if (call_box_is_pointer(v))
		out->ptr = (void *)t->want[i][0];
	else if (v->size)
		out->ptr = t->want[i];
	gc_pop_root(fixture.heap.mut, &root);
}

static void
closure(void *context, const struct call_box *in, struct call_box *out)
{
	struct call_trial *t = context;
	bool in_heap = collector_below(2);

	check_arguments(t, in);
	call_trial_forget(t);
	for (uint64_t steps = collector_below(4); steps; steps--) {
		if (depth < MAX_DEPTH && collector_below(3) == 0)
			call_once(random_layout());
		call_trial_keep_argument(t);
		collector_step();
	}
	check_arguments(t, in);
	for (size_t i = 0; i < t->layout->n_results; i++) {
		assert_ptr_equal(out[i].value,
				 &t->layout->values[t->layout->n_args + i]);
		draw_result(t, in, t->layout->n_args + i);
		box_result(t, t->layout->n_args + i, &out[i], in_heap);
	}
}

static void
call_once(const struct call_layout *layout)
{
	struct gc_mutator *mut = fixture.heap.mut;
	struct call_trial t;

	call_trial_open(&t, layout, layout);
	call_trial_enter(&t, mut);
	collector_step();
	depth++;
	call_makefunc(fixture.engine, &t.caller, closure, &t);
	depth--;
	call_trial_check_caller(&t);
	collector_step();
	call_trial_check_caller(&t);
	call_trial_leave(&t, mut);
	call_trial_close(&t);
}

static void
call_random(void)
{
	call_once(random_layout());
}

static void
test_random_calls(void **state)
{
	(void)state;
	call_fixture_open(&fixture, test_seed());
	call_fixture_random_targets(&fixture, ROWS);
	collector_play(&fixture, ROUNDS, call_random);
	call_fixture_close(&fixture);
}

/* What the barrier under test is told. */
static unsigned moves;

static void
see_move(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	 const void *src, size_t off, size_t size)
{
	(void)off;
	assert_true(type->ptrbytes);
	/* The stack is not initialised where results go. */
	assert_non_null(gc_object_of(fixture.heap.gc, dst, &size));
	ctx->memmove(dst, src, type->size);
	moves++;
}

static struct node *kept;

static void
return_kept(void *context, const struct call_box *in, struct call_box *out)
{
	const uintptr_t *words = in[0].ptr;

	(void)context;
	assert_int_equal(words[0], (uintptr_t)kept);
	assert_int_equal(words[1], 7);
	assert_ptr_equal(in[1].ptr, kept);
	assert_int_equal(*(int16_t *)in[2].ptr, -2);
	out[0].ptr = in[0].ptr;
	out[1].ptr = kept;
}

static void
check_barriers(enum call_abi abi)
{
	struct call_target *target = call_fixture_target(
		&fixture, "-", "func(string, *byte, int16) (string, *byte)",
		abi);
	struct call_set set = call_fixture_set("default");
	struct strategy barrier = *set.barrier;
	struct call_trial t;

	barrier.barrier.move = see_move;
	set.barrier = &barrier;
	call_engine_bind(fixture.engine, &set);
	call_trial_open(&t, target->layout, target->layout);
	kept = heap_new_node(&fixture.heap);
	call_trial_enter(&t, fixture.heap.mut);
	memcpy(t.want[0], (uintptr_t[]){(uintptr_t)kept, 7}, 16);
	memcpy(t.want[1], &kept, sizeof(kept));
	memcpy(t.want[2], &(int16_t){-2}, 2);
	for (size_t i = 0; i < 3; i++)
		call_trial_put_in(&t, i, target->layout, t.area, &t.regs);
	moves = 0;
	call_makefunc(fixture.engine, &t.caller, return_kept, NULL);
	/* One for the string; the pointer is its own box, the number has no
	 * pointer. */
	assert_int_equal(moves, 1);
	memcpy(t.want[3], t.want[0], 16);
	memcpy(t.want[4], &kept, sizeof(kept));
	for (size_t i = 3; i < 5; i++)
		call_trial_check_in(&t, i, target->layout, t.area, &t.regs);
	call_trial_leave(&t, fixture.heap.mut);
	call_trial_close(&t);
}

/* Boxes are written with the barrier, the caller's frame without. */
static void
test_barriers(void **state)
{
	(void)state;
	heap_without_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			    "what counts its moves is no barrier");
	call_fixture_open(&fixture, 1);
	collector_open(&fixture);
	check_barriers(CALL_ABI_STACK);
	check_barriers(CALL_ABI_REGISTER);
	call_fixture_bind(&fixture, "default");
	assert_int_equal(collector_close(), 0);
	call_fixture_close(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_calls),
		cmocka_unit_test(test_barriers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
