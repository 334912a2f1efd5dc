/* bench_world.c - a heap, its mutator and its marker on their CPUs, and phases
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_world.h"

#include <stdlib.h>
#include <unistd.h>

/* Room for the long reservoir (32 MiB), the frames of a cell, and garbage
 * between collections. */
#define HEAP_LIMIT   ((size_t)1 << 30)
#define HEAP_GARBAGE (HEAP_LIMIT / 4)

/* A batch uses at most a quarter of what is left (the contract). */
#define RESERVE 4

/* What a held marker scans between two batches: some 100 us. */
#define QUANTUM 4096

static void
bind_marker(void *world, unsigned marker)
{
	struct bench_world *w = world;

	(void)marker; /* there is one */
	/* The mutator's CPU was bound in the same way and held. */
	bench_topo_bind(w->topo, w->marker_cpu);
}

/* The marker's rate over the cycles since the last look. Too little says
 * nothing. */
static void
learn_rate(struct bench_world *w)
{
	struct gc_stats now;
	uint64_t scanned;

	gc_get_stats(w->gc, &now);
	scanned = now.total_scanned - w->learned.total_scanned;
	if (scanned < WORLD_SHORT)
		return;
	w->marker_ns = (double)(now.mark_cpu_ns - w->learned.mark_cpu_ns) /
		       (double)scanned;
	w->learned = now;
}

struct bench_world *
bench_world_open(const struct bench_topo *topo, const unsigned cpus[2],
		 size_t n_nodes)
{
	struct bench_world *w;
	struct gc_config config = {
		.heap_limit = HEAP_LIMIT,
		.buffer_words = 512,
		.markers = 1,
		.bind_marker = bind_marker,
		.out_of_memory = bench_out_of_memory,
	};

	if (bench_topo_bind(topo, cpus[0]) != BENCH_OK)
		return NULL;
	w = bench_alloc(sizeof(*w));
	*w = (struct bench_world){.topo = topo,
				  .mutator_cpu = cpus[0],
				  .marker_cpu = cpus[1],
				  .n_nodes = n_nodes,
				  .one_cpu = cpus[0] == cpus[1]};
	config.bind_marker_arg = w;
	w->gc = gc_create(&config);
	w->mut = gc_attach(w->gc);
	bench_reservoir_open(&w->reservoir, w->mut, n_nodes);
	/* Whoever asks for the rate finds one. */
	gc_collect(w->gc, w->mut);
	gc_leave(w->mut);
	learn_rate(w);
	return w;
}

void
bench_world_close(struct bench_world *w)
{
	bench_world_off(w);
	gc_enter(w->mut);
	bench_reservoir_close(&w->reservoir);
	gc_detach(w->mut);
	gc_destroy(w->gc);
	free(w);
}

static void
finish_cycle(struct bench_world *w)
{
	if (!gc_cycle_running(w->gc))
		return;
	gc_hold_marker(w->gc, false);
	gc_cycle_finish(w->gc, NULL);
	learn_rate(w);
}

void
bench_world_off(struct bench_world *w)
{
	struct gc_stats stats;

	finish_cycle(w);
	gc_get_stats(w->gc, &stats);
	if (stats.heap_bytes > HEAP_GARBAGE)
		gc_collect(w->gc, NULL);
	bench_reservoir_rewind(&w->reservoir);
}

static void
before_start(struct bench_world *w)
{
	gc_hold_marker(w->gc, w->one_cpu);
	w->cycles++;
}

/* Until the roots have been scanned: what follows is the chain. On a busy
 * machine the whole cycle may be over before this thread runs again. */
static void
wait_for_roots(struct bench_world *w)
{
	while (gc_cycle_running(w->gc) &&
	       (!gc_is_marked(w->gc,
			      w->reservoir.marked[RESERVOIR_ROOTS - 1]) ||
		!gc_is_marked(w->gc, w->reservoir.head)))
		usleep(20); /* the roots take a few microseconds */
}

static void
start_cycle(struct bench_world *w)
{
	bench_world_off(w);
	before_start(w);
	gc_cycle_start(w->gc, NULL);
	wait_for_roots(w);
}

void
bench_world_start_running(struct bench_world *w)
{
	before_start(w);
	gc_cycle_start(w->gc, w->mut);
	wait_for_roots(w);
}

static bool
has_room(struct bench_world *w, double ns, uint64_t taken)
{
	uint64_t scans = w->one_cpu ? QUANTUM : (uint64_t)(ns / w->marker_ns);
	struct gc_stats now;

	if (!gc_cycle_running(w->gc))
		return false;
	gc_get_stats(w->gc, &now);
	return bench_reservoir_left(&w->reservoir, now.scanned) >=
	       RESERVE * bench_reservoir_need(scans, taken);
}

void
bench_world_mark(struct bench_world *w, double ns, uint64_t taken)
{
	if (!has_room(w, ns, taken))
		start_cycle(w);
	if (w->one_cpu)
		gc_mark_quantum(w->gc, QUANTUM);
}
