/* model.h - the collector and its mutators as a finite machine
 *
 * An explicit-state model of the cycle in gc.h, for judging barrier strategies
 * before anybody writes them in C: two mutators, a few objects of one slot
 * each, frames, and a collector thread. Every order of steps is tried
 * (model_search.c), so a verdict holds for any number of operations, calls and
 * cycles within the bounds; a strategy that loses an object is answered with a
 * shortest run that does.
 *
 * What is one step, and why no less is needed:
 * - A step has at most one access to memory that another thread may use at the
 *   same time: one word of a heap slot is read or written (both are
 * indivisible, strategy.h, word-atomicity), or one mark bit is set
 * (gc_bit_set). What a thread does with its own registers, buffer, frame word
 * and flags goes with the access before it: nobody else can see when it
 * happens.
 * - A hook's load of the old pointer moves right: nobody can see it, and only a
 *   store to the same slot can change it. So it is one step with the hook's
 * next access where no other mutator may write the slot meanwhile: always in
 *   frames, and in objects unless model_config.races.
 * - The marker reads a slot and marks what it read in one step. Between the two
 *   it only holds the pointer: marking it a little later ends in a state that
 *   another order of whole steps reaches too.
 * - Scanning a stack and flushing a buffer take one step for each root and each
 *   entry, in any order, and the other mutator and the marker run in between.
 * - A buffer may be full whenever a hook asks for room, or not: that is every
 *   size of buffer at once, and words that are nil only fill it. It is a set of
 *   white objects: to shade a marked one is to do nothing, now or later.
 * - Stopping the world is one step: it needs both mutators at a safepoint, and
 *   nobody runs until it is over.
 * - A mutator stops between two operations, and at a SAFEPOINT inside a hook
 *   that is wrong enough to have one.
 * Memory is sequentially consistent. On x86 a store may be late, but no later
 * than the locked instruction of the next handshake or mark bit, which is
 * another order of the same steps.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MODEL_OBJECTS  3
#define MODEL_FRAMES   2
#define MODEL_ENTITIES (MODEL_OBJECTS + MODEL_FRAMES)
#define MODEL_MUTATORS 2
#define MODEL_REGS     2 /* a mutator's stack */

enum model_colour {
	MODEL_FREE, /* never allocated, or garbage that can do nothing more */
	MODEL_WHITE,
	MODEL_LOCAL, /* grey, in mutator 0's work buffer; + 1 in mutator 1's */
	MODEL_GREY = MODEL_LOCAL + MODEL_MUTATORS, /* the marker has it */
	MODEL_BLACK,
};

enum model_phase {
	MODEL_OFF,
	MODEL_ROOTS, /* the marker reads the pools' slots */
	MODEL_MARK,
	MODEL_VISIT, /* the ragged barrier; the marker has no grey object */
};

/* What a hook is made of, four bits each, first in the lowest. */
enum model_micro {
	MODEL_END,
	MODEL_LOAD_OLD, /* old = *dst */
	MODEL_RESERVE,  /* room in the buffer, perhaps by a flush */
	MODEL_PUT_OLD,  /* an entry of it */
	MODEL_PUT_NEW,
	MODEL_SHADE_OLD, /* gc_shade */
	MODEL_SHADE_NEW,
	MODEL_STORE,     /* *dst = new */
	MODEL_SAFEPOINT, /* only in strategies that are wrong */
	MODEL_STAMP,     /* the frame's word = now, if marking */
	MODEL_TAKE,      /* a frame from the pool, or a fresh one */
	MODEL_POOL,      /* the frame to the pool */
	MODEL_DROP,      /* the frame to nobody */
};

/* Values of a frame's word that strategies use. */
enum { MODEL_NONE, MODEL_NOW, MODEL_OLD_CYCLE };

/* What a hook knows when it begins, all of it the mutator's own until its next
 * safepoint, and the steps that it appends. */
struct model_op {
	bool marking;
	bool stack_black;
	bool fresh;    /* frame_begin: allocated just now, not pooled */
	uint8_t word;  /* the frame's */
	uint32_t todo; /* micro-steps */
	unsigned n;
};

static inline void
model_do(struct model_op *op, enum model_micro step)
{
	op->todo |= (uint32_t)step << 4 * op->n++;
}

/* struct barrier_hooks (strategy.h) for the model; the same defaults for NULL.
 * The value that clear stores is nil, as MODEL_PUT_NEW then. */
struct model_hooks {
	void (*clear)(struct model_op *op);
	void (*move)(struct model_op *op);
	void (*copy_fresh)(struct model_op *op);
	void (*frame_begin)(struct model_op *op); /* sets word, no steps */
	void (*frame_fill)(struct model_op *op);
	void (*frame_clear)(struct model_op *op);
	bool (*frame_put)(struct model_op *op);     /* false: not to the pool */
	uint8_t (*cycle_start)(uint8_t frame_word); /* its next value */
};

/* Rules of the collector that can be broken, to see that the model tells. */
enum {
	MODEL_NO_REFLUSH = 1 << 0,  /* under the last stop of the world */
	MODEL_ALLOC_WHITE = 1 << 1, /* while marking */
	MODEL_NO_FLUSH = 1 << 2,    /* there, nor at the ragged barrier */
	MODEL_RAW_POOL = 1 << 3,    /* frames enter and leave it unshaded */
};

