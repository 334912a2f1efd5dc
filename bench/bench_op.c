/* bench_op.c - the table of operations, and which experiments can exist */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>
#include <string.h>

extern const struct bench_op bench_memclr, bench_memmove, bench_typedmemclr,
	bench_typedmemclrpartial, bench_typedmemmove, bench_call;

const struct bench_op *const bench_ops[] = {
	&bench_memclr,
	&bench_memmove,
	&bench_typedmemclr,
	&bench_typedmemclrpartial,
	&bench_typedmemmove,
	&bench_call,
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

	for (; bench_ops[n]; n++)
		names[n] = bench_ops[n]->name;
	bench_axis_word("op", name, names, n);
	return BENCH_USAGE;
}

bool
bench_fills_before_cycle(const struct bench_experiment *x)
{
	return x->phase == BENCH_STRADDLE ||
	       (x->phase == BENCH_MARK && x->client == CLIENT_SLICE);
}

static bool
is_clear(const struct bench_op *op)
{
	return op == &bench_typedmemclr || op == &bench_typedmemclrpartial;
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
