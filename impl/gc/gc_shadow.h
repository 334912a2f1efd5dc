/* gc_shadow.h - finds a store that no barrier has told of, object lost or not
 *
 * The oracle (gc_verify.c) finds objects that were lost; most stores without a
 * barrier lose none, because another pointer leads there or the marker came
 * first. A heap with gc_config.shadow keeps what each pointer word held when
 * marking began, and which objects barriers have recorded since. When marking
 * ends, with the world stopped, a word that holds something else by then must
 * have had both recorded: what it held, and what it holds. It is Go's wbshadow
 * (Go 1.5) and .NET's shadow heap, held against the records of a snapshot
 * barrier instead of a second copy of every store, so that it asks nothing of a
 * barrier but to record.
 *
 * - An object that is allocated while marking held nil everywhere and counts as
 *   recorded itself: it is black. Stores that initialise it are stores like any
 *   other, since what they put in it may be white; so is the copy into fresh
 *   memory that a slice grows by. Its zeroing is no store.
 * - Nil, and an address that is none of the heap's, need no record.
 * - While marking is off no store needs one: each cycle begins with a new
 *   snapshot. The sweep only frees.
 * - Globals are compared too. Stacks have no barrier.
 * - Values that came and went between need no record by this rule: the
 *   insertion of each is owed only for the last. What a barrier leaves out
 *   because the object is marked already would be found here; none does.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_SHADOW_H
#define GC_SHADOW_H

#include "gc.h"

/* A pointer word whose store was not recorded. */
struct gc_bypass {
	const void *object; /* of the heap, or the first byte of a global */
	size_t size;        /* of it, bytes */
	size_t off;         /* of the word, bytes */
	uintptr_t expected, found;
	bool old_missed; /* expected was not recorded; else found was not */
};

/* The first of all that gc_stats.bypassed counts; false: there is none. Any
 * thread. */
bool gc_shadow_first(struct gc *gc, struct gc_bypass *first);
/* One line that names object, slot, expected and found. */
void gc_shadow_text(const struct gc_bypass *bypass, char *text, size_t size);

/* The collector's own; nothing without the mode. */
void gc_shadow_init(struct gc *gc);
void gc_shadow_destroy(struct gc *gc);
/* The world is stopped: marking begins, and has ended. */
void gc_shadow_begin(struct gc *gc);
void gc_shadow_end(struct gc *gc);
/* A barrier has recorded a word, or an object is new. With the mode only. */
void gc_shadow_know(struct gc *gc, uintptr_t ptr);

#endif
