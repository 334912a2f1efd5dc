/* call_scan.c - a text, a place in it, and what is expected there */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_scan.h"

#include <stdio.h>
#include <string.h>

/* No <ctype.h>: a locale must not decide what a letter is. */
static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

static bool
is_digit_or_dot(char c)
{
	return (c >= '0' && c <= '9') || c == '.';
}

char
call_scan_peek(struct call_scan *s)
{
	s->at += strspn(s->at, " ");
	return *s->at;
}

size_t
call_scan_column(struct call_scan *s)
{
	call_scan_peek(s);
	return (size_t)(s->at - s->text) + 1;
}

size_t
call_scan_word(struct call_scan *s)
{
	size_t n = 0;

	call_scan_peek(s);
	while (is_letter(s->at[n]) || (n && is_digit_or_dot(s->at[n])))
		n++;
	return n;
}

bool
call_scan_is(struct call_scan *s, const char *word)
{
	size_t n = call_scan_word(s);

	return strlen(word) == n && memcmp(s->at, word, n) == 0;
}

bool
call_scan_accept(struct call_scan *s, char c)
{
	bool found = call_scan_peek(s) == c;

	s->at += found;
	return found;
}

bool
call_scan_accept_word(struct call_scan *s, const char *word)
{
	bool found = call_scan_is(s, word);

	s->at += found ? strlen(word) : 0;
	return found;
}

bool
call_scan_expect(struct call_scan *s, char c)
{
	const char quoted[] = {'\'', c, '\'', '\0'};

	return call_scan_accept(s, c) || call_scan_fail(s, quoted);
}

bool
call_scan_fail(struct call_scan *s, const char *expected)
{
	/* As much of a word as a message should hold. */
	const size_t longest = 40;
	struct call_layout_error *e = s->error;
	size_t word = call_scan_word(s);
	unsigned char c = (unsigned char)*s->at;
	int n = snprintf(e->text, sizeof(e->text), "expected %s, found ",
			 expected);
	char *found = e->text + n;
	size_t room = sizeof(e->text) - (size_t)n;

	e->column = call_scan_column(s);
	if (!c)
		snprintf(found, room, "the end");
	else if (c > ' ' && c < 0x7f)
		snprintf(found, room, "'%.*s'",
			 (int)(word ? MIN(word, longest) : 1), s->at);
	else
		snprintf(found, room, "byte 0x%02x", c);
	return false;
}

bool
call_scan_limit(struct call_layout_error *error, size_t column, size_t limit,
		const char *of)
{
	error->column = column;
	snprintf(error->text, sizeof(error->text),
		 "expected at most %zu %s, found more", limit, of);
	return false;
}