/* What is alive at one time, at most; garbage is not counted, and operations,
 * calls and cycles are not bounded. */
struct model_bounds {
	const char *name;
	unsigned objects, frames; /* at most MODEL_OBJECTS, MODEL_FRAMES */
	unsigned roots;           /* registers in use */
	bool races; /* both mutators may write one slot at the same time */
};

/* Smallest first. */
enum model_size {
	MODEL_FRAME,  /* one object, one frame */
	MODEL_RACE,   /* two objects, racing writes */
	MODEL_CHAIN,  /* three objects */
	MODEL_FRAMED, /* two objects and a frame */
	MODEL_SIZES
};
extern const struct model_bounds model_bounds[MODEL_SIZES];

struct model_config {
	const struct model_hooks *hooks;
	unsigned faults;
	struct model_bounds bounds;
};

struct model_mutator {
	uint8_t reg[MODEL_REGS]; /* roots; 0 is nil */
	uint8_t frame, pool;     /* a root each: in use; pooled, a global */
	uint8_t buffer;          /* a bit an object, of white ones alone */
	bool grey, scanning;     /* its stack; that is being scanned */
	bool flushing;           /* in a hook, for room */
	bool visiting;           /* stopped by the ragged barrier */
	bool done;               /* its part of the collector's phase is over */
	/* The running operation: none when todo is 0. */
	uint8_t dst, new, old;
	uint32_t todo;
};

/* Entities are 1 to MODEL_OBJECTS, objects, then frames. */
struct model_state {
	uint8_t phase;
	uint8_t slot[MODEL_ENTITIES + 1], colour[MODEL_ENTITIES + 1];
	uint8_t word[MODEL_ENTITIES + 1]; /* of frames */
	struct model_mutator mut[MODEL_MUTATORS];
};

/* A state as bits, for the table of those visited. */
struct model_key {
	uint64_t shared, mut[MODEL_MUTATORS];
};

/* What a step was, for traces: who, what, on which entity or slot. */
enum model_verb {
	MODEL_DOES_DROP,
	MODEL_DOES_LOAD,
	MODEL_DOES_ALLOC,
	MODEL_DOES_WRITE, /* begins an operation, as the next three */
	MODEL_DOES_APPEND,
	MODEL_DOES_CALL,
	MODEL_DOES_RETURN,
	MODEL_DOES_GO_ON, /* with one */
	MODEL_DOES_FLUSH,
	MODEL_DOES_START,
	MODEL_DOES_ROOT,
	MODEL_DOES_SCAN,
	MODEL_DOES_STACK,
	MODEL_DOES_VISIT,
	MODEL_DOES_ROUND,
	MODEL_DOES_RESTART,
	MODEL_DOES_END,
	MODEL_VERBS
};

struct model_event {
	uint8_t verb, who; /* MODEL_MUTATORS: the collector */
	uint8_t at, value; /* the entity whose slot it is; what is read or
			      marked */
	uint8_t old, new;  /* of an operation */
	uint16_t did;      /* its micro-steps in this step, a bit each */
	bool ends_operation;
	uint8_t lost; /* MODEL_DOES_END: a reachable white entity, or 0 */
};

typedef void model_visit_fn(void *arg, const struct model_state *next,
			    const struct model_event *event);

/* model_step.c: calls visit for every step that is possible; while not
 * collecting, of those by which mutators build a heap. */
void model_successors(const struct model_config *config,
		      const struct model_state *state, bool collecting,
		      model_visit_fn *visit, void *arg);
/* Between operations, or at a safepoint inside one. */
bool model_stoppable(const struct model_mutator *m);

/* model_state.c: frees garbage and gives the name that all states have in
 * common that differ only in which mutator, object, frame or register is which.
 */
void model_collect(struct model_state *state);
struct model_key model_canon(const struct model_state *state);
struct model_state model_unpack(const struct model_key *key);
/* A reachable entity that is white, or 0. */
unsigned model_lost(const struct model_state *state);

/* model_strategy.c: what is judged. */
struct model_case {
	const char *name; /* of the strategy's file, where there is one */
	const char *summary;
	struct model_hooks hooks;
	unsigned faults;
	/* The expected verdict: sound if 0, else the steps of the shortest
	 * trace in the smallest bounds that have one. */
	unsigned steps;
	enum model_size size;
};
extern const struct model_case model_cases[];
extern const size_t model_n_cases;
const struct model_case *model_find(const char *name);

/* model_search.c: all states, breadth first. */
struct model_verdict {
	bool lost;
	size_t states, steps; /* distinct states; steps between them */
	unsigned depth;       /* of the search; steps of the trace when lost */
	uint64_t verbs[MODEL_VERBS]; /* how often each kind of step was taken */
};
/* Writes the trace of a loss to `trace` unless that is NULL. */
struct model_verdict model_search(const struct model_case *c,
				  enum model_size size, FILE *trace);

/* model_trace.c */
void model_print_state(FILE *out, const struct model_state *state);
void model_print_event(FILE *out, const struct model_event *event);

#endif
