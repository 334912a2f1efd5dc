/* gc_shadow.c - finds a store that no barrier has told of, object lost or not
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_shadow.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "gc_form.h"

struct gc_shadow {
	/* At the place of each pointer word of the heap, what it held when
	 * marking began; 0 where there was no object. */
	uintptr_t *words;
	/* A bit an object, where the mark table has its mark: recorded. */
	uint8_t *known;
	/* Likewise of the globals from `roots` on, one behind the other; later
	 * ones stand before it, and held nil. */
	struct gc_root *roots;
	uintptr_t *global_words;
	struct gc_bypass first;
};

/* A pointer word, with what the shadow has of it. */
struct word {
	const void *object; /* that it is in */
	size_t size;
	uintptr_t *shadow;
	const uintptr_t *at;
};

typedef void word_fn(struct gc *gc, const struct word *w);

static size_t
words_bytes(const struct gc *gc)
{
	return gc->limit - gc->base;
}

static size_t
known_bytes(const struct gc *gc)
{
	return gc->n_pages * GC_MARK_BYTES;
}

static void *
reserve(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK(p != MAP_FAILED);
	return p;
}

/* All zero again, and its memory the kernel's. */
static void
forget(void *p, size_t size)
{
	CHECK(madvise(p, size, MADV_DONTNEED) == 0);
}

void
gc_shadow_init(struct gc *gc)
{
	if (!gc->config.shadow)
		return;
	gc->shadow = calloc(1, sizeof(*gc->shadow));
	CHECK(gc->shadow);
	gc->shadow->words = reserve(words_bytes(gc));
	gc->shadow->known = reserve(known_bytes(gc));
}

void
gc_shadow_destroy(struct gc *gc)
{
	if (!gc->shadow)
		return;
	munmap(gc->shadow->words, words_bytes(gc));
	munmap(gc->shadow->known, known_bytes(gc));
	free(gc->shadow->global_words);
	free(gc->shadow);
}

static uint8_t *
known_bits(const struct gc *gc, const struct gc_span *span)
{
	return gc->shadow->known + (span->mark_bits - gc->mark_table);
}

void
gc_shadow_know(struct gc *gc, uintptr_t ptr)
{
	const struct gc_span *span = gc_span_of(gc, ptr);

	if (span)
		gc_bit_set(known_bits(gc, span), gc_span_index(span, ptr));
}

static bool
is_known(const struct gc *gc, uintptr_t ptr)
{
	const struct gc_span *span = gc_span_of(gc, ptr);

	return !span ||
	       gc_bit_test(known_bits(gc, span), gc_span_index(span, ptr));
}

static void
walk_object(struct gc *gc, const struct gc_span *span, size_t i, word_fn *fn)
{
	const struct gc_shape *shape = span->shape;
	struct gc_home home = {shape, span->base};
	uintptr_t first = span->base + i * shape->elem_size + shape->header;
	struct word w = {(void *)first, shape->elem_size - shape->header, NULL,
			 NULL};
	struct gc_slots s;
	size_t n = gc_form_slots(gc, home, first, w.size / WORD_SIZE, &s);

	for (; n; n = gc_slots_next(&s, n))
		for (size_t k = 0; k < n; k++) {
			if (!gc_slots_test(&s, k))
				continue;
			w.at = (const uintptr_t *)first + s.at + k;
			w.shadow = gc->shadow->words +
				   ((uintptr_t)w.at - gc->base) / WORD_SIZE;
			fn(gc, &w);
		}
}

static void
walk_heap(struct gc *gc, word_fn *fn)
{
	const struct gc_span *span;

	for (size_t page = 0; (span = gc_heap_next_span(gc, &page));)
		for (size_t i = 0; !span->shape->noscan && i < span->nelems;
		     i++)
			if (gc_span_has(span, i))
				walk_object(gc, span, i, fn);
}

/* The globals up to one, with their shadow. */
static void
walk_globals(struct gc *gc, const struct gc_root *root,
	     const struct gc_root *end, uintptr_t *shadow, word_fn *fn)
{
	for (; root != end; root = root->prev) {
		for (size_t i = 0; i < root->nwords; i++) {
			uintptr_t nil = 0;
			struct word w = {root->base, root->nwords * WORD_SIZE,
					 shadow ? shadow + i : &nil,
					 (uintptr_t *)root->base + i};

			if (!root->ptrmask || gc_bit_test(root->ptrmask, i))
				fn(gc, &w);
		}
		if (shadow)
			shadow += root->nwords;
	}
}

static void
keep(struct gc *gc, const struct word *w)
{
	(void)gc;
	/* A page of zeros is not touched. */
	if (*w->at)
		*w->shadow = *w->at;
}

static uintptr_t *
alloc_global_words(const struct gc_root *root)
{
	size_t n = 1;
	uintptr_t *words;

	for (; root; root = root->prev)
		n += root->nwords;
	words = calloc(n, sizeof(*words));
	CHECK(words);
	return words;
}

void
gc_shadow_begin(struct gc *gc)
{
	struct gc_shadow *s = gc->shadow;

	if (!s)
		return;
	forget(s->words, words_bytes(gc));
	forget(s->known, known_bytes(gc));
	free(s->global_words);
	s->roots = gc_global_roots(gc);
	s->global_words = alloc_global_words(s->roots);
	walk_heap(gc, keep);
	walk_globals(gc, s->roots, NULL, s->global_words, keep);
}

static void
compare(struct gc *gc, const struct word *w)
{
	uintptr_t expected = *w->shadow, found = *w->at;
	bool old_missed;

	if (expected == found)
		return;
	old_missed = !is_known(gc, expected);
	if (!old_missed && is_known(gc, found))
		return;
	if (gc->bypassed == 0)
		gc->shadow->first = (struct gc_bypass){
			w->object,
			w->size,
			(size_t)((const char *)w->at - (const char *)w->object),
			expected,
			found,
			old_missed};
	gc->bypassed++;
}

void
gc_shadow_end(struct gc *gc)
{
	struct gc_shadow *s = gc->shadow;

	if (!s)
		return;
	walk_heap(gc, compare);
	walk_globals(gc, gc_global_roots(gc), s->roots, NULL, compare);
	walk_globals(gc, s->roots, NULL, s->global_words, compare);
}

bool
gc_shadow_first(struct gc *gc, struct gc_bypass *first)
{
	/* Written once, before the count leaves 0. */
	if (gc->bypassed == 0)
		return false;
	*first = gc->shadow->first;
	return true;
}

void
gc_shadow_text(const struct gc_bypass *b, char *text, size_t size)
{
	snprintf(text, size,
		 "object %p of %zu bytes, slot at %zu: expected %#zx, found "
		 "%#zx, and no barrier recorded the %s",
		 b->object, b->size, b->off, b->expected, b->found,
		 b->old_missed ? "first" : "second");
}
