/* bench_mutant_safepoint.c - barriers that may be stopped between their steps
 *
 * Between the test of the phase, the record and the store. Each is bulk1, and
 * comes with an order of threads in which that loses an object.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_mutant_parts.h"
#include "bench_schedule_step.h"
#include "bench_schedule_hooked.h"
#include "bulk1_template.h"

/* Whether a range is one slot, of heap or global, as in all orders here. */
static bool
is_slot(struct gc_mutator *mut, const void *ptr, size_t size)
{
	struct gc_slots s;

	return size == WORD_SIZE && gc_slots_begin(mut, ptr, 1, &s) &&
	       gc_slots_test(&s, 0);
}

/* The phase is tested, and may change before the store. */
static void
clear_test(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	   size_t off, size_t size)
{
	if (ctx->mut->marking) {
		clear(ctx, type, ptr, off, size);
		return;
	}
	bench_schedule_safepoint(ctx->mut);
	ctx->memclr(ptr, size);
}

/* What was recorded is another cycle's when it is stored over. */
static void
clear_record(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	     size_t off, size_t size)
{
	(void)off;
	if (ctx->mut->marking && type->ptrbytes)
		record_range(ctx->mut, ptr, NULL, size);
	bench_schedule_safepoint(ctx->mut);
	ctx->memclr(ptr, size);
}

/* A slot is stored over, and what it held is recorded later. */
static void
clear_store(struct strategy_ctx *ctx, const struct gc_type *type, void *ptr,
	    size_t off, size_t size)
{
	uintptr_t old;

	if (!ctx->mut->marking || !is_slot(ctx->mut, ptr, size)) {
		clear(ctx, type, ptr, off, size);
		return;
	}
	old = *(uintptr_t *)ptr;
	ctx->memclr(ptr, size);
	bench_schedule_safepoint(ctx->mut);
	record_old(ctx->mut, old, 0);
}

BARRIER(test, .clear = clear_test, .move = move, .copy_fresh = copy_fresh);
BARRIER(record, .clear = clear_record, .move = move, .copy_fresh = copy_fresh);
BARRIER(store, .clear = clear_store, .move = move, .copy_fresh = copy_fresh);

#define OP(actor, op) (16 * (actor) + ACTOR_##op)
#define GO(actor)     (SCHEDULE_GO_ON + (actor))
#define START(actor)  (SCHEDULE_START + (actor))

/* M0 has found marking off, and clears A when M1, whose stack is black, has B
 * from there. */
static const struct bench_script after_test = {
	.heap = {2, 0, 0, 0, 1, 0, 1, 0}, /* A -> B; both have A */
	.steps = {OP(0, CLEAR), START(1), OP(1, SAFEPOINT), OP(1, LOAD), GO(0),
		  SCHEDULE_DRAIN},
	.n = 6,
};

/* M0 has recorded what A holds; that cycle ends and the next one begins; then
 * M1, whose stack is black, has B from A, and M0 goes on to clear it. */
static const struct bench_script after_record = {
	.heap = {2, 0, 0, 0, 1, 0, 1, 0},
	.steps = {START(1), OP(0, CLEAR), GO(0), OP(1, SAFEPOINT),
		  SCHEDULE_DRAIN, SCHEDULE_TERMINATE, START(1),
		  OP(1, SAFEPOINT), OP(1, LOAD), GO(0), SCHEDULE_DRAIN},
	.n = 11,
};

/* M0, whose stack is black, takes B from A and clears A; marking ends before
 * that is recorded. */
static const struct bench_script after_store = {
	.heap = {2, 0, 0, 0, 1, 0, 1, 0},
	.steps = {START(1), OP(0, LOAD), OP(0, CLEAR), OP(1, SAFEPOINT),
		  SCHEDULE_DRAIN, SCHEDULE_TERMINATE},
	.n = 6,
};

const struct bench_mutant bench_mutant_safepoints[] = {
	{.name = "test_safepoint",
	 .rule = "I5",
	 .what = "a safepoint between the test of the phase and the store",
	 .kills = ORDERED,
	 .strategy = &test,
	 .script = &after_test},
	{.name = "record_safepoint",
	 .rule = "I5",
	 .what = "a safepoint between record and store",
	 .kills = ORDERED,
	 .strategy = &record,
	 .script = &after_record},
	{.name = "store_safepoint",
	 .rule = "I5, I6",
	 .what = "a safepoint between the store and the record of what it "
		 "overwrote",
	 .kills = ORDERED,
	 .strategy = &store,
	 .script = &after_store},
	{.name = NULL},
};
