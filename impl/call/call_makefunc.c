/* call_makefunc.c - a call to a function that reflect has made of a closure */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_makefunc.h"

#include <alloca.h>

static void
box_arguments(struct call_engine *e, const struct call_caller *caller,
	      struct call_box *in)
{
	_Alignas(8) char room[CALL_REGS_VALUE_MAX];

	for (size_t i = 0; i < caller->layout->n_args; i++)
		in[i].ptr = call_box_copy(
			e, in[i].value, call_caller_argument(caller, i, room));
}

static void
return_results(struct call_engine *e, struct call_caller *caller,
	       const struct call_box *out)
{
	for (size_t i = 0; i < caller->layout->n_results; i++)
		if (out[i].value->size)
			call_caller_result(caller, i, call_box_bytes(&out[i]),
					   e->ctx.memmove);
	call_caller_return(caller);
}

void
call_makefunc(struct call_engine *e, struct call_caller *caller,
	      call_closure_fn *closure, void *context)
{
	const struct call_layout *l = caller->layout;
	size_t n = l->n_args + l->n_results;
	struct call_box *boxes = alloca((n + 1) * sizeof(*boxes));
	struct gc_root root = call_box_root(boxes, n);

	gc_safepoint(e->mut);
	for (size_t i = 0; i < n; i++)
		boxes[i] = (struct call_box){&l->values[i], NULL};
	gc_push_root(e->mut, &root);
	box_arguments(e, caller, boxes);
	closure(context, boxes, boxes + l->n_args);
	/* The results are in the boxes until the caller has them. */
	return_results(e, caller, boxes + l->n_args);
	gc_pop_root(e->mut, &root);
}
