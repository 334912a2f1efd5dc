/* test_bench_perf.c - events that are counted, and those that are absent */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <linux/perf_event.h>
#include <string.h>

#include "bench_evidence.h"
#include "bench_perf.h"

/* What any kernel counts that counts at all, and what none does. */
static const struct bench_perf_event events[] = {
	{"faults", PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS},
	{"nothing", PERF_TYPE_SOFTWARE, 1u << 30},
};

static void
touch_pages(void)
{
	size_t size = (size_t)8 << 20;
	volatile char *p = malloc(size);

	assert_non_null((void *)p);
	for (size_t i = 0; i < size; i += 4096)
		p[i] = 1;
	free((void *)p);
}

static void
what_is_there_is_counted(void **state)
{
	uint64_t before[BENCH_PERF_EVENTS], after[BENCH_PERF_EVENTS];
	struct bench_perf p;

	(void)state;
	bench_perf_open(&p, events, 1);
	if (p.fd[0] < 0) /* a kernel or container that forbids it */
		skip();
	bench_perf_read(&p, before);
	touch_pages();
	bench_perf_read(&p, after);
	assert_true(after[0] > before[0]);
	bench_perf_close(&p);
}

static void
what_is_absent_is_said(void **state)
{
	uint64_t amounts[BENCH_PERF_EVENTS];
	struct bench_perf p;
	char *text;

	(void)state;
	bench_perf_open(&p, events + 1, 1);
	assert_int_equal(p.fd[0], -1);
	assert_true(p.error != 0);
	touch_pages();
	bench_perf_read(&p, amounts);
	for (size_t i = 0; i < BENCH_PERF_EVENTS; i++)
		assert_int_equal(amounts[i], 0);
	text = bench_perf_describe(&p);
	assert_non_null(strstr(text, "absent: "));
	assert_non_null(strstr(text, strerror(p.error)));
	free(text);
	bench_perf_close(&p);
}

/* A sample has them where this machine does, and nothing where it does not. */
static void
a_sample_has_what_there_is(void **state)
{
	const struct bench_perf *mine = bench_perf_mine();
	struct bench_evidence evidence;
	struct bench_sample sample;

	(void)state;
	memset(&sample, 0, sizeof(sample));
	bench_evidence_read(&evidence);
	touch_pages();
	bench_evidence_since(&evidence, &sample);
	assert_int_equal(sample.counters[COUNTER_cycles] > 0,
			 mine->fd[PERF_CYCLES] >= 0);
	assert_int_equal(sample.counters[COUNTER_instructions] > 0,
			 mine->fd[PERF_INSTRUCTIONS] >= 0);
	assert_ptr_equal(bench_perf_mine(), mine);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_counted),
		cmocka_unit_test(what_is_absent_is_said),
		cmocka_unit_test(a_sample_has_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
