/* test_base_page.c - pages are aligned, zero, guarded, and given back */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base_page.h"

/* Whether writing a byte there kills a child. */
static bool
faults(volatile unsigned char *ptr)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0) {
		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		*ptr = 1;
		_exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	return WIFSIGNALED(status);
}

static bool
mapped(void *page)
{
	return msync(page, 1, MS_ASYNC) == 0;
}

/* Pages of address space that this process has. */
static long
address_space(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	CHECK(f && fscanf(f, "%ld", &pages) == 1);
	fclose(f);
	return pages;
}

static void
test_reserve_aligns(void **state)
{
	size_t page = base_page_size();

	(void)state;
	address_space(); /* the first call maps memory for stdio */
	for (size_t align = page; align <= (size_t)1 << 26; align *= 2) {
		long before = address_space();
		unsigned char *p = base_page_reserve(3 * page + 1, align);

		assert_non_null(p);
		assert_int_equal(address_space() - before, 4);
		assert_int_equal((uintptr_t)p % align, 0);
		assert_true(mapped(p + 3 * page));
		base_page_free(p, 3 * page + 1);
		assert_false(mapped(p));
		assert_false(mapped(p + 3 * page));
	}
}

static void
test_reserve_refuses_the_impossible(void **state)
{
	(void)state;
	assert_null(base_page_reserve(SIZE_MAX, base_page_size()));
	assert_null(base_page_reserve(SIZE_MAX / 2, base_page_size()));
	assert_null(base_page_reserve(SIZE_MAX - 65536, BASE_PAGE_HUGE_SIZE));
}

static void
test_commit_makes_a_part_writable(void **state)
{
	size_t page = base_page_size();
	unsigned char *p = base_page_reserve(4 * page, page);

	(void)state;
	assert_true(faults(p));
	assert_true(base_page_commit(p + page, page));
	assert_true(faults(p + page - 1));
	assert_int_equal(p[page], 0);
	memset(p + page, 1, page);
	assert_true(faults(p + 2 * page));
	base_page_free(p, 4 * page);
}

static void
test_alloc_is_zero_and_writable(void **state)
{
	static const enum base_page_kind kinds[] = {BASE_PAGE_SMALL,
						    BASE_PAGE_HUGE};
	size_t size = 2 * BASE_PAGE_HUGE_SIZE;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		unsigned char *p = base_page_alloc(size, kinds[i]);

		assert_non_null(p);
		if (kinds[i] == BASE_PAGE_HUGE)
			assert_int_equal((uintptr_t)p % BASE_PAGE_HUGE_SIZE, 0);
		assert_int_equal(p[0] | p[size - 1], 0);
		memset(p, 1, size);
		base_page_free(p, size);
		assert_false(mapped(p));
	}
	assert_null(base_page_alloc(SIZE_MAX / 2, BASE_PAGE_HUGE));
}

static void
test_guarded_faults_on_both_sides(void **state)
{
	struct base_guarded g;
	size_t size = base_page_size() + 1;
	unsigned char *start;

	(void)state;
	base_guarded_alloc(&g, size);
	start = g.start;
	assert_int_equal(g.end - g.start, 2 * base_page_size());
	memset(g.start, 1, (size_t)(g.end - g.start));
	assert_true(faults(g.start - 1));
	assert_true(faults(g.end));
	assert_false(faults(g.end - 1));
	base_guarded_free(&g);
	assert_false(mapped(start));
	assert_false(mapped(start - base_page_size()));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reserve_aligns),
		cmocka_unit_test(test_reserve_refuses_the_impossible),
		cmocka_unit_test(test_commit_makes_a_part_writable),
		cmocka_unit_test(test_alloc_is_zero_and_writable),
		cmocka_unit_test(test_guarded_faults_on_both_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
