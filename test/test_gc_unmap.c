/* test_gc_unmap.c - the use of a freed object is a fault that says so
 *
 * A child process each, on a heap of its own: it uses an object that a cycle
 * has freed, and must die of it with one clear line.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gc_heap_fixture.h"

static void
open_unmapped(struct gc_heap_fixture *h)
{
	struct gc_config config = heap_config();

	config.unmap = true;
	heap_open_as(h, config);
}

/* An object that a black stack holds alone, lost by a raw clear. */
static void
use_lost_object(void)
{
	struct gc_heap_fixture h;
	void *stack[2] = {NULL, NULL};
	struct gc_root root = {stack, 2, NULL, NULL};
	struct node *last;

	open_unmapped(&h);
	gc_push_root(h.mut, &root);
	last = heap_hide_behind_list(&h, &stack[0]);
	last->next = heap_new_node(&h);
	heap_start_with_black_stack(&h);
	stack[1] = last->next;
	last->next = NULL;
	heap_finish(&h);
	fprintf(stderr, "%p\n", stack[1]);
	((struct node *)stack[1])->value = 1;
}

/* The last byte of an object of several pages. */
static void
use_large_object(void)
{
	struct gc_type type = noscan_type(100000);
	struct gc_heap_fixture h;
	volatile char *object;

	open_unmapped(&h);
	object = gc_alloc(h.mut, &type, 1);
	object[99999] = 7;
	gc_collect(h.gc, h.mut);
	fprintf(stderr, "%p\n", (void *)object);
	(void)object[99999];
}

/* What never was an object of this heap is left to others. */
static void
use_nil(void)
{
	/* Volatile twice: compilers know that nothing is there. */
	volatile int *volatile first_page = (volatile int *)64;
	struct gc_heap_fixture h;

	open_unmapped(&h);
	fprintf(stderr, "%p\n", (void *)&h);
	*first_page = 1;
}

static void
run_child(void (*use)(void), int to)
{
	/* Neither cmocka's handler nor a sanitizer's. */
	signal(SIGSEGV, SIG_DFL);
	dup2(to, STDERR_FILENO);
	use();
	_exit(0);
}

/* Returns the address that the child has named, and what it said then. */
static uintptr_t
die(void (*use)(void), char *text, size_t size)
{
	int fd[2], status;
	size_t n = 0;
	ssize_t got;
	char *rest;
	pid_t child;
	uintptr_t object;

	assert_int_equal(pipe(fd), 0);
	fflush(stdout);
	child = fork();
	if (child == 0)
		run_child(use, fd[1]);
	assert_true(child > 0);
	close(fd[1]);
	while ((got = read(fd[0], text + n, size - 1 - n)) > 0)
		n += (size_t)got;
	close(fd[0]);
	text[n] = '\0';
	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSEGV)
		fail_msg("status %x: %s", (unsigned)status, text);
	object = strtoull(text, &rest, 16);
	memmove(text, rest + 1, strlen(rest));
	return object;
}

static void
test_lost_object(void **state)
{
	char text[1000], expected[1000];
	uintptr_t object;

	(void)state;
	object = die(use_lost_object, text, sizeof(text));
	snprintf(expected, sizeof(expected),
		 "framebench: access to %#zx, byte %zu of an object of %zu "
		 "bytes that was freed and unmapped: marking did not reach "
		 "it\n",
		 object + offsetof(struct node, value),
		 offsetof(struct node, value), sizeof(struct node));
	assert_string_equal(text, expected);
}

static void
test_large_object(void **state)
{
	char text[1000], expected[1000];
	uintptr_t object;

	(void)state;
	object = die(use_large_object, text, sizeof(text));
	snprintf(expected, sizeof(expected),
		 "framebench: access to %#zx, byte 99999 of an object of "
		 "100000 bytes that was freed and unmapped: marking did not "
		 "reach it\n",
		 object + 99999);
	assert_string_equal(text, expected);
}

static void
test_other_faults(void **state)
{
	char text[1000];

	(void)state;
	die(use_nil, text, sizeof(text));
	assert_string_equal(text, "");
}

/* Around the heap several times, old neighbours kept. */
static void
test_pages_are_used_again(void **state)
{
	enum { KEPT = 64 };
	struct gc_config config = heap_config();
	struct gc_heap_fixture h;
	void *kept[KEPT] = {NULL};
	struct gc_root root = {kept, KEPT, NULL, NULL};

	(void)state;
	config.unmap = true;
	config.heap_limit = (size_t)4 << 20;
	config.shadow = false;
	heap_open_as(&h, config);
	gc_push_root(h.mut, &root);
	for (size_t i = 0; i < 3000; i++) {
		struct node *node = gc_must_alloc(h.mut, &node_type, 1);

		assert_null(node->next);
		assert_int_equal(node->value, 0);
		node->value = i;
		kept[i % KEPT] = node;
	}
	for (size_t i = 0; i < KEPT; i++)
		assert_int_equal(((struct node *)kept[i])->value % KEPT, i);
	gc_pop_root(h.mut, &root);
	heap_check(&h);
	heap_close(&h);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_object),
		cmocka_unit_test(test_large_object),
		cmocka_unit_test(test_other_faults),
		cmocka_unit_test(test_pages_are_used_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return heap_each_form(run);
}
