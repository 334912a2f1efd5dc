/* call_caller.c - a caller's frame on the machine stack, as a stub meets it */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_caller.h"

void
call_caller_enter(struct call_caller *c, struct gc_mutator *mut,
		  const struct call_layout *layout, void *area,
		  struct call_regs *regs)
{
	bool has_regs = layout->abi == CALL_ABI_REGISTER;

	*c = (struct call_caller){
		.layout = layout,
		.area = area,
		.regs = regs,
		.area_root = {area, layout->arg_nwords, layout->frame.ptrmask,
			      NULL},
		.regs_root = {(void **)regs, has_regs ? CALL_INT_REGS : 0,
			      layout->in_ptrmask, NULL},
	};
	gc_push_root(mut, &c->area_root);
	gc_push_root(mut, &c->regs_root);
}

void
call_caller_leave(struct call_caller *c, struct gc_mutator *mut)
{
	gc_pop_root(mut, &c->regs_root);
	gc_pop_root(mut, &c->area_root);
}

void
call_caller_return(struct call_caller *c)
{
	c->area_root.nwords = c->layout->frame.size / WORD_SIZE;
	c->regs_root.ptrmask = c->layout->out_ptrmask;
}

const void *
call_caller_argument(const struct call_caller *c, size_t i, void *room)
{
	const struct call_value *v = &c->layout->values[i];

	if (v->in_frame)
		return c->area + v->off;
	/* Padding of a copy is not the stack's noise. */
	memset(room, 0, v->size);
	call_regs_take(c->regs, v, room);
	return room;
}

void
call_caller_result(struct call_caller *c, size_t i, const void *src,
		   memmove_fn *memmove)
{
	const struct call_value *v = &c->layout->values[c->layout->n_args + i];

	if (v->in_frame)
		memmove(c->area + v->off, src, v->size);
	else
		call_regs_put(c->regs, v, src);
}
