/* client_fixture.h - a small heap with a barrier bound, for tests of clients
 *
 * Objects are `struct node`, each with a number in `value`, so that one that
 * was freed and poisoned shows.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CLIENT_FIXTURE_H
#define CLIENT_FIXTURE_H

#include "base_random.h"
#include "gc_heap_fixture.h"
#include "strategy.h"

struct client_fixture {
	struct gc_heap_fixture heap;
	struct strategy_ctx ctx;
	struct base_random random;
	bool sound; /* the barrier says so */
	/* Roots: a list that hides a structure from the marker, and what was
	 * taken out of it. */
	void *stack[8];
	struct gc_root root;
};

/* The i-th barrier that promises something; NULL after the last. */
const struct strategy *client_contender(size_t i);
const struct strategy *client_nobarrier(void);

void client_open(struct client_fixture *f, const struct strategy *barrier,
		 uint64_t seed);
/* Returns how many objects the cycles have lost; with a sound barrier it fails
 * where heap_check does. */
uint64_t client_close(struct client_fixture *f);

struct node *client_node(struct client_fixture *f, uintptr_t number);
/* stack[0] becomes a long list with the structure behind it. */
void client_hide(struct client_fixture *f, void *structure);
/* Objects marked by a collection now. */
uint64_t client_count_live(struct client_fixture *f);
/* A held marker marks so many objects. */
void client_let_marker_run(struct client_fixture *f, size_t objects);

/* For each cycle: steps with marking off, then with a held marker that gets an
 * object now and then, or comes to everything half way. */
void client_run_cycles(struct client_fixture *f, size_t n_cycles,
		       void (*step)(struct client_fixture *f, void *arg),
		       void *arg);

#endif
