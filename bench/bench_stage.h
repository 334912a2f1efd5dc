/* bench_stage.h - what the scenes of bench_scene.h are made of
 *
 * The collector with its mutator, roots, keyed objects and structures; and the
 * clients as actors, which make, store and clear a structure through the bound
 * candidate.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_STAGE_H
#define BENCH_STAGE_H

#include "base_random.h"
#include "bench_scene.h"
#include "call.h"
#include "client_append.h"
#include "client_map.h"

/* Structures of each kind in a round. */
#define STAGE_STRUCTURES BENCH_SCENE_CALLS
/* Words of the largest structure, and of a stack that has room for all. */
#define STAGE_MAX_WORDS 160
#define STAGE_STACK     (8 * STAGE_STRUCTURES * STAGE_MAX_WORDS / 2)

/* An object knows what it is, and whether it still is. */
struct stage_object {
	struct stage_object *next;
	uintptr_t check;
};

/* A structure of the scene's client: n values in a row. */
struct stage_structure {
	struct gc_type type; /* of a value */
	uint8_t mask[STAGE_MAX_WORDS / 8 + 16];
	size_t n;
	/* What it holds, n values as they were put in. */
	uintptr_t image[STAGE_MAX_WORDS];
	void *object; /* on the heap; its owner roots it */
	/* The client's own. */
	struct call_layout *layout;
	struct call_target *target;
	struct strategy_frame frame;
	struct client_slice slice;
	struct client_map_type map_type;
	uint8_t key_mask[16], elem_mask[16];
	void **slot;   /* of the stack, while that alone holds it */
	void **result; /* likewise of a frame's result; or NULL */
	size_t index;  /* in its group */
};

struct stage {
	const struct bench_scene *scene;
	struct bench_verify_result *result;
	struct gc *gc;
	struct gc_mutator *mut;
	struct call_engine *engine;
	struct strategy_ctx *ctx; /* the engine's */
	struct base_random random;
	/* Filled before the phase begins and when it has; cleared later. */
	struct stage_structure old[STAGE_STRUCTURES], new[STAGE_STRUCTURES];
	/* The mutator's stack, from which nothing is taken within a round. */
	void *stack[STAGE_STACK];
	struct gc_stats seen; /* as the collector had it last */
	size_t depth, dead_from, young_from, young_to;
	struct gc_root root;
	void *stored, *global; /* a slot; a list */
	struct gc_root global_root;
	void **holder; /* of the old structures, behind a list */
	struct stage_object *dead[STAGE_STRUCTURES], *fresh;
	void **to_store; /* of the stack, for the slot */
};

struct stage_actor {
	const uint16_t *words; /* of a value; ends with 0 */
	size_t max_values;
	/* A type and what else is needed, before the first cycle; NULL: none.
	 */
	void (*open)(struct stage *s, struct stage_structure *t);
	void (*close)(struct stage *s, struct stage_structure *t);
	/* Makes the structure on the heap and stores its image in it. */
	void (*make)(struct stage *s, struct stage_structure *t);
	/* Makes it before marking begins so that `store` can go on; NULL: store
	 * makes it. */
	void (*prepare)(struct stage *s, struct stage_structure *t);
	void (*store)(struct stage *s, struct stage_structure *t);
	/* Where structures straddle, stores the rest when marking is on. */
	void (*finish)(struct stage *s, struct stage_structure *t);
	/* Clears it, and says what it did not clear or cleared too much. */
	void (*clear)(struct stage *s, struct stage_structure *t);
};

extern const struct stage_actor *const stage_actors[CLIENT_COUNT];

void stage_wrong(struct stage *s, const char *what);
/* Puts a pointer on the stack and returns where. */
void **stage_push(struct stage *s, void *ptr);
void *stage_alloc(struct stage *s, const struct gc_type *type, size_t n);
/* A new object; with pointers, one that leads to another. */
struct stage_object *stage_object(struct stage *s, bool noscan);
bool stage_is_whole(const struct stage_object *o);
/* A list of n objects that ends in `last`. */
void *stage_list(struct stage *s, size_t n, void *last);
/* Whether word i of a structure is a pointer. */
bool stage_is_pointer(const struct stage_structure *t, size_t i);
/* Says so where memory is not what it must be. */
void stage_expect(struct stage *s, const void *words, const void *expected,
		  size_t size, const char *what);
/* The marker and the sweeper do so many steps, where they are held. */
void stage_let_run(struct stage *s, size_t steps);

/* Cycles pass over what was set, and over what is added to that in between.
 * What marks wrongly shows here, before it is relied on to wait where it is
 * held. */
void stage_settle(struct stage *s);
/* Adds what the oracle has found since it was asked last. */
bool stage_is_bad(struct stage *s);

/* Phase termination: two mutators clear one object while marking is to end. */
void stage_terminate(struct stage *s);

#endif
