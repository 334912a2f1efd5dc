/* call_box.c - a value outside its frame, with its type */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_box.h"

#include "typed.h"

void *
call_box_copy(struct call_engine *e, const struct call_value *v,
	      const void *src)
{
	void *object;

	if (v->size == 0)
		return NULL;
	if (call_box_is_pointer(v))
		return *(void *const *)src;
	object = gc_must_alloc(e->mut, &v->type, 1);
	typed_memmove(&e->ctx, &v->type, object, src);
	return object;
}
