/* collector_steps.h - what may happen between any two steps of a program: a
 * safepoint, a collection, the start of one, some marking, the end of one
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef COLLECTOR_STEPS_H
#define COLLECTOR_STEPS_H

#include "call_fixture.h"

/* Does `once` so many times, under one random set after another, a step after
 * each; then nothing may have been lost. The fixture is open. */
void collector_play(struct call_fixture *f, size_t rounds, void (*once)(void));

/* The parts of it, for a test that binds its own. Makes a shelf, a heap object
 * that every cycle scans at its start and that holds what was kept. */
void collector_open(struct call_fixture *f);
/* Ends the cycle, collects, and returns how many objects cycles have lost. */
uint64_t collector_close(void);

/* A number in [0, n) of the fixture's stream. */
uint64_t collector_below(uint64_t n);
/* Nothing, more often than not, while the bound set may not see a marker. */
void collector_step(void);
/* Binds a random sound set, also while a cycle runs. */
void collector_bind_random_set(void);

/* Keeps a pointer to a node in the heap, by the bound barrier. */
void collector_keep_node(const struct node *node);

/* A word for a value of a call: a new node for a pointer, sometimes nil;
 * elsewhere noise, which may be the address of a node that nobody holds. */
uintptr_t collector_draw_word(bool pointer);

#endif
