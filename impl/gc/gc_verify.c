/* gc_verify.c - the oracle: marks again, from the roots, by other means
 *
 * With the world stopped and marking ended, everything reachable must carry a
 * mark. This pass shares no step with the marker but the pointer bits and the
 * table of spans: it divides instead of multiplying, keeps bits of its own, and
 * visits depth first from a plain stack. What it finds unmarked was lost; it is
 * counted, and marked late so that the memory stays safe to use, unless its use
 * is wanted to fault (gc_unmap.h).
 *
 * The other way round, what carries a mark must be an object: somebody shaded a
 * word that is no pointer any more, or never was (Go: "marking free object").
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "gc_form.h"

struct verify {
	struct gc *gc;
	uintptr_t *stack; /* first bytes of objects */
	size_t n, room;
};

static void
push(struct verify *v, uintptr_t object)
{
	if (v->n == v->room) {
		v->room = v->room ? v->room * 2 : 1024;
		v->stack = realloc(v->stack, v->room * sizeof(*v->stack));
		CHECK(v->stack);
	}
	v->stack[v->n++] = object;
}

static uint8_t *
bits_of(struct gc_span *span)
{
	if (!span->verify_bits) {
		span->verify_bits = calloc(span->nelems / 8 + 1, 1);
		CHECK(span->verify_bits);
	}
	return span->verify_bits;
}

static void
visit(struct verify *v, void *const *slot)
{
	uintptr_t ptr = (uintptr_t)*slot;
	struct gc_span *span = gc_span_of(v->gc, ptr);
	size_t i;

	if (!span)
		return;
	i = (ptr - span->base) / span->shape->elem_size;
	if (i >= span->nelems || !gc_bit_set(bits_of(span), i))
		return;
	v->gc->verified++;
	if (!gc_bit_test(span->mark_bits, i)) {
		v->gc->lost++;
		if (!v->gc->config.unmap)
			gc_bit_set(span->mark_bits, i);
	}
	push(v, span->base + i * span->shape->elem_size);
}

static bool
is_pointer(const struct gc_span *span, uintptr_t slot, uintptr_t word)
{
	const struct gc_type *type;
	size_t off;

	if (span->ptr_bits)
		return gc_bit_test((const uint8_t *)span->ptr_bits,
				   (word - span->base) / WORD_SIZE);
	type = gc_form_type(span, slot);
	off = (word - slot - span->shape->header) % type->size;
	return off < type->ptrbytes &&
	       gc_bit_test(type->ptrmask, off / WORD_SIZE);
}

static void
visit_object(struct verify *v, uintptr_t slot)
{
	const struct gc_span *span = gc_span_of(v->gc, slot);
	uintptr_t word = slot + span->shape->header,
		  end = slot + span->shape->elem_size;

	if (span->shape->noscan)
		return;
	for (; word < end; word += WORD_SIZE)
		if (is_pointer(span, slot, word))
			visit(v, (void *const *)word);
}

static void
visit_roots(struct verify *v, const struct gc_root *root)
{
	for (; root; root = root->prev)
		for (size_t i = 0; i < root->nwords; i++)
			if (!root->ptrmask || gc_bit_test(root->ptrmask, i))
				visit(v, root->base + i);
}

static void
drop_bits(struct gc_span *list)
{
	for (; list; list = list->next) {
		free(list->verify_bits);
		list->verify_bits = NULL;
	}
}

/* Every span is on a list or in a mutator's cache. */
static void
drop_all_bits(struct gc *gc)
{
	for (size_t i = 0; i < gc_class_count; i++)
		for (int noscan = 0; noscan < 2; noscan++) {
			drop_bits(gc->central[i][noscan].partial);
			drop_bits(gc->central[i][noscan].full);
		}
}

/* Marks where no object is. */
static void
count_stray(struct gc *gc)
{
	const struct gc_span *span;

	for (size_t page = 0; (span = gc_heap_next_span(gc, &page));)
		for (size_t i = 0; i < span->nelems; i++)
			if (!gc_span_has(span, i) &&
			    gc_bit_test(span->mark_bits, i))
				gc->stray++;
}

void
gc_verify_marks(struct gc *gc)
{
	struct verify v = {.gc = gc};

	count_stray(gc);
	visit_roots(&v, gc_global_roots(gc));
	for (struct gc_thread *t = gc->threads; t; t = t->next) {
		visit_roots(&v, t->pub.roots);
		visit_roots(&v, t->pub.kept);
		gc_alloc_return_cache(gc, t);
	}
	while (v.n)
		visit_object(&v, v.stack[--v.n]);
	free(v.stack);
	drop_all_bits(gc);
}
