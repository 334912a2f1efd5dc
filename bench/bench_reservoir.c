/* bench_reservoir.c - a bounded amount of marking, and the objects in it */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_reservoir.h"

#include <stdlib.h>
#include <string.h>

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

/* Cold objects are taken so far apart, modulo a power of two: the golden
 * section of 2^17 and odd, so that all come and neighbours in time are never
 * neighbours in memory. */
#define SCATTER 81007

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

/* The spread roots that belong behind node i. */
static void
place_spread(struct bench_reservoir *r, struct gc_mutator *mut, size_t i)
{
	size_t n = r->n_nodes;

	for (size_t k = i * RESERVOIR_SPREAD / n;
	     k < (i + 1) * RESERVOIR_SPREAD / n; k++)
		r->spread[k] = must_alloc(mut, &node_type);
}

static void
add_root(struct bench_reservoir *r, struct gc_root *root, void **base, size_t n)
{
	*root = (struct gc_root){base, n, NULL, NULL};
	gc_add_global(r->gc, root);
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
		place_spread(r, mut, i);
	}
	for (size_t i = 0; i < RESERVOIR_ROOTS; i++)
		r->marked[i] = must_alloc(mut, &node_type);
	add_root(r, &r->head_root, &r->head, 1);
	add_root(r, &r->marked_root, r->marked, RESERVOIR_ROOTS);
	add_root(r, &r->spread_root, r->spread, RESERVOIR_SPREAD);
	bench_reservoir_rewind(r);
}

void
bench_reservoir_close(struct bench_reservoir *r)
{
	gc_remove_global(r->gc, &r->head_root);
	gc_remove_global(r->gc, &r->marked_root);
	gc_remove_global(r->gc, &r->spread_root);
	free(r->scan_leaves);
	free(r->noscan_leaves);
}

void
bench_reservoir_rewind(struct bench_reservoir *r)
{
	memset(r->used, 0, sizeof(r->used));
}

/* The i-th of n: from the end, around and around, or scattered over the last
 * half. */
static size_t
place_of(size_t i, size_t n, bool cold)
{
	if (cold)
		return n - 1 - i * SCATTER % (n / 2);
	return n - 1 - i % n;
}

/* Objects that a population has had. */
static size_t
distinct(const struct bench_reservoir *r, enum bench_population population)
{
	size_t used = r->used[population];

	return bench_population_kinds[population].repeated
		       ? used / BENCH_REPEATS
		       : used;
}

void *
bench_reservoir_take(struct bench_reservoir *r,
		     enum bench_population population)
{
	const struct bench_population_kind *kind =
		&bench_population_kinds[population];
	size_t i = distinct(r, population), n = r->n_nodes;

	r->used[population]++;
	switch (kind->base) {
	case POPULATION_MARKED:
		return kind->cold ? r->spread[i * SCATTER % RESERVOIR_SPREAD]
				  : r->marked[i % RESERVOIR_ROOTS];
	case POPULATION_WHITE:
		return r->scan_leaves[place_of(i, 2 * n, kind->cold)];
	case POPULATION_NOSCAN:
		return r->noscan_leaves[place_of(i, n, kind->cold)];
	default: return NULL;
	}
}

void
bench_reservoir_hang(struct bench_reservoir *r, void *object)
{
	struct node *tail = r->tail;

	tail->next = object;
}

/* Nodes whose leaves have been taken, by cold populations or by the others. */
static size_t
nodes_taken(const struct bench_reservoir *r, bool cold)
{
	size_t most = 0;

	for (int p = 0; p < POPULATION_COUNT; p++) {
		const struct bench_population_kind *kind =
			&bench_population_kinds[p];
		size_t n = distinct(r, (enum bench_population)p);

		if (kind->cold != cold)
			continue;
		if (kind->base == POPULATION_WHITE)
			most = MAX(most, n / 2);
		if (kind->base == POPULATION_NOSCAN)
			most = MAX(most, n);
	}
	return most;
}

size_t
bench_reservoir_left(const struct bench_reservoir *r, uint64_t scanned)
{
	size_t walked = scanned / SCANS_PER_NODE, n = r->n_nodes;
	size_t scattered = nodes_taken(r, true);
	size_t gone = walked + nodes_taken(r, false);

	/* Scattered objects lie all over the last half: the marker must not
	 * come there, and they must not come a second time. */
	if (scattered)
		gone = MAX(gone, n / 2 + MAX(walked, scattered));
	return gone < n ? n - gone : 0;
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
