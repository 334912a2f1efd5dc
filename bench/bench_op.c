/* bench_op.c - the table of operations, and which experiments can exist */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>
#include <string.h>

#include "bench_legal.h"
#include "bench_loop.h"
#include "client_chan.h"
#include "client_map.h"

extern const struct bench_op bench_memclr, bench_memmove, bench_store,
	bench_copy, bench_typedmemclr, bench_map_delete, bench_chan_receive,
	bench_typedmemclrpartial, bench_typedmemmove, bench_append_grow,
	bench_call, bench_callmethod, bench_makefunc, bench_terminate;

const struct bench_op *const bench_ops[] = {
	&bench_memclr,
	&bench_memmove,
	&bench_store,
	&bench_copy,
	&bench_typedmemclr,
	&bench_map_delete,
	&bench_chan_receive,
	&bench_typedmemclrpartial,
	&bench_typedmemmove,
	&bench_append_grow,
	&bench_call,
	&bench_callmethod,
	&bench_makefunc,
	&bench_terminate,
	NULL,
};

const struct bench_op *
bench_op_find(const char *name)
{
	for (size_t i = 0; bench_ops[i]; i++)
		if (strcmp(bench_ops[i]->name, name) == 0)
			return bench_ops[i];
	return NULL;
}

int
bench_op_unknown(const char *name)
{
	const char *names[ARRAY_LEN(bench_ops)];
	size_t n = 0;

	/* Clients with a data structure of their own have a row of that name
	 * too. */
	for (size_t i = 0; bench_ops[i]; i++)
		if (bench_op_find(bench_ops[i]->name) == bench_ops[i])
			names[n++] = bench_ops[i]->name;
	bench_axis_word("op", name, names, n);
	return BENCH_USAGE;
}

bool
bench_fills_before_cycle(const struct bench_experiment *x)
{
	return x->phase == BENCH_STRADDLE || x->phase == BENCH_TERMINATION ||
	       (x->phase == BENCH_MARK && x->client != CLIENT_RAW &&
		x->client != CLIENT_FRAME);
}

/* Why a client cannot have the elements of a workload; NULL when it can. */
static const char *
element_illegal(enum bench_client client, const struct bench_workload *w)
{
	size_t size = w->shapes[0].layout->frame.size;

	if (client == CLIENT_FRAME || client == CLIENT_SLICE)
		return NULL;
	if (w->n_shapes > 1)
		return "the elements of a map, a channel or an array are of "
		       "one type: size:N, mask:BITS or sig:SIGNATURE";
	if (client == CLIENT_CHAN && size > CLIENT_CHAN_ELEM_MAX)
		return "a channel's elements have less than 64 KiB";
	if (client != CLIENT_CHAN && client != CLIENT_APPEND &&
	    size > CLIENT_MAP_VALUE_MAX)
		return "a map keeps elements above 128 bytes behind a pointer, "
		       "and deletes that: size:8";
	return NULL;
}

/* Whether every frame is small enough for a word more. */
static bool
has_room_for_receiver(const struct bench_workload *w)
{
	for (size_t i = 0; i < w->n_shapes; i++)
		if (w->shapes[i].layout->frame.size >
		    BENCH_FRAME_MAX - WORD_SIZE)
			return false;
	return true;
}

/* Why a typed operation cannot have the workload; NULL when it can. */
static const char *
workload_illegal(const struct bench_experiment *x)
{
	if (!x->workload->shapes[0].layout)
		return "a typed operation needs whole words, at most 64 KiB";
	if (x->op == &bench_callmethod && !has_room_for_receiver(x->workload))
		return "a method's frame, its receiver included, has at most "
		       "64 KiB";
	return element_illegal(x->client, x->workload);
}

/* Why pure loops cannot have it; NULL when they can. */
static const char *
ceiling_illegal(const struct bench_experiment *x)
{
	const struct bench_workload *w = x->workload;

	if (w->n_shapes > 1 || w->shapes[0].size % BENCH_LOOP_UNIT)
		return "a pure loop has one size, a multiple of 256 bytes";
	return NULL;
}

const char *
bench_experiment_illegal(const struct bench_experiment *x)
{
	const char *refusal = NULL;

	/* What holds in any phase comes first: it says most. */
	if (x->op->ceiling)
		refusal = ceiling_illegal(x);
	else if (!x->op->raw && x->op->clients & 1u << x->client)
		refusal = workload_illegal(x);
	return refusal ? refusal : bench_legal_refusal(x);
}

static size_t
count_pointers(const struct gc_type *type)
{
	size_t n = 0;

	for (size_t i = 0; i < type->ptrbytes / WORD_SIZE; i++)
		n += bench_is_pointer(type, i);
	return n;
}

/* Of a frame, or for a call of its arguments wherever they lie. */
static size_t
pointers_met(const struct bench_op *op, const struct call_layout *l)
{
	size_t n = 0;

	if (!op->calls)
		return count_pointers(&l->frame);
	for (size_t i = 0; i < l->n_args; i++)
		n += count_pointers(&l->values[i].type);
	return n;
}

uint64_t
bench_experiment_pointers(const struct bench_experiment *x)
{
	uint64_t pointers = 0, weight = 0;

	for (size_t i = 0; !x->op->raw && i < x->workload->n_shapes; i++) {
		const struct bench_shape *s = &x->workload->shapes[i];

		pointers += s->weight * pointers_met(x->op, s->layout);
		weight += s->weight;
	}
	return weight ? (pointers + weight - 1) / weight : 0;
}

