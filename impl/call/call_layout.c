/* call_layout.c - from a Go function signature to the layout of its frame */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_layout.h"

#include <stdlib.h>

#include "call_scan.h"
#include "call_signature.h"

/* The registers that the values of a list have taken so far, a step each. */
struct regs {
	unsigned ints, floats;
	struct call_step *next;
};

/* Where the next value of a list goes. */
struct cursor {
	enum call_abi abi;
	struct regs regs;
	size_t bytes;  /* of the frame so far */
	size_t excess; /* column of the value that made it too large, or 0 */
};

/* Takes n registers from `first` on for a basic type's parts. */
static void
add_steps(struct regs *r, const struct call_type *t, size_t off, unsigned first,
	  unsigned n)
{
	size_t size = t->size / (t->n_ints + t->n_floats);

	for (unsigned i = 0; i < n; i++)
		*r->next++ =
			(struct call_step){(uint8_t)(first + i), (uint8_t)size,
					   (uint16_t)(off + i * size)};
}

/* Takes registers for a value at off, part by part, and adds those with
 * pointers to *pointers. False: it does not fit, or is an array of more than
 * one. */
static bool
take_regs(struct regs *r, const struct call_type *t, size_t off,
	  uint16_t *pointers)
{
	if (r->ints + t->n_ints > CALL_INT_REGS ||
	    r->floats + t->n_floats > CALL_FLOAT_REGS)
		return false;
	if (t->n_ints)
		add_steps(r, t, off, r->ints, t->n_ints);
	if (t->n_floats)
		add_steps(r, t, off, CALL_INT_REGS + r->floats, t->n_floats);
	*pointers |= (uint16_t)(t->reg_ptrs << r->ints);
	r->ints += t->n_ints;
	r->floats += t->n_floats;
	if (t->count != 1)
		return t->count == 0;
	for (const struct call_type *f = t->first; f; f = f->next)
		if (!take_regs(r, f, off + f->off, pointers))
			return false;
	return true;
}

/* Gives a value its place, wholly in registers or wholly in the frame. Returns
 * the registers that hold its pointers. */
static uint16_t
place(struct cursor *c, const struct call_type *t, struct call_value *v)
{
	struct regs regs = c->regs;
	uint16_t pointers = 0;

	v->size = t->size;
	/* A value without size still aligns what comes after it. */
	if (c->abi == CALL_ABI_REGISTER && t->size &&
	    take_regs(&regs, t, 0, &pointers)) {
		v->steps = c->regs.next;
		v->n_steps = (uint8_t)(regs.next - c->regs.next);
		c->regs = regs;
		return pointers;
	}
	v->in_frame = t->size != 0;
	v->off = c->bytes = ALIGN_UP(c->bytes, t->align);
	c->bytes += t->size;
	if (c->bytes > CALL_MAX_FRAME && !c->excess)
		c->excess = t->column;
	return 0;
}

/* Registers as a root's mask. */
static void
set_mask(uint8_t mask[8], uint16_t registers)
{
	mask[0] = (uint8_t)registers;
	mask[1] = (uint8_t)(registers >> 8);
}

static void
place_args(struct call_layout *l, const struct call_signature *sig,
	   struct cursor *c)
{
	struct call_value *v = l->values;
	uint16_t before = 0, all = 0;

	for (const struct call_type *t = sig->args.first; t; t = t->next, v++) {
		uint16_t own = place(c, t, v);

		/* Go 1.19's newAbiDesc looks up argument i as value i, which
		 * with a receiver, value 0, is the one before it. */
		if (!v->in_frame)
			l->in_regs |= sig->has_receiver ? before : own;
		before = own;
		all |= own;
	}
	set_mask(l->in_ptrmask, all);
	l->argsize = c->bytes;
}

static void
place_results(struct call_layout *l, const struct call_signature *sig,
	      struct cursor *c)
{
	struct call_value *v = l->values + l->n_args;

	l->retoffset = c->bytes = ALIGN_UP(c->bytes, WORD_SIZE);
	l->arg_nwords = l->retoffset / WORD_SIZE;
	c->regs = (struct regs){.next = c->regs.next};
	for (const struct call_type *t = sig->results.first; t; t = t->next)
		l->out_regs |= place(c, t, v++);
	set_mask(l->out_ptrmask, l->out_regs);
	l->frame.size = ALIGN_UP(c->bytes, WORD_SIZE);
}

/* Bytes of a mask: a bit a word in 8-byte words, the last one begun, and one to
 * spare for who reads 64 bits from any bit on. */
static size_t
mask_size(size_t bytes)
{
	return (bytes / (64 * WORD_SIZE) + 2) * 8;
}

static bool
get_bit(const uint8_t *mask, size_t i)
{
	return mask[i / 8] >> i % 8 & 1;
}

static void
set_bit(uint8_t *mask, size_t i)
{
	mask[i / 8] |= (uint8_t)(1 << i % 8);
}

