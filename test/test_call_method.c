/* test_call_method.c - calls of method values, in both ABIs, of which every
 * byte is known, at every moment of a cycle
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "call_method.h"
#include "call_trial.h"
#include "collector_steps.h"

#define ROWS      120 /* of each table */
#define ROUNDS    3000
#define MAX_DEPTH 4

static struct call_fixture fixture;
static struct call_trial *current;
static unsigned depth;
/* The collector rests, and a callee does nothing but look and return. */
static bool plain;

static void
check_arguments(const struct call_trial *t, const void *area,
		const struct call_regs *regs)
{
	for (size_t i = 0; i < t->layout->n_args; i++)
		call_trial_check_in(t, i, t->layout, area, regs);
}

static void
step(void)
{
	if (!plain)
		collector_step();
}

static void call_once(size_t method);

/* Random methods are two targets each. */
static size_t
random_method(void)
{
	return 2 * collector_below(fixture.n_targets / 2);
}

/* regs is NULL in the stack ABI. */
static void
method(void *area, void *regs)
{
	struct call_trial *t = current;
	const struct call_layout *l = t->layout;

	check_arguments(t, area, regs);
	call_trial_forget(t);
	for (uint64_t steps = plain ? 0 : collector_below(4); steps; steps--) {
		if (depth < MAX_DEPTH && collector_below(3) == 0)
			call_once(random_method());
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
stack_method(void *area)
{
	method(area, NULL);
}

static void
call_in_its_abi(struct call_target *target, struct call_trial *t)
{
	uintptr_t receiver = t->want[0][0];

	if (target->layout->abi == CALL_ABI_STACK)
		call_method(fixture.engine, target,
			    (struct call_callee){.fn = stack_method}, receiver,
			    &t->caller);
	else
		call_method_registers(fixture.engine, target, method, receiver,
				      &t->caller);
}

/* What a scratch frame was is all zero in the pool. */
static void
check_pool(const struct call_target *t)
{
	for (size_t k = 0; k < t->n_pooled; k++)
		for (size_t i = 0; i < t->layout->frame.size / WORD_SIZE; i++)
			assert_int_equal(((uintptr_t *)t->slots[k])[i], 0);
}

static void
call_once(size_t m)
{
	struct gc_mutator *mut = fixture.heap.mut;
	struct call_target *target = fixture.targets[m];
	struct call_trial t, *outer = current;
	struct gc_root receiver;

	call_trial_open(&t, target->layout, fixture.layouts[m + 1]);
	call_trial_enter(&t, mut);
	receiver =
		(struct gc_root){(void **)t.want[0], 1,
				 target->layout->values[0].type.ptrmask, NULL};
	gc_push_root(mut, &receiver);
	step();
	current = &t;
	depth++;
	call_in_its_abi(target, &t);
	depth--;
	current = outer;
	gc_pop_root(mut, &receiver);
	call_trial_check_caller(&t);
	step();
	call_trial_check_caller(&t);
	check_pool(target);
	call_trial_leave(&t, mut);
	call_trial_close(&t);
}

static void
call_random(void)
{
	call_once(random_method());
}

static void
test_random_calls(void **state)
{
	(void)state;
	call_fixture_open(&fixture, test_seed());
	call_fixture_random_methods(&fixture, ROWS);
	call_fixture_method(&fixture, "-", "func([8100]*byte) [90]*byte",
			    CALL_ABI_STACK);
	/* A receiver drives the fourth slice from the registers, and its place
	 * goes to what had none. */
	call_fixture_method(&fixture, "-",
			    "func([]int, []int, string, string, *byte) string",
			    CALL_ABI_REGISTER);
	collector_play(&fixture, ROUNDS, call_random);
	call_fixture_close(&fixture);
}

/* What the barrier under test is told of a scratch frame. */
static struct {
	unsigned fill, clear, put;
	size_t fill_off[4], fill_size[4];
} seen;

static void
see_fill(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
	 const void *src, size_t size)
{
	assert_non_null(
		gc_object_of(fixture.heap.gc, frame->ptr, &(size_t){0}));
	seen.fill_off[seen.fill] = off;
	seen.fill_size[seen.fill++] = size;
	ctx->memmove((char *)frame->ptr + off, src, size);
}

/* The caller has its results, and the collector knows, before they go here. */
static void
see_clear(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
	  size_t size)
{
	struct call_caller *c = &current->caller;

	assert_int_equal(off, 0);
	assert_int_equal(size, frame->type->size);
	call_trial_check_caller(current);
	assert_int_equal(c->area_root.nwords,
			 c->layout->frame.size / WORD_SIZE);
	assert_ptr_equal(c->regs_root.ptrmask, c->layout->out_ptrmask);
	ctx->memclr(frame->ptr, size);
	seen.clear++;
}

static void
see_put(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	(void)ctx;
	(void)frame;
	seen.put++;
}

static void
see_no_move(struct strategy_ctx *ctx, const struct gc_type *type, void *dst,
	    const void *src, size_t off, size_t size)
{
	(void)ctx;
	(void)type;
	(void)dst;
	(void)src;
	fail_msg("a typed move of %zu bytes at %zu", size, off);
}

static void
call_seen(const char *set_text, const char *signature, enum call_abi abi)
{
	struct call_set set = call_fixture_set(set_text);
	struct strategy barrier = *set.barrier;

	barrier.barrier.move = see_no_move;
	barrier.barrier.frame_fill = see_fill;
	barrier.barrier.frame_clear = see_clear;
	barrier.barrier.frame_put = see_put;
	set.barrier = &barrier;
	memset(&seen, 0, sizeof(seen));
	call_fixture_open(&fixture, 1);
	call_fixture_method(&fixture, "*byte", signature, abi);
	collector_open(&fixture);
	call_engine_bind(fixture.engine, &set);
	plain = true;
	call_once(0);
	plain = false;
	assert_int_equal(seen.clear, 1);
	assert_int_equal(collector_close(), 0);
	call_fixture_close(&fixture);
}

static void
assert_fill(unsigned i, size_t off, size_t size)
{
	assert_true(i < seen.fill);
	assert_int_equal(seen.fill_off[i], off);
	assert_int_equal(seen.fill_size[i], size);
}

static void
test_barriers(void **state)
{
	(void)state;
	/* Receiver, all arguments in one move, results back to scratch. */
	call_seen("default", "func(int, *byte, string, bool) (*byte, error)",
		  CALL_ABI_STACK);
	assert_int_equal(seen.fill, 3);
	/* There are results, and still the frame is pooled. */
	assert_int_equal(seen.put, 1);
	assert_fill(0, 0, 8);
	assert_fill(1, 8, 33);
	assert_fill(2, 48, 24);
	/* Only what has no register, one by one. */
	call_seen("default;pool=none",
		  "func(int, [2]*byte, string, [3]any) (*byte, [2]error)",
		  CALL_ABI_REGISTER);
	assert_int_equal(seen.fill, 3);
	assert_int_equal(seen.put, 0);
	assert_fill(0, 0, 16);
	assert_fill(1, 16, 48);
	assert_fill(2, 64, 32);
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
