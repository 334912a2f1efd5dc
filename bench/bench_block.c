/* bench_block.c - a block in memory, and as a line of the journal */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_block.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_json.h"

const char *const bench_counter_names[BENCH_COUNTER_COUNT] = {
#define X(name) #name,
	BENCH_COUNTERS(X)
#undef X
};

struct bench_block *
bench_block_new(const char *cell, size_t n_rounds, size_t n_candidates,
		char *const *candidates)
{
	struct bench_block *b = bench_alloc(sizeof(*b));
	size_t n = n_rounds * n_candidates;

	*b = (struct bench_block){
		.n_rounds = n_rounds,
		.n_candidates = n_candidates,
		.candidates = bench_alloc(n_candidates * sizeof(char *)),
		.order = bench_alloc(n * sizeof(*b->order)),
		.samples = bench_alloc(n * sizeof(*b->samples)),
	};
	snprintf(b->cell, sizeof(b->cell), "%s", cell);
	for (size_t i = 0; i < n_candidates; i++)
		b->candidates[i] = bench_strdup(candidates[i]);
	memset(b->order, 0, n * sizeof(*b->order));
	memset(b->samples, 0, n * sizeof(*b->samples));
	return b;
}

void
bench_block_free(struct bench_block *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n_candidates; i++)
		free(b->candidates[i]);
	free(b->candidates);
	free(b->order);
	free(b->samples);
	json_decref(b->evidence);
	free(b);
}

size_t
bench_block_find(const struct bench_block *b, const char *name)
{
	size_t i = 0;

	while (i < b->n_candidates && strcmp(b->candidates[i], name) != 0)
		i++;
	return i;
}

static json_t *
names_to_json(const struct bench_block *b)
{
	json_t *names = json_array();

	for (size_t i = 0; i < b->n_candidates; i++)
		json_array_append_new(names, json_string(b->candidates[i]));
	return names;
}

static json_t *
order_to_json(const struct bench_block *b)
{
	json_t *rounds = json_array();

	for (size_t r = 0; r < b->n_rounds; r++) {
		json_t *round = json_array();
		for (size_t i = 0; i < b->n_candidates; i++) {
			unsigned index = BENCH_BLOCK_AT(b, order, r, i);
			json_array_append_new(round, json_integer(index));
		}
		json_array_append_new(rounds, round);
	}
	return rounds;
}

/* Times from a counter of whole nanoseconds stay whole, and short. */
static json_t *
ns_to_json(double ns)
{
	CHECK(isfinite(ns) && ns >= BENCH_BLOCK_LEAST_NS);
	if (ns <= (double)BENCH_JSON_MAX_INT && ns == floor(ns))
		return json_integer((json_int_t)ns);
	return json_real(ns);
}

static json_t *
times_to_json(const struct bench_block *b)
{
	json_t *all = json_object();

	for (size_t i = 0; i < b->n_candidates; i++) {
		json_t *times = json_array();
		for (size_t r = 0; r < b->n_rounds; r++) {
			double ns = BENCH_BLOCK_AT(b, samples, r, i).ns;
			json_array_append_new(times, ns_to_json(ns));
		}
		json_object_set_new(all, b->candidates[i], times);
	}
	return all;
}

/* Adds a counter of candidate i, unless it is 0 in every round. */
static void
add_counter(json_t *own, const struct bench_block *b, size_t i, int counter)
{
	json_t *amounts = json_array();
	uint64_t any = 0;

	for (size_t r = 0; r < b->n_rounds; r++) {
		const struct bench_sample *s =
			&BENCH_BLOCK_AT(b, samples, r, i);
		json_int_t n = (json_int_t)s->counters[counter];
		CHECK(s->counters[counter] <= BENCH_JSON_MAX_INT);
		any |= s->counters[counter];
		json_array_append_new(amounts, json_integer(n));
	}
	if (any)
		json_object_set(own, bench_counter_names[counter], amounts);
	json_decref(amounts);
}

static json_t *
counters_to_json(const struct bench_block *b)
{
	json_t *all = json_object();

	for (size_t i = 0; i < b->n_candidates; i++) {
		json_t *own = json_object();
		for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
			add_counter(own, b, i, c);
		if (json_object_size(own))
			json_object_set(all, b->candidates[i], own);
		json_decref(own);
	}
	return all;
}

static json_t *
layout_to_json(const struct bench_layout *l)
{
	return json_pack("{s:o, s:i, s:i, s:i, s:b}", "seed",
			 bench_json_from_u64(l->seed), "environment",
			 (int)l->environment, "stack", (int)l->stack, "buffer",
			 (int)l->buffer, "swapped", l->swapped);
}

json_t *
bench_block_to_json(const struct bench_block *b)
{
	json_t *json = json_object();

	CHECK(b->iters >= 1 && b->iters <= BENCH_JSON_MAX_INT);
	json_object_set_new(json, "v", json_integer(BENCH_JOURNAL_VERSION));
	json_object_set_new(json, "cell", json_string(b->cell));
	json_object_set_new(json, "launch", json_integer(b->launch));
	json_object_set_new(json, "block", json_integer(b->block));
	json_object_set_new(json, "round", json_integer(b->round));
	json_object_set_new(json, "layout", layout_to_json(&b->layout));
	json_object_set_new(json, "took_ns",
			    json_integer((json_int_t)b->took_ns));
	if (b->discarded)
		json_object_set_new(
			json, "discarded",
			json_string(bench_disturbance_names[b->discarded]));
	json_object_set_new(json, "seed", bench_json_from_u64(b->seed));
	json_object_set_new(json, "iters", json_integer((json_int_t)b->iters));
	json_object_set_new(json, "candidates", names_to_json(b));
	json_object_set_new(json, "order", order_to_json(b));
	json_object_set_new(json, "ns", times_to_json(b));
	json_object_set_new(json, "counters", counters_to_json(b));
	json_object_set_new(json, "evidence",
			    b->evidence ? json_incref(b->evidence)
					: json_object());
	return json;
}
