/* bench_verify_tearing.h - does a word-atomic kernel ever show a torn word
 *
 * A second thread stands for the marker: while the kernel runs it looks at the
 * words that are written, or changes those that are read. A word may be seen
 * with its old or its new value; anything else was torn.
 *
 * A pass is every alignment of a word in a cache line and every size up to 512
 * bytes, and one of a page. It is bounded by counts, not by time. Where the two
 * threads share a CPU they may never meet; how often the one changed words
 * under the other's eyes says how much a pass is worth.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_VERIFY_TEARING_H
#define BENCH_VERIFY_TEARING_H

#include "bench_verify.h"

enum bench_tearing {
	TEARING_CLEAR, /* of a memclr; the others are of a memmove */
	TEARING_COPY,  /* its stores */
	TEARING_SHIFT, /* its stores, by a word up or down */
	TEARING_LOAD,  /* its loads */
	TEARINGS
};

struct bench_tearing_result {
	size_t size; /* of the operation that tore a word; 0: none did */
	size_t at;   /* its first word's place in a cache line, in words */
	uint64_t value;
	uint64_t meetings;
};

extern const char *const bench_tearing_names[TEARINGS];
bool bench_tearing_concerns(enum bench_tearing what, const struct strategy *s);

/* Up to so many passes, until a word is torn. One thread at a time. */
void bench_tearing_pass(const struct strategy *s, enum bench_tearing what,
			unsigned passes, struct bench_tearing_result *r);

/* Passes over all that concerns a memclr or memmove until bench_now_s() is past
 * until_s, at least one. r->wrong counts those that tore a word. */
void bench_verify_tearing(const struct strategy *s, double until_s,
			  struct bench_verify_result *r);

#endif
