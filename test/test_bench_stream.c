/* test_bench_stream.c - periods and runs of a stream, and what it is made of */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <unistd.h>

#include "bench_stream.h"
#include "capture.h"

static const uint64_t weights[] = {1, 0, 5, 10};
#define TOTAL 16

static uint16_t *
draw(const char *spec, char *workload, struct bench_sequence *s)
{
	strcpy(workload, spec);
	assert_int_equal(bench_sequence_cut(spec, workload, s), BENCH_OK);
	return bench_stream_draw(s, weights, ARRAY_LEN(weights), test_seed());
}

/* It repeats with its period and not before, in runs, in parts that are the
 * weights' as closely as whole places allow. */
static void
a_sequence_is_what_was_asked(void **state)
{
	static const struct {
		const char *spec;
		size_t period, run;
	} rows[] = {
		{"x+period=1024", 1024, 1}, {"x+period=64+run=4", 64, 4},
		{"x+run=16", 32768, 16},    {"x+run=2+period=512", 512, 2},
		{"x+period=16", 16, 1},     {"x+period=1", 1, 1},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t counts[ARRAY_LEN(weights)] = {0};
		struct bench_sequence s;
		char workload[64];
		uint16_t *stream = draw(rows[i].spec, workload, &s);

		assert_string_equal(workload, "x");
		assert_true(bench_sequence_said(&s));
		for (size_t k = 0; k < BENCH_STREAM_LENGTH; k++) {
			counts[stream[k]]++;
			assert_int_equal(stream[k], stream[k % rows[i].period]);
			assert_int_equal(stream[k],
					 stream[k - k % rows[i].run]);
		}
		if (rows[i].period / rows[i].run < TOTAL) {
			free(stream);
			continue;
		}
		for (size_t k = 0; k < ARRAY_LEN(weights); k++)
			assert_int_equal(counts[k],
					 weights[k] * BENCH_STREAM_LENGTH /
						 TOTAL);
		free(stream);
	}
}

/* Quantiles in order would be an order that no workload has. */
static void
places_are_in_random_order(void **state)
{
	struct bench_sequence s;
	char workload[64];
	uint16_t *stream = draw("x+period=1024", workload, &s);
	size_t changes = 0;

	(void)state;
	for (size_t i = 1; i < 1024; i++)
		changes += stream[i] != stream[i - 1];
	assert_true(changes > 100);
	free(stream);
}

/* A "+" may stand in a file's name. */
static void
what_is_not_said_is_usual(void **state)
{
	struct bench_sequence s;
	char workload[] = "csv:a+b/c+perio=3.csv";

	(void)state;
	assert_int_equal(bench_sequence_cut(workload, workload, &s), BENCH_OK);
	assert_string_equal(workload, "csv:a+b/c+perio=3.csv");
	assert_false(bench_sequence_said(&s));
}

static void
what_is_refused(void **state)
{
	static const char *const bad[][2] = {
		{"x+period=3", "column 3: 'period=3': expected period=N"},
		{"x+period=0", "from 1 to 32768"},
		{"x+period=65536", "from 1 to 32768"},
		{"x+period=", "column 3: 'period='"},
		{"x+run=2+period=-1", "column 9: 'period=-1'"},
		{"x+run=8+period=4", "no longer than the period"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct bench_sequence s;
		char workload[64];
		struct capture c;
		int status;

		strcpy(workload, bad[i][0]);
		capture_start(&c, STDERR_FILENO);
		status = bench_sequence_cut(bad[i][0], workload, &s);
		char *text = capture_end(&c);
		if (status != BENCH_USAGE || !strstr(text, bad[i][1]))
			fail_msg("%s: %d '%s'", bad[i][0], status, text);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sequence_is_what_was_asked),
		cmocka_unit_test(places_are_in_random_order),
		cmocka_unit_test(what_is_not_said_is_usual),
		cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
