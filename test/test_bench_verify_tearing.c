/* test_bench_verify_tearing.c - kernels that promise whole words show no torn
 * one, and those that tear are caught
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <sched.h>
#include <string.h>

#include "base.h"
#include "bench_verify_tearing.h"

static void
run_one(const struct strategy *s, enum bench_tearing what)
{
	struct bench_tearing_result r;

	bench_tearing_pass(s, what, 1, &r);
	if (r.size > 0)
		fail_msg("%s, %s: size %zu, %zu words into a line: torn word "
			 "%016llx",
			 s->name, bench_tearing_names[what], r.size, r.at,
			 (unsigned long long)r.value);
	print_message("%s, %s: %llu changes seen, none within a word\n",
		      s->name, bench_tearing_names[what],
		      (unsigned long long)r.meetings);
}

static void
run_case(enum bench_tearing what)
{
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		if (!bench_tearing_concerns(what, s) ||
		    s->flags & STRATEGY_FLOOR || s->atomicity == ATOMICITY_NONE)
			continue;
		if (strategy_usable(s))
			run_one(s, what);
		else
			print_message("%s: skipped, this CPU cannot run it\n",
				      s->name);
	}
}

static void
test_memclr_stores_whole_words(void **state)
{
	(void)state;
	run_case(TEARING_CLEAR);
}

static void
test_memmove_stores_whole_words(void **state)
{
	(void)state;
	run_case(TEARING_COPY);
}

static void
test_memmove_stores_whole_words_when_overlapping(void **state)
{
	(void)state;
	run_case(TEARING_SHIFT);
}

static void
test_memmove_loads_whole_words(void **state)
{
	(void)state;
	run_case(TEARING_LOAD);
}

/* The wrong ways: a byte at a time. */
RACES_WITH_MARKER static void
clear_bytes(void *ptr, size_t n)
{
	volatile unsigned char *p = ptr;

	for (size_t i = 0; i < n; i++)
		p[i] = 0;
}

RACES_WITH_MARKER static void
move_bytes(void *dst, const void *src, size_t n)
{
	volatile unsigned char *d = dst;
	const volatile unsigned char *s = src;
	bool down = (uintptr_t)dst - (uintptr_t)src < n;

	for (size_t i = 0; i < n; i++)
		d[down ? n - 1 - i : i] = s[down ? n - 1 - i : i];
}

/* A word in two halves. */
typedef uint32_t half __attribute__((may_alias));

RACES_WITH_MARKER static void
clear_halves(void *ptr, size_t n)
{
	volatile half *p = ptr;

	for (size_t i = 0; i < n / sizeof(*p); i++)
		p[i] = 0;
}

RACES_WITH_MARKER static void
move_halves(void *dst, const void *src, size_t n)
{
	volatile half *d = dst;
	const volatile half *s = src;
	bool down = (uintptr_t)dst - (uintptr_t)src < n;

	n /= sizeof(*d);
	for (size_t i = 0; i < n; i++)
		d[down ? n - 1 - i : i] = s[down ? n - 1 - i : i];
}

/* Stores of a word's size that all lie across two words. */
typedef uint64_t across __attribute__((may_alias, aligned(4)));

RACES_WITH_MARKER static void
clear_across(void *ptr, size_t n)
{
	char *p = ptr;
	size_t i;

	*(volatile half *)p = 0;
	for (i = 4; i + 8 <= n; i += 8)
		*(volatile across *)(p + i) = 0;
	*(volatile half *)(p + i) = 0;
}

/* At most this often through all sizes; the first is enough unless the other
 * thread gets no CPU. */
#define TRIES 30

static void
expect_caught(const struct strategy *s, enum bench_tearing what)
{
	struct bench_tearing_result r;

	bench_tearing_pass(s, what, TRIES, &r);
	if (r.size == 0)
		fail_msg("%s, %s: not caught, %llu changes seen", s->name,
			 bench_tearing_names[what],
			 (unsigned long long)r.meetings);
}

static void
skip_on_one_cpu(void)
{
	cpu_set_t allowed;

	CHECK(sched_getaffinity(0, sizeof(allowed), &allowed) == 0);
	if (CPU_COUNT(&allowed) >= 2)
		return;
	print_message("skipped: one CPU, where a race is not seen\n");
	skip();
}

static const struct strategy bytes_clear = {
	.name = "bytes", .kind = STRATEGY_MEMCLR, .memclr = clear_bytes};

static void
test_torn_words_are_caught(void **state)
{
	static const struct strategy clears[] = {
		{.name = "halves", .memclr = clear_halves},
		{.name = "across", .memclr = clear_across},
	};
	static const struct strategy moves[] = {
		{.name = "bytes", .memmove = move_bytes},
		{.name = "halves", .memmove = move_halves},
	};

	(void)state;
	skip_on_one_cpu();
	expect_caught(&bytes_clear, TEARING_CLEAR);
	for (size_t i = 0; i < ARRAY_LEN(clears); i++)
		expect_caught(&clears[i], TEARING_CLEAR);
	for (size_t i = 0; i < ARRAY_LEN(moves); i++)
		for (int what = TEARING_COPY; what < TEARINGS; what++)
			expect_caught(&moves[i], (enum bench_tearing)what);
}

/* A word torn in each pass, or the other thread got no CPU in that one. */
static void
test_verify_names_the_first(void **state)
{
	struct bench_verify_result r = {0};

	(void)state;
	skip_on_one_cpu();
	for (int i = 0; i < TRIES && r.wrong == 0; i++)
		bench_verify_tearing(&bytes_clear, 0, &r);
	assert_true(r.wrong > 0 && r.rounds > 0);
	assert_non_null(strstr(r.first, "clear of "));
	assert_non_null(strstr(r.first, "torn word "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memclr_stores_whole_words),
		cmocka_unit_test(test_memmove_stores_whole_words),
		cmocka_unit_test(
			test_memmove_stores_whole_words_when_overlapping),
		cmocka_unit_test(test_memmove_loads_whole_words),
		cmocka_unit_test(test_torn_words_are_caught),
		cmocka_unit_test(test_verify_names_the_first),
	};

	strategy_check_all();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
