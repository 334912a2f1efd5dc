/* bench_disturbance.c - what spoils a block */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_disturbance.h"

#include "bench_journal.h"

const char *const bench_disturbance_names[BENCH_DISTURBANCE_COUNT] = {
	"none",
#define X(name) #name,
	BENCH_DISTURBANCES(X)
#undef X
};

static bool
any(const struct bench_block *b, enum bench_counter counter)
{
	for (size_t i = 0; i < b->n_rounds * b->n_candidates; i++)
		if (b->samples[i].counters[counter] > 0)
			return true;
	return false;
}

/* With a heap, faults are those of all threads, and fresh spans are part of
 * what an allocation costs. */
enum bench_disturbance
bench_disturbance_of(const struct bench_block *b, bool raw)
{
	if (any(b, COUNTER_switches))
		return DISTURBANCE_switches;
	if (any(b, COUNTER_migrations))
		return DISTURBANCE_migrations;
	if (raw && any(b, COUNTER_faults))
		return DISTURBANCE_faults;
	return DISTURBANCE_none;
}

size_t
bench_disturbance_count(struct bench_block *const *blocks, size_t n)
{
	size_t disturbed = 0;

	for (size_t i = 0; i < n; i++)
		disturbed += blocks[i]->discarded != DISTURBANCE_none;
	return disturbed;
}

bool
bench_disturbance_rules(size_t disturbed, size_t n)
{
	return (double)disturbed > BENCH_DISTURBED_SHARE * (double)n;
}
