/* strategy.h - what a strategy is, what it promises, and how a set is bound
 *
 * A strategy is one implementation of memclr, of memmove, or of the barrier.
 * One strategy = one file + one line in strategy_list.h; file, symbol, name,
 * --strategy, results and legend are the same word.
 *
 * Word-atomicity. A concurrent marker reads pointer slots while a mutator
 * clears or copies them. It must see the old word or the new one, never a
 * mixture: every aligned pointer-sized word is written indivisibly. Byte
 * stores, `rep stosb` and libc's functions do not promise that. The promise
 * covers calls whose pointers and size are multiples of the word size.
 *
 * Atomic section. In a barrier hook, nothing may reach a safepoint between the
 * test of the phase, the recording of old and new pointers, and the store: the
 * phase would change in between, or the mutator's stack would be scanned.
 * Hooks therefore never poll.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef STRATEGY_H
#define STRATEGY_H

#include "base.h"

struct gc_mutator;
struct gc_type;

enum strategy_kind {
	STRATEGY_MEMCLR,
	STRATEGY_MEMMOVE,
	STRATEGY_BARRIER,
	STRATEGY_KINDS
};

/* On what ground a memclr or memmove promises word-atomicity. Manuals that
 * files name: Intel SDM, in which vol. 3A's chapter 9 of today was chapter 8 up
 * to the edition of April 2022; AMD APM vol. 2, 24593, as revised since the end
 * of 2021; Arm ARM, DDI 0487 G.b. */
enum strategy_atomicity {
	ATOMICITY_NONE,       /* it does not */
	ATOMICITY_CONVENTION, /* every known CPU does it; runtimes rely on it */
	ATOMICITY_ARCHITECTURAL /* a manual says so; the file names the section
				 */
};

/* Properties that are not promises. */
enum {
	/* Valid only for word-aligned memory and sizes in whole words. */
	STRATEGY_WORDS_ONLY = 1 << 0,
	/* Does none of the work and prices the rest; a bound, not a contender.
	 */
	STRATEGY_FLOOR = 1 << 1,
	/* Loses objects while marking; a bound, not a contender. */
	STRATEGY_UNSOUND = 1 << 2,
	/* Stores past the cache, and fences before it returns. */
	STRATEGY_NONTEMPORAL = 1 << 3,
	/* The code of another one a second time, at an address of its own: what
	 * a measurement finds between the two is its own error. Named after the
	 * other, with STRATEGY_PLACEBO_SUFFIX; a bound, not a contender. */
	STRATEGY_PLACEBO = 1 << 4,
	/* A barrier whose frame_clear leaves frames that are not all zero, and
	 * whose frame_fill expects such: it says itself how it is sound. */
	STRATEGY_DIRTY_FRAMES = 1 << 5,
};

#define STRATEGY_PLACEBO_SUFFIX "_placebo"

/* Any alignment and any n, 0 included, unless STRATEGY_WORDS_ONLY. */
typedef void memclr_fn(void *ptr, size_t n);
/* dst and src may overlap. */
typedef void memmove_fn(void *dst, const void *src, size_t n);

struct strategy_ctx;

/* A frame as the barrier sees it between get and put. */
struct strategy_frame {
	void *ptr;                  /* first byte of the heap block */
	const struct gc_type *type; /* its layout: size and pointer mask */
	uintptr_t word;             /* the barrier strategy's own; 0 at begin */
};

/*
 * The hooks of a barrier strategy. `clear` and `move` are required; a NULL
 * elsewhere means "nothing to do", or for copy_fresh, frame_fill and
 * frame_clear "as move and clear do it". Common rules:
 * - The memory written is one live typed value in the heap, on a stack or in a
 *   global. ptr and dst already point off bytes into that value, and only size
 *   bytes of it are meant (Go: typedmemclrpartial). ptr, dst, src, off and size
 *   are multiples of the word size, except that a value's last word may be cut
 *   short by its size.
 * - Values of one type in a row, an array, are like one value whose mask
 *   repeats every type->size bytes.
 * - A type with pointers but without a mask says that any word may be one: the
 *   memory itself tells (gc_slots_begin).
 * - What is moved may overlap, whole elements of an array apart.
 * - The hook records what the collector must know (gc_barrier.h) and does the
 *   clear or copy itself, with ctx->memclr or ctx->memmove or fused.
 * - Called on the mutator's own thread, running, in the atomic section.
 * - While nothing marks, move is ctx->memmove and clear is ctx->memclr, and an
 *   engine may do that, or a store of its own, in their place. The frame hooks
 *   of a barrier that defines one of them are called in every phase.
 */
