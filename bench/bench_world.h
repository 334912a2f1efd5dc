/* bench_world.h - a heap, its mutator and its marker on their CPUs, and phases
 *
 * A phase is brought about, never assumed: `mark` is a cycle whose marker walks
 * the reservoir, and no batch starts unless at most a quarter of what is left
 * of it will be used. `sweep` is what comes after: the background may sweep a
 * quarter of the spans that are left during a batch. On one CPU (relation
 * `self`) marker and sweeper are held during a batch and do a quantum between
 * two.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

#include "bench_reservoir.h"
#include "bench_topo.h"

/* Nodes of the two reservoirs. Long: a million objects, some 20 to 50 ms of
 * marking, for many batches a cycle, and for batches that meet many. Short:
 * 65,536 objects, some 2 ms, for phases that come when marking is over. */
#define WORLD_LONG  ((size_t)1 << 18)
#define WORLD_SHORT ((size_t)1 << 14)

/* Bytes of nearly empty spans that are litter, for a sweep of some 2 ms. */
#define WORLD_LITTER ((size_t)128 << 20)

struct bench_world {
	const struct bench_topo *topo;
	unsigned mutator_cpu, marker_cpu, markers;
	size_t n_nodes;
	bool one_cpu;
	struct gc *gc;
	struct gc_mutator *mut; /* outside between calls */
	struct bench_reservoir reservoir;
	double marker_ns;  /* CPU time that the marker takes an object */
	double sweeper_ns; /* and the sweeper a span */
	struct gc_stats learned, swept; /* when each was last learned */
	uint64_t cycles;                /* started for measuring */
	uint64_t quanta; /* that marker or sweeper did between batches */
	void *litter[2]; /* roots of what bench_litter leaves */
	struct gc_root litter_root;
	unsigned char *evictor; /* memory to read; NULL: not needed yet */
};

/* NULL after a message when the machine cannot place them. The calling thread
 * becomes the mutator and is bound to its CPU. The first marker has the other
 * CPU; more of them have the CPUs of the topology that are left, in order, and
 * where there are none again the first one's: plans refuse that. */
struct bench_world *bench_world_open(const struct bench_topo *topo,
				     const unsigned cpus[2], unsigned markers,
				     size_t n_nodes);
void bench_world_close(struct bench_world *w);

/* Everything below: outside before and after, but for `running`. */

/* Drops the litter. No cycle is running. */
void bench_world_tidy(struct bench_world *w);
/* No cycle, room in the heap, every object of the reservoir white and free. */
void bench_world_off(struct bench_world *w);
/* Marking is under way, and a batch of so many nanoseconds that takes so many
 * white objects fits in a quarter of what is left. */
void bench_world_mark(struct bench_world *w, double ns, uint64_t taken);
/* For straddle: the mutator is running, marking is off; on return it is on, and
 * nothing of this mutator's stack has been scanned. */
void bench_world_start_running(struct bench_world *w);
/* Marking is over, and a batch of so many nanoseconds whose allocations sweep
 * so many spans fits in a quarter of those that are unswept. */
void bench_world_sweep(struct bench_world *w, double ns, uint64_t spans);
/* For sweep, just before and after a batch, in the heap or outside: whether the
 * background may sweep, a quarter of what is left. It has begun on return, if
 * its CPU is free. */
void bench_world_let_sweep(struct bench_world *w, bool let);
/* For termination: as bench_world_start_running, and on return everything that
 * is reachable but for this mutator's stack is marked; marking ends no sooner
 * than gc_hold_termination is released. */
void bench_world_start_marked(struct bench_world *w);

/* Reads so much other memory that nothing else is left in the caches that the
 * mutator's CPU has for itself; takes some WORLD_EVICT_NS. */
#define WORLD_EVICT_NS 1e6
void bench_world_evict(struct bench_world *w);

#endif
