/* test_bench_evidence.c - page faults, lost turns and moves are seen */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_evidence.h"

#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_util.h"

#define PAGES 64

static void
page_faults_are_counted(void **state)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct bench_evidence start;
	struct bench_sample sample = {0};
	char *p = mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_true(p != MAP_FAILED);
	assert_int_equal(madvise(p, PAGES * page, MADV_NOHUGEPAGE), 0);
	bench_evidence_read(&start);
	for (size_t i = 0; i < PAGES; i++)
		*(volatile char *)(p + i * page) = 1;
	bench_evidence_since(&start, &sample);
	assert_in_range(sample.counters[COUNTER_faults], PAGES, 100 * PAGES);
	munmap(p, PAGES * page);
}

static void
nothing_else_is_set(void **state)
{
	struct bench_evidence start;
	struct bench_sample sample;

	(void)state;
	memset(&sample, 0xff, sizeof(sample));
	bench_evidence_read(&start);
	bench_evidence_since(&start, &sample);
	for (int i = 0; i < BENCH_COUNTER_COUNT; i++)
		if (i == COUNTER_faults || i == COUNTER_switches ||
		    i == COUNTER_migrations)
			assert_true(sample.counters[i] < 1000);
		else if (i >= COUNTER_cycles && i <= COUNTER_l1d_misses)
			/* What the CPU counts; two system calls at most. */
			assert_true(sample.counters[i] < 1000000);
		else
			assert_true(sample.counters[i] == UINT64_MAX);
}

/* Runs on one CPU only, the n-th that it may: false when there is none. */
static bool
move_to(const cpu_set_t *allowed, int n)
{
	cpu_set_t one;

	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, allowed) && n-- == 0) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			return sched_setaffinity(0, sizeof(one), &one) == 0;
		}
	return false;
}

static void
moves_are_seen(void **state)
{
	struct bench_evidence start;
	struct bench_sample sample = {0};
	cpu_set_t allowed;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	if (!move_to(&allowed, 0) || CPU_COUNT(&allowed) < 2)
		skip();
	bench_evidence_read(&start);
	bench_evidence_since(&start, &sample);
	assert_int_equal(sample.counters[COUNTER_migrations], 0);
	assert_true(move_to(&allowed, 1));
	bench_evidence_since(&start, &sample);
	assert_int_equal(sample.counters[COUNTER_migrations], 1);
	sched_setaffinity(0, sizeof(allowed), &allowed);
}

/* Two processes on one CPU: whoever computes long enough loses his turn. Once
 * the other is gone there is a sample that did not. */
static void
lost_turns_are_counted(void **state)
{
	struct bench_evidence start;
	struct bench_sample sample = {0};
	cpu_set_t allowed;
	pid_t rival;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	assert_true(move_to(&allowed, 0));
	rival = fork();
	assert_true(rival >= 0);
	if (rival == 0)
		for (;;)
			;
	bench_evidence_read(&start);
	while (sample.counters[COUNTER_switches] == 0)
		bench_evidence_since(&start, &sample);
	kill(rival, SIGKILL);
	waitpid(rival, NULL, 0);
	while (sample.counters[COUNTER_switches] != 0) {
		bench_evidence_read(&start);
		bench_evidence_since(&start, &sample);
	}
	sched_setaffinity(0, sizeof(allowed), &allowed);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(page_faults_are_counted),
		cmocka_unit_test(nothing_else_is_set),
		cmocka_unit_test(moves_are_seen),
		cmocka_unit_test(lost_turns_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