uint64_t
bench_experiment_takes(const struct bench_experiment *x, uint64_t iters)
{
	const struct bench_population_kind *kind =
		&bench_population_kinds[x->population];
	uint64_t n = iters * bench_experiment_pointers(x);

	/* An operation of the collector's brings objects of its own. */
	if (kind->base == POPULATION_NIL || kind->base == POPULATION_MARKED ||
	    x->op->protocol)
		return 0;
	return kind->repeated ? (n + BENCH_REPEATS - 1) / BENCH_REPEATS : n;
}

size_t
bench_experiment_nodes(const struct bench_experiment *x)
{
	bool marks_all =
		x->phase == BENCH_SWEEP || x->phase == BENCH_TERMINATION;

	return marks_all ? WORLD_SHORT : WORLD_LONG;
}

/* An odd number is no pointer, and shows where a mask is off by a word. */
#define SCALAR ((uintptr_t)0x5ca1a5)

void
bench_fill_value(struct bench_fixture *f, const struct gc_type *type,
		 uintptr_t *value)
{
	struct bench_reservoir *r = &f->world->reservoir;

	for (size_t i = 0; i < type->size / WORD_SIZE; i++)
		value[i] = bench_is_pointer(type, i)
				   ? (uintptr_t)bench_reservoir_take(
					     r, f->x->population)
				   : SCALAR;
}

/* Spans for the background, of which nothing is touched but bits. Objects of 1
 * KiB, 8 a span, of which one is kept, so that marking is short; larger than
 * nearly all frames, so that these are left to allocation, because the
 * background begins with the largest. */
#define LITTER_PER_SPAN 8
#define LITTER_OBJECTS  (WORLD_LITTER / 1024)

/* And spans of a workload's frames, for allocations: as many bytes, with room
 * for half of the objects in each. */
#define LITTER_BYTES    ((size_t)8 << 20)
#define LITTER_PER_KEPT 2

static const uint8_t one_pointer[16] = {1};
static const struct gc_type pointer_type = {8, 8, one_pointer};
static const struct gc_type litter_type = {1024, 0, one_pointer};

/* Allocates n arrays of elements of the types in turn and keeps one of so many
 * in *holder, a root. False when the heap is full. */
static bool
strew(struct gc_mutator *mut, void **holder, size_t n, size_t per_kept,
      const struct gc_type *(*type)(const void *arg, size_t i), const void *arg,
      size_t elements)
{
	void **kept = gc_alloc(mut, &pointer_type, n / per_kept + 1);

	*holder = kept;
	for (size_t i = 0; kept && i < n; i++) {
		void *p = gc_alloc(mut, type(arg, i), elements);

		if (!p)
			return false;
		kept[i / per_kept] = p;
	}
	return kept;
}

static const struct gc_type *
same_type(const void *type, size_t i)
{
	(void)i;
	return type;
}

static const struct gc_type *
frame_type(const void *workload, size_t i)
{
	const struct bench_workload *w = workload;

	return &w->shapes[w->stream[i % BENCH_STREAM_LENGTH]].layout->frame;
}

/* By an operation, on average. */
static size_t
bytes_allocated(const struct bench_experiment *x)
{
	return x->op->allocates * bench_workload_mean(x->workload);
}

int
bench_litter(struct bench_fixture *f)
{
	const struct bench_workload *w = f->x->workload;
	struct bench_world *world = f->world;
	bool ok = true;

	/* These first: they are used, and low addresses have been. */
	if (f->op->allocates)
		ok = strew(world->mut, &world->litter[1],
			   LITTER_BYTES / MAX(bytes_allocated(f->x), WORD_SIZE),
			   LITTER_PER_KEPT, frame_type, w, f->op->allocates);
	ok = ok && strew(world->mut, &world->litter[0], LITTER_OBJECTS,
			 LITTER_PER_SPAN, same_type, &litter_type, 1);
	return ok ? BENCH_OK : bench_no_room();
}

/* A span has 8 KiB at least, and half of it is free. */
#define LITTER_ROOM ((size_t)4 << 10)

uint64_t
bench_experiment_sweeps(const struct bench_experiment *x, uint64_t iters)
{
	return iters * bytes_allocated(x) / LITTER_ROOM;
}

/* A batch of values, and for one shape the bytes of all of them, so that they
 * fit L2. */
#define MAX_VALUES   4096
#define VALUES_BYTES ((size_t)256 << 10)

size_t
bench_count_values(size_t size)
{
	size_t n = BENCH_STRADDLE_FRAMES;

	while (n < MAX_VALUES && n * 2 * size <= VALUES_BYTES)
		n *= 2;
	return n;
}

int
bench_no_room(void)
{
	return bench_error(BENCH_CANNOT,
			   "the heap has no room for this workload");
}

void **
bench_hold(struct bench_fixture *f, size_t n)
{
	void **holder = gc_alloc(f->world->mut, &pointer_type, n);

	if (holder)
		bench_reservoir_hang(&f->world->reservoir, holder);
	else
		bench_no_room();
	return holder;
}

struct strategy_ctx
bench_filling(const struct bench_fixture *f)
{
	struct strategy_ctx ctx = f->engine->ctx;

	ctx.mut = f->world->mut;
	ctx.memclr = strategy_find("memclr_word")->memclr;
	ctx.memmove = strategy_find("memmove_word")->memmove;
	return ctx;
}
