/* bench_op.c - the table of operations, and which experiments can exist */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>
#include <string.h>

#include "client_chan.h"
#include "client_map.h"

extern const struct bench_op bench_memclr, bench_memmove, bench_typedmemclr,
	bench_map_delete, bench_chan_receive, bench_typedmemclrpartial,
	bench_typedmemmove, bench_append_grow, bench_call;

const struct bench_op *const bench_ops[] = {
	&bench_memclr,       &bench_memmove,
	&bench_typedmemclr,  &bench_map_delete,
	&bench_chan_receive, &bench_typedmemclrpartial,
	&bench_typedmemmove, &bench_append_grow,
	&bench_call,         NULL,
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
	return x->phase == BENCH_STRADDLE ||
	       (x->phase == BENCH_MARK && x->client != CLIENT_RAW &&
		x->client != CLIENT_FRAME);
}

static bool
is_clear(const struct bench_op *op)
{
	return op == &bench_typedmemclr || op == &bench_typedmemclrpartial;
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

const char *
bench_experiment_illegal(const struct bench_experiment *x)
{
	if (!(x->op->clients & 1u << x->client))
		return "this operation does not have that client";
	if (x->op->raw)
		return x->phase == BENCH_STRADDLE
			       ? "only typed clears can straddle"
			       : NULL;
	if (!x->workload->shapes[0].layout)
		return "a typed operation needs whole words, at most 64 KiB";
	if (element_illegal(x->client, x->workload))
		return element_illegal(x->client, x->workload);
	if (x->op == &bench_call && x->workload->abi == CALL_ABI_REGISTER)
		return "calls in the register ABI are not built yet";
	if (x->phase == BENCH_STRADDLE &&
	    !(is_clear(x->op) && x->client == CLIENT_FRAME))
		return "only clears of frames can straddle";
	if (x->phase == BENCH_MARK && is_clear(x->op) &&
	    x->client == CLIENT_FRAME && x->population != POPULATION_NIL &&
	    x->population != POPULATION_MARKED)
		return "a frame that was filled while marking holds no white "
		       "pointer: its fill has shaded them";
	return NULL;
}

static size_t
count_pointers(const struct gc_type *type)
{
	size_t n = 0;

	for (size_t i = 0; i < type->ptrbytes / WORD_SIZE; i++)
		n += type->ptrmask[i / 8] >> i % 8 & 1;
	return n;
}

uint64_t
bench_experiment_takes(const struct bench_experiment *x)
{
	uint64_t pointers = 0, weight = 0;

	if (x->op->raw || x->population == POPULATION_NIL ||
	    x->population == POPULATION_MARKED)
		return 0;
	for (size_t i = 0; i < x->workload->n_shapes; i++) {
		const struct bench_shape *s = &x->workload->shapes[i];

		pointers += s->weight * count_pointers(&s->layout->frame);
		weight += s->weight;
	}
	return (pointers + weight - 1) / weight;
}

size_t
bench_experiment_nodes(const struct bench_experiment *x)
{
	size_t need = 4 * BENCH_STRADDLE_FRAMES * bench_experiment_takes(x);
	size_t nodes = WORLD_SHORT;

	if (!bench_fills_before_cycle(x))
		return WORLD_LONG;
	while (nodes < need && nodes < WORLD_LONG)
		nodes *= 2;
	return nodes;
}

/* An odd number is no pointer, and shows where a mask is off by a word. */
#define SCALAR ((uintptr_t)0x5ca1a5)

void
bench_fill_value(struct bench_fixture *f, const struct gc_type *type,
		 uintptr_t *value)
{
	for (size_t i = 0; i < type->size / WORD_SIZE; i++) {
		bool pointer = i < type->ptrbytes / WORD_SIZE &&
			       (type->ptrmask[i / 8] >> i % 8 & 1);

		value[i] = !pointer ? SCALAR
				    : (uintptr_t)bench_reservoir_take(
					      &f->world->reservoir,
					      f->x->population);
	}
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
	static const uint8_t one_pointer[16] = {1};
	static const struct gc_type pointer_type = {8, 8, one_pointer};
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

/* Three quarters of a cache: the rest is the stream's and the stack's. */
static bool
fits(size_t footprint, size_t cache)
{
	return cache && footprint <= cache / 4 * 3;
}

char *
bench_prestate(const struct bench_experiment *x, const struct bench_topo *topo,
	       unsigned cpu)
{
	const char *content = x->op->raw ? "zero" : "live";
	size_t footprint = x->op->footprint(x);

	for (int level = 1; level <= 3; level++)
		if (fits(footprint, bench_topo_cache(topo, cpu, level).size))
			return bench_printf("l%d-%s", level, content);
	return bench_printf("dram-%s", content);
}
