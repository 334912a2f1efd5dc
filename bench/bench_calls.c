/* bench_calls.c - the calls of a batch */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_calls.h"

#include <stdlib.h>
#include <string.h>

/* The values of a batch of the largest frames stay within so many bytes. */
#define VALUES_BYTES ((size_t)16 << 20)

#define REGS_WORDS (sizeof(struct call_regs) / WORD_SIZE)

/* Words of the argument block of a call. */
static size_t
block_words(const struct bench_callable *c)
{
	const struct call_layout *l = c->outer;
	size_t words = 0;

	if (l)
		return l->frame.size / WORD_SIZE +
		       (l->abi == CALL_ABI_REGISTER ? REGS_WORDS : 0);
	for (size_t i = 0; i < c->layout->n_args; i++)
		words += ALIGN_UP(c->layout->values[i].size, WORD_SIZE) /
			 WORD_SIZE;
	return words;
}

size_t
bench_calls_footprint(const struct bench_experiment *x)
{
	return BENCH_CALLS_MAX *
	       (bench_workload_mean(x->workload) +
		bench_experiment_pointers(x) * WORD_SIZE *
			(x->workload->abi == CALL_ABI_REGISTER));
}

static void
add_callable(struct bench_calls *c, struct bench_fixture *f, size_t shape,
	     struct call_key key, bool caller)
{
	struct bench_callable *callable = &c->callables[shape];
	struct call_key value = {.func = key.func};

	callable->key = key;
	callable->layout = call_cache_layout(key);
	callable->outer = caller ? call_cache_layout(value) : NULL;
	/* The first use of a target is not what is measured. */
	call_lookup(f->engine, key);
	c->max_words = MAX(c->max_words, block_words(callable));
	c->max_args = MAX(c->max_args, callable->layout->n_args);
	c->max_results = MAX(c->max_results, callable->layout->n_results);
}

int
bench_calls_open(struct bench_fixture *f,
		 struct call_key (*key)(const struct bench_shape *s),
		 bool caller)
{
	const struct bench_workload *w = f->x->workload;
	struct bench_calls *c = bench_alloc(sizeof(*c));

	*c = (struct bench_calls){.max_words = 1, .max_args = 1};
	c->callables = bench_alloc(w->n_shapes * sizeof(*c->callables));
	for (size_t i = 0; i < w->n_shapes; i++)
		add_callable(c, f, i, key(&w->shapes[i]), caller);
	c->ring = bench_alloc(BENCH_CALLS_MAX * sizeof(*c->ring));
	f->data = c;
	f->max_iters = BENCH_CALLS_MAX;
	while (f->max_iters > 64 &&
	       f->max_iters * c->max_words * WORD_SIZE > VALUES_BYTES)
		f->max_iters /= 2;
	c->values = bench_alloc(f->max_iters * c->max_words * WORD_SIZE);
	c->args = bench_alloc(f->max_iters * c->max_args * sizeof(*c->args));
	c->results = bench_alloc((c->max_results + 1) * sizeof(*c->results));
	return BENCH_OK;
}

void
bench_calls_close(struct bench_fixture *f)
{
	struct bench_calls *c = f->data;

	free(c->callables);
	free(c->ring);
	free(c->values);
	free(c->args);
	free(c->results);
	free(c);
}

/* A value at a place that, with pointers in it, is a word's. */
static void
fill(struct bench_fixture *f, const struct call_value *v, void *place)
{
	if (v->type.ptrbytes)
		bench_fill_value(f, &v->type, place);
	else
		memset(place, 0x5c, v->size);
}

static void
meet(struct bench_census *census, const struct call_value *v, const void *place)
{
	if (v->type.ptrbytes)
		bench_census_meet(census, &v->type, place, v->size);
}

/* One value after another, each at a word. */
static void
prepare_args(struct bench_fixture *f, struct bench_prepared_call *p,
	     uintptr_t *block)
{
	const struct call_layout *l = p->callable->layout;

	for (size_t i = 0; i < l->n_args; i++) {
		const struct call_value *v = &l->values[i];

		fill(f, v, block);
		p->args[i] = block;
		block += ALIGN_UP(v->size, WORD_SIZE) / WORD_SIZE;
	}
}

static void
prepare_caller(struct bench_fixture *f, struct bench_prepared_call *p,
	       uintptr_t *block)
{
	const struct call_layout *l = p->callable->outer;
	uintptr_t room[CALL_REGS_VALUE_MAX / WORD_SIZE] = {0};

	p->area = block;
	p->regs = (struct call_regs *)(block + l->frame.size / WORD_SIZE);
	for (size_t i = 0; i < l->n_args; i++) {
		const struct call_value *v = &l->values[i];

		if (v->in_frame) {
			fill(f, v, (char *)p->area + v->off);
		} else {
			fill(f, v, room);
			call_regs_put(p->regs, v, room);
		}
	}
}

void
bench_calls_prepare(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	const struct bench_workload *w = f->x->workload;
	struct bench_calls *c = f->data;
	uintptr_t *block = c->values;
	const void **args = c->args;

	for (uint64_t i = start; i < start + iters; i++) {
		size_t shape = w->stream[i % BENCH_STREAM_LENGTH];
		struct bench_prepared_call *p = &c->ring[i % BENCH_CALLS_MAX];

		*p = (struct bench_prepared_call){&c->callables[shape], args,
						  NULL, NULL};
		if (p->callable->outer)
			prepare_caller(f, p, block);
		else
			prepare_args(f, p, block);
		block += block_words(p->callable);
		args += p->callable->layout->n_args;
	}
}

static void
meet_caller(const struct bench_prepared_call *p, struct bench_census *census)
{
	const struct call_layout *l = p->callable->outer;
	uintptr_t room[CALL_REGS_VALUE_MAX / WORD_SIZE] = {0};

	for (size_t i = 0; i < l->n_args; i++) {
		const struct call_value *v = &l->values[i];

		call_regs_take(p->regs, v, room);
		meet(census, v,
		     v->in_frame ? (char *)p->area + v->off : (char *)room);
	}
}

static void
meet_args(const struct bench_prepared_call *p, struct bench_census *census)
{
	const struct call_layout *l = p->callable->layout;

	for (size_t i = 0; i < l->n_args; i++)
		meet(census, &l->values[i], p->args[i]);
}

void
bench_calls_meet(struct bench_fixture *f, uint64_t start, uint64_t iters,
		 struct bench_census *census)
{
	for (uint64_t i = start; i < start + iters; i++) {
		const struct bench_prepared_call *p = bench_calls_at(f, i);

		if (p->callable->outer)
			meet_caller(p, census);
		else
			meet_args(p, census);
	}
}

const struct call_layout *bench_calls_layout;

void
bench_calls_callee(void *args)
{
	size_t off = bench_calls_layout->retoffset;

	for (; off < bench_calls_layout->frame.size; off += WORD_SIZE)
		*(uintptr_t *)((char *)args + off) = 0;
}

void
bench_calls_register_callee(void *args, void *context)
{
	const struct call_layout *l = bench_calls_layout;
	struct call_regs *regs = context;

	for (size_t i = l->n_args; i < l->n_args + l->n_results; i++)
		for (size_t k = 0; k < l->values[i].n_steps; k++)
			regs->words[l->values[i].steps[k].reg] = 0;
	if (args)
		bench_calls_callee(args);
}
