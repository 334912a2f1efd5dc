/* gc_heap_fixture.h - a small heap with one mutator, and ways to stage losses
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_HEAP_FIXTURE_H
#define GC_HEAP_FIXTURE_H

#include "gc.h"

#define HEAP_LIMIT ((size_t)64 << 20)

struct node {
	struct node *next;
	uintptr_t value;
	struct node *other;
};

extern const struct gc_type node_type; /* next and other are pointers */
struct gc_type noscan_type(size_t size);

struct gc_heap_fixture {
	struct gc *gc;
	struct gc_mutator *mut;
};

/* The form of the heaps that are opened. */
extern enum gc_heap_form heap_form;
/* Calls a function in each form; the sum of what it returns. */
int heap_each_form(int (*run)(void));

/* A heap of HEAP_LIMIT, verified, poisoned and shadowed, its mutator running;
 * or one that differs from heap_config(). */
void heap_open(struct gc_heap_fixture *h);
struct gc_config heap_config(void);
void heap_open_as(struct gc_heap_fixture *h, struct gc_config config);
/* Fails unless its cycles have lost nothing, marked nothing that is no object,
 * and seen no store without a barrier. */
void heap_check(struct gc_heap_fixture *h);
void heap_close(struct gc_heap_fixture *h);
struct gc_stats heap_stats(const struct gc_heap_fixture *h);
/* From a running mutator, which waits outside for a cycle's end. */
void heap_add_global(struct gc_heap_fixture *h, struct gc_root *root);
void heap_remove_global(struct gc_heap_fixture *h, struct gc_root *root);

/* A node whose value says its address, and whether that still holds: it does
 * not once the node was freed or overwritten. */
struct node *heap_new_node(struct gc_heap_fixture *h);
/* The same, but NULL where the heap is full. */
struct node *heap_try_node(struct gc_heap_fixture *h);
bool heap_is_whole(const struct node *node);

/* Whether a type has a pointer at a word. */
bool heap_type_bit(const struct gc_type *type, size_t word);

/* Makes *head a long list whose last node it returns: the marker comes there
 * last. */
struct node *heap_hide_behind_list(struct gc_heap_fixture *h, void **head);
/* Starts a cycle with the marker held, after it has scanned this mutator's
 * stack and nothing else. */
void heap_start_with_black_stack(struct gc_heap_fixture *h);
/* Lets the marker go and ends the cycle. */
void heap_finish(struct gc_heap_fixture *h);

/* node->next = value, with deletion and insertion recorded. */
void heap_store(struct gc_heap_fixture *h, struct node *node,
		struct node *value);

#endif
