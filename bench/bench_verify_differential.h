/* bench_verify_differential.h - a barrier's hooks against a plain loop
 *
 * Random types, ranges and contents: what a hook records while marking must be,
 * as a multiset, the pointers of the range's slots, old ones where it
 * overwrites and new ones where it stores; nothing while marking is off or on a
 * stack; and memory must be as a byte loop leaves it. Masks have ones in
 * their undefined bits; masks, globals, stacks and sources lie at the edges of
 * pages that are a fault; ranges begin past the last pointer too. Both forms of
 * the heap (gc_heap_form).
 *
 * A barrier that records each slot at once, without a buffer, is held to the
 * objects that it marks and to their number. One with frame hooks of its own
 * decides by them what it records of a frame, so these are for the scenes
 * (bench_scene.h).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_VERIFY_DIFFERENTIAL_H
#define BENCH_VERIFY_DIFFERENTIAL_H

#include "bench_verify.h"

/* Cases until bench_now_s() is past until_s, at least some hundred, or until
 * one is wrong: then r->first has it. r->rounds counts them. A hook that
 * touches what it must not ends the process, with a line. The calling thread is
 * the mutator. */
void bench_verify_differential(const struct strategy *barrier, uint64_t seed,
			       double until_s, struct bench_verify_result *r);

#endif
