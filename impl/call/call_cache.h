/* call_cache.h - types that have an identity, and one layout for each two
 *
 * As Go's layoutCache, a map from function type and receiver type to the
 * layout, for all threads. A hit takes no lock. At a concurrent first use
 * several threads may compute a layout; one of these stays and every thread
 * gets it. Types and layouts stay until the program ends, so that heap objects
 * may refer to them.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_CACHE_H
#define CALL_CACHE_H

#include "call_layout.h"

/* A type, once in the program: its address is its identity, as a runtime's type
 * descriptor's is. Types are one when their texts are, spaces aside: `byte` and
 * `uint8` are two with equal layouts. */
struct call_rtype {
	enum call_abi abi; /* of a function; a receiver's is the stack's */
	const char *text;
};

/* What a layout is looked up by. */
struct call_key {
	const struct call_rtype *func;
	const struct call_rtype *rcvr; /* NULL: none */
};

/* The key of texts as call_layout_parse takes them, whose errors these are:
 * false then. The layout of a key can always be had. Any thread. */
bool call_key_parse(struct call_key *key, const char *receiver,
		    const char *signature, enum call_abi abi,
		    struct call_layout_error *error);

static inline bool
call_key_equal(struct call_key a, struct call_key b)
{
	return a.func == b.func && a.rcvr == b.rcvr;
}

/* The highest bits are the best. Fibonacci hashing (Knuth, The Art of Computer
 * Programming 3, 6.4); the rotation keeps the two types apart. */
static inline uint64_t
call_key_hash(struct call_key key)
{
	uint64_t rcvr = (uintptr_t)key.rcvr;

	return ((uintptr_t)key.func ^ (rcvr << 32 | rcvr >> 32)) *
	       0x9e3779b97f4a7c15;
}

/* The layout of a key, the same for every thread, computed at first use. */
const struct call_layout *call_cache_layout(struct call_key key);

#endif
