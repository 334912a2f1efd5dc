/* test_bench_cmd_topo.c - the table that scripts read, and refused arguments */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "capture.h"
#include "test_util.h"
#include "topo_fixture.h"

#define HEADER \
	"core\tl2\tl3\tdie\tnuma\tpackage\tkinds\tpairs\trepresentative\n"

/* Runs `topo` with up to two arguments; what it wrote to fd is from malloc. */
static char *
run(int fd, const char *first, const char *second, int *status)
{
	char *argv[] = {(char *)"topo", (char *)first, (char *)second, NULL};
	struct capture c;

	capture_start(&c, fd);
	*status = bench_cmd_topo(second ? 3 : first ? 2 : 1, argv);
	return capture_end(&c);
}

static void
expect_tsv(const char *topology, const char *want)
{
	int status;
	char *text = run(STDOUT_FILENO, topology, "--format=tsv", &status);

	assert_int_equal(status, BENCH_OK);
	assert_string_equal(text, want);
	free(text);
}

static void
tsv_is_exact(void **state)
{
	(void)state;
	expect_tsv("--topology=synthetic:pack:2 [numa] l3:1 l2:2 core:1 pu:2",
		   HEADER "1\t1\t1\t0\t1\t1\t-\t4\t0-1\n"
			  "0\t0\t1\t0\t1\t1\t-\t8\t0-2\n"
			  "0\t0\t0\t0\t0\t0\t-\t16\t0-4\n");
	expect_tsv("--topology=synthetic:pu:1", HEADER);
}

static void
tsv_has_kinds(void **state)
{
	const struct topo_fixture_kind kinds[] = {
		{"0-1", 1, "CoreType", "IntelCore"},
		{"2", 0, "CoreType", "IntelAtom"},
	};
	char *path =
		topo_fixture_new("pack:1 [numa] core:3 pu:1", NULL, kinds, 2);
	char *argument = bench_printf("--topology=%s", path);

	(void)state;
	expect_tsv(argument, HEADER "0\t0\t0\t0\t1\t1\t0-1\t2\t0-2\n"
				    "0\t0\t0\t0\t1\t1\t1-1\t1\t0-1\n");
	unlink(path);
	free(path);
	free(argument);
}

static void
text_has_words_and_self(void **state)
{
	int status;
	char *text = run(STDOUT_FILENO,
			 "--topology=synthetic:pack:2 l3:1 core:2 pu:1",
			 "--format=text", &status);

	(void)state;
	assert_int_equal(status, BENCH_OK);
	assert_non_null(strstr(text, "4 CPUs of 1 kind\n"));
	assert_non_null(strstr(text, "\nself "));
	assert_non_null(strstr(text, "\nl3+numa+package "));
	assert_non_null(strstr(text, "\nnuma "));
	free(text);
}

static void
this_machine_is_the_default(void **state)
{
	int status;
	char *text = run(STDOUT_FILENO, NULL, NULL, &status);

	(void)state;
	assert_int_equal(status, BENCH_OK);
	assert_ptr_equal(strstr(text, "this: "), text);
	free(text);
}

static void
bad_arguments_are_refused(void **state)
{
	static const char *const cases[][2] = {
		{"--format=json", "json"},
		{"--format", "--format"},
		{"--topology", "--topology"},
		{"--speed=9", "--speed=9"},
		{"-x", "-x"},
		{"extra", "extra"},
		{"--format=", "--format="},
		{"--topology=/none", "/none"},
		{"--topology=", "expected"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		int status;
		char *text = run(STDERR_FILENO, cases[i][0], NULL, &status);

		if (status != BENCH_USAGE || !strstr(text, cases[i][1]) ||
		    strchr(text, '\n') != text + strlen(text) - 1)
			fail_msg("%s: status %d, '%s'", cases[i][0], status,
				 text);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tsv_is_exact),
		cmocka_unit_test(tsv_has_kinds),
		cmocka_unit_test(text_has_words_and_self),
		cmocka_unit_test(this_machine_is_the_default),
		cmocka_unit_test(bad_arguments_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
