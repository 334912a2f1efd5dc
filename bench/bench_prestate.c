/* bench_prestate.c - the words of a pre-state */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_prestate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench_form.h"

const struct bench_prestate bench_prestate_usual = {
	.dst = BENCH_AS_IT_COMES,
	.src = BENCH_AS_IT_COMES,
	.skew = BENCH_SKEW,
};

#define FIELD(name) offsetof(struct bench_prestate, name)

/* A word sets a member to a value, or to the number that follows a "=". The
 * first two kinds are one word together. */
static const struct aspect {
	const char *name;
	size_t member, value; /* or the largest number */
	size_t step;          /* of numbers; 0: takes none */
	const char *summary;
} aspects[] = {
	{"l1", FIELD(place), PLACE_L1, 0, "in the first-level cache"},
	{"l2", FIELD(place), PLACE_L2, 0, "in the second, not in the first"},
	{"l3", FIELD(place), PLACE_L3, 0, "in the third, not in the second"},
	{"dram", FIELD(place), PLACE_DRAM, 0, "in no cache"},
	{"fresh", FIELD(place), PLACE_FRESH, 0,
	 "untouched: the first touch faults its page in"},
	{"zero", FIELD(content), CONTENT_ZERO, 0, "zero already"},
	{"data", FIELD(content), CONTENT_DATA, 0, "no byte is zero"},
	{"live", FIELD(content), CONTENT_LIVE, 0, "values on the heap"},
	{"huge", FIELD(huge), true, 0, "on huge pages, not on small ones"},
	{"dst=", FIELD(dst), BENCH_LINE - 1, 1,
	 "begins so many bytes past a cache line"},
	{"src=", FIELD(src), BENCH_LINE - 1, 1,
	 "the source begins so many bytes past a cache line"},
	{"skew=", FIELD(skew), 4096 - BENCH_LINE, BENCH_LINE,
	 "source past destination modulo 4 KiB: 0 and 4032 alias"},
	{"read", FIELD(after), AFTER_READ, 0,
	 "read back, as part of the operation"},
	{"refill", FIELD(after), AFTER_REFILL, 0,
	 "filled again, as part of the operation"},
	{"busy", FIELD(busy), true, 0,
	 "while another CPU copies memory that fits no cache"},
	{"neighbour=", FIELD(neighbour), 65536, 1,
	 "with the time to read so many KiB of other cached memory after it"},
	{"direct", FIELD(form), FORM_DIRECT, 0,
	 "by a direct call, not through a pointer"},
	{"plt", FIELD(form), FORM_PLT, 0,
	 "by a jump through a table, as into a shared library"},
};

static size_t *
member(struct bench_prestate *p, const struct aspect *a)
{
	return (size_t *)((char *)p + a->member);
}

static size_t
value_of(const struct bench_prestate *p, const struct aspect *a)
{
	return *(const size_t *)((const char *)p + a->member);
}

static bool
is_usual(const struct bench_prestate *p, const struct aspect *a)
{
	return value_of(p, a) == value_of(&bench_prestate_usual, a);
}

/* A word of a spec, and where it stands. */
struct word {
	const char *spec, *start;
	size_t length;
	bool quiet; /* what is wrong is not said */
};

static int
refuse(const struct word *w, const char *expected)
{
	if (w->quiet)
		return BENCH_USAGE;
	return bench_error(BENCH_USAGE,
			   "prestate '%s': column %zu: '%.*s': expected %s",
			   w->spec, (size_t)(w->start - w->spec) + 1,
			   (int)w->length, w->start, expected);
}

static int
refuse_unknown(const struct word *w)
{
	char *list = bench_strdup("one of");
	int status;

	for (size_t i = 0; i < ARRAY_LEN(aspects); i++) {
		char *longer = bench_printf("%s%s %s%s", list, i ? "," : "",
					    aspects[i].name,
					    aspects[i].step ? "N" : "");

		free(list);
		list = longer;
	}
	status = refuse(w, list);
	free(list);
	return status;
}

static const struct aspect *
find(const struct word *w)
{
	for (size_t i = 0; i < ARRAY_LEN(aspects); i++) {
		const struct aspect *a = &aspects[i];
		size_t n = strlen(a->name);

		if (strncmp(w->start, a->name, n) == 0 &&
		    (a->step ? w->length > n : w->length == n))
			return a;
	}
	return NULL;
}

