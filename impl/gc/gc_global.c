/* gc_global.c - globals: roots of no mutator, written with a barrier */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_global.h"

#include <stdlib.h>
#include <string.h>

#include "gc_internal.h"

/* The root's mask in words of its own, a word to spare. */
static uint64_t *
new_map(const struct gc_root *root)
{
	uint64_t *map = calloc(root->nwords / 64 + 2, sizeof(*map));

	CHECK(map);
	for (size_t i = 0; i < root->nwords; i++)
		if (!root->ptrmask || gc_bit_test(root->ptrmask, i))
			map[i / 64] |= (uint64_t)1 << i % 64;
	return map;
}

/* How many begin at or below an address. */
static size_t
count_up_to(const struct gc_global_table *t, uintptr_t ptr)
{
	size_t low = 0, high = t ? t->n : 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (t->sorted[middle].base <= ptr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A table of n, the first `at` of them and those that end it copied. */
static struct gc_global_table *
copy_table(struct gc_global_table *old, size_t n, size_t at)
{
	size_t old_n = old ? old->n : 0, rest = MIN(n, old_n) - at;
	struct gc_global_table *t =
		malloc(sizeof(*t) + n * sizeof(t->sorted[0]));

	CHECK(t);
	t->older = old;
	t->n = n;
	if (at)
		memcpy(t->sorted, old->sorted, at * sizeof(t->sorted[0]));
	if (rest)
		memcpy(t->sorted + n - rest, old->sorted + old_n - rest,
		       rest * sizeof(t->sorted[0]));
	return t;
}

/* Release: who finds the table finds it whole. Pairs with gc_global_slots. */
static void
publish(struct gc_globals *g, struct gc_global_table *t)
{
	__atomic_store_n(&g->table, t, __ATOMIC_RELEASE);
}

static void
enter(struct gc_globals *g, const struct gc_root *root)
{
	uintptr_t base = (uintptr_t)root->base;
	size_t at = count_up_to(g->table, base);
	struct gc_global_table *t =
		copy_table(g->table, (g->table ? g->table->n : 0) + 1, at);

	CHECK(root->nwords && base % WORD_SIZE == 0);
	CHECK(at == 0 || t->sorted[at - 1].limit <= base);
	t->sorted[at] = (struct gc_global){
		base, base + root->nwords * WORD_SIZE, new_map(root)};
	CHECK(at + 1 == t->n || t->sorted[at].limit <= t->sorted[at + 1].base);
	publish(g, t);
}

static void
strike(struct gc_globals *g, const struct gc_root *root)
{
	size_t at = count_up_to(g->table, (uintptr_t)root->base) - 1;
	struct gc_global_table *t = copy_table(g->table, g->table->n - 1, at);

	free(g->table->sorted[at].map);
	publish(g, t);
}

/* No cycle is running: nobody reads. */
static void
free_older(struct gc_globals *g)
{
	struct gc_global_table *t = g->table;

	while (t && t->older) {
		struct gc_global_table *older = t->older;

		t->older = older->older;
		free(older);
	}
}

/* Takes the lock while no cycle is running. */
static void
lock_between_cycles(struct gc *gc)
{
	pthread_mutex_lock(&gc->handshake_lock);
	gc->asking++;
	while (gc->wanted)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
	gc->asking--;
	pthread_cond_broadcast(&gc->changed);
	free_older(&gc->globals);
}

static bool
is_empty(const struct gc_root *root)
{
	for (size_t i = 0; i < root->nwords; i++)
		if (root->base[i])
			return false;
	return true;
}

void
gc_add_global(struct gc *gc, struct gc_root *root)
{
	if (is_empty(root))
		pthread_mutex_lock(&gc->handshake_lock);
	else
		lock_between_cycles(gc);
	enter(&gc->globals, root);
	root->prev = gc->globals.roots;
	gc->globals.roots = root;
	pthread_mutex_unlock(&gc->handshake_lock);
}

void
gc_remove_global(struct gc *gc, struct gc_root *root)
{
	struct gc_root **p;

	lock_between_cycles(gc);
	for (p = &gc->globals.roots; *p != root; p = &(*p)->prev)
		CHECK(*p);
	*p = root->prev;
	strike(&gc->globals, root);
	pthread_mutex_unlock(&gc->handshake_lock);
}

struct gc_root *
gc_global_roots(struct gc *gc)
{
	struct gc_root *roots;

	pthread_mutex_lock(&gc->handshake_lock);
	roots = gc->globals.roots;
	pthread_mutex_unlock(&gc->handshake_lock);
	return roots;
}

void
gc_global_destroy(struct gc *gc)
{
	struct gc_global_table *t = gc->globals.table;

	free_older(&gc->globals);
	for (size_t i = 0; t && i < t->n; i++)
		free(t->sorted[i].map);
	free(t);
}

size_t
gc_global_slots(const struct gc_globals *globals, uintptr_t ptr, size_t nwords,
		struct gc_slots *out)
{
	const struct gc_global_table *t =
		__atomic_load_n(&globals->table, __ATOMIC_ACQUIRE);
	size_t n = count_up_to(t, ptr);
	const struct gc_global *g;

	if (n == 0 || ptr >= t->sorted[n - 1].limit)
		return 0;
	g = &t->sorted[n - 1];
	out->map = g->map;
	out->first = (ptr - g->base) / WORD_SIZE;
	out->at = out->left = 0;
	return MIN(nwords, (g->limit - ptr) / WORD_SIZE);
}
