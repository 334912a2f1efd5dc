/* call_engine.c - the call: get, fill, trampoline, copy back, clear, put */
// SPDX-License-Identifier: BSD-3-Clause
#include "call.h"

#include "call_trampoline.h"

/* The trampoline's struct, with what copy_back needs. */
struct activation {
	struct call_trampoline trampoline; /* first, so that the two convert */
	struct call_engine *engine;
	struct strategy_frame frame;
	const struct call_layout *layout;
};

void
call_frame_fill(struct call_engine *e, struct call_target *target,
		struct strategy_frame *frame, const void *const *args)
{
	const struct call_layout *layout = target->layout;

	for (size_t i = 0; i < layout->n_args; i++) {
		const struct call_value *v = &layout->values[i];

		if (!v->in_frame)
			continue;
		/* Scalars need no barrier, and no alignment to a word. */
		if (v->type.ptrbytes)
			e->ctx.barrier.frame_fill(&e->ctx, frame, v->off,
						  args[i], v->size);
		else
			e->ctx.memmove((char *)frame->ptr + v->off, args[i],
				       v->size);
	}
}

void
call_frame_clear(struct call_engine *e, struct call_target *target,
		 struct strategy_frame *frame)
{
	const struct call_layout *layout = target->layout;
	size_t size =
		layout->n_results ? layout->retoffset : layout->frame.size;

	e->ctx.barrier.frame_clear(&e->ctx, frame, 0, size);
}

static void
copy_back(struct call_trampoline *t, void *area)
{
	struct activation *a = (struct activation *)t;
	size_t off = a->layout->retoffset;

	if (a->layout->n_results)
		a->engine->ctx.barrier.frame_fill(&a->engine->ctx, &a->frame,
						  off, (char *)area + off,
						  a->layout->frame.size - off);
}

void *
call(struct call_engine *e, struct call_target *target, call_fn *fn,
     const void *const *args)
{
	const struct call_layout *layout = target->layout;
	struct activation a = {.engine = e, .layout = layout};
	struct gc_root frame_root = {&a.frame.ptr, 1, NULL, NULL};
	/* Empty until the trampoline has copied the arguments. */
	struct gc_root area_root = {NULL, 0, layout->frame.ptrmask, NULL};

	gc_safepoint(e->mut);
	call_frame_get(e, target, &a.frame);
	call_frame_fill(e, target, &a.frame, args);
	a.trampoline = (struct call_trampoline){
		.frame = a.frame.ptr,
		.arg_words = layout->arg_nwords,
		.area_size = ALIGN_UP(layout->frame.size, 16),
		.fn = fn,
		.root = &area_root,
		.copy_back = copy_back,
	};
	gc_push_root(e->mut, &frame_root);
	gc_push_root(e->mut, &area_root);
	call_trampoline_run(&a.trampoline);
	gc_pop_root(e->mut, &area_root);
	gc_pop_root(e->mut, &frame_root);
	call_frame_clear(e, target, &a.frame);
	if (layout->n_results)
		return a.frame.ptr;
	call_frame_put(e, target, &a.frame);
	return NULL;
}
