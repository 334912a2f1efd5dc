/* test_call_set.c - the texts that name a set, those that do not, and labels */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "base_cpu.h"
#include "call_fixture.h"

static const char *
only_rule(const struct call_set *set, enum strategy_kind kind)
{
	assert_true(set->rules[kind][0].max == SIZE_MAX);
	return set->rules[kind][0].strategy->name;
}

static void
assert_set(const char *text, const char *memclr, const char *memmove,
	   const char *barrier, unsigned entries, enum call_pooling pooling)
{
	struct call_set set = call_fixture_set(text);

	assert_string_equal(only_rule(&set, STRATEGY_MEMCLR), memclr);
	assert_string_equal(only_rule(&set, STRATEGY_MEMMOVE), memmove);
	assert_string_equal(set.barrier->name, barrier);
	assert_int_equal(set.buffer_entries, entries);
	assert_int_equal(set.pooling, pooling);
}

/* What AVX2's place is taken by here. */
static const char *
vector(const char *avx2, const char *sse2, const char *word)
{
	if (base_cpu_features() & CPU_AVX2)
		return avx2;
	return base_cpu_features() & CPU_SSE2 ? sse2 : word;
}

static const char *
vector_memclr(void)
{
	return vector("memclr_avx2", "memclr_sse2", "memclr_word");
}

static const char *
vector_memmove(void)
{
	return vector("memmove_avx2", "memmove_sse2", "memmove_word");
}

static void
test_named_sets(void **state)
{
	const char *const clr = vector_memclr(), *const move = vector_memmove();

	(void)state;
	assert_set("default", clr, move, "bulk1", 0, CALL_POOL_GO);
	assert_set("go1.12", clr, move, "bulk", 0, CALL_POOL_GO);
	assert_set("libc", "memclr_libc", "memmove_libc", "bulk1", 0,
		   CALL_POOL_GO);
	assert_set("floor", "memclr_floor", "memmove_floor", "nobarrier", 0,
		   CALL_POOL_GO);
	for (size_t i = 0; call_set_name(i); i++) {
		call_fixture_set(call_set_name(i));
		assert_true(call_set_summary(i)[0]);
	}
	assert_string_equal(call_set_name(4), "floor");
	assert_null(call_set_name(5));
	assert_null(call_set_summary(5));
}

static void
test_members_replace_those_of_the_base(void **state)
{
	const char *const clr = vector_memclr(), *const move = vector_memmove();

	(void)state;
	assert_set("memclr_word", "memclr_word", move, "bulk1", 0,
		   CALL_POOL_GO);
	assert_set("memmove_word", clr, "memmove_word", "bulk1", 0,
		   CALL_POOL_GO);
	assert_set("perslot", clr, move, "perslot", 0, CALL_POOL_GO);
	assert_set("buffer=64", clr, move, "bulk1", 64, CALL_POOL_GO);
	assert_set("pool=none", clr, move, "bulk1", 0, CALL_POOL_NONE);
	assert_set("bulk;pool=none;buffer=2", clr, move, "bulk", 2,
		   CALL_POOL_NONE);
	assert_set("libc;barrier=bulk;memclr=memclr_word", "memclr_word",
		   "memmove_libc", "bulk", 0, CALL_POOL_GO);
	assert_set("memclr=memclr_word;memmove=memmove_libc;barrier=nobarrier;"
		   "buffer=4096;pool=go",
		   "memclr_word", "memmove_libc", "nobarrier", 4096,
		   CALL_POOL_GO);
	/* A rule by size is replaced whole. */
	assert_set("go1.23;memclr=memclr_word", "memclr_word", move, "bulk1", 0,
		   CALL_POOL_GO);
}

/* Every strategy is a set, and is its member. */
static void
test_every_strategy_is_a_set(void **state)
{
	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);
		struct call_set bare = call_fixture_set(s->name), member;
		char text[96];

		snprintf(text, sizeof(text), "%s=%s",
			 strategy_kind_name(s->kind), s->name);
		member = call_fixture_set(text);
		if (s->kind == STRATEGY_BARRIER)
			assert_ptr_equal(bare.barrier, s);
		else
			assert_ptr_equal(bare.rules[s->kind][0].strategy, s);
		memcpy(member.name, bare.name, sizeof(bare.name));
		assert_memory_equal(&member, &bare, sizeof(bare));
	}
}

