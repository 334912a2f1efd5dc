/* bench_case_terminate.c - the end of marking, as one mutator meets it
 *
 * No mutator runs in mark termination, so there is no clear to time: what is
 * timed is how long marking takes to end from when the collector has no grey
 * object left. One value of the workload hangs on the mutator's stack, which is
 * still grey; the candidate's barrier has cleared it while all the rest was
 * marked, so that its buffer holds what a mutator may hold at that moment, from
 * nothing to white objects that send the collector back to marking.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>

#include "bench_op.h"

struct terminate {
	struct strategy_frame frame; /* ptr: the mutator's stack */
	struct gc_root root;
	uintptr_t *source;
};

/* As large as an object of the reservoir. */
static const uint8_t all_pointers[16] = {0x0f};
static const struct gc_type white_type = {32, 32, all_pointers};
static const struct gc_type noscan_type = {32, 0, all_pointers};

static size_t
footprint_terminate(const struct bench_experiment *x)
{
	return bench_workload_mean(x->workload);
}

static int
open_terminate(struct bench_fixture *f)
{
	struct terminate *t = bench_alloc(sizeof(*t));

	*t = (struct terminate){.source = bench_alloc(BENCH_FRAME_MAX)};
	t->root = (struct gc_root){&t->frame.ptr, 1, NULL, NULL};
	gc_push_root(f->world->mut, &t->root);
	f->data = t;
	f->max_iters = 1;
	return BENCH_OK;
}

static void
close_terminate(struct bench_fixture *f)
{
	struct terminate *t = f->data;

	gc_pop_root(f->world->mut, &t->root);
	free(t->source);
	free(t);
}

/* An object that nothing else points to: the reservoir's are marked by then. */
static uintptr_t
draw(struct bench_fixture *f)
{
	struct gc_mutator *mut = f->world->mut;
	void *p;

	switch (f->x->population) {
	case POPULATION_WHITE: p = gc_alloc(mut, &white_type, 1); break;
	case POPULATION_NOSCAN: p = gc_alloc(mut, &noscan_type, 1); break;
	default:
		return (uintptr_t)bench_reservoir_take(&f->world->reservoir,
						       f->x->population);
	}
	CHECK(p);
	return (uintptr_t)p;
}

static void
prepare_terminate(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	const struct bench_workload *w = f->x->workload;
	size_t shape = w->stream[start % BENCH_STREAM_LENGTH];
	struct strategy_ctx *ctx = &f->engine->ctx;
	struct terminate *t = f->data;
	const struct gc_type *type = &w->shapes[shape].layout->frame;

	(void)iters; /* one */
	t->frame = (struct strategy_frame){gc_alloc(f->world->mut, type, 1),
					   type, 0};
	CHECK(t->frame.ptr);
	for (size_t i = 0; i < type->size / WORD_SIZE; i++)
		t->source[i] = bench_is_pointer(type, i) ? draw(f) : 0;
	ctx->barrier.frame_begin(ctx, &t->frame);
	ctx->barrier.frame_fill(ctx, &t->frame, 0, t->source, type->size);
}

static void
meet_terminate(struct bench_fixture *f, uint64_t start, uint64_t iters,
	       struct bench_census *census)
{
	struct terminate *t = f->data;

	(void)start;
	(void)iters;
	bench_census_meet(census, t->frame.type, t->frame.ptr,
			  t->frame.type->size);
}

static void
clear(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct strategy_ctx *ctx = &f->engine->ctx;
	struct terminate *t = f->data;

	(void)start;
	(void)iters;
	ctx->barrier.frame_clear(ctx, &t->frame, 0, t->frame.type->size);
}

static void
batch_terminate(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	(void)start;
	(void)iters;
	gc_hold_termination(f->world->gc, false);
	gc_mark_finish(f->world->gc, f->world->mut);
}

extern const struct bench_op bench_terminate;

const struct bench_op bench_terminate = {
	.name = "terminate",
	.summary = "the end of marking, with a mutator's last entries",
	.uses = CALL_USES_MEMCLR | CALL_USES_BARRIER,
	.clients = 1 << CLIENT_FRAME,
	.protocol = true,
	.footprint = footprint_terminate,
	.open = open_terminate,
	.close = close_terminate,
	.prepare = prepare_terminate,
	.arm = clear,
	.batch = batch_terminate,
	.meet = meet_terminate,
};
