/* call_method.c - a call of a method value */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_method.h"

#include "call_frame.h"

/* Stores size bytes at off of the frame, whose words may hold pointers. */
static void
store(struct call_engine *e, struct strategy_frame *frame, size_t off,
      const void *src, size_t size, bool pointers)
{
	if (pointers && frame_hooked(e))
		e->ctx.barrier.frame_fill(&e->ctx, frame, off, src, size);
	else
		frame_store(e, (char *)frame->ptr + off, src, size);
}

/* Results that lie in the frame go to the caller's, a word or nothing apart. */
static void
return_results(struct call_engine *e, const struct call_layout *l,
	       const struct strategy_frame *frame, struct call_caller *caller)
{
	size_t size = l->frame.size - l->retoffset;

	ASSERT(caller->layout->frame.size - caller->layout->retoffset == size);
	if (size)
		e->ctx.memmove(caller->area + caller->layout->retoffset,
			       (char *)frame->ptr + l->retoffset, size);
	call_caller_return(caller);
}

/* The life of a scratch frame ends. */
static void
drop_scratch(struct call_engine *e, struct call_target *t,
	     struct strategy_frame *frame)
{
	frame_clear_to(e, frame, t->layout->frame.size);
	if (e->pooling != CALL_POOL_NONE)
		frame_pool(e, t, frame);
}

void
call_method(struct call_engine *e, struct call_target *t,
	    struct call_callee callee, uintptr_t receiver,
	    struct call_caller *caller)
{
	const struct call_layout *l = t->layout;
	struct strategy_frame frame;

	gc_safepoint(e->mut);
	frame_get(e, t, &frame);
	store(e, &frame, 0, &receiver, WORD_SIZE, l->values[0].type.ptrbytes);
	if (l->argsize > WORD_SIZE)
		store(e, &frame, WORD_SIZE, caller->area,
		      l->argsize - WORD_SIZE, l->frame.ptrbytes);
	t->trampoline(e, t, &frame, callee);
	return_results(e, l, &frame, caller);
	drop_scratch(e, t, &frame);
}

/* One value's, from where one layout has them to where another has. */
static void
copy_registers(struct call_regs *to, const struct call_value *v,
	       const struct call_regs *from, const struct call_value *w)
{
	for (size_t i = 0; i < v->n_steps; i++)
		to->words[v->steps[i].reg] = from->words[w->steps[i].reg];
}

/* Fills registers and frame, in which not the same arguments lie as in the
 * caller's. */
static void
translate(struct call_engine *e, const struct call_layout *l,
	  const struct call_caller *caller, struct call_regs *regs,
	  struct strategy_frame *frame)
{
	_Alignas(8) char room[CALL_REGS_VALUE_MAX];

	for (size_t i = 1; i < l->n_args; i++) {
		const struct call_value *v = &l->values[i];
		const struct call_value *w = &caller->layout->values[i - 1];
		const void *src;

		if (!v->size)
			continue;
		if (v->n_steps && w->n_steps) {
			copy_registers(regs, v, caller->regs, w);
			continue;
		}
		src = call_caller_argument(caller, i - 1, room);
		if (v->in_frame)
			store(e, frame, v->off, src, v->size, v->type.ptrbytes);
		else
			call_regs_put(regs, v, src);
	}
}

void
call_method_registers(struct call_engine *e, struct call_target *t,
		      call_entry_fn *fn, uintptr_t receiver,
		      struct call_caller *caller)
{
	const struct call_layout *l = t->layout;
	struct call_regs regs;
	struct gc_root root = {(void **)regs.words, CALL_INT_REGS,
			       l->in_ptrmask, NULL};
	struct strategy_frame frame = {0};

	gc_safepoint(e->mut);
	if (l->frame.size)
		frame_get(e, t, &frame);
	call_regs_put(&regs, &l->values[0], &receiver);
	translate(e, l, caller, &regs, &frame);
	gc_push_root(e->mut, &root);
	frame_run_registers(e, t, &frame, fn, &regs);
	gc_pop_root(e->mut, &root);
	/* Results have the same registers with and without a receiver. */
	for (size_t i = l->n_args; i < l->n_args + l->n_results; i++)
		copy_registers(caller->regs, &l->values[i], &regs,
			       &l->values[i]);
	return_results(e, l, &frame, caller);
	if (frame.ptr)
		drop_scratch(e, t, &frame);
}
