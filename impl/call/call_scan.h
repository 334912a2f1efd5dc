/* call_scan.h - a text, a place in it, and what is expected there
 *
 * The tokens under the parser in call_signature.c: words and single characters.
 * Spaces before a token are skipped; no other white space is known.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_SCAN_H
#define CALL_SCAN_H

#include "call_layout.h"

struct call_scan {
	const char *text, *at;
	struct call_layout_error *error;
};

/* What the next token begins with; `at` is there then. 0 at the end. */
char call_scan_peek(struct call_scan *s);
/* Its column, from 1. */
size_t call_scan_column(struct call_scan *s);
/* Its length when it is a word: letters, digits and dots, a letter first; _ and
 * bytes from 0x80 up are letters. 0 when it is none. */
size_t call_scan_word(struct call_scan *s);
bool call_scan_is(struct call_scan *s, const char *word);

/* Go past a token if it is there. */
bool call_scan_accept(struct call_scan *s, char c);
bool call_scan_accept_word(struct call_scan *s, const char *word);
/* Go past it or fail. */
bool call_scan_expect(struct call_scan *s, char c);

/* Fills the error: what was expected instead of the next token. Always false,
 * so that a parser can say `return call_scan_fail(...);`. */
bool call_scan_fail(struct call_scan *s, const char *expected);
/* Fills an error: more of something than the limit. Always false. */
bool call_scan_limit(struct call_layout_error *error, size_t column,
		     size_t limit, const char *of);

#endif
