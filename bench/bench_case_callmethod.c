/* bench_case_callmethod.c - calls of method values: from a caller's frame to
 * the results in it
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_calls.h"
#include "call_method.h"

static struct call_key
method_key(const struct bench_shape *s)
{
	return s->method;
}

static int
open_calls(struct bench_fixture *f)
{
	return bench_calls_open(f, method_key, true);
}

/* The receiver: no heap object, as the population is of the arguments. */
static uintptr_t receiver;

static void
call_one(struct bench_fixture *f, const struct bench_prepared_call *p,
	 struct call_caller *caller)
{
	struct call_target *target = call_lookup(f->engine, p->callable->key);
	uintptr_t word = (uintptr_t)&receiver;

	bench_calls_layout = p->callable->layout;
	if (p->callable->layout->abi == CALL_ABI_REGISTER)
		call_method_registers(f->engine, target,
				      bench_calls_register_callee, word,
				      caller);
	else
		call_method(f->engine, target,
			    (struct call_callee){.fn = bench_calls_callee},
			    word, caller);
}

static void
batch_calls(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct gc_mutator *mut = f->world->mut;

	for (uint64_t i = start; i < start + iters; i++) {
		const struct bench_prepared_call *p = bench_calls_at(f, i);
		struct call_caller caller;

		call_caller_enter(&caller, mut, p->callable->outer, p->area,
				  p->regs);
		call_one(f, p, &caller);
		call_caller_leave(&caller, mut);
	}
}

extern const struct bench_op bench_callmethod;

const struct bench_op bench_callmethod = {
	.name = "callmethod",
	.summary = "a call of a method value, from its caller's frame and back",
	.uses = CALL_USES_ALL,
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
