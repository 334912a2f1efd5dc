/* bench_differential_case.h - one call of a barrier's hook, and what it must do
 *
 * The reference is a loop over words that knows neither walks nor buffers: it
 * says which words of the range are slots, what is to be recorded of each, and
 * what memory holds afterwards.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_DIFFERENTIAL_CASE_H
#define BENCH_DIFFERENTIAL_CASE_H

#include "base_page.h"
#include "base_random.h"
#include "gc.h"

/* Of an object: more than 32 KiB, where it has a span and describes itself. */
#define DIFFERENTIAL_WORDS 4200

enum differential_op {
	DIFFERENTIAL_CLEAR,
	DIFFERENTIAL_MOVE,
	DIFFERENTIAL_COPY_FRESH,
	DIFFERENTIAL_FRAME_FILL,
	DIFFERENTIAL_FRAME_CLEAR,
	DIFFERENTIAL_OPS
};

enum differential_place {
	DIFFERENTIAL_HEAP,
	DIFFERENTIAL_GLOBAL, /* at the edge of a page that is a fault */
	DIFFERENTIAL_STACK,  /* likewise; records nothing */
	DIFFERENTIAL_PLACES
};

struct differential_case {
	size_t number; /* from 1, of a seed */
	enum differential_op op;
	enum differential_place place;
	bool marking;
	size_t buffer_words;
	/* An array of n elements. The mask lies at the edge of a page; all its
	 * undefined bits are ones. */
	struct gc_type type;
	size_t n;
	bool has_mask; /* the hook is told of it, or asks the memory */
	/* The range: from a word of the array on, bytes. */
	size_t first, size;
	/* Memory, mask and source end where a page does, or begin there. */
	bool memory_ends, mask_ends, source_ends;
	/* The source is the same array, some elements away. */
	bool overlaps;
	ptrdiff_t elements_away;
};

static inline size_t
differential_words(const struct differential_case *c)
{
	return c->n * (c->type.size / WORD_SIZE);
}

/* Whether the hook stores what it reads from a source, or zeros. */
static inline bool
differential_has_source(enum differential_op op)
{
	return op == DIFFERENTIAL_MOVE || op == DIFFERENTIAL_COPY_FRESH ||
	       op == DIFFERENTIAL_FRAME_FILL;
}

/* Whether what it overwrites is zero. */
static inline bool
differential_is_empty(enum differential_op op)
{
	return op == DIFFERENTIAL_COPY_FRESH || op == DIFFERENTIAL_FRAME_FILL;
}

/* Draws all but number, marking and buffer_words. The mask is written to memory
 * that has room for one of DIFFERENTIAL_WORDS. */
void differential_draw(struct differential_case *c, struct base_random *r,
		       bool frames, const struct base_guarded *mask);

/* The type's bit for a word of the array. */
bool differential_bit(const struct differential_case *c, size_t word);
/* Whether that word is a slot of the range that must be recorded. */
bool differential_records(const struct differential_case *c, size_t word);

/* What is to be seen: everything that a failure needs, in one line. Safe in the
 * handler of a signal. */
void differential_text(const struct differential_case *c, char *text,
		       size_t size);

#endif
