/* test_bench_block_parse.c - what is no block is told apart, with the reason */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "bench_block.h"

static const char good_line[] =
	"{\"v\":1,\"cell\":\"0123456789abcdef\",\"launch\":0,\"block\":0,"
	"\"seed\":\"1\",\"iters\":10,\"candidates\":[\"a\",\"b\"],"
	"\"order\":[[0,1],[1,0]],\"ns\":{\"a\":[1,2],\"b\":[3,4.5]},"
	"\"counters\":{\"a\":{\"flushes\":[5,6]}},\"evidence\":{}}";

/* The good line with one part of it replaced. */
static char *
mutate(const char *from, const char *to)
{
	const char *at = strstr(good_line, from);

	assert_non_null(at);
	return bench_printf("%.*s%s%s", (int)(at - good_line), good_line, to,
			    at + strlen(from));
}

static struct bench_block *
parse(const char *line, char **why)
{
	json_t *json = json_loads(line, 0, NULL);

	assert_non_null(json);
	struct bench_block *b = bench_block_parse(json, why);
	json_decref(json);
	return b;
}

static void
test_good(void **state)
{
	char *why;
	struct bench_block *b = parse(good_line, &why);
	(void)state;

	assert_non_null(b);
	assert_null(why);
	assert_int_equal(b->n_rounds, 2);
	assert_int_equal(BENCH_BLOCK_AT(b, order, 1, 0), 1);
	assert_true(BENCH_BLOCK_AT(b, samples, 1, 1).ns == 4.5);
	assert_int_equal(
		BENCH_BLOCK_AT(b, samples, 1, 0).counters[COUNTER_flushes], 6);
	assert_int_equal(
		BENCH_BLOCK_AT(b, samples, 1, 1).counters[COUNTER_flushes], 0);
	/* What older journals do not have. */
	assert_int_equal(b->discarded, DISTURBANCE_none);
	assert_true(b->layout.seed == 0 && b->round == 0 && b->took_ns == 0);
	bench_block_free(b);
}

static void
test_bad(void **state)
{
	static const struct {
		const char *from, *to, *expect;
	} bad[] = {
		{"\"v\":1", "\"v\":2", "v: expected 1 to 1, found 2"},
		{"\"v\":1,", "", "v: expected an integer, found nothing"},
		{"\"v\":1", "\"v\":1.0", "v: expected an integer, found 1.0"},
		{"89ab", "89AB", "cell: expected 16 hex digits"},
		{"0123456789abcdef", "0123", "cell: expected 16 hex digits"},
		{"\"0123456789abcdef\"", "5", "cell: expected a string"},
		{"\"launch\":0", "\"launch\":-1",
		 "launch: expected 0 to 1073741823, found -1"},
		{"\"launch\":0", "\"launch\":1073741824", "launch: expected"},
		{"\"block\":0", "\"block\":null", "found null"},
		{"\"seed\":\"1\"", "\"seed\":1", "seed: expected a string"},
		{"\"seed\":\"1\"", "\"seed\":\"-1\"", "of 64 bits"},
		{"\"seed\":\"1\"", "\"seed\":\"\"", "of 64 bits"},
		{"\"seed\":\"1\"", "\"seed\":\"18446744073709551616\"",
		 "of 64 bits"},
		{"\"iters\":10", "\"iters\":0", "iters: expected 1 to"},
		{"\"iters\"", "\"round\":-1,\"iters\"", "round: expected 0"},
		{"\"iters\"", "\"took_ns\":\"1\",\"iters\"",
		 "took_ns: expected an integer"},
		{"\"iters\"", "\"discarded\":\"mood\",\"iters\"",
		 "discarded: expected a kind of disturbance"},
		{"\"iters\"", "\"discarded\":\"none\",\"iters\"",
		 "discarded: expected a kind"},
		{"\"iters\"", "\"layout\":[],\"iters\"", "layout: expected"},
		{"\"iters\"",
		 "\"layout\":{\"seed\":\"1\",\"environment\":1,"
		 "\"stack\":1,\"buffer\":1,\"swapped\":0},\"iters\"",
		 "swapped: expected true or false"},
		{"\"iters\":10", "\"iters\":9007199254740992", "iters:"},
		{"[\"a\",\"b\"]", "[]", "candidates: expected names"},
		{"[\"a\",\"b\"]", "[\"a\",\"a\"]", "names, each once"},
		{"[\"a\",\"b\"]", "[\"a\",\"\"]", "candidates:"},
		{"[\"a\",\"b\"]", "[\"a\",3]", "candidates:"},
		{"[\"a\",\"b\"]", "[\"a\",\"b\\n\"]", "candidates:"},
		{"[\"a\",\"b\"]", "{}", "candidates: expected an array"},
		{"[\"a\",\"b\"]", "[\"a\"]", "order: expected each"},
		{"[[0,1],[1,0]]", "[]", "order: expected a round"},
		{"[[0,1],[1,0]]", "[[0,1]]", "ns: expected a time a round"},
		{"[0,1]", "[0,2]", "index a round, found [0,2]"},
		{"[0,1]", "[0,0]", "order: expected each candidate's index"},
		{"[0,1]", "[0]", "order: expected each candidate's index"},
		{"[0,1]", "7", "order: expected each candidate's index"},
		{"[0,1]", "[0,-1]", "order: expected each candidate's index"},
		{"[0,1]", "[0,\"1\"]", "order: expected each"},
		{"[1,2]", "[1,2,3]", "ns: expected a time a round"},
		{"[1,2]", "[1,-2]", "ns: expected a time a round"},
		{"[1,2]", "[1,null]", "ns: expected a time a round"},
		{"[1,2]", "[1,0]", "1 ns or more, found [1,0]"},
		{"[1,2]", "[1,1e-320]", "ns: expected a time a round"},
		{"\"a\":[1,2],", "", "ns: expected a member a candidate"},
		{"\"a\":[1,2]", "\"c\":[1,2]", "ns: expected a time a round"},
		{"{\"flushes\"", "{\"flashes\"", "counters: expected known"},
		{"[5,6]", "[5]", "flushes: expected an amount a round"},
		{"[5,6]", "[5,6.5]", "integers below 2^53, found 6.5"},
		{"[5,6]", "[5,9007199254740992]",
		 "flushes: expected integers below 2^53, found 9007199254740"},
		{"[5,6]", "[5,-6]", "flushes: expected an amount a round"},
		{"\"counters\":{\"a\"", "\"counters\":{\"c\"",
		 "counters: expected candidates only"},
		{"{\"flushes\":[5,6]}", "3", "counters: expected an object"},
		{"\"evidence\":{}", "\"evidence\":[]", "evidence: expected"},
		{"\"evidence\":{}", "\"evidence\":{\"\\u001b[2J\":1}",
		 "evidence: expected printable names, found {\"\\u001B"},
		{good_line, "[1]", "line: expected an object, found [1]"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char *line = mutate(bad[i].from, bad[i].to), *why;
		assert_null(parse(line, &why));
		if (!strstr(why, bad[i].expect))
			fail_msg("%s said: %s", line, why);
		assert_null(strchr(why, '\n'));
		free(why);
		free(line);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
