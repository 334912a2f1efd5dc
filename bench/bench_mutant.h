/* bench_mutant.h - real code with one rule broken, and where that is caught
 *
 * A mutant is the collector with a fault (gc_fault.h), a barrier made from
 * barrier_template.h with a broken part, a kernel that is wrong at an edge, or
 * a frame whose mask is. Its row of the kill matrix says in which cells of
 * (client, phase, population) it must be caught; that it is caught there, and
 * nowhere else, is what tests the verifier. Invariants I1 to I14 are those at
 * the end of test/mutants.md.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_MUTANT_H
#define BENCH_MUTANT_H

#include "bench_scene.h"
#include "bench_schedule.h"

struct bench_mutant {
	const char *name;
	const char *rule; /* what is broken: an invariant or a contract */
	const char *what; /* one line */
	/* Cells in which it is killed: items "CLIENTS/PHASES:POPULATIONS" with
	 * spaces between; words with "+" between or "all"; populations by
	 * letter: n nil, m marked, w white, s noscan. Client raw, "-", is a
	 * kernel alone: phase off is comparison with a byte loop, mark is
	 * tearing; and a barrier alone: mark is comparison of its records with
	 * a loop over words (bench_verify_differential.h), and straddle the
	 * orders of threads in `script`. All have w only.
	 * An item after "?" says where it may be killed, by where objects
	 * happen to lie. "" survives everywhere: an equivalent. */
	const char *kills;
	const char *why; /* of an equivalent: the argument; else NULL */
	enum gc_fault fault;
	bool receiver_bit_lost, put_early; /* bench_scene.h */
	/* Takes the place of bulk1, memclr_word or memmove_word; or NULL. */
	const struct strategy *strategy;
	int part; /* of the strategy that is broken; its file numbers them */
	/* Orders of threads in which a safepoint inside a hook loses an object;
	 * or NULL. */
	const struct bench_script *script;
};

/* By index, controls first; NULL after the last. */
const struct bench_mutant *bench_mutant_at(size_t i);
/* NULL when there is none of that name. */
const struct bench_mutant *bench_mutant_find(const char *name);

/* The tables behind it, which end without a name. */
extern const struct bench_mutant bench_mutant_barriers[], bench_mutant_types[],
	bench_mutant_hooks[], bench_mutant_elisions[],
	bench_mutant_safepoints[], bench_mutant_collectors[],
	bench_mutant_kernels[];
/* The part that is broken in the process that asks. */
extern int bench_mutant_part;

/* A cell of the matrix; client raw as above. */
struct bench_mutant_cell {
	enum bench_client client;
	enum bench_phase phase;
	enum bench_population population;
};

/* By index; false after the last. */
bool bench_mutant_cell_at(size_t i, struct bench_mutant_cell *cell);
/* Kernels are run in the cells of client raw, and nowhere else; collectors and
 * frames everywhere else; barriers there, too. */
bool bench_mutant_meets(const struct bench_mutant *m,
			const struct bench_mutant_cell *cell);
enum bench_expected { EXPECT_SURVIVAL, EXPECT_KILL, EXPECT_EITHER };
enum bench_expected bench_mutant_expected(const struct bench_mutant *m,
					  const struct bench_mutant_cell *cell);

enum bench_fate {
	FATE_SURVIVED,
	FATE_LOST,       /* the oracle found an object unmarked */
	FATE_WRONG,      /* a word is not what it must be */
	FATE_OVERSHADED, /* a dead object was marked */
	FATE_CRASHED,    /* a signal or a failed check */
	FATE_REPORTED,   /* by a sanitizer, which ended it */
	FATE_HUNG,       /* it was ended when it did not end */
	BENCH_FATES
};

extern const char *const bench_fate_names[BENCH_FATES];

/* Runs a mutant in a cell, in a process of its own. */
enum bench_fate bench_mutant_run(const struct bench_mutant *m,
				 const struct bench_mutant_cell *cell,
				 uint64_t seed);

/* All mutants in all cells. Prints the matrix; adds a line for what is not as
 * expected, and a count for each mutant. */
void bench_mutant_matrix(uint64_t seed, unsigned *passed, unsigned *failed);
/* In up to so many cells in which each is expected to be killed, and as many
 * others, drawn by the seed. Prints their number only. */
void bench_mutant_sample(uint64_t seed, size_t sample, unsigned *passed,
			 unsigned *failed);

#endif
