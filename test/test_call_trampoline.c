/* test_call_trampoline.c - the area on the machine stack, and the ways to enter
 * a callee
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "call_fixture.h"

static struct call_fixture f;
static struct call_target *target;
static struct strategy_frame frame;
static unsigned levels;
static const struct gc_root *roots_outside;

static int
setup(void **state)
{
	(void)state;
	call_fixture_open(&f, 1);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	call_fixture_close(&f);
	return 0;
}

static uintptr_t
argument(size_t i)
{
	return i * 0x0101010101010101 + 1;
}

static uintptr_t
result(size_t i)
{
	return ~argument(i);
}

static size_t
result_words(const struct call_target *t)
{
	return t->layout->frame.size / WORD_SIZE - t->layout->arg_nwords;
}

/* Of n words, as many last ones results. */
static struct call_target *
open_target(size_t args, size_t results)
{
	char signature[64];

	snprintf(signature, sizeof(signature),
		 "func([%zu]uintptr) [%zu]uintptr", args, results);
	target = call_fixture_target(&f, "-", signature, CALL_ABI_STACK);
	assert_int_equal(target->layout->arg_nwords, args);
	assert_int_equal(result_words(target), results);
	return target;
}

/* What is a root while a callee runs: the frame, then the arguments. */
static void
check_roots(void *area)
{
	const struct gc_root *root = f.heap.mut->roots;

	assert_ptr_equal(root->prev, roots_outside);
	assert_ptr_equal(root->base + 1, area);
	assert_ptr_equal(root->base[0], frame.ptr);
	assert_int_equal(root->nwords, 1 + target->layout->arg_nwords);
	assert_int_equal(*root->ptrmask & 1, 1);
}

/* Fills the whole area: nothing of the caller's may lie in it. */
static void
callee(void *area)
{
	uintptr_t *words = area;
	size_t n = target->layout->arg_nwords;

	assert_int_equal((uintptr_t)area % 16, 0);
	check_roots(area);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(words[i], argument(i));
		words[i] = 0xee;
	}
	for (size_t i = 0; i < result_words(target); i++)
		words[n + i] = result(i);
}

static void
get_and_fill(void)
{
	size_t n = target->layout->arg_nwords;
	uintptr_t *value = calloc(n + 1, WORD_SIZE);
	const void *args[] = {value};

	CHECK(value);
	for (size_t i = 0; i < n; i++)
		value[i] = argument(i);
	call_frame_get(f.engine, target, &frame);
	call_frame_fill(f.engine, target, &frame, args);
	free(value);
}

static void
check_area(size_t n_args, size_t n_results)
{
	const struct call_callee plain = {.fn = callee};
	const uintptr_t *words;

	open_target(n_args, n_results);
	get_and_fill();
	roots_outside = f.heap.mut->roots;
	call_frame_run(f.engine, target, &frame, plain);
	assert_ptr_equal(f.heap.mut->roots, roots_outside);
	words = frame.ptr;
	for (size_t i = 0; i < n_args; i++)
		assert_int_equal(words[i], argument(i));
	for (size_t i = 0; i < n_results; i++)
		assert_int_equal(words[n_args + i], result(i));
}

static void
test_areas_of_all_sizes(void **state)
{
	const size_t max = CALL_MAX_AREA / WORD_SIZE;

	(void)state;
	for (size_t args = 0; args < 40; args++)
		for (size_t results = 0; results < 4; results++)
			check_area(args, results);
	/* Around each class's end. */
	for (size_t words = 64; words <= max; words *= 2)
		for (size_t n = words - 1; n <= MIN(words + 1, max); n++)
			check_area(n - 3, 3);
	check_area(max, 0);
	check_area(0, max);
}

/* A frame that no area is large enough for ends the program at once. */
static void
test_larger_frames_abort(void **state)
{
	int status;
	pid_t child;

	(void)state;
	/* While there are no threads whose locks the child would inherit. */
	child = fork();
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		call_fixture_open(&f, 1);
		open_target(CALL_MAX_AREA / WORD_SIZE, 1);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

struct closure {
	uintptr_t sum;
};

static void
add_arguments(void *area, void *context)
{
	struct closure *c = context;

	for (size_t i = 0; i < target->layout->arg_nwords; i++)
		c->sum += ((uintptr_t *)area)[i];
	memset((uintptr_t *)area + target->layout->arg_nwords, 0,
	       result_words(target) * WORD_SIZE);
}

static void
test_a_callee_may_have_a_context(void **state)
{
	struct closure c = {0};
	const struct call_callee callee_of_c = {.entry = add_arguments,
						.context = &c};
	const uintptr_t value[3] = {10, 200, 3000};
	const void *args[] = {value};

	(void)state;
	open_target(3, 2);
	call_with(f.engine, target, callee_of_c, args);
	assert_int_equal(c.sum, 3210);
}

/* Calls of one target within one another have an area each. */
static void
recurse(void *area)
{
	uintptr_t *words = area, before = words[0];
	const uintptr_t value[2] = {before + 1, 2};
	const void *args[] = {value};

	assert_int_equal((uintptr_t)area % 16, 0);
	if (--levels) {
		uintptr_t *inner = call(f.engine, target, recurse, args);

		assert_int_equal(inner[2], before + 1);
	}
	assert_int_equal(words[0], before);
	assert_int_equal(words[1], 2);
	words[2] = before;
}

static void
test_areas_nest(void **state)
{
	const uintptr_t value[2] = {7, 2};
	const void *args[] = {value};
	uintptr_t *got;

	(void)state;
	open_target(2, 1);
	levels = 50;
	got = call(f.engine, target, recurse, args);
	assert_int_equal(levels, 0);
	assert_int_equal(got[0], 0);
	assert_int_equal(got[1], 0);
	assert_int_equal(got[2], 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_areas_of_all_sizes),
		cmocka_unit_test(test_larger_frames_abort),
		TEST(test_a_callee_may_have_a_context),
		TEST(test_areas_nest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
