/* heap_stress.c - every heap of a test program under the modes of gc.h */
// SPDX-License-Identifier: BSD-3-Clause
#include "heap_stress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test_util.h"

/* FRAMEBENCH_STRESS is a list of these. */
static const char *const names[] = {"mark", "safepoint", "buffer"};

/* Asked for; and left out of the next heap, and of all. */
static unsigned asked, left_out, never;

static unsigned
mode_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return 1u << i;
	fprintf(stderr,
		"FRAMEBENCH_STRESS: '%s': expected mark, safepoint or "
		"buffer\n",
		name);
	abort();
}

unsigned
heap_stress(void)
{
	return asked & ~(left_out | never);
}

/* Before main, so that no heap of a test program escapes. */
static __attribute__((constructor)) void
stress_all_heaps(void)
{
	const char *text = getenv("FRAMEBENCH_STRESS");
	char *list = strdup(text ? text : ""), *rest = list, *name;

	CHECK(list);
	while ((name = strsep(&rest, ",")))
		if (*name)
			asked |= mode_of(name);
	free(list);
	gc_stress_heaps(heap_stress());
}

static void
say_without(unsigned stress, const char *why)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (heap_stress() & stress & 1u << i)
			printf("without FRAMEBENCH_STRESS=%s: %s\n", names[i],
			       why);
}

void
heap_without_stress(unsigned stress, const char *why)
{
	say_without(stress, why);
	left_out |= stress;
	gc_stress_heaps(heap_stress());
}

void
heap_never_stress(unsigned stress, const char *why)
{
	say_without(stress, why);
	never |= stress;
	gc_stress_heaps(heap_stress());
}

void
heap_stress_again(void)
{
	left_out = 0;
	gc_stress_heaps(heap_stress());
}

size_t
heap_stress_steps(size_t n)
{
	/* As much slower as each was seen to make tests, about. */
	size_t slower = heap_stress() & GC_STRESS_SAFEPOINT ? 50 : 1;

	if (TEST_SANITIZED)
		slower *= 5;
	return MAX(n / slower, 1);
}
