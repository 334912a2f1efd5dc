/* client_chan.c - a buffered channel: a ring of slots on the heap */
// SPDX-License-Identifier: BSD-3-Clause
#include "client_chan.h"

#include "typed.h"

static const uint8_t first_word[16] = {1};
static const struct gc_type head_type = {sizeof(struct client_chan), WORD_SIZE,
					 first_word};

/* The two objects are new, so both are white or both are black: the head's
 * pointer needs no barrier. */
struct client_chan *
client_chan_new(struct strategy_ctx *ctx, const struct gc_type *elem,
		size_t n_slots)
{
	struct client_chan *chan = gc_alloc(ctx->mut, &head_type, 1);
	void *ring = gc_alloc(ctx->mut, elem, n_slots);

	CHECK(n_slots > 0 && elem->size <= CLIENT_CHAN_ELEM_MAX);
	if (!chan || !ring)
		return NULL;
	*chan = (struct client_chan){
		.ring = ring, .elem = elem, .n_slots = n_slots};
	return chan;
}

static void *
slot(const struct client_chan *chan, size_t i)
{
	return (char *)chan->ring + i * chan->elem->size;
}

static size_t
after(const struct client_chan *chan, size_t i)
{
	return i + 1 == chan->n_slots ? 0 : i + 1;
}

bool
client_chan_send(struct strategy_ctx *ctx, struct client_chan *chan,
		 const void *value)
{
	if (chan->count == chan->n_slots)
		return false;
	typed_memmove(ctx, chan->elem, slot(chan, chan->send_at), value);
	chan->send_at = after(chan, chan->send_at);
	chan->count++;
	return true;
}

bool
client_chan_receive(struct strategy_ctx *ctx, struct client_chan *chan,
		    void *value)
{
	void *from = slot(chan, chan->recv_at);

	if (chan->count == 0)
		return false;
	ctx->memmove(value, from, chan->elem->size);
	typed_memclr(ctx, chan->elem, from);
	chan->recv_at = after(chan, chan->recv_at);
	chan->count--;
	return true;
}
