/* bench_reservoir.h - a bounded amount of marking, and the objects in it
 *
 * A chain of nodes, each with two leaves that have pointers and one that has
 * none. The marker walks it from the head, so that a leaf near the tail stays
 * white for a known time; an experiment takes its white objects from the tail.
 * When they meet, the phase is over. Between cycles everything is white again.
 * Beside it, objects that are roots themselves: a cycle marks them first.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_RESERVOIR_H
#define BENCH_RESERVOIR_H

#include "bench_axes.h"
#include "gc.h"

/* Objects that are marked as soon as marking has begun: side by side, and far
 * apart, each in a span of its own where the chain is long. */
#define RESERVOIR_ROOTS  512
#define RESERVOIR_SPREAD 2048

struct bench_reservoir {
	struct gc *gc;
	size_t n_nodes;
	void *head, *tail;
	void **scan_leaves;   /* 2 a node, in the order of the chain */
	void **noscan_leaves; /* 1 a node */
	void *marked[RESERVOIR_ROOTS], *spread[RESERVOIR_SPREAD];
	struct gc_root head_root, marked_root, spread_root;
	/* How many an experiment has taken in this cycle. */
	size_t used[POPULATION_COUNT];
};

/* Allocates it and links its roots. The mutator is running, no cycle is. */
void bench_reservoir_open(struct bench_reservoir *r, struct gc_mutator *mut,
			  size_t n_nodes);
void bench_reservoir_close(struct bench_reservoir *r);

/* The next object of a population, distinct ones while they last: from the tail
 * on, or for a cold one across the half of the chain that the marker comes to
 * last. Bases begin at the same end: their cold and repeated kinds are others'
 * objects too. NULL for nil. */
void *bench_reservoir_take(struct bench_reservoir *r,
			   enum bench_population population);
/* All are white, and none is taken: at the start of a cycle. */
void bench_reservoir_rewind(struct bench_reservoir *r);

/* Hangs an object on the last node, where the marker comes last; NULL takes it
 * off. No cycle is running. */
void bench_reservoir_hang(struct bench_reservoir *r, void *object);

/* Nodes between the marker, which has scanned so many objects, and what was
 * taken from the tail; and the nodes that a batch uses up, if the marker scans
 * so many objects meanwhile and the batch takes so many white ones. */
size_t bench_reservoir_left(const struct bench_reservoir *r, uint64_t scanned);
size_t bench_reservoir_need(uint64_t scanned, uint64_t taken);
/* Whether a marker that has scanned so many objects has more to do. */
bool bench_reservoir_lasts(const struct bench_reservoir *r, uint64_t scanned);

#endif
