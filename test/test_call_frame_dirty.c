/* test_call_frame_dirty.c - frames that come back with something in them, and
 * who may leave it there
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call_fixture.h"

static struct call_fixture fixture;

static void
do_nothing(void *area)
{
	(void)area;
}

static uintptr_t left_behind;

static void
find_what_was_left(struct strategy_ctx *ctx, struct strategy_frame *frame)
{
	(void)ctx;
	left_behind = *(uintptr_t *)frame->ptr;
}

static void
leave(struct strategy_ctx *ctx, struct strategy_frame *frame, size_t off,
      size_t size)
{
	(void)ctx;
	(void)frame;
	(void)off;
	(void)size;
}

/* Calls twice with a barrier that does not clear. */
static void
call_twice_without_clear(uint32_t flags)
{
	const struct strategy barrier = {
		.kind = STRATEGY_BARRIER,
		.flags = flags,
		.barrier = {.clear = strategy_find("bulk1")->barrier.clear,
			    .move = strategy_find("bulk1")->barrier.move,
			    .frame_begin = find_what_was_left,
			    .frame_clear = leave}};
	struct call_set set = call_fixture_set("default");
	struct call_target *t =
		call_fixture_target(&fixture, "-", "func(int)", CALL_ABI_STACK);
	const uintptr_t value = 17;
	const void *args[] = {&value};

	set.barrier = &barrier;
	call_engine_bind(fixture.engine, &set);
	call(fixture.engine, t, do_nothing, args);
	call(fixture.engine, t, do_nothing, args);
}

static void
test_frames_may_be_declared_dirty(void **state)
{
	(void)state;
	call_fixture_open(&fixture, 1);
	call_twice_without_clear(STRATEGY_DIRTY_FRAMES);
	assert_int_equal(left_behind, 17);
	call_fixture_close(&fixture);
}

/* The floor's memclr does nothing, and a debug build does not mind. */
static void
test_a_floor_leaves_frames_dirty(void **state)
{
	const uintptr_t value = 17;
	const void *args[] = {&value};
	struct call_target *t;

	(void)state;
	call_fixture_open(&fixture, 1);
	t = call_fixture_target(&fixture, "-", "func(int)", CALL_ABI_STACK);
	call_fixture_bind(&fixture, "floor");
	call(fixture.engine, t, do_nothing, args);
	assert_int_equal(*(uintptr_t *)t->slots[0], 17);
	call(fixture.engine, t, do_nothing, args);
	call_fixture_close(&fixture);
}

#ifndef NDEBUG
/* A debug build ends with a message where a frame at rest is not all zero. */
static void
test_undeclared_dirty_frames_abort(void **state)
{
	int status;
	pid_t child;

	(void)state;
	/* While there are no threads whose locks the child would inherit. */
	child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		call_fixture_open(&fixture, 1);
		call_twice_without_clear(0);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}
#endif

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames_may_be_declared_dirty),
		cmocka_unit_test(test_a_floor_leaves_frames_dirty),
#ifndef NDEBUG
		cmocka_unit_test(test_undeclared_dirty_frames_abort),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
