/* bench_census.h - what the pointers that a batch meets really point to
 *
 * A population is what a cell asks for; the census is what it got. Some
 * pointers of a batch, evenly picked, are looked up just before it and again
 * after it, untimed.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CENSUS_H
#define BENCH_CENSUS_H

#include "bench_axes.h"
#include "gc.h"

/* Enough to see a share of 5 % with a standard error of 1.4 %, few enough that
 * the marker gets no further meanwhile (some 10 us). */
#define BENCH_CENSUS_MAX 256

/* How many are of each kind: POPULATION_NIL, _MARKED, _WHITE, _NOSCAN. */
#define BENCH_CENSUS_KINDS 4

struct bench_census {
	struct gc *gc;
	bool marking;          /* else nothing counts as marked */
	uint64_t every, skips; /* one of so many pointers is picked */
	const void *picked[BENCH_CENSUS_MAX];
	size_t n;
	uint64_t checksum; /* of all words shown */
};

/* Counts over the samples of a block. */
struct bench_fractions {
	uint64_t before[BENCH_CENSUS_KINDS], after[BENCH_CENSUS_KINDS];
};

/* Whether a word of a value of that type holds a pointer. */
static inline bool
bench_is_pointer(const struct gc_type *type, size_t word)
{
	return word < type->ptrbytes / WORD_SIZE &&
	       (type->ptrmask[word / 8] >> word % 8 & 1);
}

/* Of about so many pointers. */
void bench_census_begin(struct bench_census *c, struct gc *gc, bool marking,
			uint64_t pointers);
/* A value, as far as the batch will meet it. */
void bench_census_meet(struct bench_census *c, const struct gc_type *type,
		       const uintptr_t *value, size_t size);
/* Adds what was picked, as it is now. */
void bench_census_count(const struct bench_census *c,
			uint64_t counts[BENCH_CENSUS_KINDS]);

/* The share of pointers that are what the population says, 1 without any: what
 * is to be marked counts as white in a phase without marks. */
double bench_census_share(const uint64_t counts[BENCH_CENSUS_KINDS],
			  enum bench_population population, bool marking);
/* A share below this is not the population that was asked for. */
#define BENCH_CENSUS_TOLERANCE 0.95

#endif