struct barrier_hooks {
	/* Clear live memory: typedmemclr, typedmemclrpartial. */
	void (*clear)(struct strategy_ctx *ctx, const struct gc_type *type,
		      void *ptr, size_t off, size_t size);
	/* Overwrite live memory: typedmemmove. */
	void (*move)(struct strategy_ctx *ctx, const struct gc_type *type,
		     void *dst, const void *src, size_t off, size_t size);
	/* Copy live memory to the start of an object that was allocated since
	 * the last safepoint: what it overwrites is zero, and nobody else has
	 * seen dst. Only new pointers can matter (Go: growslice). */
	void (*copy_fresh)(struct strategy_ctx *ctx, const struct gc_type *type,
			   void *dst, const void *src, size_t size);

	/* A frame was got: all zero, not yet filled. May set frame->word. */
	void (*frame_begin)(struct strategy_ctx *ctx,
			    struct strategy_frame *frame);
	/* Store size bytes at off of the frame; what they overwrite is zero. */
	void (*frame_fill)(struct strategy_ctx *ctx,
			   struct strategy_frame *frame, size_t off,
			   const void *src, size_t size);
	/* Clear size bytes at off of the frame. */
	void (*frame_clear)(struct strategy_ctx *ctx,
			    struct strategy_frame *frame, size_t off,
			    size_t size);
	/* The frame is cleared and about to be pooled. */
	void (*frame_put)(struct strategy_ctx *ctx,
			  struct strategy_frame *frame);
	/* The world is stopped and marking is about to start. */
	void (*cycle_start)(struct strategy_ctx *ctx);
};

struct strategy {
	const char *name;    /* the same word as the symbol and the file */
	const char *summary; /* one line for `framebench list strategies` */
	enum strategy_kind kind;
	enum strategy_atomicity atomicity; /* of memclr and memmove */
	uint32_t flags;                    /* STRATEGY_* */
	uint32_t cpu_needs;                /* CPU_* (base_cpu.h); 0: anywhere */

	/* The one that `kind` names is set. */
	memclr_fn *memclr;
	memmove_fn *memmove;
	struct barrier_hooks barrier;

	/* Barriers: words that one cleared slot takes in the buffer, and the
	 * entries that the runtime it is taken from has. 0, 0: no buffer. */
	unsigned entry_words;
	unsigned default_entries;
};

/* A strategy set as one mutator uses it. Bound by strategy_bind while the
 * mutator is outside the heap; read by its own thread only. */
struct strategy_ctx {
	struct gc_mutator *mut;
	memclr_fn *memclr;
	memmove_fn *memmove;
	struct barrier_hooks barrier; /* no hook is NULL */
	/* Nonzero: the barrier defines one of the frame hooks itself. */
	uintptr_t frame_hooks;
};

/* The registry, in the order of strategy_list.h. */
size_t strategy_count(void);
const struct strategy *strategy_at(size_t i);
/* NULL when there is none of that name. */
const struct strategy *strategy_find(const char *name);
const char *strategy_kind_name(enum strategy_kind kind);
const char *strategy_atomicity_name(enum strategy_atomicity a);
/* Whether this CPU, less what FRAMEBENCH_DISABLE_CPU hides, can run it. */
bool strategy_usable(const struct strategy *s);
/* Aborts when the table contradicts itself; every program calls it first. */
void strategy_check_all(void);

/* Binds one memclr, one memmove and one barrier for a mutator. NULL memclr or
 * memmove leave that pointer alone. */
void strategy_bind(struct strategy_ctx *ctx, struct gc_mutator *mut,
		   memclr_fn *memclr, memmove_fn *memmove,
		   const struct strategy *barrier);

#endif
