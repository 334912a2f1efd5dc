/* bench_differential_case.c - one call of a barrier's hook, and what it must do
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_differential_case.h"

#include <stdio.h>
#include <string.h>

static size_t
below(struct base_random *r, size_t n)
{
	return base_random_below(r, n);
}

/* The edges of the mask's words more often than others. */
static size_t
draw_words(struct base_random *r)
{
	switch (below(r, 32)) {
	case 0: return 4097 + below(r, DIFFERENTIAL_WORDS - 4097 + 1);
	case 1:
	case 2: return 1 + below(r, 1000);
	case 3:
	case 4:
	case 5:
	case 6:
	case 7: return 64 * (1 + below(r, 3)) - 2 + below(r, 5);
	default: return 1 + below(r, 70);
	}
}

/* Now and then as many as there is room for: an array in a header's object, and
 * in one of a span. */
static size_t
draw_elements(struct base_random *r, size_t words)
{
	size_t most = DIFFERENTIAL_WORDS / words;

	return 1 + below(r, below(r, 16) ? MIN(most, 4) : most);
}

/* From one pointer to nothing else; ones where bits are undefined. Returns the
 * words up to the last pointer. */
static size_t
draw_mask(struct base_random *r, size_t words, bool at_end,
	  const struct base_guarded *memory, uint64_t **mask)
{
	uint64_t bits[DIFFERENTIAL_WORDS / 64 + 1] = {0};
	size_t one_in = 1 + below(r, 6), last = below(r, words), n;

	for (size_t i = 0; i <= last; i++)
		if (i == last || below(r, one_in) == 0)
			bits[i / 64] |= (uint64_t)1 << i % 64;
	for (size_t i = last + 1; i % 64; i++)
		bits[i / 64] |= (uint64_t)1 << i % 64;
	n = (last / 64 + 1) * sizeof(uint64_t);
	*mask = (uint64_t *)(at_end ? memory->end - n : memory->start);
	memcpy(*mask, bits, n);
	return last + 1;
}

static void
draw_type(struct differential_case *c, struct base_random *r,
	  const struct base_guarded *memory)
{
	size_t words = draw_words(r), ptrs;
	uint64_t *mask;

	c->mask_ends = below(r, 2);
	ptrs = draw_mask(r, words, c->mask_ends, memory, &mask);
	c->type = (struct gc_type){words * WORD_SIZE, ptrs * WORD_SIZE,
				   (const uint8_t *)mask};
	c->n = draw_elements(r, words);
}

/* Often all, or to the very end; or from past the last pointer of an element
 * on. */
static size_t
draw_first(struct differential_case *c, struct base_random *r)
{
	size_t words = c->type.size / WORD_SIZE;
	size_t ptrs = c->type.ptrbytes / WORD_SIZE;

	if (c->op == DIFFERENTIAL_COPY_FRESH)
		return 0;
	switch (below(r, 4)) {
	case 0: return 0;
	case 1:
		if (words > ptrs)
			return words * below(r, c->n) + ptrs +
			       below(r, words - ptrs);
		/* fallthrough */
	default: return below(r, c->n * words);
	}
}

static void
draw_range(struct differential_case *c, struct base_random *r)
{
	size_t left, last;

	c->first = draw_first(c, r);
	left = differential_words(c) - c->first;
	c->size = WORD_SIZE * (below(r, 2) ? left : below(r, left + 1));
	last = c->first + c->size / WORD_SIZE - 1;
	/* A last word that is no pointer may be cut short. */
	if (c->size && !differential_bit(c, last) && below(r, 2))
		c->size -= 1 + below(r, WORD_SIZE - 1);
}

/* As far away as there is room to either side. */
static void
draw_source(struct differential_case *c, struct base_random *r)
{
	size_t words = c->type.size / WORD_SIZE, down, up;
	size_t range = ALIGN_UP(c->size, WORD_SIZE) / WORD_SIZE;

	c->source_ends = below(r, 2);
	c->overlaps = c->op == DIFFERENTIAL_MOVE && below(r, 3) == 0;
	down = c->first / words;
	up = (differential_words(c) - c->first - range) / words;
	c->elements_away = (ptrdiff_t)below(r, down + up + 1) - (ptrdiff_t)down;
}

void
differential_draw(struct differential_case *c, struct base_random *r,
		  bool frames, const struct base_guarded *mask)
{
	c->op = (enum differential_op)below(
		r, frames ? DIFFERENTIAL_OPS : DIFFERENTIAL_FRAME_FILL);
	c->place = (enum differential_place)below(r, DIFFERENTIAL_PLACES);
	/* Fresh memory and frames are objects. */
	if (c->op >= DIFFERENTIAL_COPY_FRESH)
		c->place = DIFFERENTIAL_HEAP;
	c->memory_ends = below(r, 2);
	c->has_mask = below(r, 8) > 0;
	draw_type(c, r, mask);
	if (c->op >= DIFFERENTIAL_FRAME_FILL) {
		c->n = 1;
		c->has_mask = true;
	}
	draw_range(c, r);
	draw_source(c, r);
}

bool
differential_bit(const struct differential_case *c, size_t word)
{
	size_t i = word % (c->type.size / WORD_SIZE);

	return i < c->type.ptrbytes / WORD_SIZE &&
	       (c->type.ptrmask[i / 8] >> i % 8 & 1);
}

bool
differential_records(const struct differential_case *c, size_t word)
{
	return c->marking && c->place != DIFFERENTIAL_STACK &&
	       word >= c->first && word < c->first + c->size / WORD_SIZE &&
	       differential_bit(c, word);
}

/* The mask's words, the first in front; the rest is left out where the text is
 * at its end. */
static void
add_mask(const struct differential_case *c, char *text, size_t size)
{
	size_t words = (c->type.ptrbytes / WORD_SIZE + 63) / 64;

	for (size_t i = 0; i < words && size > 20; i++) {
		uint64_t bits;
		int n;

		memcpy(&bits, c->type.ptrmask + 8 * i, sizeof(bits));
		n = snprintf(text, size, " %llx", (unsigned long long)bits);
		text += n;
		size -= (size_t)n;
	}
}

void
differential_text(const struct differential_case *c, char *text, size_t size)
{
	static const char *const ops[] = {"clear", "move", "copy_fresh",
					  "frame_fill", "frame_clear"};
	static const char *const places[] = {"the heap", "a global", "a stack"};
	int n = snprintf(text, size,
			 "case %zu, %s of %zu bytes from word %zu of %zu * %zu "
			 "words in %s, marking %s, buffer %zu, pointers up to "
			 "word %zu, mask",
			 c->number, ops[c->op], c->size, c->first, c->n,
			 c->type.size / WORD_SIZE, places[c->place],
			 c->marking ? "on" : "off", c->buffer_words,
			 c->type.ptrbytes / WORD_SIZE);

	if (n > 0 && (size_t)n < size)
		add_mask(c, text + n, size - (size_t)n);
}
