/* call.h - the reflect call: an engine that strategies plug into
 *
 * What Go's reflect.Value.call does between its arguments and its results:
 * get a frame, fill it with typed stores, copy the arguments to the machine
 * stack, call, copy the results back with barriers, clear, put. Each step that
 * touches heap memory goes through the bound strategy set.
 *
 * Life of a frame (Go 1.12, src/reflect/value.go):
 * - no results: the whole frame is cleared (typedmemclr) and pooled. A pooled
 *   frame is all zero.
 * - results: they stay live in the frame, so it is fresh; its argument part is
 *   cleared (typedmemclrpartial), so that a live result does not keep the
 *   arguments alive; the frame is the caller's.
 *
 * An engine belongs to one mutator and one thread.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_H
#define CALL_H

#include "call_layout.h"
#include "call_set.h"
#include "gc.h"

/* A callee. args is the argument area on the machine stack: the arguments as
 * the layout places them, and from retoffset on the results, uninitialised,
 * which it must all write. It may reach safepoints; the area's arguments are
 * roots meanwhile. */
typedef void call_fn(void *args);

/* Frames kept of one layout. More than a call nests, so that a return finds
 * room; what finds none is left to the collector. */
#define CALL_POOL_SLOTS 16

/* A layout as one engine calls it, with its pool. Emptied at the start of each
 * cycle into `victims`, which the next start drops: what Go's sync.Pool does.
 */
struct call_target {
	const struct call_layout *layout;
	struct call_target *next; /* of the engine */
	size_t n_pooled, n_victims;
	/* Always one live prefix each, NULL behind it: roots. */
	void *slots[2 * CALL_POOL_SLOTS]; /* pooled, then victims */
	struct gc_root root;
};

struct call_engine {
	struct gc_mutator *mut;
	struct strategy_ctx ctx;
	enum call_pooling pooling;
	struct call_target *targets;
};

/* The mutator must be outside the heap for these, and no cycle running. */
struct call_engine *call_engine_new(struct gc_mutator *mut);
void call_engine_free(struct call_engine *e);
/* The layout is kept by reference and must outlive the engine. */
struct call_target *call_target_new(struct call_engine *e,
				    const struct call_layout *layout);

/* Binds a strategy set, buffer and pooling included; pooled frames are dropped,
 * because another strategy's frames may not be what this one expects. Called
 * on the mutator's own thread, running. The caller has asked call_set_refusal.
 */
void call_engine_bind(struct call_engine *e, const struct call_set *set);

/*
 * Calls fn. args[i] points to the i-th argument, receiver first, of the size
 * and alignment that the layout says; pointers in it must be reachable from
 * elsewhere until the call has filled the frame. Polls once, at its start.
 * Returns the frame, whose results the caller reads at retoffset and roots
 * before its next safepoint; NULL for a layout without results. Aborts when the
 * heap limit leaves no room for a frame even after a collection.
 */
void *call(struct call_engine *e, struct call_target *target, call_fn *fn,
	   const void *const *args);

/* The steps of a call, for those who measure or test one alone. */
void call_frame_get(struct call_engine *e, struct call_target *target,
		    struct strategy_frame *frame);
void call_frame_fill(struct call_engine *e, struct call_target *target,
		     struct strategy_frame *frame, const void *const *args);
/* Clears what the layout's life of a frame clears: all, or the arguments. */
void call_frame_clear(struct call_engine *e, struct call_target *target,
		      struct strategy_frame *frame);
void call_frame_put(struct call_engine *e, struct call_target *target,
		    struct strategy_frame *frame);

#endif
