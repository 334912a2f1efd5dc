/* barrier_scene.c - objects side by side whose every slot can be told apart */
// SPDX-License-Identifier: BSD-3-Clause
#include "barrier_scene.h"

#include <stdlib.h>
#include <string.h>

uint64_t
scene_below(struct scene *s, uint64_t n)
{
	return base_random_below(&s->random, n);
}

/* The edges of the bitmap's words more often than others. */
static size_t
draw_size(struct scene *s)
{
	switch (scene_below(s, 16)) {
	case 0: return 4097 + scene_below(s, SCENE_MAX_WORDS - 4097);
	case 1: return 1 + scene_below(s, 1000);
	case 2:
	case 3:
	case 4: return 64 * (1 + scene_below(s, 3)) - 2 + scene_below(s, 5);
	default: return 1 + scene_below(s, 70);
	}
}

/* From no pointers to nothing else; a noscan type now and then. */
static void
draw_type(struct scene *s)
{
	size_t words = draw_size(s), density = scene_below(s, 9), last = 0;
	size_t elements = words < 100 ? 1 + scene_below(s, 4) : 1;

	memset(s->mask, 0, sizeof(s->mask));
	for (size_t i = 0; i < words; i++)
		if (scene_below(s, 8) < density) {
			s->mask[i / 8] |= (uint8_t)(1u << i % 8);
			last = i + 1;
		}
	s->type =
		(struct gc_type){words * WORD_SIZE, last * WORD_SIZE, s->mask};
	s->nwords = words * elements;
}

bool
scene_is_pointer(const struct scene *s, size_t word)
{
	return heap_type_bit(&s->type, word % (s->type.size / WORD_SIZE));
}

/* A pointer to a new node or an earlier one, to its start or inside; nil; an
 * address that is none of the heap's. Scalars look the same. */
static uintptr_t
draw_word(struct scene *s)
{
	struct node *node;

	switch (scene_below(s, 8)) {
	case 0: return 0;
	case 1: return (uintptr_t)s + scene_below(s, 100);
	case 2:
		if (s->n_nodes)
			return (uintptr_t)&s->nodes[scene_below(s, s->n_nodes)]
				->other;
		break;
	}
	node = gc_alloc(s->heap.mut, &node_type, 1);
	s->nodes[s->n_nodes++] = node;
	return (uintptr_t)node;
}

uintptr_t *
scene_empty_object(struct scene *s)
{
	uintptr_t *object = gc_alloc(s->heap.mut, &s->type,
				     s->nwords * WORD_SIZE / s->type.size);

	CHECK(object);
	return object;
}

static uintptr_t *
new_object(struct scene *s, uintptr_t **expected)
{
	uintptr_t *object = scene_empty_object(s);

	*expected = malloc(s->nwords * WORD_SIZE);
	CHECK(*expected);
	for (size_t i = 0; i < s->nwords; i++)
		object[i] = (*expected)[i] = draw_word(s);
	return object;
}

void
scene_set(struct scene *s)
{
	draw_type(s);
	s->n_nodes = s->records = 0;
	s->nodes = calloc((SCENE_OBJECTS + 1) * s->nwords, sizeof(*s->nodes));
	CHECK(s->nodes);
	for (size_t k = 0; k < SCENE_OBJECTS; k++)
		s->objects[k] = new_object(s, &s->expected[k]);
	s->source = new_object(s, &s->expected_source);
	s->kept[scene_below(s, ARRAY_LEN(s->kept))] = scene_empty_object(s);
}

void
scene_strike(struct scene *s)
{
	for (size_t k = 0; k < SCENE_OBJECTS; k++)
		free(s->expected[k]);
	free(s->expected_source);
	free(s->nodes);
}

struct node *
scene_node_of(struct scene *s, uintptr_t word)
{
	size_t size;

	return gc_object_of(s->heap.gc, (void *)word, &size);
}

void
scene_open(struct scene *s, const struct strategy *barrier, uint64_t seed)
{
	*s = (struct scene){.random = {seed}};
	heap_open(&s->heap);
	s->kept_root =
		(struct gc_root){s->kept, ARRAY_LEN(s->kept), NULL, NULL};
	gc_push_root(s->heap.mut, &s->kept_root);
	strategy_bind(&s->ctx, s->heap.mut,
		      strategy_find("memclr_word")->memclr,
		      strategy_find("memmove_word")->memmove, barrier);
}

void
scene_close(struct scene *s)
{
	gc_pop_root(s->heap.mut, &s->kept_root);
	heap_close(&s->heap);
}
