/* bench_case_typed.c - typed clears and moves of frames and slices on the heap
 *
 * As many values as the stream is long, each of the shape that stands there;
 * all hang on the reservoir's tail, so that the marker comes to them last. A
 * batch clears or overwrites its stretch, and prepare fills that again, with
 * the candidate's own barrier in the phase that the experiment says.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>
#include <string.h>

#include "typed.h"

#define MAX_BATCH 4096

struct typed {
	struct strategy_frame *frames;
	const struct call_layout **layouts;
	size_t n;           /* values; a power of two */
	uintptr_t *sources; /* what is copied in, one block for all values */
	size_t *source_at;  /* where each begins */
};

static size_t
count_values(const struct bench_workload *w)
{
	if (w->n_shapes > 1)
		return BENCH_STREAM_LENGTH;
	return bench_count_values(w->shapes[0].size);
}

static size_t
footprint_typed(const struct bench_experiment *x)
{
	return MIN(count_values(x->workload), MAX_BATCH) *
	       bench_workload_mean(x->workload);
}

extern const struct bench_op bench_typedmemclr, bench_typedmemclrpartial,
	bench_typedmemmove;

static int
alloc_values(struct bench_fixture *f, struct typed *t)
{
	void **holder = bench_hold(f, t->n);

	if (!holder)
		return BENCH_CANNOT;
	for (size_t i = 0; i < t->n; i++) {
		const struct gc_type *type = &t->layouts[i]->frame;
		void *ptr = gc_alloc(f->world->mut, type, 1);

		if (!ptr)
			return bench_no_room();
		t->frames[i] = (struct strategy_frame){ptr, type, 0};
		holder[i] = ptr;
	}
	return BENCH_OK;
}

static size_t
place_values(struct typed *t, const struct bench_workload *w)
{
	size_t words = 0;

	for (size_t i = 0; i < t->n; i++) {
		t->layouts[i] = w->shapes[w->stream[i]].layout;
		t->source_at[i] = words;
		words += t->layouts[i]->frame.size / WORD_SIZE;
	}
	return words;
}

static void
close_typed(struct bench_fixture *f)
{
	struct typed *t = f->data;

	bench_reservoir_hang(&f->world->reservoir, NULL);
	free(t->frames);
	free(t->layouts);
	free(t->sources);
	free(t->source_at);
	free(t);
}

static int
open_typed(struct bench_fixture *f)
{
	const struct bench_workload *w = f->x->workload;
	struct typed *t = bench_alloc(sizeof(*t));
	size_t words;

	t->n = count_values(w);
	t->frames = bench_alloc(t->n * sizeof(*t->frames));
	t->layouts = bench_alloc(t->n * sizeof(*t->layouts));
	t->source_at = bench_alloc(t->n * sizeof(*t->source_at));
	words = place_values(t, w);
	t->sources = bench_alloc((words + 1) * WORD_SIZE);
	f->data = t;
	f->max_iters = MIN(t->n, MAX_BATCH);
	return alloc_values(f, t);
}

static uintptr_t *
source(struct typed *t, size_t i)
{
	return t->sources + t->source_at[i];
}

/* Stores a whole value as the frame's life or the slice's owner does. */
static void
fill(struct bench_fixture *f, struct strategy_frame *frame, const void *src)
{
	struct strategy_ctx *ctx = &f->engine->ctx;
	size_t size = frame->type->size;

	if (f->x->client == CLIENT_FRAME)
		ctx->barrier.frame_fill(ctx, frame, 0, src, size);
	else
		typed_memmove(ctx, frame->type, frame->ptr, src);
}

/* A frame begins zero; what the last candidate left may be anything. */
static void
begin(struct bench_fixture *f, struct strategy_frame *frame)
{
	struct strategy_ctx *ctx = &f->engine->ctx;

	if (f->x->client != CLIENT_FRAME)
		return;
	memset(frame->ptr, 0, frame->type->size);
	frame->word = 0;
	ctx->barrier.frame_begin(ctx, frame);
}

static void
prepare_clear(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct typed *t = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		size_t k = i & (t->n - 1);

		begin(f, &t->frames[k]);
		bench_fill_value(f, t->frames[k].type, source(t, k));
		fill(f, &t->frames[k], source(t, k));
	}
}

