/* bench_case_makefunc.c - calls of closures: arguments to fresh objects,
 * results to the caller's frame
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_calls.h"
#include "call_makefunc.h"

static struct call_key
value_key(const struct bench_shape *s)
{
	return (struct call_key){.func = s->key.func};
}

static int
open_calls(struct bench_fixture *f)
{
	return bench_calls_open(f, value_key, true);
}

/* Results of any type, all zero. */
static const char zeros[BENCH_FRAME_MAX];

static void
closure(void *layout, const struct call_box *in, struct call_box *out)
{
	const struct call_layout *l = layout;

	(void)in;
	for (size_t i = 0; i < l->n_results; i++)
		if (!call_box_is_pointer(out[i].value))
			out[i].ptr = (void *)zeros;
}

static void
batch_calls(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct gc_mutator *mut = f->world->mut;

	for (uint64_t i = start; i < start + iters; i++) {
		const struct bench_prepared_call *p = bench_calls_at(f, i);
		const struct call_layout *l = p->callable->outer;
		struct call_caller caller;

		call_caller_enter(&caller, mut, l, p->area, p->regs);
		call_makefunc(f->engine, &caller, closure, (void *)l);
		call_caller_leave(&caller, mut);
	}
}

extern const struct bench_op bench_makefunc;

const struct bench_op bench_makefunc = {
	.name = "makefunc",
	.summary = "a call of a closure, its arguments in fresh objects",
	.uses = CALL_USES_MEMMOVE | CALL_USES_BARRIER,
	.clients = 1 << CLIENT_FRAME,
	.calls = true,
	.allocates = 1,
	.footprint = bench_calls_footprint,
	.open = open_calls,
	.close = bench_calls_close,
	.prepare = bench_calls_prepare,
	.batch = batch_calls,
	.meet = bench_calls_meet,
};
