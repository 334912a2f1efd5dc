/* test_bench_cmd_doctor.c - the doctor names every check and every strategy */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "capture.h"
#include "strategy.h"
#include "test_util.h"

static int
run(int fd, int argc, char **text)
{
	char *argv[] = {(char *)"doctor", (char *)"extra", NULL};
	struct capture c;
	int status;

	capture_start(&c, fd);
	status = bench_cmd_doctor(argc, argv);
	*text = capture_end(&c);
	return status;
}

/* The first word of the line that a name stands in. */
static bool
line_starts_with(const char *text, const char *name, const char *verdict)
{
	char *padded = bench_printf(" %s", name);
	const char *line = strstr(text, padded);

	free(padded);
	while (line && line > text && line[-1] != '\n')
		line--;
	return line && strncmp(line, verdict, strlen(verdict)) == 0 &&
	       line[strlen(verdict)] == ' ';
}

/* It takes a few seconds, so once. */
static char *doctor;

static int
ask_doctor(void **state)
{
	(void)state;
	assert_int_equal(run(STDOUT_FILENO, 1, &doctor), BENCH_OK);
	return 0;
}

static int
free_doctor(void **state)
{
	(void)state;
	free(doctor);
	return 0;
}

static void
lines_have_verdicts(void **state)
{
	char *text = bench_strdup(doctor), *rest = text, *line;

	(void)state;
	while ((line = strsep(&rest, "\n")) && *line) {
		size_t n = strcspn(line, " ");
		const char *found;

		line[n] = '\0';
		found = strstr(" ok warn unknown can cannot ", line);
		assert_non_null(found);
		assert_true(found[-1] == ' ' && found[n] == ' ');
	}
	free(text);
}

static void
strategies_are_told_apart(void **state)
{
	const char *text = doctor;

	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		assert_true(line_starts_with(
			text, s->name, strategy_usable(s) ? "can" : "cannot"));
	}
	assert_true(line_starts_with(text, "self", "can"));
}

static void
arguments_are_refused(void **state)
{
	char *text;

	(void)state;
	assert_int_equal(run(STDERR_FILENO, 2, &text), BENCH_USAGE);
	assert_non_null(strstr(text, "extra"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_verdicts),
		cmocka_unit_test(strategies_are_told_apart),
		cmocka_unit_test(arguments_are_refused),
	};

	/* So that there is a strategy of each sort to tell apart; it stays
	 * what it is where a test run hides features of its own. */
	setenv("FRAMEBENCH_DISABLE_CPU", "avx2,avx512f", 0);
	return cmocka_run_group_tests(tests, ask_doctor, free_doctor);
}
