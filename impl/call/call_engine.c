/* call_engine.c - the call: get, fill, trampoline, copy back, clear, put */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_frame.h"

void *
call_with(struct call_engine *e, struct call_target *t,
	  struct call_callee callee, const void *const *args)
{
	struct strategy_frame frame;

	gc_safepoint(e->mut);
	frame_get(e, t, &frame);
	frame_fill(e, t, &frame, args);
	t->trampoline(e, t, &frame, callee);
	frame_clear(e, t, &frame);
	frame_put(e, t, &frame);
	return t->returns_frame ? frame.ptr : NULL;
}

void *
call(struct call_engine *e, struct call_target *t, call_fn *fn,
     const void *const *args)
{
	return call_with(e, t, (struct call_callee){.fn = fn}, args);
}

void
call_frame_fill_hooked(struct call_engine *e, struct call_target *t,
		       struct strategy_frame *frame, const void *const *args)
{
	const struct call_layout *l = t->layout;

	for (size_t i = 0; i < l->n_stores; i++) {
		const struct call_store *s = &l->stores[i];

		/* Scalars need no barrier, and no alignment to a word. */
		if (s->pointers)
			e->ctx.barrier.frame_fill(&e->ctx, frame, s->off,
						  args[s->arg], s->size);
		else
			frame_store(e, (char *)frame->ptr + s->off,
				    args[s->arg], s->size);
	}
}

bool
call_frame_is_zero(const struct strategy_frame *frame)
{
	const uintptr_t *words = frame->ptr;

	for (size_t i = 0; i < frame->type->size / WORD_SIZE; i++)
		if (words[i])
			return false;
	return true;
}

void
call_frame_get(struct call_engine *e, struct call_target *t,
	       struct strategy_frame *frame)
{
	frame_get(e, t, frame);
}

void
call_frame_fill(struct call_engine *e, struct call_target *t,
		struct strategy_frame *frame, const void *const *args)
{
	frame_fill(e, t, frame, args);
}

void
call_frame_run(struct call_engine *e, struct call_target *t,
	       struct strategy_frame *frame, struct call_callee callee)
{
	t->trampoline(e, t, frame, callee);
}

void
call_frame_copy_back(struct call_engine *e, struct call_target *t,
		     struct strategy_frame *frame, const void *area)
{
	frame_copy_back(e, t, frame, area);
}

void
call_frame_clear(struct call_engine *e, struct call_target *t,
		 struct strategy_frame *frame)
{
	frame_clear(e, t, frame);
}

void
call_frame_put(struct call_engine *e, struct call_target *t,
	       struct strategy_frame *frame)
{
	frame_put(e, t, frame);
}
