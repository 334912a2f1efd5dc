/* test_bench_gbench.c - one call a sample, and the time that C measured */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_gbench.h"

#include <math.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_util.h"

struct record {
	uint64_t calls, iters;
	double answer;
};

static double
record_call(void *arg, uint64_t iters)
{
	struct record *r = arg;

	r->calls++;
	r->iters = iters;
	return r->answer;
}

static void
one_call_with_all_iterations(void **state)
{
	const uint64_t counts[] = {1, 2, 3, 1000, 1000000007, INT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct record r = {.answer = 1.25e-7 * (double)(i + 1)};
		double seconds = -1;

		assert_null(bench_gbench_sample(record_call, &r, counts[i],
						&seconds));
		assert_int_equal(r.calls, 1);
		assert_int_equal(r.iters, counts[i]);
		assert_true(seconds == r.answer);
	}
}

/* A schedule has thousands of samples, and each is a benchmark of its own. */
static void
thousand_in_a_row(void **state)
{
	struct record r = {0};

	(void)state;
	for (uint64_t i = 1; i <= 1000; i++) {
		double seconds = -1;

		r.answer = 1.0 / (double)i;
		assert_null(bench_gbench_sample(record_call, &r, i, &seconds));
		assert_int_equal(r.calls, i);
		assert_int_equal(r.iters, i);
		assert_true(seconds == r.answer);
	}
}

static void
impossible_samples_are_refused(void **state)
{
	struct record r = {.answer = 1};
	double seconds;

	(void)state;
	assert_non_null(bench_gbench_sample(record_call, &r, 0, &seconds));
	assert_non_null(bench_gbench_sample(record_call, &r,
					    (uint64_t)INT64_MAX + 1, &seconds));
	assert_int_equal(r.calls, 0);
	r.answer = NAN;
	assert_non_null(bench_gbench_sample(record_call, &r, 1, &seconds));
	r.answer = 1;
	assert_null(bench_gbench_sample(record_call, &r, 1, &seconds));
}

struct nested {
	struct record inner;
	const char *error;
};

static double
sample_within(void *arg, uint64_t iters)
{
	struct nested *nested = arg;
	double seconds;

	nested->error = bench_gbench_sample(record_call, &nested->inner, iters,
					    &seconds);
	return 0.5;
}

static void
sample_within_a_sample_is_refused(void **state)
{
	struct nested nested = {.inner.answer = 1};
	double seconds = -1;

	(void)state;
	assert_null(bench_gbench_sample(sample_within, &nested, 7, &seconds));
	assert_true(seconds == 0.5);
	assert_non_null(nested.error);
	assert_int_equal(nested.inner.calls, 0);
}

/* What the library reads. Nearly each alone makes an unprepared one end the
 * program, print, write a file, run nothing, or run more than once. */
static const char *const hostile[] = {
	"BENCHMARK_COLOR=",
	"BENCHMARK_CONTEXT=a=b",
	"BENCHMARK_COUNTERS_TABULAR=true",
	"BENCHMARK_DISPLAY_AGGREGATES_ONLY=true",
	"BENCHMARK_ENABLE_RANDOM_INTERLEAVING=true",
	"BENCHMARK_FILTER=-.",
	"BENCHMARK_FORMAT=nonsense",
	"BENCHMARK_LIST_TESTS=true",
	"BENCHMARK_MIN_TIME=5",
	"BENCHMARK_MIN_WARMUP_TIME=5",
	"BENCHMARK_OUT=/dev/full/none",
	"BENCHMARK_OUT_FORMAT=nonsense",
	"BENCHMARK_PERF_COUNTERS=CYCLES",
	"BENCHMARK_REPETITIONS=3",
	"BENCHMARK_REPORT_AGGREGATES_ONLY=true",
	"BENCHMARK_TIME_UNIT=nonsense",
	"BENCHMARK_V=9",
};

#define CHILD "--one-sample"

/* What the child does: the library reads the environment as it is loaded. */
static int
one_sample(void)
{
	struct record r = {.answer = 0.125};
	double seconds = -1;
	const char *error = bench_gbench_sample(record_call, &r, 12, &seconds);

	if (error)
		fprintf(stderr, "%s\n", error);
	return error || r.calls != 1 || r.iters != 12 || seconds != 0.125;
}

/* The child's exit status, and how much it printed. */
static int
run_child(char *const environment[], long *printed)
{
	FILE *output = tmpfile();
	pid_t child;
	int status;

	assert_non_null(output);
	fflush(NULL);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(fileno(output), STDOUT_FILENO);
		dup2(fileno(output), STDERR_FILENO);
		execle("/proc/self/exe", "test", CHILD, (char *)NULL,
		       environment);
		_exit(126);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	fseek(output, 0, SEEK_END);
	*printed = ftell(output);
	fclose(output);
	return status;
}

static void
environment_changes_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		char *const environment[] = {(char *)hostile[i], NULL};
		long printed;
		int status = run_child(environment, &printed);

		if (status != 0 || printed != 0)
			fail_msg("%s: status %#x, %ld bytes printed",
				 hostile[i], (unsigned)status, printed);
	}
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_call_with_all_iterations),
		cmocka_unit_test(thousand_in_a_row),
		cmocka_unit_test(impossible_samples_are_refused),
		cmocka_unit_test(sample_within_a_sample_is_refused),
		cmocka_unit_test(environment_changes_nothing),
	};

	if (argc == 2 && strcmp(argv[1], CHILD) == 0)
		return one_sample();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
