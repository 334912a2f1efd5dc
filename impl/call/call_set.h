/* call_set.h - a strategy set: what one engine uses for memclr, memmove and the
 * barrier, with its buffer and its pooling
 *
 * Text form: "memclr=X;memmove=Y;barrier=Z;buffer=N;pool=P". A first member
 * without "=" is the base: a named set, or a strategy that replaces its member
 * of `default`. What is left out is as in the base.
 *
 * Soundness is a property of the set in a phase, so it is asked of the set.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_SET_H
#define CALL_SET_H

#include "strategy.h"

enum call_pooling {
	CALL_POOL_GO,   /* as Go: pooled when there are no results */
	CALL_POOL_NONE, /* every frame is fresh */
	/* Pooled when no result lies in the frame, which is all that could
	 * alias it: in the register ABI more calls than `go` pools (those whose
	 * results are all in registers), in the stack ABI the same but for
	 * results without size. */
	CALL_POOL_UNALIASED,
	CALL_POOLINGS
};

extern const char *const call_pooling_names[CALL_POOLINGS];

/* Up to this many strategies of a kind, by size. */
#define CALL_SET_RULES 4

/* Sizes up to max bytes go to this strategy; the last rule's max is SIZE_MAX.
 */
struct call_rule {
	size_t max;
	const struct strategy *strategy;
};

struct call_set {
	char name[128]; /* the text it was made from */
	/* [STRATEGY_MEMCLR], [STRATEGY_MEMMOVE]; rules end at max SIZE_MAX */
	struct call_rule rules[2][CALL_SET_RULES];
	const struct strategy *barrier;
	unsigned buffer_entries; /* 0: the barrier's own default */
	enum call_pooling pooling;
};

/* The members of a set that an operation uses. */
enum {
	CALL_USES_MEMCLR = 1 << STRATEGY_MEMCLR,
	CALL_USES_MEMMOVE = 1 << STRATEGY_MEMMOVE,
	CALL_USES_BARRIER = 1 << STRATEGY_BARRIER,
	CALL_USES_ALL = (1 << STRATEGY_KINDS) - 1,
};

/* False, with one line in error, for text that names no set. Strategies that
 * this CPU lacks are accepted; call_set_refusal tells. */
bool call_set_parse(struct call_set *set, const char *text, char *error,
		    size_t error_size);

/* The named sets, in order; NULL after the last. */
const char *call_set_name(size_t i);
const char *call_set_summary(size_t i);

/* The name in results: the text, or for an operation that uses one member only
 * that member's bare name. */
const char *call_set_label(const struct call_set *set, unsigned uses);

/* Why the set may not be used for an operation: this CPU lacks a member, or it
 * is unsound where a marker may look (`marking`). NULL when it may. Words is
 * whether all sizes are whole words on aligned memory. */
const char *call_set_refusal(const struct call_set *set, unsigned uses,
			     bool marking, bool words);
/* Why it is a bound and no contender: a floor, or an unsound barrier. NULL when
 * it is a contender. */
const char *call_set_bound(const struct call_set *set, unsigned uses);

/* Words of barrier buffer that the set wants; 0 when it has none. */
size_t call_set_buffer_words(const struct call_set *set);

/* The set's functions. Where a kind has more than one rule they dispatch by
 * size over the rules bound last, in the whole process. */
memclr_fn *call_set_bind_memclr(const struct call_set *set);
memmove_fn *call_set_bind_memmove(const struct call_set *set);

#endif