static void
test_bad_texts(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{"", "'': expected a strategy or a set"},
		{"Default", "'Default': expected a strategy or a set"},
		{"memclr", "'memclr': expected a strategy or a set"},
		{"memclr_word ", "'memclr_word ': expected a strategy or a"},
		{"bulk;;pool=go", "'': expected member=value"},
		{"bulk;", "'': expected member=value"},
		{"bulk;perslot", "'perslot': expected member=value"},
		{"pool=go;bulk", "'bulk': expected member=value"},
		{"=bulk", "'': expected memclr, memmove, barrier, buffer"},
		{"set=bulk", "'set': expected memclr, memmove, barrier, "},
		{"memclr=", "'': expected a strategy of that kind"},
		{"memclr=bulk", "'bulk': expected a strategy of that kind"},
		{"memclr=default", "'default': expected a strategy of that"},
		{"barrier=bulk=2", "'bulk=2': expected a strategy of that"},
		{"buffer=", "'': expected a buffer of 2 to 4096 entries"},
		{"buffer=1", "'1': expected a buffer of 2 to 4096 entries"},
		{"buffer=4097", "'4097': expected a buffer of 2 to 4096"},
		{"buffer=64k", "'64k': expected a buffer of 2 to 4096"},
		{"buffer= 64", "' 64': expected a buffer of 2 to 4096"},
		{"buffer=+64", "'+64': expected a buffer of 2 to 4096"},
		{"buffer=0x40", "'0x40': expected a buffer of 2 to 4096"},
		{"buffer=99999999999999999999", "'99999999999999999999': e"},
		{"buffer=-18446744073709551552", "'-18446744073709551552': "},
		{"pool=", "'': expected pool=go, pool=none or "
			  "pool=unaliased"},
		{"pool=gone", "'gone': expected pool=go, pool=none or "
			      "pool=unaliased"},
		{"pool=GO", "'GO': expected pool=go, pool=none or "
			    "pool=unaliased"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct call_set set;
		char error[160] = "";

		if (call_set_parse(&set, cases[i].text, error, sizeof(error)))
			fail_msg("'%s' names a set", cases[i].text);
		if (strncmp(error, cases[i].error, strlen(cases[i].error)))
			fail_msg("%s\nexpected: %s", error, cases[i].error);
	}
}

/* A message is a line, however long the text is. */
static void
test_long_texts(void **state)
{
	struct call_set set;
	char text[1000], error[160];

	(void)state;
	for (size_t n = 100; n < sizeof(text); n++) {
		memset(text, 'x', n);
		text[n] = '\0';
		assert_false(call_set_parse(&set, text, error, sizeof(error)));
		assert_non_null(strstr(error, "expected "));
		assert_non_null(strstr(error, "set"));
	}
}

static void
test_labels(void **state)
{
	struct call_set set =
		call_fixture_set("bulk;memclr=memclr_word;pool=none");
	struct call_set by_size = call_fixture_set("go1.23");

	(void)state;
	assert_string_equal(call_set_label(&set, CALL_USES_MEMCLR),
			    "memclr_word");
	assert_string_equal(call_set_label(&set, CALL_USES_MEMMOVE),
			    vector_memmove());
	assert_string_equal(call_set_label(&set, CALL_USES_BARRIER), "bulk");
	assert_string_equal(call_set_label(&set, CALL_USES_ALL), set.name);
	assert_string_equal(
		call_set_label(&set, CALL_USES_MEMCLR | CALL_USES_BARRIER),
		set.name);
	/* No bare name says what a rule by size does. */
	assert_string_equal(call_set_label(&by_size, CALL_USES_MEMCLR),
			    "go1.23");
	assert_string_equal(call_set_label(&by_size, CALL_USES_MEMMOVE),
			    vector_memmove());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named_sets),
		cmocka_unit_test(test_members_replace_those_of_the_base),
		cmocka_unit_test(test_every_strategy_is_a_set),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_long_texts),
		cmocka_unit_test(test_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
