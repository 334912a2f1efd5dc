/* bench_scene.h - a small heap, staged so that what a candidate misses is lost
 *
 * One client in one phase with one population, driven step by step: the marker
 * is held, so that every run of a seed does the same.
 *
 * Structures of the client hang behind a list that the marker has only begun,
 * and nothing else leads to what their pointers point to. Their pointers go to
 * the stack, which has been scanned and is not looked at again, and the client
 * clears them: an object survives if the barrier has told of it. Before the
 * stack is scanned, objects that it alone holds are stored in new structures,
 * which are black: these survive if the store tells. Dead objects, whose
 * addresses stand in scalars, must not survive marking.
 *
 * A round is judged by the oracle at the end of each cycle, by a key in each
 * object (freed memory is poisoned), and by the words that clears and copies
 * leave.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SCENE_H
#define BENCH_SCENE_H

#include "bench_verify.h"
#include "call_set.h"
#include "gc_fault.h"

struct bench_scene {
	enum bench_client client; /* not CLIENT_RAW */
	enum bench_phase phase;
	enum bench_population population; /* one of the first four */
	const struct call_set *set;
	uint64_t seed;
	/* What is broken on purpose: the collector; frames' masks, which lack
	 * the bit of their receiver; the end of a call, which puts the frame
	 * back first and then clears it. */
	enum gc_fault fault;
	bool receiver_bit_lost, put_early;
	/* The clears begin at any moment of marking, not at its start. */
	bool anytime;
};

/* Structures of a client that are cleared in a round. */
#define BENCH_SCENE_CALLS 24

/* Whether such a scene can be: the rows of bench_legal.h that have barriers.
 * Phase termination is the frame's. */
bool bench_scene_exists(enum bench_client client, enum bench_phase phase);

/* Plays `rounds` rounds on one heap, fewer when something is wrong, and adds
 * to *r. The calling thread is the mutator. */
void bench_scene_play(const struct bench_scene *scene, unsigned rounds,
		      struct bench_verify_result *r);

/* Calls until the end of the cycle that first loses an object, in trials that
 * each have a heap and a seed of their own: frames of white pointers, cleared
 * at any moment of marking, BENCH_SCENE_CALLS a cycle. */
struct bench_loss {
	unsigned trials, lost; /* of them with a loss; of these: */
	double mean, deviation;
};

void bench_verify_loss(const struct strategy *barrier, enum bench_phase phase,
		       uint64_t seed, struct bench_loss *out);

#endif
