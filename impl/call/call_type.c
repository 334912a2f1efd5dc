/* call_type.c - size, alignment and pointers of arrays and structs */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_type.h"

bool
call_type_set_array(struct call_type *t)
{
	const struct call_type *e = t->first;

	if (e->size && t->count > CALL_MAX_TYPE / e->size)
		return false;
	t->size = t->count * e->size;
	t->align = e->align;
	if (t->count && e->ptrbytes)
		t->ptrbytes = t->size - e->size + e->ptrbytes;
	t->notinheap = t->count == 1 && e->notinheap;
	return true;
}

bool
call_type_set_struct(struct call_type *t)
{
	size_t end = 0;

	for (struct call_type *f = t->first; f; f = f->next) {
		f->off = ALIGN_UP(end, f->align);
		end = f->off + f->size;
		/* A last field without size gets a byte, so that its address
		 * lies within the struct (golang/go issue 9401). */
		if (!f->next && !f->size && end)
			end++;
		if (end > CALL_MAX_TYPE)
			return false;
		t->align = MAX(t->align, f->align);
		if (f->ptrbytes)
			t->ptrbytes = f->off + f->ptrbytes;
	}
	t->size = ALIGN_UP(end, t->align);
	t->notinheap = t->first && !t->first->next && t->first->notinheap;
	return true;
}
