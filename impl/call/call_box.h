/* call_box.h - a value outside its frame, with its type: what reflect.Value is
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_BOX_H
#define CALL_BOX_H

#include "call.h"

/* An array of them is a root of twice as many words: the first of each points
 * outside the heap. */
struct call_box {
	const struct call_value *value; /* its size and type; not its place */
	/* Of a value that is one pointer that pointer, as in Go's interfaces;
	 * of one without size NULL; else the address of the value. */
	void *ptr;
};

static inline bool
call_box_is_pointer(const struct call_value *v)
{
	return v->size == WORD_SIZE && v->type.ptrbytes == WORD_SIZE;
}

/* The root of an array of boxes. */
static inline struct gc_root
call_box_root(struct call_box *boxes, size_t n)
{
	return (struct gc_root){(void **)boxes, 2 * n, NULL, NULL};
}

/* The box of a value at src, which is outside the heap and rooted: a copy in a
 * fresh object, where the value is not one pointer. A typed move, as in Go's
 * callReflect, which records what it overwrites although that is zero. Running;
 * a safepoint where the heap is full (gc_must_alloc). */
void *call_box_copy(struct call_engine *e, const struct call_value *v,
		    const void *src);

/* Where a box's value lies; valid as long as the box. */
static inline const void *
call_box_bytes(const struct call_box *box)
{
	return call_box_is_pointer(box->value) ? (const void *)&box->ptr
					       : box->ptr;
}

#endif
