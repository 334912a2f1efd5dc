/* client_chan.h - a buffered channel: a ring of slots on the heap
 *
 * A client of the barrier (Go: runtime/chan.go): sending moves a value into a
 * slot of the ring with the bound barrier; receiving copies it out to a stack,
 * where no barrier is needed, and then clears the slot with one, so that the
 * ring does not keep alive what was received.
 *
 * One mutator uses a channel: the lock, the queues of waiting senders and
 * receivers and closing are not built. The caller roots its address. No
 * function reaches a safepoint.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CLIENT_CHAN_H
#define CLIENT_CHAN_H

#include "gc.h"
#include "strategy.h"

/* Bytes of an element: below 64 KiB, as Go has it (makechan), in words. */
#define CLIENT_CHAN_ELEM_MAX (((size_t)64 << 10) - WORD_SIZE)

/* The head of a channel; on the heap like its ring, as Go keeps both apart
 * where elements hold pointers. */
struct client_chan {
	void *ring; /* the one pointer */
	const struct gc_type *elem;
	size_t n_slots;
	size_t count;            /* values in it */
	size_t send_at, recv_at; /* slots */
};

/* A channel for n_slots > 0 values of a type, which must outlive it and has at
 * most CLIENT_CHAN_ELEM_MAX bytes. NULL: the heap has no room. */
struct client_chan *client_chan_new(struct strategy_ctx *ctx,
				    const struct gc_type *elem, size_t n_slots);
/* False: it is full. */
bool client_chan_send(struct strategy_ctx *ctx, struct client_chan *chan,
		      const void *value);
/* Into memory of the caller's stack. False: it is empty. */
bool client_chan_receive(struct strategy_ctx *ctx, struct client_chan *chan,
			 void *value);

#endif
