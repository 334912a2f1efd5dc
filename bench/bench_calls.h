/* bench_calls.h - the calls of a batch: signatures from the workload's stream,
 * each call with arguments of its own
 *
 * `call` has arguments as `call` takes them, by addresses; `callmethod` and
 * `makefunc` start from a caller's frame, and in the register ABI its
 * registers. Their pointers are drawn from the population.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CALLS_H
#define BENCH_CALLS_H

#include "bench_op.h"
#include "call_box.h"
#include "call_caller.h"

/* Calls in a batch at most: their arguments, some 60 bytes each, fit L2. */
#define BENCH_CALLS_MAX 4096

/* What a shape of the workload is called as. */
struct bench_callable {
	struct call_key key;
	const struct call_layout *layout;
	/* With a caller: of its frame. */
	const struct call_layout *outer;
};

struct bench_prepared_call {
	const struct bench_callable *callable;
	/* Without a caller: where each argument is. */
	const void **args;
	/* With one: its frame and its registers. */
	void *area;
	struct call_regs *regs;
};

struct bench_calls {
	struct bench_callable *callables; /* [shape] */
	struct bench_prepared_call *ring; /* [BENCH_CALLS_MAX] */
	uintptr_t *values;                /* all arguments, one block */
	const void **args;                /* all addresses */
	size_t max_words, max_args;       /* of a call */
	struct call_box *results;         /* room for those of a call */
	size_t max_results;
};

/* The operation's hooks (bench_op.h). Which key a shape is called by, and
 * whether there is a caller, says `open`'s operation. */
size_t bench_calls_footprint(const struct bench_experiment *x);
int bench_calls_open(struct bench_fixture *f,
		     struct call_key (*key)(const struct bench_shape *s),
		     bool caller);
void bench_calls_close(struct bench_fixture *f);
void bench_calls_prepare(struct bench_fixture *f, uint64_t start,
			 uint64_t iters);
void bench_calls_meet(struct bench_fixture *f, uint64_t start, uint64_t iters,
		      struct bench_census *census);

/* The i-th call of the stream, which has been prepared. */
static inline const struct bench_prepared_call *
bench_calls_at(const struct bench_fixture *f, uint64_t i)
{
	const struct bench_calls *c = f->data;

	return &c->ring[i % BENCH_CALLS_MAX];
}

/* The callees of all these operations do the least that a callee must: they
 * write their results, all zero. This is their layout, which a batch sets. */
extern const struct call_layout *bench_calls_layout;
call_fn bench_calls_callee;                /* in the stack ABI */
call_entry_fn bench_calls_register_callee; /* its context is struct call_regs */

#endif
