/* barrier_scene.h - objects side by side whose every slot can be told apart */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BARRIER_SCENE_H
#define BARRIER_SCENE_H

#include "base_random.h"
#include "gc_heap_fixture.h"
#include "strategy.h"

#define SCENE_MAX_WORDS 6000 /* above 32 KiB, where an object is a span */
#define SCENE_OBJECTS   3

struct scene {
	struct gc_heap_fixture heap;
	struct strategy_ctx ctx;
	struct base_random random;
	struct gc_type type; /* of an element */
	uint8_t mask[SCENE_MAX_WORDS / 8 + 8];
	size_t nwords; /* of an object: a few elements */
	uintptr_t *objects[SCENE_OBJECTS], *source;
	/* What they must hold. */
	uintptr_t *expected[SCENE_OBJECTS], *expected_source;
	struct node **nodes;
	size_t n_nodes;
	uint64_t records; /* of nodes, all told */
	/* Empty objects of earlier scenes, so that spans are used again. */
	void *kept[8];
	struct gc_root kept_root;
};

/* A heap, its mutator with this barrier and memclr and memmove by words. */
void scene_open(struct scene *s, const struct strategy *barrier, uint64_t seed);
void scene_close(struct scene *s);

/* Objects of a random type, each word drawn. Marking is off. */
void scene_set(struct scene *s);
/* Another of the type, all zero. */
uintptr_t *scene_empty_object(struct scene *s);
/* Forgets them. */
void scene_strike(struct scene *s);

uint64_t scene_below(struct scene *s, uint64_t n);
/* Whether the type has a pointer at a word of an object. */
bool scene_is_pointer(const struct scene *s, size_t word);
/* The node that a word points to, or NULL. */
struct node *scene_node_of(struct scene *s, uintptr_t word);

#endif
