/* test_bench_cmd_layout.c - `framebench layout`: rows, bad lines, statuses */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "bench_go_std.h"
#include "capture.h"

#define HEADER     "rcvr\tsignature\tsize\targsize\tretoffset\tptrmask"
#define REG_HEADER HEADER "\tin\tout"

struct result {
	int status;
	char *out, *err;
};

static struct result
run(const char *first, const char *second)
{
	char *argv[] = {(char *)"layout", (char *)first, (char *)second, NULL};
	struct capture out, err;
	struct result r;

	capture_start(&out, STDOUT_FILENO);
	capture_start(&err, STDERR_FILENO);
	r.status = bench_cmd_layout(1 + !!first + !!second, argv);
	r.err = capture_end(&err);
	r.out = capture_end(&out);
	return r;
}

static void
free_result(struct result *r)
{
	free(r->out);
	free(r->err);
}

static char input[] = "/tmp/framebench-layout-XXXXXX";

static int
make_input(void **state)
{
	int fd = mkstemp(input);

	(void)state;
	return fd < 0 || close(fd);
}

static int
remove_input(void **state)
{
	(void)state;
	return unlink(input);
}

static void
write_bytes(const char *text, size_t size)
{
	FILE *f = fopen(input, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

static void
write_input(const char *text)
{
	write_bytes(text, strlen(text));
}

/* What the command makes of a file with this text. In err, FILE stands for the
 * file's name. */
static void
assert_bytes(const char *text, size_t size, int status, const char *out,
	     const char *err)
{
	write_bytes(text, size);
	struct result r = run(input, NULL);
	char want[1024] = "";

	for (const char *at; (at = strstr(err, "FILE")); err = at + 4)
		snprintf(want + strlen(want), sizeof(want) - strlen(want),
			 "%.*s%s", (int)(at - err), err, input);
	strcat(want, err);
	assert_string_equal(r.err, want);
	assert_string_equal(r.out, out);
	assert_int_equal(r.status, status);
	free_result(&r);
}

static void
assert_text(const char *text, int status, const char *out, const char *err)
{
	assert_bytes(text, strlen(text), status, out, err);
}

static void
test_rows(void **state)
{
	(void)state;
	assert_text("rcvr\tsignature\twhatever\n"
		    "*notinheap\tfunc(uintptr, *byte)\n"
		    "-\tfunc(*notinheap, *byte)\tmore\tcolumns\n"
		    "-\tfunc()\n",
		    BENCH_OK,
		    HEADER "\n*notinheap\tfunc(uintptr, *byte)\t24\t24\t24\t001"
			   "\n-\tfunc(*notinheap, *byte)\t16\t16\t16\t01"
			   "\n-\tfunc()\t0\t0\t0\t-\n",
		    "");
}

static void
test_register_rows(void **state)
{
	(void)state;
	write_input("*byte\tfunc(*int, [2]*int) error\n");
	struct result r = run("--abi=register", input);
	assert_int_equal(r.status, BENCH_OK);
	assert_string_equal(r.out, REG_HEADER
			    "\n*byte\tfunc(*int, [2]*int) error\t"
			    "16\t16\t16\t11\t100000000\t010000000\n");
	free_result(&r);
	r = run(input, "--abi=stack");
	assert_int_equal(r.status, BENCH_OK);
	assert_string_equal(r.out, HEADER "\n*byte\tfunc(*int, [2]*int) error\t"
					  "48\t32\t32\t111111\n");
	free_result(&r);
}

/* A header only where a header stands. */
static void
test_header_is_first_line(void **state)
{
	(void)state;
	assert_text("rcvr", BENCH_OK, HEADER "\n", "");
	assert_text("\nrcvr\tsignature\n", BENCH_USAGE, HEADER "\n",
		    "framebench: layout: FILE:2:1: expected a type, found "
		    "'rcvr'\n");
}

static void
test_line_ends(void **state)
{
	(void)state;
	assert_text(
		"rcvr\tsignature\r\n\r\n-\tfunc(int)\r\n\n-\tfunc()", BENCH_OK,
		HEADER "\n-\tfunc(int)\t8\t8\t8\t-\n-\tfunc()\t0\t0\t0\t-\n",
		"");
	assert_text("", BENCH_OK, HEADER "\n", "");
	assert_text("-\tfunc(\r)\n", BENCH_USAGE, HEADER "\n",
		    "framebench: layout: FILE:1:8: expected a type, found byte "
		    "0x0d\n");
}

/* Every bad line is named, and the good ones among them are laid out. */
static void
test_bad_lines(void **state)
{
	(void)state;
	assert_text(
		"func()\n"
		"-\tfunc(int\n"
		"-\tfunc(int)\n"
		"error\tfunc()\n"
		"*byte\tfunc(x int)\t1\n"
		"\tfunc()\n"
		"-\t\n"
		"-\tfunc()\n",
		BENCH_USAGE,
		HEADER "\n-\tfunc(int)\t8\t8\t8\t-\n-\tfunc()\t0\t0\t0\t-\n",
		"framebench: layout: FILE:1:7: expected a TAB after the "
		"receiver, found the end\n"
		"framebench: layout: FILE:2:11: expected ',' or ')', found "
		"the end\n"
		"framebench: layout: FILE:4:1: expected a type that is no "
		"interface, found 'error'\n"
		"framebench: layout: FILE:5:12: expected a type, found 'x'\n"
		"framebench: layout: FILE:6:1: expected a type, found the "
		"end\n"
		"framebench: layout: FILE:7:3: expected 'func', found the "
		"end\n");
}

static void
test_zero_bytes(void **state)
{
	static const char text[] = "-\tfunc(\0int)\n\0\n-\tfunc()\n";
	(void)state;

	assert_bytes(text, sizeof(text) - 1, BENCH_USAGE,
		     HEADER "\n-\tfunc()\t0\t0\t0\t-\n",
		     "framebench: layout: FILE:1:8: expected text, found byte "
		     "0x00\n"
		     "framebench: layout: FILE:2:1: expected text, found byte "
		     "0x00\n");
}

static void
test_long_line(void **state)
{
	const size_t size = 3 << 20;
	char *text = bench_alloc(size);
	(void)state;

	memset(text, '*', size);
	memcpy(text, "-\tfunc(", 7);
	assert_bytes(text, size, BENCH_USAGE, HEADER "\n",
		     "framebench: layout: FILE:1:1048579: expected at most "
		     "1048576 bytes of text, found more\n");
	free(text);
}

static void
test_standard_input(void **state)
{
	int saved = dup(STDIN_FILENO);
	(void)state;

	write_input("-\tfunc(int)\n-\tx\n");
	int fd = open(input, O_RDONLY);
	assert_true(saved >= 0 && fd >= 0);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	struct result r = run(NULL, NULL);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(fd);
	assert_int_equal(r.status, BENCH_USAGE);
	assert_string_equal(r.out, HEADER "\n-\tfunc(int)\t8\t8\t8\t-\n");
	assert_string_equal(r.err,
			    "framebench: layout: standard input:2:3: expected "
			    "'func', found 'x'\n");
	free_result(&r);
}

static void
assert_usage(const char *first, const char *second, const char *err)
{
	struct result r = run(first, second);

	assert_string_equal(r.err, err);
	assert_int_equal(r.status, BENCH_USAGE);
	free_result(&r);
}

static void
test_usage(void **state)
{
	(void)state;
	assert_usage("--abi=x86", NULL,
		     "framebench: layout: --abi=x86: expected stack or "
		     "register\n");
	assert_usage("--abi=", NULL,
		     "framebench: layout: --abi=: expected stack or "
		     "register\n");
	assert_usage("--abi", NULL,
		     "framebench: layout: --abi: expected a value\n");
	assert_usage("--size=3", NULL,
		     "framebench: layout: --size=3: expected --abi=\n");
	assert_usage("-x", NULL, "framebench: layout: -x: expected --abi=\n");
	assert_usage("a", "b",
		     "framebench: layout: b: expected one file only\n");
	assert_usage("/no/such/file", NULL,
		     "framebench: layout: /no/such/file: expected a readable "
		     "file, found: No such file or directory\n");
	assert_usage("/tmp", NULL,
		     "framebench: layout: /tmp: expected a readable file, "
		     "found: Is a directory\n");
}

/* Standard output is a full disk. */
static void
test_lost_output(void **state)
{
	char *argv[] = {(char *)"layout", input, NULL};
	int full = open("/dev/full", O_WRONLY);
	struct capture err;
	(void)state;

	write_input(bench_go_std);
	assert_true(full >= 0);
	fflush(stdout);
	int saved = dup(STDOUT_FILENO);
	capture_start(&err, STDERR_FILENO);
	dup2(full, STDOUT_FILENO);
	int status = bench_cmd_layout(2, argv);
	clearerr(stdout);
	dup2(saved, STDOUT_FILENO);
	char *text = capture_end(&err);
	close(saved);
	close(full);
	assert_int_equal(status, BENCH_USAGE);
	assert_non_null(strstr(text, "framebench: layout: standard output: "
				     "expected to be written, found: "));
	free(text);
}

/* Its own table goes in and comes out again, with fewer columns. */
static void
test_go_std(void **state)
{
	(void)state;
	write_input(bench_go_std);
	struct result r = run(input, NULL);
	const char *line = bench_go_std, *got = r.out;
	size_t rows = 0;

	assert_int_equal(r.status, BENCH_OK);
	assert_string_equal(r.err, "");
	for (; *line; line = strchr(line, '\n') + 1, rows++) {
		size_t n = strcspn(got, "\n");

		assert_memory_equal(got, line, n);
		assert_int_equal(line[n], '\t');
		got += n + 1;
	}
	assert_int_equal(*got, '\0');
	assert_int_equal(rows, 2401);
	free_result(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_register_rows),
		cmocka_unit_test(test_header_is_first_line),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_zero_bytes),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_standard_input),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_lost_output),
		cmocka_unit_test(test_go_std),
	};

	return cmocka_run_group_tests(tests, make_input, remove_input);
}
