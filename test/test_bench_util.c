/* test_bench_util.c - messages, memory, streams and directories */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "capture.h"

static void
test_error_is_one_line_with_status(void **state)
{
	struct capture c;
	(void)state;

	capture_start(&c, STDERR_FILENO);
	int status = bench_error(BENCH_CANNOT, "%s:%d: expected %s", "f", 3,
				 "a digit");
	char *text = capture_end(&c);
	assert_int_equal(status, BENCH_CANNOT);
	assert_string_equal(text, "framebench: f:3: expected a digit\n");
	free(text);
}

/* The program ends there, so a child does it. */
static void
test_out_of_memory_is_one_line_and_status_3(void **state)
{
	struct capture c;
	int status;
	(void)state;

	capture_start(&c, STDERR_FILENO);
	pid_t child = fork();
	if (child == 0)
		bench_out_of_memory(24, 65536, 60000);
	waitpid(child, &status, 0);
	char *text = capture_end(&c);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 3);
	assert_string_equal(text, "framebench: out of memory: 24 bytes asked, "
				  "heap limit 65536 bytes, live 60000 "
				  "bytes\n");
	free(text);
}

static void
test_flush(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	FILE *good = fopen("/dev/null", "w");
	struct capture c;
	(void)state;

	assert_non_null(full);
	assert_non_null(good);
	fputs("data", full);
	fputs("data", good);
	capture_start(&c, STDERR_FILENO);
	int bad_status = bench_flush(full, "out.tsv");
	int good_status = bench_flush(good, "other.tsv");
	char *text = capture_end(&c);
	assert_int_equal(bad_status, BENCH_USAGE);
	assert_int_equal(good_status, BENCH_OK);
	assert_string_equal(text, "framebench: out.tsv: expected to be written,"
				  " found: No space left on device\n");
	free(text);
	fclose(full);
	fclose(good);
}

/* The write that failed was an earlier one: nothing is left to flush. */
static void
test_flush_remembers(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	struct capture c;
	(void)state;

	assert_non_null(full);
	fputs("data", full);
	fflush(full);
	capture_start(&c, STDERR_FILENO);
	int status = bench_flush(full, "out.tsv");
	char *text = capture_end(&c);
	assert_int_equal(status, BENCH_USAGE);
	assert_non_null(strstr(text, "out.tsv"));
	free(text);
	fclose(full);
}

static void
test_memory(void **state)
{
	(void)state;
	char *p = bench_alloc(0);
	assert_non_null(p);
	p = bench_realloc(p, 6);
	memcpy(p, "frame", 6);
	p = bench_realloc(p, 4096);
	assert_string_equal(p, "frame");
	char *copy = bench_strdup(p);
	char *printed = bench_printf("%s-%d", p, 7);
	assert_ptr_not_equal(copy, p);
	assert_string_equal(copy, "frame");
	assert_string_equal(printed, "frame-7");
	free(printed);
	free(copy);
	p = bench_realloc(p, 0);
	assert_non_null(p);
	free(p);
}

static bool
is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The tests run in a directory of their own. */
static int
enter_temp_dir(void **state)
{
	static char path[] = "/tmp/framebench-test-XXXXXX";

	*state = path;
	return mkdtemp(path) && chdir(path) == 0 ? 0 : -1;
}

static int
leave_temp_dir(void **state)
{
	char *command = bench_printf("rm -rf '%s'", (char *)*state);
	int status = chdir("/") || system(command);

	free(command);
	return status;
}

static void
test_make_dirs(void **state)
{
	char *absolute = bench_printf("%s/x/y", (char *)*state);

	assert_int_equal(bench_make_dirs("a"), BENCH_OK);
	assert_true(is_dir("a"));
	assert_int_equal(bench_make_dirs("a//b/c/"), BENCH_OK);
	assert_true(is_dir("a/b/c"));
	assert_int_equal(bench_make_dirs("a/b/c"), BENCH_OK);
	assert_int_equal(bench_make_dirs("./a/../d"), BENCH_OK);
	assert_true(is_dir("d"));
	assert_int_equal(bench_make_dirs(absolute), BENCH_OK);
	assert_true(is_dir("x/y"));
	assert_int_equal(bench_make_dirs("/"), BENCH_OK);
	free(absolute);
}

static void
assert_make_dirs_fails(const char *path, const char *message)
{
	struct capture c;

	capture_start(&c, STDERR_FILENO);
	int status = bench_make_dirs(path);
	char *text = capture_end(&c);
	assert_int_equal(status, BENCH_USAGE);
	assert_string_equal(text, message);
	free(text);
}

static void
test_make_dirs_refuses(void **state)
{
	int fd = open("file", O_CREAT | O_WRONLY, 0600);
	(void)state;

	assert_true(fd >= 0);
	close(fd);
	assert_make_dirs_fails("file/sub",
			       "framebench: 'file': expected a directory, "
			       "found: Not a directory\n");
	assert_make_dirs_fails("file", "framebench: 'file': expected a "
				       "directory, found: Not a directory\n");
	assert_make_dirs_fails("", "framebench: '': expected a directory, "
				   "found: No such file or directory\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_error_is_one_line_with_status),
		cmocka_unit_test(test_out_of_memory_is_one_line_and_status_3),
		cmocka_unit_test(test_flush),
		cmocka_unit_test(test_flush_remembers),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_make_dirs),
		cmocka_unit_test(test_make_dirs_refuses),
	};

	return cmocka_run_group_tests(tests, enter_temp_dir, leave_temp_dir);
}
