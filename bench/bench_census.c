/* bench_census.c - what the pointers that a batch meets really point to */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_census.h"

void
bench_census_begin(struct bench_census *c, struct gc *gc, bool marking,
		   uint64_t pointers)
{
	*c = (struct bench_census){.gc = gc, .marking = marking};
	c->every = pointers / BENCH_CENSUS_MAX + 1;
}

static void
pick(struct bench_census *c, uintptr_t word)
{
	if (c->skips++ % c->every == 0 && c->n < BENCH_CENSUS_MAX)
		c->picked[c->n++] = (const void *)word;
}

void
bench_census_meet(struct bench_census *c, const struct gc_type *type,
		  const uintptr_t *value, size_t size)
{
	for (size_t i = 0; i < size / WORD_SIZE; i++) {
		/* Relaxed: the marker may be reading the slot. */
		uintptr_t word = __atomic_load_n(&value[i], __ATOMIC_RELAXED);

		c->checksum += word;
		if (bench_is_pointer(type, i))
			pick(c, word);
	}
}

static enum bench_population
kind_of(const struct bench_census *c, const void *ptr)
{
	if (!ptr)
		return POPULATION_NIL;
	if (c->marking && gc_is_marked(c->gc, ptr))
		return POPULATION_MARKED;
	return gc_has_pointers(c->gc, ptr) ? POPULATION_WHITE
					   : POPULATION_NOSCAN;
}

void
bench_census_count(const struct bench_census *c,
		   uint64_t counts[BENCH_CENSUS_KINDS])
{
	for (size_t i = 0; i < c->n; i++)
		counts[kind_of(c, c->picked[i])]++;
}

double
bench_census_share(const uint64_t counts[BENCH_CENSUS_KINDS],
		   enum bench_population population, bool marking)
{
	enum bench_population base = bench_population_kinds[population].base;
	uint64_t all = 0;

	if (base == POPULATION_MARKED && !marking)
		base = POPULATION_WHITE;
	for (size_t i = 0; i < BENCH_CENSUS_KINDS; i++)
		all += counts[i];
	return all ? (double)counts[base] / (double)all : 1;
}
