/* bench_case_append.c - slices that append finds full
 *
 * Full slices of one element of the workload's type. A batch grows its stretch
 * of them: the new array, twice as long, the source-only barrier, the copy.
 * What has grown is garbage at once, and the slices are as they were.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>

#include "client_append.h"
#include "typed.h"

/* New arrays are garbage, which may grow to this before it is collected. So
 * much is touched at open, and what was freed is used first: otherwise a batch
 * would measure the page faults of first use. */
#define GARBAGE ((size_t)16 << 20)

struct slices {
	const struct gc_type *elem;
	void **arrays; /* of one element each */
	size_t n;      /* a power of two */
	uintptr_t *value;
	size_t heap_bytes; /* without garbage */
};

static const struct gc_type *
elem_type(const struct bench_experiment *x)
{
	return &x->workload->shapes[0].layout->frame;
}

/* As many as make half of the garbage at most. */
static size_t
count_slices(size_t size)
{
	size_t n = bench_count_values(size);

	while (n * 2 * size > GARBAGE / 2)
		n /= 2;
	return n;
}

/* The old arrays, and the new ones, which are twice as long. */
static size_t
footprint_slices(const struct bench_experiment *x)
{
	size_t size = elem_type(x)->size;

	return 3 * size * count_slices(size);
}

static int
create_slices(struct bench_fixture *f, struct slices *s)
{
	void **holder = bench_hold(f, s->n);

	if (!holder)
		return BENCH_CANNOT;
	for (size_t i = 0; i < s->n; i++) {
		s->arrays[i] = gc_alloc(f->world->mut, s->elem, 1);
		if (!s->arrays[i])
			return bench_no_room();
		holder[i] = s->arrays[i];
	}
	return BENCH_OK;
}

/* Leaves the heap as it was, with room in memory that is in use. */
static bool
warm_up(struct bench_fixture *f, struct slices *s)
{
	static const struct gc_type page_type = {4096, 0, NULL};
	struct gc_stats stats;

	for (size_t i = 0; i < GARBAGE / page_type.size; i++) {
		char *page = gc_alloc(f->world->mut, &page_type, 1);

		if (!page)
			return false;
		*page = 0;
	}
	gc_collect(f->world->gc, f->world->mut);
	gc_get_stats(f->world->gc, &stats);
	s->heap_bytes = stats.heap_bytes;
	return true;
}

static int
open_slices(struct bench_fixture *f)
{
	struct slices *s = bench_alloc(sizeof(*s));

	*s = (struct slices){.elem = elem_type(f->x)};
	f->data = s;
	f->max_iters = s->n = count_slices(s->elem->size);
	s->arrays = bench_alloc(s->n * sizeof(*s->arrays));
	s->value = bench_alloc(s->elem->size + WORD_SIZE);
	return warm_up(f, s) ? create_slices(f, s) : bench_no_room();
}

static void
close_slices(struct bench_fixture *f)
{
	struct slices *s = f->data;

	bench_reservoir_hang(&f->world->reservoir, NULL);
	free(s->arrays);
	free(s->value);
	free(s);
}

/* No cycle is running, but for sweep: slices hold their pointers before one
 * starts. That phase has cycles enough. */
static void
collect_garbage(struct bench_fixture *f)
{
	struct slices *s = f->data;
	struct gc_stats stats;

	if (f->x->phase == BENCH_SWEEP)
		return;
	gc_get_stats(f->world->gc, &stats);
	if (stats.heap_bytes > s->heap_bytes + GARBAGE / 2)
		gc_collect(f->world->gc, f->world->mut);
}

static void
prepare_slices(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct strategy_ctx ctx = bench_filling(f);
	struct slices *s = f->data;

	collect_garbage(f);
	for (uint64_t i = start; i < start + iters; i++) {
		bench_fill_value(f, s->elem, s->value);
		typed_memmove(&ctx, s->elem, s->arrays[i & (s->n - 1)],
			      s->value);
	}
}

static void
meet_slices(struct bench_fixture *f, uint64_t start, uint64_t iters,
	    struct bench_census *census)
{
	struct slices *s = f->data;

	for (uint64_t i = start; i < start + iters; i++)
		bench_census_meet(census, s->elem, s->arrays[i & (s->n - 1)],
				  s->elem->size);
}

static void
batch_grow(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct strategy_ctx *ctx = &f->engine->ctx;
	struct slices *s = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		struct client_slice slice = {s->arrays[i & (s->n - 1)], 1, 1};

		CHECK(client_append_grow(ctx, s->elem, &slice, 2));
	}
}

extern const struct bench_op bench_append_grow;

const struct bench_op bench_append_grow = {
	.name = "typedmemmove",
	.summary = "grow a slice: allocate, copy with a source-only barrier",
	.uses = CALL_USES_MEMMOVE | CALL_USES_BARRIER,
	.clients = 1 << CLIENT_APPEND,
	.allocates = 2,
	.footprint = footprint_slices,
	.open = open_slices,
	.close = close_slices,
	.prepare = prepare_slices,
	.batch = batch_grow,
	.meet = meet_slices,
};
