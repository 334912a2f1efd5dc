/* gc_reach.c - walks what is reachable, by other means than the marker
 *
 * Shares no step with it but the pointer bits and the table of spans: it
 * divides instead of multiplying, keeps bits of its own, and visits depth first
 * from a plain stack.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "gc_reach.h"

#include "gc_form.h"

struct walk {
	struct gc *gc;
	gc_reach_fn *each; /* or NULL */
	uintptr_t *stack;  /* first bytes of objects */
	size_t n, room;
};

static void
push(struct walk *w, uintptr_t object)
{
	if (w->n == w->room) {
		w->room = w->room ? w->room * 2 : 1024;
		w->stack = realloc(w->stack, w->room * sizeof(*w->stack));
		CHECK(w->stack);
	}
	w->stack[w->n++] = object;
}

static uint8_t *
bits_of(struct gc_span *span)
{
	if (!span->reach_bits) {
		span->reach_bits = calloc(span->nelems / 8 + 1, 1);
		CHECK(span->reach_bits);
	}
	return span->reach_bits;
}

static void
visit(struct walk *w, void *const *slot)
{
	uintptr_t ptr = (uintptr_t)*slot;
	struct gc_span *span = gc_span_of(w->gc, ptr);
	size_t i;

	if (!span)
		return;
	i = (ptr - span->base) / span->shape->elem_size;
	if (i >= span->nelems || !gc_bit_set(bits_of(span), i))
		return;
	if (w->each)
		w->each(w->gc, span, i);
	push(w, span->base + i * span->shape->elem_size);
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
visit_object(struct walk *w, uintptr_t slot)
{
	const struct gc_span *span = gc_span_of(w->gc, slot);
	uintptr_t word = slot + span->shape->header,
		  end = slot + span->shape->elem_size;

	if (span->shape->noscan)
		return;
	for (; word < end; word += WORD_SIZE)
		if (is_pointer(span, slot, word))
			visit(w, (void *const *)word);
}

static void
visit_roots(struct walk *w, const struct gc_root *root)
{
	for (; root; root = root->prev)
		for (size_t i = 0; i < root->nwords; i++)
			if (!root->ptrmask || gc_bit_test(root->ptrmask, i))
				visit(w, root->base + i);
}

void
gc_reach(struct gc *gc, gc_reach_fn *each)
{
	struct walk w = {.gc = gc, .each = each};

	visit_roots(&w, gc_global_roots(gc));
	for (struct gc_thread *t = gc->threads; t; t = t->next) {
		visit_roots(&w, t->pub.roots);
		visit_roots(&w, t->pub.kept);
	}
	while (w.n)
		visit_object(&w, w.stack[--w.n]);
	free(w.stack);
}

void
gc_reach_forget(struct gc *gc)
{
	struct gc_span *span;

	for (size_t page = 0; (span = gc_heap_next_span(gc, &page));) {
		free(span->reach_bits);
		span->reach_bits = NULL;
	}
}
