/* bench_world.h - a heap, its mutator and its marker on their CPUs, and phases
 *
 * A phase is brought about, never assumed: `mark` is a cycle whose marker walks
 * the reservoir, and no batch starts unless at most a quarter of what is left
 * of it will be used. On one CPU (relation `self`) the marker is held during a
 * batch and marks a quantum between two.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "bench_reservoir.h"
#include "bench_topo.h"

/* Nodes of the longest and the shortest reservoir. Long: a million objects,
 * some 20 to 50 ms of marking, for many batches a cycle. Short: 65,536 objects,
 * some 2 ms, for experiments that need a cycle for each batch. */
#define WORLD_LONG  ((size_t)1 << 18)
#define WORLD_SHORT ((size_t)1 << 14)

struct bench_world {
	const struct bench_topo *topo;
	unsigned mutator_cpu, marker_cpu;
	size_t n_nodes;
	bool one_cpu;
	struct gc *gc;
	struct gc_mutator *mut; /* outside between calls */
	struct bench_reservoir reservoir;
	double marker_ns;        /* CPU time that the marker takes an object */
	struct gc_stats learned; /* when marker_ns was last learned */
	uint64_t cycles;         /* started for measuring */
};

/* NULL after a message when the machine cannot place them. The calling thread
 * becomes the mutator and is bound to its CPU. */
struct bench_world *bench_world_open(const struct bench_topo *topo,
				     const unsigned cpus[2], size_t n_nodes);
void bench_world_close(struct bench_world *w);

/* Everything below: outside before and after, but for `running`. */

/* No cycle, room in the heap, every object of the reservoir white and free. */
void bench_world_off(struct bench_world *w);
/* Marking is under way, and a batch of so many nanoseconds that takes so many
 * white objects fits in a quarter of what is left. */
void bench_world_mark(struct bench_world *w, double ns, uint64_t taken);
/* For straddle: the mutator is running, marking is off; on return it is on, and
 * nothing of this mutator's stack has been scanned. */
void bench_world_start_running(struct bench_world *w);

#endif
