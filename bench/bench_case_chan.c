/* bench_case_chan.c - receives from channels
 *
 * Some channels, empty between the batches. Prepare sends its stretch of values
 * to one after the other, and a batch receives them in that order: the copy to
 * the stack, the clear of the slot with the barrier, the ring's indices.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>

#include "client_chan.h"

/* Slots of a channel: enough for a worker's backlog, and a head for each 64
 * values stays small beside them. */
#define SLOTS 64

struct chans {
	const struct gc_type *elem;
	struct client_chan **chans;
	size_t n_chans;
	uintptr_t *value; /* what is sent */
};

static const struct gc_type *
elem_type(const struct bench_experiment *x)
{
	return &x->workload->shapes[0].layout->frame;
}

static size_t
footprint_chans(const struct bench_experiment *x)
{
	size_t size = elem_type(x)->size, n = bench_count_values(size);

	return n * size + n / SLOTS * sizeof(struct client_chan);
}

static int
create_chans(struct bench_fixture *f, struct chans *c)
{
	struct strategy_ctx ctx = bench_filling(f);
	void **holder = bench_hold(f, c->n_chans);

	if (!holder)
		return BENCH_CANNOT;
	for (size_t i = 0; i < c->n_chans; i++) {
		c->chans[i] = client_chan_new(&ctx, c->elem, SLOTS);
		if (!c->chans[i])
			return bench_no_room();
		holder[i] = c->chans[i];
	}
	return BENCH_OK;
}

static int
open_chans(struct bench_fixture *f)
{
	struct chans *c = bench_alloc(sizeof(*c));

	*c = (struct chans){.elem = elem_type(f->x)};
	f->data = c;
	f->max_iters = bench_count_values(c->elem->size);
	c->n_chans = f->max_iters / SLOTS;
	c->chans = bench_alloc(c->n_chans * sizeof(*c->chans));
	c->value = bench_alloc(c->elem->size + WORD_SIZE);
	return create_chans(f, c);
}

static void
close_chans(struct bench_fixture *f)
{
	struct chans *c = f->data;

	bench_reservoir_hang(&f->world->reservoir, NULL);
	free(c->chans);
	free(c->value);
	free(c);
}

static struct client_chan *
chan_of(const struct chans *c, uint64_t i)
{
	return c->chans[i % c->n_chans];
}

static void
prepare_chans(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	struct strategy_ctx ctx = bench_filling(f);
	struct chans *c = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		bench_fill_value(f, c->elem, c->value);
		CHECK(client_chan_send(&ctx, chan_of(c, i), c->value));
	}
}

/* What is in the rings, which is what the batch receives. */
static void
meet_chans(struct bench_fixture *f, uint64_t start, uint64_t iters,
	   struct bench_census *census)
{
	struct chans *c = f->data;

	for (uint64_t i = start; i < start + iters; i++) {
		const struct client_chan *chan = chan_of(c, i);
		size_t nth = (i - start) / c->n_chans;
		size_t slot = (chan->recv_at + nth) % chan->n_slots;

		bench_census_meet(census, c->elem,
				  (uintptr_t *)((char *)chan->ring +
						slot * c->elem->size),
				  c->elem->size);
	}
}

static void
batch_receive(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	uintptr_t value[CLIENT_CHAN_ELEM_MAX / WORD_SIZE];
	struct strategy_ctx *ctx = &f->engine->ctx;
	struct chans *c = f->data;

	for (uint64_t i = start; i < start + iters; i++)
		client_chan_receive(ctx, chan_of(c, i), value);
}

extern const struct bench_op bench_chan_receive;

/* The copy goes to the stack, where no marker looks: it is the set's memmove,
 * which needs to promise nothing here. */
const struct bench_op bench_chan_receive = {
	.name = "typedmemclr",
	.summary = "receive from a channel",
	.uses = CALL_USES_MEMCLR | CALL_USES_BARRIER,
	.clients = 1 << CLIENT_CHAN,
	.footprint = footprint_chans,
	.open = open_chans,
	.close = close_chans,
	.prepare = prepare_chans,
	.batch = batch_receive,
	.meet = meet_chans,
};
