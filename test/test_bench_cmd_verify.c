/* test_bench_cmd_verify.c - verify holds a strategy to every check there is */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "bench_verify.h"
#include "program.h"
#include "strategy.h"

/* A line begins so; where objects are shaded, it says how many too many. */
static void
assert_line(const char *out, const char *begin, bool shades)
{
	static const char end[] = ", over-shaded 0 objects, 0 bytes\n";
	const char *line = strstr(out, begin);
	size_t n = line ? strcspn(line, "\n") + 1 : 0;
	bool says = n >= strlen(end) &&
		    strncmp(line + n - strlen(end), end, strlen(end)) == 0;

	if (!line || shades != says)
		fail_msg("no '%s' in '%s'", begin, out);
}

/* A line for each check, and the closing one counts them. */
static void
assert_checks(const char *strategy, const char *const *checks, size_t n)
{
	const char *const arguments[] = {"verify", strategy, "--seconds=0.1",
					 "--seed=1", NULL};
	struct program_result r = program_run(arguments, NULL);
	char *closing = bench_printf("\n%zu passed, 0 failed\n", n);
	bool shades = strategy_find(strategy)->kind == STRATEGY_BARRIER;

	assert_int_equal(r.status, BENCH_OK);
	for (size_t i = 0; i < n; i++) {
		char *line = bench_printf("PASS %s %s: ", strategy, checks[i]);

		assert_line(r.out, line,
			    shades && strcmp(checks[i], "differential") != 0 &&
				    strcmp(checks[i], "stepped") != 0);
		free(line);
	}
	if (!strstr(r.out, closing))
		fail_msg("not %zu checks: '%s'", n, r.out);
	free(closing);
	program_result_free(&r);
}

static void
a_kernel_that_promises_whole_words(void **state)
{
	static const char *const checks[] = {"off", "watched", "stepped"};
	size_t n = ARRAY_LEN(checks);

	(void)state;
	n -= !bench_verify_can_step();
	assert_checks("memclr_word", checks, n);
	assert_checks("memmove_word", checks, n);
}

static void
a_kernel_that_does_not(void **state)
{
	static const char *const checks[] = {"off"};

	(void)state;
	assert_checks("memclr_libc", checks, ARRAY_LEN(checks));
}

static void
a_barrier(void **state)
{
	static const char *const checks[] = {
		"off",
		"mark",
		"straddle",
		"sweep",
		"frame/off",
		"frame/mark",
		"frame/straddle",
		"frame/sweep",
		"frame/termination",
		"slice/off",
		"slice/mark",
		"slice/sweep",
		"map/off",
		"map/mark",
		"map/sweep",
		"map-bucket/off",
		"map-bucket/mark",
		"map-bucket/sweep",
		"chan/off",
		"chan/mark",
		"chan/sweep",
		"append/off",
		"append/mark",
		"append/sweep",
		"differential",
		"scheduled",
		"stepped",
	};
	size_t n = ARRAY_LEN(checks);

	(void)state;
	n -= !bench_verify_can_step();
	assert_checks("bulk1", checks, n);
}

/* All strategies, and then whether wrong ones are caught. */
static void
everything(void **state)
{
	const char *const arguments[] = {"verify", "--seconds=0.1", NULL};
	struct program_result r;

	(void)state;
	if (TEST_SANITIZED)
		skip(); /* takes minutes */
	r = program_run(arguments, NULL);
	if (r.status != BENCH_OK)
		fail_msg("%s", r.out);
	assert_non_null(strstr(r.out, "PASS memclr_word off: "));
	assert_non_null(strstr(r.out, "PASS bulk1 frame/mark: "));
	assert_non_null(strstr(r.out, "mutants killed in up to 1 cells each"));
	program_result_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_that_promises_whole_words),
		cmocka_unit_test(a_kernel_that_does_not),
		cmocka_unit_test(a_barrier),
		cmocka_unit_test(everything),
	};

	program_require();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
