/* bench_case_call.c - whole reflect calls: look up the layout, get, fill, call,
 * copy back, clear, put
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_calls.h"
#include "call_registers.h"

static struct call_key
key_of(const struct bench_shape *s)
{
	return s->key;
}

static int
open_calls(struct bench_fixture *f)
{
	return bench_calls_open(f, key_of, false);
}

static void
batch_stack(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	for (uint64_t i = start; i < start + iters; i++) {
		const struct bench_prepared_call *p = bench_calls_at(f, i);

		bench_calls_layout = p->callable->layout;
		call(f->engine, call_lookup(f->engine, p->callable->key),
		     bench_calls_callee, p->args);
	}
}

static void
batch_register(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	const struct bench_calls *c = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		const struct bench_prepared_call *p = bench_calls_at(f, i);

		bench_calls_layout = p->callable->layout;
		call_registers(
			f->engine, call_lookup(f->engine, p->callable->key),
			bench_calls_register_callee, p->args, c->results);
	}
}

static void
batch_calls(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	if (f->x->workload->abi == CALL_ABI_REGISTER)
		batch_register(f, start, iters);
	else
		batch_stack(f, start, iters);
}

extern const struct bench_op bench_call;

const struct bench_op bench_call = {
	.name = "call",
	.summary = "a whole reflect call: get, fill, call, clear, put",
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