static int
parse_number(const struct word *w, const struct aspect *a, size_t *n)
{
	const char *digits = w->start + strlen(a->name);
	char *end, *expected;
	int status;

	errno = 0;
	*n = strtoull(digits, &end, 10);
	if (!errno && *digits >= '0' && *digits <= '9' &&
	    end == w->start + w->length && *n <= a->value && *n % a->step == 0)
		return BENCH_OK;
	expected = a->step == 1
			   ? bench_printf("%sN with N from 0 to %zu", a->name,
					  a->value)
			   : bench_printf("%sN with N a multiple of %zu from 0 "
					  "to %zu",
					  a->name, a->step, a->value);
	status = refuse(w, expected);
	free(expected);
	return status;
}

static int
take(const struct word *w, struct bench_prestate *p)
{
	const struct aspect *a = find(w);
	size_t value;

	if (!a)
		return refuse_unknown(w);
	if (!is_usual(p, a))
		return refuse(w, "nothing that was said before");
	value = a->value;
	if (a->step && parse_number(w, a, &value) != BENCH_OK)
		return BENCH_USAGE;
	*member(p, a) = value;
	return BENCH_OK;
}

static int
parse(const char *spec, bool quiet, struct bench_prestate *p)
{
	struct word w = {spec, spec, 0, quiet};
	int status = BENCH_OK;

	*p = bench_prestate_usual;
	while (status == BENCH_OK) {
		w.length = strcspn(w.start, "+-");
		status = take(&w, p);
		if (!w.start[w.length])
			break;
		if (status == BENCH_OK && w.start[w.length] == '-' &&
		    (!p->place || p->content))
			status = refuse(&w, "a place before \"-\"");
		w.start += w.length + 1;
	}
	return status;
}

int
bench_prestate_parse(const char *spec, struct bench_prestate *p)
{
	return parse(spec, false, p);
}

bool
bench_prestate_is(const char *word, struct bench_prestate *p)
{
	return parse(word, true, p) == BENCH_OK;
}

/* The two that are one word are joined by "-". */
static const char *
joint(const struct aspect *a, bool first)
{
	return first ? "" : a->member == FIELD(content) ? "-" : "+";
}

char *
bench_prestate_word(const struct bench_prestate *p)
{
	char *text = bench_strdup("");

	for (size_t i = 0; i < ARRAY_LEN(aspects); i++) {
		const struct aspect *a = &aspects[i];
		size_t value = value_of(p, a);
		char number[24] = "", *longer;

		if (is_usual(p, a) || (!a->step && value != a->value))
			continue;
		if (a->step)
			snprintf(number, sizeof(number), "%zu", value);
		longer = bench_printf("%s%s%s%s", text, joint(a, !*text),
				      a->name, number);
		free(text);
		text = longer;
	}
	return text;
}

const char *
bench_prestate_difference(const struct bench_prestate *a,
			  const struct bench_prestate *b)
{
	static const struct {
		size_t member;
		const char *what;
	} members[] = {
		{FIELD(place), "the place"},
		{FIELD(content), "the content"},
		{FIELD(huge), "the pages"},
		{FIELD(dst), "where in a line it begins"},
		{FIELD(src), "where in a line the source begins"},
		{FIELD(skew), "4 KiB aliasing"},
		{FIELD(after), "what follows"},
		{FIELD(busy), "what another CPU does"},
		{FIELD(neighbour), "who needs the cache"},
		{FIELD(form), "the call form"},
	};
	const char *what = NULL;

	for (size_t i = 0; i < ARRAY_LEN(members); i++) {
		struct aspect one = {.member = members[i].member};

		if (value_of(a, &one) == value_of(b, &one))
			continue;
		if (what)
			return NULL;
		what = members[i].what;
	}
	return what;
}

const char *
bench_prestate_aspect(size_t i)
{
	return i < ARRAY_LEN(aspects) ? aspects[i].name : NULL;
}

const char *
bench_prestate_summary(size_t i)
{
	return i < ARRAY_LEN(aspects) ? aspects[i].summary : NULL;
}
