/* test_heap_stress.c - the modes of stress, on heaps that did not ask for them
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gc_heap_fixture.h"
#include "heap_stress.h"

/* A heap as a benchmark has it, stressed by this test alone. */
static struct gc_heap_fixture
open_stressed(unsigned stress)
{
	struct gc_config config = {
		.heap_limit = HEAP_LIMIT, .buffer_words = 512, .markers = 1};
	struct gc_heap_fixture h;

	gc_stress_heaps(stress);
	heap_open_as(&h, config);
	return h;
}

static uint64_t
cycles(const struct gc_heap_fixture *h)
{
	struct gc_stats stats;

	gc_get_stats(h->gc, &stats);
	return stats.cycles;
}

static size_t
buffer_words(const struct gc_heap_fixture *h)
{
	return (size_t)(h->mut->buffer_end - h->mut->buffer);
}

static void
test_no_mode(void **state)
{
	struct gc_heap_fixture h = open_stressed(0);

	(void)state;
	gc_safepoint(h.mut);
	assert_int_equal(cycles(&h), 0);
	assert_int_equal(buffer_words(&h), 512);
	heap_close(&h);
}

static void
test_a_cycle_begins_as_one_ends(void **state)
{
	struct gc_heap_fixture h = open_stressed(GC_STRESS_MARK);

	(void)state;
	while (cycles(&h) < 3)
		gc_safepoint(h.mut);
	heap_close(&h);
}

static void
test_each_safepoint_collects(void **state)
{
	struct gc_heap_fixture h = open_stressed(GC_STRESS_SAFEPOINT);

	(void)state;
	for (uint64_t i = 1; i <= 3; i++) {
		gc_safepoint(h.mut);
		assert_int_equal(cycles(&h), i);
	}
	heap_close(&h);
}

static void
test_buffers_have_two_words(void **state)
{
	struct gc_heap_fixture h = open_stressed(GC_STRESS_BUFFER);

	(void)state;
	assert_int_equal(buffer_words(&h), 2);
	gc_set_buffer_words(h.mut, 64);
	assert_int_equal(buffer_words(&h), 2);
	heap_close(&h);
}

/* Run by a child, under FRAMEBENCH_STRESS=mark,buffer. */
static void
test_modes_asked_for(void **state)
{
	(void)state;
	assert_int_equal(heap_stress(), GC_STRESS_MARK | GC_STRESS_BUFFER);
	heap_without_stress(GC_STRESS_BUFFER, "the next heap only");
	assert_int_equal(heap_stress(), GC_STRESS_MARK);
	heap_stress_again();
	heap_never_stress(GC_STRESS_MARK, "all of them");
	heap_stress_again();
	assert_int_equal(heap_stress(), GC_STRESS_BUFFER);
}

static int
run_under(const char *modes)
{
	int status = -1;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		setenv("FRAMEBENCH_STRESS", modes, 1);
		execl("/proc/self/exe", "self", "asked", (char *)NULL);
		_exit(127);
	}
	assert_true(child > 0 && waitpid(child, &status, 0) == child);
	return status;
}

static void
test_environment(void **state)
{
	(void)state;
	assert_int_equal(run_under("mark,buffer"), 0);
	assert_int_not_equal(run_under("mark,bufer"), 0);
}

static int
restore(void **state)
{
	(void)state;
	gc_stress_heaps(heap_stress());
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_no_mode, restore),
		cmocka_unit_test_teardown(test_a_cycle_begins_as_one_ends,
					  restore),
		cmocka_unit_test_teardown(test_each_safepoint_collects,
					  restore),
		cmocka_unit_test_teardown(test_buffers_have_two_words, restore),
		cmocka_unit_test(test_environment),
	};
	const struct CMUnitTest asked[] = {
		cmocka_unit_test(test_modes_asked_for),
	};

	(void)argv;
	if (argc > 1)
		return cmocka_run_group_tests(asked, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
