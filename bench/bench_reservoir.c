/* bench_reservoir.c - a bounded amount of marking, and the objects in it */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_reservoir.h"

#include <stdlib.h>

struct node {
	struct node *next;
	void *leaves[2]; /* with pointers */
	void *noscan_leaf;
};

/* A leaf is as large as a node: 32 bytes, a common size of Go objects. Its
 * pointers are nil, so greying one costs the marker one scan and no more. */
static const uint8_t all_pointers[16] = {0x0f};
static const struct gc_type node_type = {32, 32, all_pointers};
static const struct gc_type noscan_type = {32, 0, all_pointers};

/* A node and its two leaves with pointers are scanned, the third is not. */
#define SCANS_PER_NODE 3

static void *
must_alloc(struct gc_mutator *mut, const struct gc_type *type)
{
	void *p = gc_alloc(mut, type, 1);

	CHECK(p);
	return p;
}

static struct node *
append_node(struct bench_reservoir *r, struct gc_mutator *mut, size_t i)
{
	struct node *node = must_alloc(mut, &node_type);

	node->leaves[0] = must_alloc(mut, &node_type);
	node->leaves[1] = must_alloc(mut, &node_type);
	node->noscan_leaf = must_alloc(mut, &noscan_type);
	r->scan_leaves[2 * i] = node->leaves[0];
	r->scan_leaves[2 * i + 1] = node->leaves[1];
	r->noscan_leaves[i] = node->noscan_leaf;
	return node;
}

void
bench_reservoir_open(struct bench_reservoir *r, struct gc_mutator *mut,
		     size_t n_nodes)
{
	struct node **link = (struct node **)&r->head;

	r->gc = mut->gc;
	r->n_nodes = n_nodes;
	r->scan_leaves = bench_alloc(2 * n_nodes * sizeof(void *));
	r->noscan_leaves = bench_alloc(n_nodes * sizeof(void *));
	for (size_t i = 0; i < n_nodes; i++) {
		r->tail = *link = append_node(r, mut, i);
		link = &(*link)->next;
	}
	for (size_t i = 0; i < RESERVOIR_ROOTS; i++)
		r->marked[i] = must_alloc(mut, &node_type);
	r->head_root = (struct gc_root){&r->head, 1, NULL, NULL};
	r->marked_root =
		(struct gc_root){r->marked, RESERVOIR_ROOTS, NULL, NULL};
	gc_add_global(r->gc, &r->head_root);
	gc_add_global(r->gc, &r->marked_root);
	bench_reservoir_rewind(r);
}

void
bench_reservoir_close(struct bench_reservoir *r)
{
	gc_remove_global(r->gc, &r->head_root);
	gc_remove_global(r->gc, &r->marked_root);
	free(r->scan_leaves);
	free(r->noscan_leaves);
}

void
bench_reservoir_rewind(struct bench_reservoir *r)
{
	r->used_scan = r->used_noscan = r->used_marked = 0;
}

/* The i-th from the end, around and around. */
static void *
from_end(void **objects, size_t n, size_t i)
{
	return objects[n - 1 - i % n];
}

void *
bench_reservoir_take(struct bench_reservoir *r,
		     enum bench_population population)
{
	switch (population) {
	case POPULATION_MARKED:
		return r->marked[r->used_marked++ % RESERVOIR_ROOTS];
	case POPULATION_WHITE:
		return from_end(r->scan_leaves, 2 * r->n_nodes, r->used_scan++);
	case POPULATION_NOSCAN:
		return from_end(r->noscan_leaves, r->n_nodes, r->used_noscan++);
	default: return NULL;
	}
}

void
bench_reservoir_hang(struct bench_reservoir *r, void *object)
{
	struct node *tail = r->tail;

	tail->next = object;
}

size_t
bench_reservoir_left(const struct bench_reservoir *r, uint64_t scanned)
{
	size_t taken = MAX(r->used_scan / 2, r->used_noscan);
	size_t gone = taken + scanned / SCANS_PER_NODE;

	return gone < r->n_nodes ? r->n_nodes - gone : 0;
}

bool
bench_reservoir_lasts(const struct bench_reservoir *r, uint64_t scanned)
{
	return scanned < SCANS_PER_NODE * r->n_nodes;
}

size_t
bench_reservoir_need(uint64_t scanned, uint64_t taken)
{
	/* A node has one leaf without pointers: the scarcer kind. */
	return scanned / SCANS_PER_NODE + taken;
}
