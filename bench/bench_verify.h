/* bench_verify.h - does a strategy do what it promises, on this machine
 *
 * Kernels: random sizes, alignments and overlaps against a byte loop, flush
 * against unmapped pages. Barriers: random frames whose objects hang on nothing
 * else, on a heap whose marker is kept behind, with every cycle marked again by
 * the oracle, a shadow that knows what barriers have recorded, and freed memory
 * poisoned or unmapped.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_VERIFY_H
#define BENCH_VERIFY_H

#include "bench_axes.h"
#include "strategy.h"

struct bench_verify_result {
	uint64_t rounds;
	uint64_t lost;     /* objects that the oracle missed */
	uint64_t wrong;    /* bytes or values that are not what they must be */
	uint64_t bypassed; /* stores without a barrier (gc_shadow.h) */
	uint64_t stray;    /* marks where no object is */
	/* Objects that were dead when a cycle began and that it marked, and
	 * their bytes (gc_config.snapshot): sound, and not for free. */
	uint64_t overshaded, overshaded_bytes;
	bool looked_at_shading; /* or the two are 0 */
	char first[400];        /* what the first wrong one was; "" when none */
};

/* Rounds until bench_now_s() is past until_s, at least one. */
void bench_verify_memclr(const struct strategy *s, uint64_t seed,
			 double until_s, struct bench_verify_result *r);
void bench_verify_memmove(const struct strategy *s, uint64_t seed,
			  double until_s, struct bench_verify_result *r);
/* Runs a memclr or memmove, or a barrier's clear and move, an instruction at a
 * time: r->wrong counts where a word was seen half written. Uses SIGTRAP; only
 * where it can be done. */
bool bench_verify_can_step(void);
void bench_verify_steps(const struct strategy *s, uint64_t seed, double until_s,
			struct bench_verify_result *r);
/* off: cleared and collected; straddle: filled before marking, cleared while
 * marking; mark: moved, called with and cleared while marking; sweep: called
 * with and cleared while spans are swept. The calling thread is the mutator.
 * With unmap the use of a lost object ends the process, with one line. */
void bench_verify_barrier(const struct strategy *s, enum bench_phase phase,
			  bool unmap, uint64_t seed, double until_s,
			  struct bench_verify_result *r);

#endif
