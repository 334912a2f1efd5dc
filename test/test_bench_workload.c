/* test_bench_workload.c - frequencies of the stream, grids, refused specs */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "bench_go_std.h"
#include "bench_workload.h"
#include "capture.h"

/* In how many places two streams have the same shape. */
static size_t
equal_places(const struct bench_workload *a, const struct bench_workload *b)
{
	size_t n = 0;

	for (size_t i = 0; i < BENCH_STREAM_LENGTH; i++)
		n += a->stream[i] == b->stream[i];
	return n;
}

static void
stream_follows_the_seed(void **state)
{
	uint64_t seed = test_seed();
	struct bench_workload *a = bench_workload_open("go-std", seed);
	struct bench_workload *b = bench_workload_open("go-std", seed);
	struct bench_workload *c = bench_workload_open("go-std", seed + 1);

	(void)state;
	assert_int_equal(equal_places(a, b), BENCH_STREAM_LENGTH);
	assert_true(equal_places(a, c) < BENCH_STREAM_LENGTH / 2);
	bench_workload_close(a);
	bench_workload_close(b);
	bench_workload_close(c);
}

static uint64_t
total_weight(const struct bench_workload *w)
{
	uint64_t total = 0;

	for (size_t i = 0; i < w->n_shapes; i++)
		total += w->shapes[i].weight;
	return total;
}

/* Each shape's count is binomial. Six standard deviations, and one for the
 * rare ones, fail once in a few hundred million tests. */
static void
frequencies_are_the_weights(void **state)
{
	struct bench_workload *w = bench_workload_open("go-std", test_seed());
	size_t *counts = calloc(w->n_shapes, sizeof(*counts));
	double n = BENCH_STREAM_LENGTH, total = (double)total_weight(w);

	(void)state;
	for (size_t i = 0; i < BENCH_STREAM_LENGTH; i++) {
		assert_true(w->stream[i] < w->n_shapes);
		counts[w->stream[i]]++;
	}
	for (size_t i = 0; i < w->n_shapes; i++) {
		double p = (double)w->shapes[i].weight / total;
		double off = fabs((double)counts[i] - n * p);

		if (off > 6 * sqrt(n * p * (1 - p)) + 6)
			fail_msg("shape %zu: %zu of %g", i, counts[i], n * p);
	}
	free(counts);
	bench_workload_close(w);
}

/* The header, then a line a shape; weights are the last column. */
static void
shapes_are_the_census(void **state)
{
	static const char *const specs[] = {"go-std", "go-std-register"};
	uint64_t sum = 0;
	size_t lines = 0;

	(void)state;
	for (const char *p = strchr(bench_go_std, '\n'); p && p[1];
	     p = strchr(p + 1, '\n')) {
		const char *end = strchrnul(p + 1, '\n');

		sum += strtoull(
			(char *)memrchr(p + 1, '\t', (size_t)(end - p - 1)),
			NULL, 10);
		lines++;
	}
	for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
		struct bench_workload *w = bench_workload_open(specs[i], 1);

		assert_int_equal(w->n_shapes, lines);
		assert_int_equal(total_weight(w), sum);
		assert_true(w->words);
		assert_int_equal(w->abi, i);
		bench_workload_close(w);
	}
}

/* A part of the census, of which each has a frame. */
static void
framed_shapes_have_frames(void **state)
{
	struct bench_workload *all = bench_workload_open("go-std-register", 1);
	struct bench_workload *w =
		bench_workload_open("go-std-register-framed", 1);

	(void)state;
	assert_int_equal(w->abi, CALL_ABI_REGISTER);
	for (size_t i = 0; i < w->n_shapes; i++)
		assert_true(w->shapes[i].layout->frame.size > 0);
	for (size_t i = 0; i < all->n_shapes; i++)
		if (all->shapes[i].layout->frame.size == 0)
			all->shapes[i].weight = 0;
	assert_int_equal(total_weight(w), total_weight(all));
	bench_workload_close(w);
	bench_workload_close(all);
}

/* By whom a shape is called: as it is, as a method, as a function value. */
static void
shapes_have_keys(void **state)
{
	struct bench_workload *w = bench_workload_open("mask:10", 1);
	const struct bench_shape *s = &w->shapes[0];

	(void)state;
	assert_null(s->key.rcvr);
	assert_string_equal(s->method.rcvr->text, "*byte");
	assert_ptr_equal(s->method.func, s->key.func);
	assert_ptr_equal(call_cache_layout(s->key), s->layout);
	bench_workload_close(w);
	w = bench_workload_open("go-std", 1);
	for (size_t i = 0; i < w->n_shapes; i++)
		if (w->shapes[i].key.rcvr)
			assert_ptr_equal(w->shapes[i].method.rcvr,
					 w->shapes[i].key.rcvr);
	bench_workload_close(w);
	w = bench_workload_open_abi("sig:func(int)", CALL_ABI_REGISTER, 1);
	assert_int_equal(w->abi, CALL_ABI_REGISTER);
	assert_int_equal(w->shapes[0].layout->frame.size, 0);
	bench_workload_close(w);
}

static size_t
only_size(const char *spec)
{
	struct bench_workload *w = bench_workload_open(spec, 1);
	size_t size;

	assert_non_null(w);
	assert_int_equal(w->n_shapes, 1);
	assert_int_equal(bench_workload_mean(w), w->shapes[0].size);
	size = w->shapes[0].size;
	bench_workload_close(w);
	return size;
}

