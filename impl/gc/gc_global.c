/* gc_global.c - globals: roots of no mutator, written with a barrier */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_global.h"

#include <stdlib.h>
#include <string.h>

#include "gc_internal.h"

/* Takes the lock while no cycle is running. */
static void
lock_between_cycles(struct gc *gc)
{
	pthread_mutex_lock(&gc->handshake_lock);
	while (gc->wanted)
		pthread_cond_wait(&gc->changed, &gc->handshake_lock);
}

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
count_up_to(const struct gc_globals *globals, uintptr_t ptr)
{
	size_t low = 0, high = globals->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (globals->sorted[middle].base <= ptr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
enter(struct gc_globals *g, const struct gc_root *root)
{
	uintptr_t base = (uintptr_t)root->base;
	size_t at = count_up_to(g, base);

	CHECK(root->nwords && base % WORD_SIZE == 0);
	CHECK(at == 0 || g->sorted[at - 1].limit <= base);
	g->sorted = realloc(g->sorted, (g->n + 1) * sizeof(*g->sorted));
	CHECK(g->sorted);
	memmove(g->sorted + at + 1, g->sorted + at,
		(g->n - at) * sizeof(*g->sorted));
	g->sorted[at] = (struct gc_global){
		base, base + root->nwords * WORD_SIZE, new_map(root)};
	g->n++;
}

static void
strike(struct gc_globals *g, const struct gc_root *root)
{
	size_t at = count_up_to(g, (uintptr_t)root->base) - 1;

	free(g->sorted[at].map);
	g->n--;
	memmove(g->sorted + at, g->sorted + at + 1,
		(g->n - at) * sizeof(*g->sorted));
}

void
gc_add_global(struct gc *gc, struct gc_root *root)
{
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

void
gc_global_destroy(struct gc_globals *globals)
{
	for (size_t i = 0; i < globals->n; i++)
		free(globals->sorted[i].map);
	free(globals->sorted);
}

size_t
gc_global_slots(const struct gc_globals *globals, uintptr_t ptr, size_t nwords,
		struct gc_slots *out)
{
	size_t n = count_up_to(globals, ptr);
	const struct gc_global *g = &globals->sorted[n - 1];

	if (n == 0 || ptr >= g->limit)
		return 0;
	out->map = g->map;
	out->first = (ptr - g->base) / WORD_SIZE;
	out->at = out->left = 0;
	return MIN(nwords, (g->limit - ptr) / WORD_SIZE);
}
