/* bench_relation.c - what two CPUs share, as a tuple and as a word */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_relation.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char *const bench_level_names[LEVEL_COUNT] = {
	[LEVEL_CORE] = "core", [LEVEL_L2] = "l2",
	[LEVEL_L3] = "l3",     [LEVEL_DIE] = "die",
	[LEVEL_NUMA] = "numa", [LEVEL_PACKAGE] = "package",
};

static const struct bench_relation nothing = {
	.kinds = {BENCH_ONE_KIND, BENCH_ONE_KIND},
};

static size_t
append(char *word, size_t length, const char *text)
{
	size_t room = BENCH_RELATION_WORD_SIZE - length;

	return length + (size_t)snprintf(word + length, room, "%s", text);
}

void
bench_relation_word(const struct bench_relation *relation,
		    char word[BENCH_RELATION_WORD_SIZE])
{
	size_t length = 0;

	if (relation->self) {
		append(word, 0, "self");
		return;
	}
	for (int level = 0; level < LEVEL_COUNT; level++) {
		if (!(relation->shared & 1u << level))
			continue;
		if (length > 0)
			length = append(word, length, "+");
		length = append(word, length, bench_level_names[level]);
	}
	if (length == 0)
		length = append(word, 0, "none");
	if (relation->kinds[0] != BENCH_ONE_KIND)
		snprintf(word + length, BENCH_RELATION_WORD_SIZE - length,
			 "@%d-%d", relation->kinds[0], relation->kinds[1]);
}

static int
level_find(const char *name, size_t length)
{
	for (int level = 0; level < LEVEL_COUNT; level++)
		if (strlen(bench_level_names[level]) == length &&
		    memcmp(bench_level_names[level], name, length) == 0)
			return level;
	return -1;
}

static bool
parse_levels(const char *text, size_t length, uint8_t *shared)
{
	const char *end = text + length;

	*shared = 0;
	if (length == strlen("none") && memcmp(text, "none", length) == 0)
		return true;
	for (;;) {
		const char *plus = memchr(text, '+', (size_t)(end - text));
		const char *stop = plus ? plus : end;
		int level = level_find(text, (size_t)(stop - text));

		if (level < 0 || *shared & 1u << level)
			return false;
		*shared |= (uint8_t)(1u << level);
		if (!plus)
			return true;
		text = plus + 1;
	}
}

static const char *
parse_kind(const char *text, int *kind)
{
	char *end;
	unsigned long value;

	if (!isdigit((unsigned char)*text))
		return NULL;
	value = strtoul(text, &end, 10);
	*kind = (int)value;
	return value <= INT_MAX ? end : NULL;
}

static bool
parse_kinds(const char *text, int kinds[2])
{
	text = parse_kind(text, &kinds[0]);
	if (!text || *text != '-')
		return false;
	text = parse_kind(text + 1, &kinds[1]);
	return text && *text == '\0' && kinds[0] <= kinds[1];
}

bool
bench_relation_parse(const char *word, struct bench_relation *relation)
{
	size_t levels = strcspn(word, "@");

	*relation = nothing;
	relation->self = strcmp(word, "self") == 0;
	if (relation->self)
		return true;
	return parse_levels(word, levels, &relation->shared) &&
	       (word[levels] == '\0' ||
		parse_kinds(word + levels + 1, relation->kinds));
}

/* The closest level is the lowest bit, so it decides first. */
static int
compare_shared(uint8_t a, uint8_t b)
{
	unsigned differ = a ^ b;

	if (differ == 0)
		return 0;
	return a & (differ & -differ) ? -1 : 1;
}

int
bench_relation_compare(const struct bench_relation *a,
		       const struct bench_relation *b)
{
	if (a->self || b->self)
		return b->self - a->self;
	if (a->shared != b->shared)
		return compare_shared(a->shared, b->shared);
	if (a->kinds[0] != b->kinds[0])
		return a->kinds[0] < b->kinds[0] ? -1 : 1;
	return (a->kinds[1] > b->kinds[1]) - (a->kinds[1] < b->kinds[1]);
}
