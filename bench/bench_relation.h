/* bench_relation.h - what two CPUs share, as a tuple and as a word
 *
 * Sharing is no ladder: there are CPUs with one L3 and two NUMA nodes, with one
 * NUMA node and two L3s, with a common L2 and no L3 at all. So a relation says
 * for each level whether it is shared, and of which kinds the two CPUs are
 * where the machine has more than one.
 *
 * Its word, as in --relation= and in results, is one of
 *
 *	self                         one CPU for both
 *	l3+numa+package              the shared levels, in the order of
 *	                             enum bench_level
 *	none                         nothing is shared
 *	l2+l3+numa+package@0-1       and on a machine with kinds of CPUs, the
 *	none@1-1                     kinds of both, the lower one first
 *
 * Kinds are numbered from 0, the least powerful first where hwloc can tell.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_RELATION_H
#define BENCH_RELATION_H

#include "bench.h"

enum bench_level {
	LEVEL_CORE,
	LEVEL_L2,
	LEVEL_L3,
	LEVEL_DIE,
	LEVEL_NUMA, /* the same set of local memories */
	LEVEL_PACKAGE,
	LEVEL_COUNT
};

extern const char *const bench_level_names[LEVEL_COUNT];

#define BENCH_ONE_KIND (-1)

struct bench_relation {
	bool self;      /* then nothing else counts */
	uint8_t shared; /* bits 1 << enum bench_level */
	int kinds[2];   /* lower first; BENCH_ONE_KIND twice without kinds */
};

/* Room for every level, two kinds and the end of the string. */
#define BENCH_RELATION_WORD_SIZE 64

void bench_relation_word(const struct bench_relation *relation,
			 char word[BENCH_RELATION_WORD_SIZE]);
/* False when it is no relation's word. Levels may come in any order. */
bool bench_relation_parse(const char *word, struct bench_relation *relation);
/* Orders relations: self, then the closest first. 0 when they are equal. */
int bench_relation_compare(const struct bench_relation *a,
			   const struct bench_relation *b);

#endif
