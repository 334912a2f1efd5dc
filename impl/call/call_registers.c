/* call_registers.c - the reflect call in the register ABI */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_registers.h"

#include "call_frame.h"

static void
load_arguments(const struct call_layout *l, struct call_regs *regs,
	       const void *const *args)
{
	for (size_t i = 0; i < l->n_args; i++)
		call_regs_put(regs, &l->values[i], args[i]);
}

/* The box of a result: a pointer, an address in the frame, or a copy. */
static void *
box_result(struct call_engine *e, const struct call_value *v,
	   const struct strategy_frame *frame, const struct call_regs *regs)
{
	_Alignas(8) char room[CALL_REGS_VALUE_MAX];
	char *place = (char *)frame->ptr + v->off;

	if (v->in_frame)
		return call_box_is_pointer(v) ? *(void **)place : place;
	memset(room, 0, v->size);
	call_regs_take(regs, v, room);
	return call_box_copy(e, v, room);
}

/* The registers are roots. */
static void
box_results(struct call_engine *e, const struct call_layout *l,
	    struct strategy_frame *frame, const struct call_regs *regs,
	    struct call_box *results)
{
	struct gc_root frame_root = {&frame->ptr, 1, NULL, NULL};
	struct gc_root results_root = call_box_root(results, l->n_results);

	for (size_t i = 0; i < l->n_results; i++)
		results[i] = (struct call_box){&l->values[l->n_args + i], NULL};
	gc_push_root(e->mut, &frame_root);
	gc_push_root(e->mut, &results_root);
	for (size_t i = 0; i < l->n_results; i++)
		results[i].ptr = box_result(e, results[i].value, frame, regs);
	gc_pop_root(e->mut, &results_root);
	gc_pop_root(e->mut, &frame_root);
}

void
call_registers(struct call_engine *e, struct call_target *t, call_entry_fn *fn,
	       const void *const *args, struct call_box *results)
{
	const struct call_layout *l = t->layout;
	struct call_regs regs;
	struct gc_root root = {(void **)regs.words, CALL_INT_REGS,
			       l->in_ptrmask, NULL};
	struct strategy_frame frame = {0};

	gc_safepoint(e->mut);
	if (l->frame.size) {
		frame_get(e, t, &frame);
		frame_fill(e, t, &frame, args);
	}
	load_arguments(l, &regs, args);
	gc_push_root(e->mut, &root);
	frame_run_registers(e, t, &frame, fn, &regs);
	root.ptrmask = l->out_ptrmask;
	if (frame.ptr) {
		frame_clear(e, t, &frame);
		frame_put(e, t, &frame);
	}
	if (l->n_results)
		box_results(e, l, &frame, &regs, results);
	gc_pop_root(e->mut, &root);
}