/* Sets the bits of a value that starts at a word. */
static void
set_pointers(uint8_t *mask, size_t word, const struct call_type *t)
{
	if (!t->ptrbytes)
		return;
	if (!t->first)
		for (size_t i = 0; i < t->ptrbytes / WORD_SIZE; i++)
			set_bit(mask, word + i);
	for (const struct call_type *f = t->first; f; f = f->next)
		set_pointers(mask, word + f->off / WORD_SIZE, f);

	/* Each further element of an array is as the one before. */
	size_t stride = t->size / t->count / WORD_SIZE;
	for (size_t i = stride; i < t->size / WORD_SIZE; i++)
		if (get_bit(mask, word + i - stride))
			set_bit(mask, word + i);
}

/* All masks are one block of memory, the frame's first. */
static uint8_t *
alloc_masks(const struct call_layout *l)
{
	size_t size = mask_size(l->frame.size) +
		      mask_size((1 + l->arg_nwords) * WORD_SIZE);

	for (size_t i = 0; i < l->n_args + l->n_results; i++)
		size += mask_size(l->values[i].size);
	uint8_t *masks = calloc(1, size);
	CHECK(masks);
	return masks;
}

/* Fills the masks of the values of a list, from *mask on, and their part of the
 * frame's. */
static void
mark_values(struct call_layout *l, const struct call_types *list,
	    struct call_value *v, uint8_t *frame_mask, uint8_t **mask)
{
	for (const struct call_type *t = list->first; t; t = t->next, v++) {
		v->type = (struct gc_type){t->size, t->ptrbytes, *mask};
		set_pointers(*mask, 0, t);
		*mask += mask_size(t->size);
		if (!v->in_frame || !t->ptrbytes)
			continue;
		set_pointers(frame_mask, v->off / WORD_SIZE, t);
		l->frame.ptrbytes = v->off + t->ptrbytes;
	}
}

static void
mark_area(struct call_layout *l, uint8_t *mask)
{
	set_bit(mask, 0);
	for (size_t i = 0; i < l->arg_nwords; i++)
		if (get_bit(l->frame.ptrmask, i))
			set_bit(mask, 1 + i);
	l->area_mask = mask;
}

static void
mark(struct call_layout *l, const struct call_signature *sig)
{
	uint8_t *frame_mask = alloc_masks(l);
	uint8_t *mask = frame_mask + mask_size(l->frame.size);
	uint8_t *area_mask = mask;

	mask += mask_size((1 + l->arg_nwords) * WORD_SIZE);
	l->frame.ptrmask = frame_mask;
	mark_values(l, &sig->args, l->values, frame_mask, &mask);
	mark_values(l, &sig->results, l->values + l->n_args, frame_mask, &mask);
	mark_area(l, area_mask);
}

static bool
is_one_word(const struct call_value *v)
{
	return v->size == WORD_SIZE && v->off % WORD_SIZE == 0;
}

/* Adds the stores of the arguments that are one word, or of the others. */
static size_t
add_stores(const struct call_layout *l, struct call_store *stores, size_t n,
	   bool one_word)
{
	for (uint32_t i = 0; i < l->n_args; i++) {
		const struct call_value *v = &l->values[i];

		if (v->in_frame && is_one_word(v) == one_word)
			stores[n++] = (struct call_store){
				i, (uint32_t)v->off, (uint32_t)v->size,
				v->type.ptrbytes != 0};
	}
	return n;
}

static void
plan_stores(struct call_layout *l)
{
	struct call_store *stores = calloc(l->n_args + 1, sizeof(*stores));

	CHECK(stores);
	l->stores = stores;
	l->n_word_stores = add_stores(l, stores, 0, true);
	l->n_stores = add_stores(l, stores, l->n_word_stores, false);
}

static struct call_layout *
lay_out(const struct call_signature *sig, enum call_abi abi,
	struct call_layout_error *error)
{
	size_t n = sig->args.n + sig->results.n;
	/* Of arguments, then of results. */
	size_t n_steps = abi == CALL_ABI_REGISTER ? 2 * CALL_REGS : 0;
	struct call_layout *l =
		calloc(1, sizeof(*l) + n * sizeof(l->values[0]) +
				  n_steps * sizeof(struct call_step));
	struct cursor c = {.abi = abi};

	CHECK(l);
	c.regs.next = (struct call_step *)(l->values + n);
	l->abi = abi;
	l->has_receiver = sig->has_receiver;
	l->n_args = sig->args.n;
	l->n_results = sig->results.n;
	place_args(l, sig, &c);
	place_results(l, sig, &c);
	if (c.excess) {
		call_scan_limit(error, c.excess, CALL_MAX_FRAME,
				"bytes in a frame");
		free(l);
		return NULL;
	}
	mark(l, sig);
	plan_stores(l);
	return l;
}

struct call_layout *
call_layout_parse(const char *receiver, const char *signature,
		  enum call_abi abi, struct call_layout_error *error)
{
	struct call_signature *sig =
		call_signature_parse(receiver, signature, error);

	if (!sig)
		return NULL;
	struct call_layout *l = lay_out(sig, abi, error);
	free(sig);
	return l;
}

void
call_layout_free(struct call_layout *layout)
{
	if (!layout)
		return;
	free((void *)layout->frame.ptrmask);
	free((void *)layout->stores);
	free(layout);
}
