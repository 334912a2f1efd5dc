/* test_call_set_use.c - which set may be used where, and what it binds */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base_cpu.h"
#include "call_fixture.h"

static void
assert_refused(const char *text, unsigned uses, bool marking, const char *why)
{
	struct call_set set = call_fixture_set(text);
	const char *refusal = call_set_refusal(&set, uses, marking, false);

	if (!why)
		assert_null(refusal);
	else if (!refusal || !strstr(refusal, why))
		fail_msg("%s: %s", text, refusal ? refusal : "not refused");
}

static void
test_refused_while_marking(void **state)
{
	static const char *const torn = "not word-atomic";

	(void)state;
	assert_refused("default", CALL_USES_ALL, true, NULL);
	assert_refused("go1.12", CALL_USES_ALL, true, NULL);
	assert_refused("go1.23", CALL_USES_ALL, true, NULL);
	assert_refused("libc", CALL_USES_ALL, true, torn);
	assert_refused("libc", CALL_USES_ALL, false, NULL);
	assert_refused("memclr_rep_stosb", CALL_USES_ALL, true, torn);
	assert_refused("memclr_rep_stosb", CALL_USES_ALL, false, NULL);
	assert_refused("memmove_rep_movsb", CALL_USES_ALL, true, torn);
	assert_refused("memclr_rep_stosq", CALL_USES_ALL, true, NULL);
	/* A member is asked for where it is used. */
	assert_refused("memclr_libc", CALL_USES_MEMCLR, true, torn);
	assert_refused("memclr_libc", CALL_USES_MEMMOVE | CALL_USES_BARRIER,
		       true, NULL);
	assert_refused("memmove_libc", CALL_USES_MEMMOVE, true, torn);
	assert_refused("memmove_libc", CALL_USES_MEMCLR | CALL_USES_BARRIER,
		       true, NULL);
	assert_refused("libc", CALL_USES_BARRIER, true, NULL);
}

/* Of a rule by size every part is asked. */
static void
test_refusal_asks_every_rule(void **state)
{
	struct call_set set = call_fixture_set("go1.23");
	struct strategy torn = *strategy_find("memclr_word");

	(void)state;
	torn.atomicity = ATOMICITY_NONE;
	set.rules[STRATEGY_MEMCLR][1].strategy = &torn;
	assert_non_null(call_set_refusal(&set, CALL_USES_ALL, true, true));
	assert_null(call_set_refusal(&set, CALL_USES_ALL, false, true));
	torn.flags = STRATEGY_WORDS_ONLY;
	assert_non_null(call_set_refusal(&set, CALL_USES_ALL, false, false));
	assert_null(call_set_refusal(&set, CALL_USES_ALL, false, true));
	torn.flags = STRATEGY_FLOOR;
	assert_non_null(call_set_bound(&set, CALL_USES_ALL));
	assert_null(call_set_bound(&set, CALL_USES_BARRIER));
}

static void
assert_bound(const char *text, unsigned uses, bool bound)
{
	struct call_set set = call_fixture_set(text);

	if (!call_set_bound(&set, uses) == bound)
		fail_msg("%s is %sa bound", text, bound ? "not " : "");
}

static void
test_bounds(void **state)
{
	(void)state;
	assert_bound("default", CALL_USES_ALL, false);
	assert_bound("libc", CALL_USES_ALL, false);
	assert_bound("floor", CALL_USES_ALL, true);
	assert_bound("floor", CALL_USES_MEMCLR, true);
	assert_bound("floor", CALL_USES_MEMMOVE, true);
	assert_bound("floor", CALL_USES_BARRIER, true);
	assert_bound("nobarrier", CALL_USES_ALL, true);
	assert_bound("nobarrier", CALL_USES_MEMCLR | CALL_USES_MEMMOVE, false);
	assert_bound("memclr_floor", CALL_USES_BARRIER, false);
	/* A bound may still be run under a marker. */
	assert_refused("floor", CALL_USES_ALL, true, NULL);
}

static size_t
buffer_words(const char *text)
{
	struct call_set set = call_fixture_set(text);

	return call_set_buffer_words(&set);
}

static void
test_buffer_words(void **state)
{
	(void)state;
	assert_int_equal(buffer_words("bulk"), 512);
	assert_int_equal(buffer_words("bulk1"), 512);
	assert_int_equal(buffer_words("bulk;buffer=2"), 4);
	assert_int_equal(buffer_words("bulk1;buffer=2"), 2);
	assert_int_equal(buffer_words("perslot"), 0);
	assert_int_equal(buffer_words("nobarrier;buffer=8"), 0);
}

static size_t cleared_small, cleared_large;

static void
small_memclr(void *ptr, size_t n)
{
	(void)ptr;
	cleared_small = n;
}

static void
large_memclr(void *ptr, size_t n)
{
	(void)ptr;
	cleared_large = n;
}

/* Go 1.23 turns to the string instruction at 2 KiB. */
static void
test_dispatch_by_size(void **state)
{
	struct call_set set = call_fixture_set("go1.23"),
			other = call_fixture_set("libc");
	struct strategy small = {.memclr = small_memclr};
	struct strategy large = {.memclr = large_memclr};
	struct call_rule *rules = set.rules[STRATEGY_MEMCLR];
	memclr_fn *memclr;
	char bytes[1];

	(void)state;
	assert_string_equal(rules[1].strategy->name, "memclr_rep_stosq");
	rules[0].strategy = &small;
	rules[1].strategy = &large;
	memclr = call_set_bind_memclr(&set);
	for (size_t n = 0; n < 5000; n++) {
		cleared_small = cleared_large = SIZE_MAX;
		memclr(bytes, n);
		assert_int_equal(cleared_small, n < 2048 ? n : SIZE_MAX);
		assert_int_equal(cleared_large, n < 2048 ? SIZE_MAX : n);
	}
	/* One rule needs no dispatch. */
	assert_ptr_equal(call_set_bind_memmove(&other),
			 strategy_find("memmove_libc")->memmove);
	assert_ptr_equal(call_set_bind_memclr(&other),
			 strategy_find("memclr_libc")->memclr);
}

/* Without AVX2: the default is another, and the text still names its set. */
static void
test_hidden_cpu_features(void **state)
{
	static const char *const lacks = "this CPU lacks";
	struct call_set set = call_fixture_set("default");

	(void)state;
	assert_false(base_cpu_features() & CPU_AVX2);
	assert_refused("memclr_avx2", CALL_USES_ALL, false, lacks);
	assert_refused("memclr_avx2", CALL_USES_BARRIER, false, NULL);
	assert_refused("memmove_avx2", CALL_USES_ALL, true, lacks);
	assert_refused("default", CALL_USES_ALL, true, NULL);
	assert_string_equal(call_set_label(&set, CALL_USES_MEMCLR),
			    "memclr_sse2");
	assert_string_equal(call_set_label(&set, CALL_USES_MEMMOVE),
			    "memmove_sse2");
}

static int
run_hiding(const char *features)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		setenv("FRAMEBENCH_DISABLE_CPU", features, 1);
		execl("/proc/self/exe", "self", "hidden", (char *)NULL);
		_exit(127);
	}
	return child < 0 || waitpid(child, &status, 0) != child || status;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused_while_marking),
		cmocka_unit_test(test_refusal_asks_every_rule),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_buffer_words),
		cmocka_unit_test(test_dispatch_by_size),
	};
	const struct CMUnitTest hidden[] = {
		cmocka_unit_test(test_hidden_cpu_features),
	};

	(void)argv;
	if (argc > 1)
		return cmocka_run_group_tests(hidden, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL) |
	       run_hiding("avx512f,avx2");
}
