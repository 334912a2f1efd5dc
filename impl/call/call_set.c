/* call_set.c - named sets, their text form, soundness, and dispatch by size */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_set.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base_cpu.h"

/* 2 entries is Go's testSmallBuf, the smallest that a hook's two words fit in;
 * 4,096 entries are 64 KiB of two words, more than an L1 data cache. */
#define MIN_ENTRIES 2
#define MAX_ENTRIES 4096

const char *const call_pooling_names[CALL_POOLINGS] = {
	[CALL_POOL_GO] = "go",
	[CALL_POOL_NONE] = "none",
	[CALL_POOL_UNALIASED] = "unaliased",
};

/* One rule of a named set: the first of the names that this CPU can run. */
struct preference {
	size_t max;
	const char *names[3];
};

/* clang-format off */
#define VECTOR_MEMCLR  {"memclr_avx2", "memclr_sse2", "memclr_word"}
#define VECTOR_MEMMOVE {"memmove_avx2", "memmove_sse2", "memmove_word"}

static const struct {
	const char *name, *summary;
	struct preference memclr[CALL_SET_RULES], memmove[CALL_SET_RULES];
	const char *barrier;
} named[] = {
	{"default", "the hand-written default: AVX2 and bulk1",
	 {{SIZE_MAX, VECTOR_MEMCLR}}, {{SIZE_MAX, VECTOR_MEMMOVE}}, "bulk1"},
	/* runtime/memclr_amd64.s and memmove_amd64.s of 1.12 know AVX2 loops
	 * and, for memclr, no string instruction. */
	{"go1.12", "as Go 1.12 does on amd64",
	 {{SIZE_MAX, VECTOR_MEMCLR}}, {{SIZE_MAX, VECTOR_MEMMOVE}}, "bulk"},
	/* memclr_amd64.s of 1.23: REP STOSQ from 2 KiB where the CPU has ERMS.
	 * Its non-temporal loop from 32 MiB on is not among the strategies. */
	{"go1.23", "as Go 1.23 does on amd64, up to 32 MiB",
	 {{2047, VECTOR_MEMCLR}, {SIZE_MAX, {"memclr_rep_stosq", "memclr_word"}}},
	 {{SIZE_MAX, VECTOR_MEMMOVE}}, "bulk1"},
	{"libc", "libc's memset and memmove, bulk1; refused while marking",
	 {{SIZE_MAX, {"memclr_libc"}}}, {{SIZE_MAX, {"memmove_libc"}}}, "bulk1"},
	{"floor", "does nothing: the cost of the harness",
	 {{SIZE_MAX, {"memclr_floor"}}}, {{SIZE_MAX, {"memmove_floor"}}},
	 "nobarrier"},
};
/* clang-format on */

const char *
call_set_name(size_t i)
{
	return i < ARRAY_LEN(named) ? named[i].name : NULL;
}

const char *
call_set_summary(size_t i)
{
	return i < ARRAY_LEN(named) ? named[i].summary : NULL;
}

static const struct strategy *
first_usable(const struct preference *p)
{
	const struct strategy *s = NULL;

	for (size_t i = 0; i < ARRAY_LEN(p->names) && p->names[i]; i++) {
		const struct strategy *found = strategy_find(p->names[i]);

		if (found && strategy_usable(found))
			return found;
		s = s ? s : found;
	}
	return s;
}

static void
take_rules(struct call_rule *to, const struct preference *from)
{
	do {
		to->max = from->max;
		to->strategy = first_usable(from);
		CHECK(to->strategy);
		from++;
	} while (to++->max != SIZE_MAX);
}

static bool
take_named(struct call_set *set, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(named); i++) {
		if (strcmp(named[i].name, name))
			continue;
		take_rules(set->rules[STRATEGY_MEMCLR], named[i].memclr);
		take_rules(set->rules[STRATEGY_MEMMOVE], named[i].memmove);
		set->barrier = strategy_find(named[i].barrier);
		CHECK(set->barrier);
		set->buffer_entries = 0;
		set->pooling = CALL_POOL_GO;
		return true;
	}
	return false;
}

