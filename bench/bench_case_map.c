/* bench_case_map.c - deletes from maps, in groups and in buckets
 *
 * Some maps of random keys, whose elements are the workload's one type. A batch
 * deletes its stretch of the keys: hash, search, the clear of key and element
 * with the barrier, the control byte. Prepare puts them back, and leaves the
 * maps as full as they were before any batch.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>
#include <string.h>

#include "base_random.h"
#include "client_map.h"

/* A map of so many entries has 1,024 slots in either form, the largest table of
 * Go's: half full, as a map is between two growths on average. */
#define ENTRIES 512
#define FULL    2 /* slots for each entry */

struct maps {
	struct client_map_type type;
	struct client_map **maps;
	size_t n_maps;
	uint64_t *keys;
	size_t n_keys;         /* a power of two */
	uint64_t start, iters; /* what the last batch has deleted */
	uintptr_t value[CLIENT_MAP_VALUE_MAX / WORD_SIZE];
};

/* Keys that hold no pointer, so that a delete clears the element alone. */
static const uint8_t no_pointer[8];
static const struct gc_type key_type = {8, 0, no_pointer};

static const struct gc_type *
elem_type(const struct bench_experiment *x)
{
	return &x->workload->shapes[0].layout->frame;
}

static size_t
footprint_maps(const struct bench_experiment *x)
{
	size_t size = elem_type(x)->size;

	return bench_count_values(size) * FULL * (key_type.size + size);
}

static int
create_maps(struct bench_fixture *f, struct maps *m)
{
	struct strategy_ctx ctx = bench_filling(f);
	void **holder = bench_hold(f, m->n_maps);
	struct base_random r = {f->x->seed};

	if (!holder)
		return BENCH_CANNOT;
	for (size_t i = 0; i < m->n_maps; i++) {
		m->maps[i] = m->type.form->create(&ctx, &m->type, ENTRIES,
						  base_random_next(&r));
		if (!m->maps[i])
			return bench_no_room();
		holder[i] = m->maps[i];
	}
	/* They differ: the generator's period is longer. */
	for (size_t i = 0; i < m->n_keys; i++)
		m->keys[i] = base_random_next(&r);
	return BENCH_OK;
}

static int
open_maps(struct bench_fixture *f)
{
	const struct gc_type *elem = elem_type(f->x);
	struct maps *m = bench_alloc(sizeof(*m));

	*m = (struct maps){.n_keys = bench_count_values(elem->size)};
	client_map_type_init(&m->type,
			     f->x->client == CLIENT_MAP ? &client_map_group
							: &client_map_bucket,
			     &key_type, elem);
	m->n_maps = m->n_keys / ENTRIES;
	m->maps = bench_alloc(m->n_maps * sizeof(*m->maps));
	m->keys = bench_alloc(m->n_keys * sizeof(*m->keys));
	m->iters = m->n_keys;
	f->data = m;
	f->max_iters = m->n_keys;
	return create_maps(f, m);
}

static void
close_maps(struct bench_fixture *f)
{
	struct maps *m = f->data;

	bench_reservoir_hang(&f->world->reservoir, NULL);
	free(m->maps);
	free(m->keys);
	free(m);
}

static void
put(struct strategy_ctx *ctx, struct maps *m, uint64_t i)
{
	size_t k = i & (m->n_keys - 1);

	CHECK(m->type.form->insert(ctx, m->maps[k % m->n_maps], &m->keys[k],
				   m->value));
}

static void
prepare_maps(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct strategy_ctx ctx = bench_filling(f);
	struct maps *m = f->data;

	memset(m->value, 0, sizeof(m->value));
	for (uint64_t i = m->start; i < m->start + m->iters; i++)
		put(&ctx, m, i);
	for (uint64_t i = start; i < start + iters; i++) {
		bench_fill_value(f, &m->type.elem, m->value);
		put(&ctx, m, i);
	}
	m->start = start;
	m->iters = iters;
}

static void
meet_maps(struct bench_fixture *f, uint64_t start, uint64_t iters,
	  struct bench_census *census)
{
	struct maps *m = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		size_t k = i & (m->n_keys - 1);
		const void *elem =
			m->type.form->find(m->maps[k % m->n_maps], &m->keys[k]);

		bench_census_meet(census, &m->type.elem, elem,
				  m->type.elem.size);
	}
}

static void
batch_delete(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct strategy_ctx *ctx = &f->engine->ctx;
	struct maps *m = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		size_t k = i & (m->n_keys - 1);

		m->type.form->remove(ctx, m->maps[k % m->n_maps], &m->keys[k]);
	}
}

extern const struct bench_op bench_map_delete;

const struct bench_op bench_map_delete = {
	.name = "typedmemclr",
	.summary = "delete an entry of a map",
	.uses = CALL_USES_MEMCLR | CALL_USES_BARRIER,
	.clients = 1 << CLIENT_MAP | 1 << CLIENT_MAP_BUCKET,
	.footprint = footprint_maps,
	.open = open_maps,
	.close = close_maps,
	.prepare = prepare_maps,
	.batch = batch_delete,
	.meet = meet_maps,
};