/* Frames are filled from zero; slices hold old pointers that are overwritten.
 */
static void
prepare_move(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct typed *t = f->data;

	if (f->x->client != CLIENT_FRAME)
		prepare_clear(f, start, iters);
	for (uint64_t i = start; i < start + iters; i++) {
		size_t k = i & (t->n - 1);

		begin(f, &t->frames[k]);
		bench_fill_value(f, t->frames[k].type, source(t, k));
	}
}

/* Bytes of a value that a batch clears or overwrites. */
static size_t
met(const struct bench_fixture *f, size_t k)
{
	const struct typed *t = f->data;

	return f->op == &bench_typedmemclrpartial ? t->layouts[k]->retoffset
						  : t->layouts[k]->frame.size;
}

static void
meet_old(struct bench_fixture *f, uint64_t start, uint64_t iters,
	 struct bench_census *census)
{
	struct typed *t = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		size_t k = i & (t->n - 1);

		bench_census_meet(census, t->frames[k].type, t->frames[k].ptr,
				  met(f, k));
	}
}

/* Old pointers and new ones. */
static void
meet_move(struct bench_fixture *f, uint64_t start, uint64_t iters,
	  struct bench_census *census)
{
	struct typed *t = f->data;

	if (f->x->client != CLIENT_FRAME)
		meet_old(f, start, iters, census);
	for (uint64_t i = start; i < start + iters; i++) {
		size_t k = i & (t->n - 1);

		bench_census_meet(census, t->frames[k].type, source(t, k),
				  met(f, k));
	}
}

static void
batch_clear(struct bench_fixture *f, uint64_t start, uint64_t iters,
	    bool partial)
{
	struct strategy_ctx *ctx = &f->engine->ctx;
	struct typed *t = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		size_t k = i & (t->n - 1);
		struct strategy_frame *frame = &t->frames[k];
		size_t size =
			partial ? t->layouts[k]->retoffset : frame->type->size;

		if (f->x->client == CLIENT_FRAME)
			ctx->barrier.frame_clear(ctx, frame, 0, size);
		else
			typed_memclr(ctx, frame->type, frame->ptr);
	}
}

static void
batch_typedmemclr(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	batch_clear(f, start, iters, false);
}

static void
batch_typedmemclrpartial(struct bench_fixture *f, uint64_t start,
			 uint64_t iters)
{
	batch_clear(f, start, iters, true);
}

static void
batch_typedmemmove(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct typed *t = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		size_t k = i & (t->n - 1);

		fill(f, &t->frames[k], source(t, k));
	}
}

const struct bench_op bench_typedmemclr = {
	.name = "typedmemclr",
	.summary = "clear a live value: a whole frame, a slice",
	.uses = CALL_USES_MEMCLR | CALL_USES_BARRIER,
	.clients = 1 << CLIENT_FRAME | 1 << CLIENT_SLICE,
	.footprint = footprint_typed,
	.open = open_typed,
	.close = close_typed,
	.prepare = prepare_clear,
	.batch = batch_typedmemclr,
	.meet = meet_old,
};

const struct bench_op bench_typedmemclrpartial = {
	.name = "typedmemclrpartial",
	.summary = "clear a frame's arguments, its results stay live",
	.uses = CALL_USES_MEMCLR | CALL_USES_BARRIER,
	.clients = 1 << CLIENT_FRAME,
	.footprint = footprint_typed,
	.open = open_typed,
	.close = close_typed,
	.prepare = prepare_clear,
	.batch = batch_typedmemclrpartial,
	.meet = meet_old,
};

const struct bench_op bench_typedmemmove = {
	.name = "typedmemmove",
	.summary = "fill a frame in one move, overwrite a slice",
	.uses = CALL_USES_MEMMOVE | CALL_USES_BARRIER,
	.clients = 1 << CLIENT_FRAME | 1 << CLIENT_SLICE,
	.footprint = footprint_typed,
	.open = open_typed,
	.close = close_typed,
	.prepare = prepare_move,
	.batch = batch_typedmemmove,
	.meet = meet_move,
};