static void
take_strategy(struct call_set *set, const struct strategy *s)
{
	if (s->kind == STRATEGY_BARRIER)
		set->barrier = s;
	else
		set->rules[s->kind][0] = (struct call_rule){SIZE_MAX, s};
}

/* Of a long text the start is shown, so that the rest of the line has room. */
static bool
set_error(char *error, size_t size, const char *text, const char *expected)
{
	snprintf(error, size, "'%.64s%s': expected %s", text,
		 strlen(text) > 64 ? "..." : "", expected);
	return false;
}

static bool
parse_buffer(struct call_set *set, const char *value, char *error, size_t size)
{
	char *end;
	unsigned long n;

	errno = 0;
	n = strtoul(value, &end, 10);
	/* strtoul itself takes spaces and signs. */
	if (errno || !isdigit((unsigned char)*value) || *end ||
	    n < MIN_ENTRIES || n > MAX_ENTRIES)
		return set_error(error, size, value,
				 "a buffer of 2 to 4096 entries");
	set->buffer_entries = (unsigned)n;
	return true;
}

static bool
parse_pool(struct call_set *set, const char *value, char *error, size_t size)
{
	for (int i = 0; i < CALL_POOLINGS; i++)
		if (strcmp(call_pooling_names[i], value) == 0) {
			set->pooling = (enum call_pooling)i;
			return true;
		}
	return set_error(error, size, value,
			 "pool=go, pool=none or pool=unaliased");
}

/* key=value */
static bool
parse_member(struct call_set *set, const char *key, const char *value,
	     char *error, size_t size)
{
	const struct strategy *s = strategy_find(value);

	if (strcmp(key, "buffer") == 0)
		return parse_buffer(set, value, error, size);
	if (strcmp(key, "pool") == 0)
		return parse_pool(set, value, error, size);
	for (int kind = 0; kind < STRATEGY_KINDS; kind++) {
		if (strcmp(key, strategy_kind_name((enum strategy_kind)kind)))
			continue;
		if (!s || s->kind != (enum strategy_kind)kind)
			return set_error(error, size, value,
					 "a strategy of that kind (see "
					 "framebench list strategies)");
		take_strategy(set, s);
		return true;
	}
	return set_error(error, size, key,
			 "memclr, memmove, barrier, buffer or pool");
}

/* The first member without "=". */
static bool
parse_base(struct call_set *set, const char *text, char *error, size_t size)
{
	const struct strategy *s = strategy_find(text);

	if (take_named(set, text))
		return true;
	if (!s)
		return set_error(error, size, text,
				 "a strategy or a set (see framebench list "
				 "strategies, framebench list sets)");
	take_strategy(set, s);
	return true;
}

bool
call_set_parse(struct call_set *set, const char *text, char *error, size_t size)
{
	char copy[sizeof(set->name)], *member, *rest = copy;
	bool first = true;

	if (strlen(text) >= sizeof(copy))
		return set_error(error, size, text, "a shorter set");
	strcpy(copy, text);
	memset(set, 0, sizeof(*set));
	take_named(set, "default");
	strcpy(set->name, text);
	while ((member = strsep(&rest, ";"))) {
		char *value = strchr(member, '=');

		if (value) {
			*value++ = '\0';
			if (!parse_member(set, member, value, error, size))
				return false;
		} else if (!first) {
			return set_error(error, size, member, "member=value");
		} else if (!parse_base(set, member, error, size)) {
			return false;
		}
		first = false;
	}
	return true;
}

static bool
is_single(const struct call_set *set, int kind)
{
	return set->rules[kind][0].max == SIZE_MAX;
}

