/* call_frame.h - the steps of a call, for the functions that are made of them
 *
 * See call.h for what each does and for when it turns to a hook.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_FRAME_H
#define CALL_FRAME_H

#include <string.h>

#include "call.h"

/* The slow parts: a frame where the pool has none (a victim, or from the heap),
 * a fill that the barrier sees, and what only a debug build asks. */
void *call_frame_new(struct call_engine *e, struct call_target *t);
void call_frame_fill_hooked(struct call_engine *e, struct call_target *t,
			    struct strategy_frame *frame,
			    const void *const *args);
bool call_frame_is_zero(const struct strategy_frame *frame);

/* Whether the barrier must see what happens to frames now. */
static inline bool
frame_hooked(const struct call_engine *e)
{
	return UNLIKELY(e->mut->marking | e->ctx.frame_hooks);
}

/* Aborts in a debug build when a frame at rest is not all zero. */
static inline void
frame_check_zero(const struct call_engine *e,
		 const struct strategy_frame *frame)
{
	ASSERT(e->dirty_frames || call_frame_is_zero(frame));
	(void)e;
	(void)frame;
}

/* Takes what a slot of a pool has. Pools are the mutator's own roots: a frame
 * moves between them and its stack without a barrier. */
static inline void *
frame_take(void **slot)
{
	void *frame = *slot;

	*slot = NULL;
	return frame;
}

static inline void
frame_get(struct call_engine *e, struct call_target *t,
	  struct strategy_frame *frame)
{
	frame->type = &t->layout->frame;
	frame->word = 0;
	if (LIKELY(t->n_pooled))
		frame->ptr = frame_take(&t->slots[--t->n_pooled]);
	else
		frame->ptr = call_frame_new(e, t);
	frame_check_zero(e, frame);
	if (UNLIKELY(e->ctx.frame_hooks))
		e->ctx.barrier.frame_begin(&e->ctx, frame);
}

/* Stores a value that the barrier need not see. */
static inline void
frame_store(struct call_engine *e, void *dst, const void *src, size_t size)
{
	switch (size) {
	case 1: memcpy(dst, src, 1); return;
	case 2: memcpy(dst, src, 2); return;
	case 4: memcpy(dst, src, 4); return;
	case 8: memcpy(dst, src, 8); return;
	}
	e->ctx.memmove(dst, src, size);
}

static inline void
frame_fill(struct call_engine *e, struct call_target *t,
	   struct strategy_frame *frame, const void *const *args)
{
	const struct call_layout *l = t->layout;
	const struct call_store *s = l->stores;
	char *to = frame->ptr;

	if (frame_hooked(e)) {
		call_frame_fill_hooked(e, t, frame, args);
		return;
	}
	for (; s < l->stores + l->n_word_stores; s++)
		memcpy(to + s->off, args[s->arg], WORD_SIZE);
	for (; s < l->stores + l->n_stores; s++)
		frame_store(e, to + s->off, args[s->arg], s->size);
}

/* area is a call's argument area, whose callee has returned. */
static inline void
frame_copy_back(struct call_engine *e, const struct call_target *t,
		struct strategy_frame *frame, const void *area)
{
	size_t off = t->layout->retoffset;
	size_t size = t->layout->frame.size - off;

	if (!size)
		return;
	if (frame_hooked(e))
		e->ctx.barrier.frame_fill(&e->ctx, frame, off,
					  (const char *)area + off, size);
	else
		frame_store(e, (char *)frame->ptr + off,
			    (const char *)area + off, size);
}

/* Clears the first size bytes. */
static inline void
frame_clear_to(struct call_engine *e, struct strategy_frame *frame, size_t size)
{
	if (frame_hooked(e))
		e->ctx.barrier.frame_clear(&e->ctx, frame, 0, size);
	else
		e->ctx.memclr(frame->ptr, size);
}

static inline void
frame_clear(struct call_engine *e, struct call_target *t,
	    struct strategy_frame *frame)
{
	frame_clear_to(e, frame, t->layout->retoffset);
}

/* Pools a frame that nothing refers to, whether the target pools or not. */
static inline void
frame_pool(struct call_engine *e, struct call_target *t,
	   struct strategy_frame *frame)
{
	if (UNLIKELY(e->ctx.frame_hooks))
		e->ctx.barrier.frame_put(&e->ctx, frame);
	frame_check_zero(e, frame);
	if (LIKELY(t->n_pooled < CALL_POOL_SLOTS))
		t->slots[t->n_pooled++] = frame->ptr;
}

static inline void
frame_put(struct call_engine *e, struct call_target *t,
	  struct strategy_frame *frame)
{
	if (t->pools)
		frame_pool(e, t, frame);
}

/* Runs a callee of the register ABI, whose context are its registers. Without a
 * frame it needs no area. */
static inline void
frame_run_registers(struct call_engine *e, struct call_target *t,
		    struct strategy_frame *frame, call_entry_fn *fn, void *regs)
{
	if (frame->ptr)
		t->trampoline(
			e, t, frame,
			(struct call_callee){.context = regs, .entry = fn});
	else
		fn(NULL, regs);
}

#endif
