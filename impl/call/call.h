/* call.h - the reflect call: an engine that strategies plug into
 *
 * What Go's reflect.Value.call does between its arguments and its results:
 * look up the layout, get a frame, fill it with typed stores, copy the
 * arguments to the machine stack, call, copy the results back with barriers,
 * clear, put. Each step that touches heap memory goes through the bound
 * strategy set.
 *
 * Life of a frame (Go 1.12, src/reflect/value.go):
 * - no results: the whole frame is cleared (typedmemclr) and pooled. A pooled
 *   frame is all zero.
 * - results: they stay live in the frame, so it is fresh; its argument part is
 *   cleared (typedmemclrpartial), so that a live result does not keep the
 *   arguments alive; the frame is the caller's.
 *
 * What goes through which strategy. While marking, and for a barrier that
 * defines one of the frame hooks at all times, every hook is called at its
 * step. Else nothing need be told to the collector, and the engine calls no
 * hook: it clears with the set's memclr, stores a value of 1, 2, 4 or 8 bytes
 * by one plain store (as Go does with what is pointer-shaped), and copies any
 * other with the set's memmove. Values without pointers are stored so in every
 * phase. The copy to the machine stack is the trampoline's own.
 *
 * An engine belongs to one mutator and one thread.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_H
#define CALL_H

#include "call_cache.h"
#include "call_layout.h"
#include "call_set.h"
#include "call_trampoline.h"
#include "gc.h"

/* Frames kept of one layout. More than a call nests, so that a return finds
 * room; what finds none is left to the collector. */
#define CALL_POOL_SLOTS 16

/* A layout as one engine calls it, with its pool. Emptied at the start of each
 * cycle into `victims`, which the next start drops: what Go's sync.Pool does.
 */
struct call_target {
	const struct call_layout *layout;
	struct call_key key; /* that it is looked up by; or NULLs */
	call_trampoline_fn *trampoline;
	/* Under the bound set: */
	bool pools;         /* its frames */
	bool returns_frame; /* with results in it */
	size_t n_pooled, n_victims;
	/* Always one live prefix each, NULL behind it: roots. */
	void *slots[2 * CALL_POOL_SLOTS]; /* pooled, then victims */
	struct gc_root root;
	struct call_target *next; /* of the engine */
};

struct call_engine {
	struct gc_mutator *mut;
	struct strategy_ctx ctx;
	enum call_pooling pooling;
	/* The set leaves frames that are not all zero in the pool. */
	bool dirty_frames;
	/* Targets by key: open addressing, a slot is key's hash >> shift. An
	 * empty slot has a target without key. */
	struct call_target **table;
	unsigned shift;
	size_t n_keys;
	struct call_target *targets; /* all */
};

/* The mutator must be running for these, or outside while no cycle is. */
struct call_engine *call_engine_new(struct gc_mutator *mut);
void call_engine_free(struct call_engine *e);

/* A target for a layout at hand, which is kept by reference and must outlive
 * the engine. Its frame has at most CALL_MAX_AREA bytes. The mutator must be
 * running, or outside while no cycle is. */
struct call_target *call_target_new(struct call_engine *e,
				    const struct call_layout *layout);

struct call_target *call_lookup_slow(struct call_engine *e,
				     struct call_key key);

/* The target of a function type and receiver: at first use from the cache that
 * all engines share (call_cache.h), then from the engine's own table. As
 * call_target_new. */
static inline struct call_target *
call_lookup(struct call_engine *e, struct call_key key)
{
	struct call_target *t = e->table[call_key_hash(key) >> e->shift];

	if (LIKELY(call_key_equal(t->key, key)))
		return t;
	return call_lookup_slow(e, key);
}

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
 * before its next safepoint; NULL for a layout without results, and where the
 * frame went to the pool. Aborts when the heap limit leaves no room for a frame
 * even after a collection.
 */
void *call(struct call_engine *e, struct call_target *target, call_fn *fn,
	   const void *const *args);

/* The same for any callee. */
void *call_with(struct call_engine *e, struct call_target *target,
		struct call_callee callee, const void *const *args);

/* The steps of a call, for those who measure or test one alone, or make another
 * kind of call of them. No safepoint lies in any but the callee. */
void call_frame_get(struct call_engine *e, struct call_target *target,
		    struct strategy_frame *frame);
void call_frame_fill(struct call_engine *e, struct call_target *target,
		     struct strategy_frame *frame, const void *const *args);
/* Trampoline, callee, and the copy of the results to the frame. Between this
 * and call_frame_put the frame is the caller's to root. */
void call_frame_run(struct call_engine *e, struct call_target *target,
		    struct strategy_frame *frame, struct call_callee callee);
/* What the trampoline does last: fills in the results, which are in the area.
 */
void call_frame_copy_back(struct call_engine *e, struct call_target *target,
			  struct strategy_frame *frame, const void *area);
/* Clears the arguments, which without results is all. */
void call_frame_clear(struct call_engine *e, struct call_target *target,
		      struct strategy_frame *frame);
/* Pools the frame, or where the target does not pool leaves it as it is. */
void call_frame_put(struct call_engine *e, struct call_target *target,
		    struct strategy_frame *frame);

#endif
