/* bench_case_call.c - whole reflect calls: look up, get, fill, call, copy back,
 * clear, put
 *
 * Signatures come from the workload's stream; each call has arguments of its
 * own, whose pointers prepare draws from the population. The callee does the
 * least that a callee must: it writes its results.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>
#include <string.h>

/* Calls in a batch at most: their arguments, some 60 bytes each, fit L2. */
#define MAX_BATCH 4096

struct prepared_call {
	const struct bench_shape *shape;
	const void **args; /* into the values that are copied */
};

struct calls {
	struct prepared_call *ring; /* [MAX_BATCH] */
	uintptr_t *values;          /* MAX_BATCH frames */
	const void **args;
	size_t max_words, max_args;
};

/* What the callee must know of its own type. */
static const struct call_layout *callee_layout;

static void
callee(void *args)
{
	size_t off = callee_layout->retoffset;

	for (; off < callee_layout->frame.size; off += WORD_SIZE)
		*(uintptr_t *)((char *)args + off) = 0;
}

static void
measure_shapes(struct calls *c, const struct bench_workload *w)
{
	for (size_t i = 0; i < w->n_shapes; i++) {
		const struct call_layout *layout = w->shapes[i].layout;

		c->max_words =
			MAX(c->max_words, layout->frame.size / WORD_SIZE);
		c->max_args = MAX(c->max_args, layout->n_args);
	}
}

static size_t
footprint_calls(const struct bench_experiment *x)
{
	return MAX_BATCH * bench_workload_mean(x->workload);
}

static int
open_calls(struct bench_fixture *f)
{
	const struct bench_workload *w = f->x->workload;
	struct calls *c = bench_alloc(sizeof(*c));

	*c = (struct calls){.max_words = 1, .max_args = 1};
	measure_shapes(c, w);
	/* The first use, which no batch should meet. */
	for (size_t i = 0; i < w->n_shapes; i++)
		call_lookup(f->engine, w->shapes[i].key);
	c->ring = bench_alloc(MAX_BATCH * sizeof(*c->ring));
	f->data = c;
	/* The values of a batch of the largest frames stay within 16 MiB. */
	f->max_iters = MAX_BATCH;
	while (f->max_iters > 64 &&
	       f->max_iters * c->max_words * WORD_SIZE > (size_t)16 << 20)
		f->max_iters /= 2;
	c->values = bench_alloc(f->max_iters * c->max_words * WORD_SIZE);
	c->args = bench_alloc(f->max_iters * c->max_args * sizeof(*c->args));
	return BENCH_OK;
}

static void
close_calls(struct bench_fixture *f)
{
	struct calls *c = f->data;

	free(c->ring);
	free(c->values);
	free(c->args);
	free(c);
}

/* The arguments lie where the frame has them, one block for all calls. */
static void
prepare_calls(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	const struct bench_workload *w = f->x->workload;
	struct calls *c = f->data;
	uintptr_t *value = c->values;
	const void **args = c->args;

	for (uint64_t i = 0; i < iters; i++) {
		size_t at = (start + i) % BENCH_STREAM_LENGTH;
		const struct bench_shape *shape = &w->shapes[w->stream[at]];
		const struct call_layout *layout = shape->layout;

		c->ring[(start + i) % MAX_BATCH] =
			(struct prepared_call){shape, args};
		bench_fill_value(f, &layout->frame, value);
		for (size_t k = 0; k < layout->n_args; k++)
			*args++ = (char *)value + layout->values[k].off;
		value += layout->frame.size / WORD_SIZE;
	}
}

static void
meet_calls(struct bench_fixture *f, uint64_t start, uint64_t iters,
	   struct bench_census *census)
{
	struct calls *c = f->data;
	const uintptr_t *value = c->values;

	for (uint64_t i = start; i < start + iters; i++) {
		const struct call_layout *layout =
			c->ring[i % MAX_BATCH].shape->layout;

		bench_census_meet(census, &layout->frame, value,
				  layout->retoffset);
		value += layout->frame.size / WORD_SIZE;
	}
}

static void
batch_calls(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct calls *c = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		struct prepared_call *p = &c->ring[i % MAX_BATCH];
		struct call_target *t = call_lookup(f->engine, p->shape->key);

		callee_layout = t->layout;
		call(f->engine, t, callee, p->args);
	}
}

extern const struct bench_op bench_call;

const struct bench_op bench_call = {
	.name = "call",
	.summary = "a whole reflect call: look up, get, fill, call, clear, put",
	.uses = CALL_USES_ALL,
	.clients = 1 << CLIENT_FRAME,
	.allocates = 1,
	.footprint = footprint_calls,
	.open = open_calls,
	.close = close_calls,
	.prepare = prepare_calls,
	.batch = batch_calls,
	.meet = meet_calls,
};