const char *
call_set_label(const struct call_set *set, unsigned uses)
{
	if (uses == CALL_USES_BARRIER)
		return set->barrier->name;
	if (uses == CALL_USES_MEMCLR && is_single(set, STRATEGY_MEMCLR))
		return set->rules[STRATEGY_MEMCLR][0].strategy->name;
	if (uses == CALL_USES_MEMMOVE && is_single(set, STRATEGY_MEMMOVE))
		return set->rules[STRATEGY_MEMMOVE][0].strategy->name;
	return set->name;
}

/* Asks fn of each strategy that an operation uses; the first answer. */
static const char *
ask(const struct call_set *set, unsigned uses,
    const char *(*fn)(const struct strategy *s, bool marking, bool words),
    bool marking, bool words)
{
	const char *answer = NULL;

	for (int kind = 0; kind < 2; kind++) {
		const struct call_rule *rule = set->rules[kind];

		if (!(uses & 1u << kind))
			continue;
		do
			answer = fn(rule->strategy, marking, words);
		while (!answer && rule++->max != SIZE_MAX);
		if (answer)
			return answer;
	}
	if (uses & CALL_USES_BARRIER)
		return fn(set->barrier, marking, words);
	return NULL;
}

static const char *
refusal(const struct strategy *s, bool marking, bool words)
{
	if (!strategy_usable(s))
		return "this CPU lacks an instruction set that it needs";
	if (s->flags & STRATEGY_WORDS_ONLY && !words)
		return "words-only, and sizes are not whole words";
	if (marking && s->kind != STRATEGY_BARRIER &&
	    s->atomicity == ATOMICITY_NONE)
		return "not word-atomic: a marker could see a torn pointer";
	return NULL;
}

static const char *
bound(const struct strategy *s, bool marking, bool words)
{
	(void)marking;
	(void)words;
	if (s->flags & STRATEGY_FLOOR)
		return "a floor: does none of the work";
	if (s->flags & STRATEGY_UNSOUND)
		return "unsound: loses objects while marking";
	return NULL;
}

const char *
call_set_refusal(const struct call_set *set, unsigned uses, bool marking,
		 bool words)
{
	return ask(set, uses, refusal, marking, words);
}

const char *
call_set_bound(const struct call_set *set, unsigned uses)
{
	return ask(set, uses, bound, false, false);
}

size_t
call_set_buffer_words(const struct call_set *set)
{
	unsigned entries = set->buffer_entries ? set->buffer_entries
					       : set->barrier->default_entries;

	return (size_t)entries * set->barrier->entry_words;
}

/* The rules that the dispatchers read. */
static struct call_rule bound_rules[2][CALL_SET_RULES];

static const struct strategy *
rule_for(int kind, size_t n)
{
	const struct call_rule *rule = bound_rules[kind];

	while (n > rule->max)
		rule++;
	return rule->strategy;
}

static void
memclr_by_size(void *ptr, size_t n)
{
	rule_for(STRATEGY_MEMCLR, n)->memclr(ptr, n);
}

static void
memmove_by_size(void *dst, const void *src, size_t n)
{
	rule_for(STRATEGY_MEMMOVE, n)->memmove(dst, src, n);
}

memclr_fn *
call_set_bind_memclr(const struct call_set *set)
{
	if (is_single(set, STRATEGY_MEMCLR))
		return set->rules[STRATEGY_MEMCLR][0].strategy->memclr;
	memcpy(bound_rules[STRATEGY_MEMCLR], set->rules[STRATEGY_MEMCLR],
	       sizeof(bound_rules[0]));
	return memclr_by_size;
}

memmove_fn *
call_set_bind_memmove(const struct call_set *set)
{
	if (is_single(set, STRATEGY_MEMMOVE))
		return set->rules[STRATEGY_MEMMOVE][0].strategy->memmove;
	memcpy(bound_rules[STRATEGY_MEMMOVE], set->rules[STRATEGY_MEMMOVE],
	       sizeof(bound_rules[0]));
	return memmove_by_size;
}
