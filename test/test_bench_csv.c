/* test_bench_csv.c - files of distributions: read, drawn from, refused */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base_random.h"
#include "bench_csv.h"
#include "capture.h"

#define MAX_SIZE 4096

static struct bench_csv *
read_text(const char *text)
{
	char path[] = "/tmp/test_bench_csv.XXXXXX";
	int fd = mkstemp(path);
	struct bench_csv *csv;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	csv = bench_csv_read(path, MAX_SIZE);
	unlink(path);
	return csv;
}

/* Binomial counts; six standard deviations. */
static void
assert_share(size_t count, size_t n, double p)
{
	double want = p * (double)n, sd = sqrt(want * (1 - p));

	if (fabs((double)count - want) > 6 * sd + 1e-9)
		fail_msg("%zu of %zu, wanted %g", count, n, p);
}

/* The end of the last line may be missing, or be as on other systems. */
static void
draws_are_as_probable_as_the_file_says(void **state)
{
	struct bench_csv *csv = read_text("0:0.25,8:0.5,4096:2.5e-1\r\n"
					  "0:0.9,1:0.1\r\n"
					  "0:0.1,8:0.3,64:0.6");
	struct base_random r = {test_seed()};
	size_t sizes[3] = {0}, overlaps = 0, lines[64] = {0}, odd = 0;
	const size_t n = 100000;

	(void)state;
	assert_non_null(csv);
	for (size_t i = 0; i < n; i++) {
		size_t size = bench_csv_draw(&csv->sizes, &r);

		assert_true(size == 0 || size == 8 || size == 4096);
		sizes[size == 8 ? 1 : size == 4096 ? 2 : 0]++;
		overlaps += bench_csv_draw(&csv->overlap, &r);
		lines[bench_csv_draw_in_line(csv, &r)]++;
	}
	assert_share(sizes[0], n, 0.25);
	assert_share(sizes[1], n, 0.5);
	assert_share(overlaps, n, 0.1);
	assert_share(lines[0], n, 0.6);
	for (size_t i = 1; i < 64; i += 2)
		odd += lines[i];
	assert_share(odd, n, 0.1);
	for (size_t i = 8; i < 64; i += 16)
		assert_share(lines[i], n, 0.3 / 4);
	assert_true(bench_csv_overlaps(csv));
	bench_csv_free(csv);
}

static void
no_overlap_is_none(void **state)
{
	struct bench_csv *csv = read_text("8:1\n0:1,1:0\n8:1\n");

	(void)state;
	assert_non_null(csv);
	assert_false(bench_csv_overlaps(csv));
	bench_csv_free(csv);
}

static void
another_file_has_another_digest(void **state)
{
	struct bench_csv *a = read_text("8:1\n0:1\n8:1\n");
	struct bench_csv *b = read_text("8:1\n0:1\n8:1\n");
	struct bench_csv *c = read_text("8:1\n0:1\n16:1\n");

	(void)state;
	assert_true(a->digest == b->digest);
	assert_true(a->digest != c->digest);
	bench_csv_free(a);
	bench_csv_free(b);
	bench_csv_free(c);
}

static void
a_message_names_line_and_column(void **state)
{
	static const char *const bad[][2] = {
		{"", ":1:1: expected a size"},
		{"8:1\n", ":2:1: expected an overlap"},
		{"8:1\n0:1\n", ":3:1: expected an alignment"},
		{"8:1\n0:1\n8:1\n8:1\n", ":4:1: expected three lines"},
		{"x:1\n", ":1:1: expected a size"},
		{"-8:1\n", ":1:1: expected a size"},
		{"4097:1\n", ":1:1: expected a size"},
		{"8\n", ":1:2: expected \":\""},
		{"8:\n", ":1:3: expected a probability"},
		{"8:x\n", ":1:3: expected a probability"},
		{"8:nan\n", ":1:3: expected a probability"},
		{"8:-0.1\n", ":1:3: expected a probability"},
		{"8:1.1\n", ":1:3: expected a probability"},
		{"8:0.5;9:0.5\n", ":1:6: expected \",\""},
		{"8:1\rx\n0:1\n8:1\n", ":1:4: expected \",\""},
		{"8:0.5,\n", ":1:7: expected a size"},
		{"8:0.5,9:0.4\n", ":1:1: expected probabilities that sum"},
		{"8:1\n0:0.5,2:0.5\n", ":2:7: expected an overlap"},
		{"8:1\n0:1\n12:1\n", ":3:1: expected an alignment"},
		{"8:1\n0:1\n128:1\n", ":3:1: expected an alignment"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct capture c;
		struct bench_csv *csv;

		capture_start(&c, STDERR_FILENO);
		csv = read_text(bad[i][0]);
		char *text = capture_end(&c);
		if (csv || !strstr(text, bad[i][1]) ||
		    strchr(text, '\n') != text + strlen(text) - 1)
			fail_msg("row %zu: '%s'", i, text);
		free(text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_are_as_probable_as_the_file_says),
		cmocka_unit_test(no_overlap_is_none),
		cmocka_unit_test(another_file_has_another_digest),
		cmocka_unit_test(a_message_names_line_and_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