/* What a frame's life clears: with results, its arguments only. */
static void
one_shape_specs(void **state)
{
	(void)state;
	assert_int_equal(only_size("size:24"), 24);
	assert_int_equal(only_size("size:67108864"), 67108864);
	assert_int_equal(only_size("size:65536"), 65536);
	assert_int_equal(only_size("mask:101"), 24);
	assert_int_equal(only_size("sig:func(int, *byte) error"), 16);
	assert_int_equal(only_size("sig:func(int, *byte)"), 16);
	assert_int_equal(only_size("sig:func()"), 0);
}

static void
masks_and_odd_sizes(void **state)
{
	struct bench_workload *w = bench_workload_open("mask:1011", 1);

	(void)state;
	assert_int_equal(w->shapes[0].layout->frame.ptrbytes, 32);
	assert_int_equal(w->shapes[0].layout->frame.ptrmask[0], 0x0d);
	bench_workload_close(w);
	w = bench_workload_open("size:9", 1);
	assert_null(w->shapes[0].layout);
	assert_false(w->words);
	bench_workload_close(w);
}

static void
assert_grid(const char *spec, const size_t *want, size_t n)
{
	size_t sizes[64];

	assert_int_equal(bench_workload_grid(spec, sizes, 64), n);
	assert_memory_equal(sizes, want, n * sizeof(*want));
}

static void
grids(void **state)
{
	(void)state;
	assert_grid("sizes:8-64", (size_t[]){8, 12, 16, 24, 32, 48, 64}, 7);
	assert_grid("sizes:9-17", (size_t[]){9, 12, 16, 17}, 4);
	assert_grid("sizes:1-3", (size_t[]){1, 2, 3}, 3);
	assert_grid("sizes:40-40", (size_t[]){40}, 1);
}

/* Sizes rise strictly and nothing is left out, whatever the ends. */
static void
any_grid_rises_to_its_end(void **state)
{
	uint64_t seed = test_seed();

	(void)state;
	srand48((long)seed);
	for (int i = 0; i < 1000; i++) {
		size_t a = 1 + (size_t)(lrand48() % BENCH_RAW_MAX);
		size_t b = a + (size_t)lrand48() % (BENCH_RAW_MAX - a + 1);
		size_t sizes[64], n;
		char spec[64];

		snprintf(spec, sizeof(spec), "sizes:%zu-%zu", a, b);
		n = bench_workload_grid(spec, sizes, 64);
		assert_int_equal(sizes[0], a);
		assert_int_equal(sizes[n - 1], b);
		for (size_t k = 1; k < n; k++)
			assert_true(sizes[k - 1] < sizes[k] &&
				    sizes[k] <= 2 * sizes[k - 1]);
	}
}

/* One line that quotes the spec and says what was expected. */
static void
assert_refused(const char *spec, const char *expected, char *text)
{
	if (!strstr(text, spec) || !strstr(text, expected) ||
	    strncmp(text, "framebench: ", 12) != 0 ||
	    strchr(text, '\n') != text + strlen(text) - 1)
		fail_msg("%s: '%s'", spec, text);
	free(text);
}

static void
bad_specs(void **state)
{
	static const char *const bad[][2] = {
		{"", "go-std"},
		{"go", "go-std"},
		{"go-std ", "go-std"},
		{"go-std+perod=4", "expected go-std"},
		{"size:", "1 to 67108864"},
		{"size:0", "1 to 67108864"},
		{"size:-8", "1 to 67108864"},
		{"size:+8", "1 to 67108864"},
		{"size: 8", "1 to 67108864"},
		{"size:8k", "1 to 67108864"},
		{"size:1e3", "1 to 67108864"},
		{"size:67108865", "1 to 67108864"},
		{"size:18446744073709551624", "1 to 67108864"},
		{"mask:", "1 to 8192"},
		{"mask:10x", "1 to 8192"},
		{"sig:", "column 1: expected 'func'"},
		{"sig:func(", "column 6"},
		{"sig:func(x)", "column 6"},
		{"sig:func([65537]byte)", "65536 bytes"},
		{"sig:func([9999999999999]int)", "column 6"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct capture c;

		capture_start(&c, STDERR_FILENO);
		struct bench_workload *w = bench_workload_open(bad[i][0], 1);
		char *text = capture_end(&c);
		assert_null(w);
		assert_refused(bad[i][0], bad[i][1], text);
	}
}

static void
bad_grids(void **state)
{
	static const char *const bad[] = {
		"sizes:",         "sizes:8",    "sizes:8-",
		"sizes:9-3",      "sizes:0-8",  "sizes:8-99999999999",
		"sizes:8-16-32",  "sizes:8-9x", "sizes:-8-9",
		"sizes:8-16,foo", "size:8",
	};
	size_t sizes[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct capture c;

		capture_start(&c, STDERR_FILENO);
		size_t n = bench_workload_grid(bad[i], sizes, 64);
		char *text = capture_end(&c);
		assert_int_equal(n, 0);
		assert_refused(bad[i], "sizes:A-B", text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stream_follows_the_seed),
		cmocka_unit_test(frequencies_are_the_weights),
		cmocka_unit_test(shapes_are_the_census),
		cmocka_unit_test(framed_shapes_have_frames),
		cmocka_unit_test(shapes_have_keys),
		cmocka_unit_test(one_shape_specs),
		cmocka_unit_test(masks_and_odd_sizes),
		cmocka_unit_test(grids),
		cmocka_unit_test(any_grid_rises_to_its_end),
		cmocka_unit_test(bad_specs),
		cmocka_unit_test(bad_grids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
