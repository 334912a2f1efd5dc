/* bench_world.c - a heap, its mutator and its marker on their CPUs, and phases
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_world.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_progress.h"

#define HEAP_LIMIT ((size_t)1 << 30)

/* Heap, beside reservoir and litter, from which on it is collected, and which
 * has been used before anything is measured: as in a program that has run for a
 * while, an allocation meets no page for the first time, which would take
 * longer than the rest of a batch. Room for the frames of a cell, and garbage.
 */
#define HEAP_USED ((size_t)64 << 20)

/* Of the reservoir, a node with its leaves. */
#define NODE_BYTES 128

/* A batch uses at most a quarter of what is left (the contract). */
#define RESERVE 4

/* What a held marker scans, and a held sweeper sweeps, between two batches:
 * each some 100 us. */
#define QUANTUM       4096
#define SWEEP_QUANTUM 256

/* Of an L2 whose size is not known. */
#define SOME_L2 ((size_t)2 << 20)

/* Where a marker runs, from 0. */
static unsigned
cpu_of(const struct bench_world *w, unsigned marker)
{
	for (size_t i = 0; i < w->topo->n_cpus && marker > 0; i++) {
		unsigned cpu = w->topo->cpus[i].number;

		if (cpu != w->mutator_cpu && cpu != w->marker_cpu &&
		    --marker == 0)
			return cpu;
	}
	return w->marker_cpu;
}

static void
bind_marker(void *world, unsigned marker)
{
	struct bench_world *w = world;

	/* The mutator's CPU was bound in the same way and held. */
	bench_topo_bind(w->topo, cpu_of(w, marker));
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

/* The same of the background sweeper. */
static void
learn_sweep_rate(struct bench_world *w)
{
	struct gc_stats now;
	uint64_t swept;

	gc_get_stats(w->gc, &now);
	swept = now.swept_by_background - w->swept.swept_by_background;
	if (swept < SWEEP_QUANTUM)
		return;
	w->sweeper_ns = (double)(now.sweep_cpu_ns - w->swept.sweep_cpu_ns) /
			(double)swept;
	w->swept = now;
}

static size_t
heap_used(size_t n_nodes)
{
	return HEAP_USED + n_nodes * NODE_BYTES;
}

static void
use_heap(struct bench_world *w)
{
	static const struct gc_type page = {8 << 10, 0, NULL};
	struct gc_stats stats;

	do {
		void *p = gc_alloc(w->mut, &page, 1);

		CHECK(p);
		/* Not just once a page of the heap's: the system's may be
		 * smaller. */
		memset(p, 1, page.size);
		gc_get_stats(w->gc, &stats);
	} while (stats.heap_bytes < heap_used(w->n_nodes));
}

static bool
is_full(const struct bench_world *w, const struct gc_stats *now)
{
	return now->heap_bytes >
	       heap_used(w->n_nodes) + (w->litter[0] ? WORLD_LITTER : 0);
}

struct bench_world *
bench_world_open(const struct bench_topo *topo, const unsigned cpus[2],
		 unsigned markers, size_t n_nodes)
{
	struct bench_world *w;
	struct gc_config config = {
		.heap_limit = HEAP_LIMIT,
		.committed = heap_used(n_nodes),
		.buffer_words = 512,
		.markers = markers,
		.bind_marker = bind_marker,
		.out_of_memory = bench_out_of_memory,
	};

	if (bench_topo_bind(topo, cpus[0]) != BENCH_OK)
		return NULL;
	w = bench_alloc(sizeof(*w));
	*w = (struct bench_world){.topo = topo,
				  .mutator_cpu = cpus[0],
				  .marker_cpu = cpus[1],
				  .markers = markers,
				  .n_nodes = n_nodes,
				  .one_cpu = cpus[0] == cpus[1]};
	config.bind_marker_arg = w;
	w->gc = gc_create(&config);
	w->mut = gc_attach(w->gc);
	bench_reservoir_open(&w->reservoir, w->mut, n_nodes);
	w->litter_root = (struct gc_root){w->litter, 2, NULL, NULL};
	gc_add_global(w->gc, &w->litter_root);
	use_heap(w);
	/* Whoever asks for the rate finds one. */
	gc_collect(w->gc, w->mut);
	gc_leave(w->mut);
	learn_rate(w);
	learn_sweep_rate(w);
	return w;
}

void
bench_world_close(struct bench_world *w)
{
	bench_world_off(w);
	gc_enter(w->mut);
	gc_remove_global(w->gc, &w->litter_root);
	bench_reservoir_close(&w->reservoir);
	gc_detach(w->mut);
	gc_destroy(w->gc);
	free(w->evictor);
	free(w);
}

/* What is left of marking is nobody's: to do it takes longer than most blocks.
 */
static void
end_cycle(struct bench_world *w)
{
	if (!gc_cycle_running(w->gc))
		return;
	gc_cycle_abandon(w->gc, NULL);
	gc_hold_marker(w->gc, false);
	gc_hold_termination(w->gc, false);
	gc_hold_sweep(w->gc, false);
	learn_rate(w);
	learn_sweep_rate(w);
}

void
bench_world_off(struct bench_world *w)
{
	struct gc_stats stats;

	end_cycle(w);
	gc_get_stats(w->gc, &stats);
	if (is_full(w, &stats))
		gc_collect(w->gc, NULL);
	bench_reservoir_rewind(&w->reservoir);
}

void
bench_world_tidy(struct bench_world *w)
{
	w->litter[0] = w->litter[1] = NULL;
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
	const struct bench_reservoir *r = &w->reservoir;

	while (gc_cycle_running(w->gc) &&
	       (!gc_is_marked(w->gc, r->marked[RESERVOIR_ROOTS - 1]) ||
		!gc_is_marked(w->gc, r->spread[RESERVOIR_SPREAD - 1]) ||
		!gc_is_marked(w->gc, r->head)))
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
	uint64_t scans = w->one_cpu
				 ? QUANTUM
				 : (uint64_t)(w->markers * ns / w->marker_ns);
	struct gc_stats now;

	if (!gc_cycle_running(w->gc))
		return false;
	gc_get_stats(w->gc, &now);
	return !is_full(w, &now) &&
	       bench_reservoir_left(&w->reservoir, now.scanned) >=
		       RESERVE * bench_reservoir_need(scans, taken);
}

void
bench_world_mark(struct bench_world *w, double ns, uint64_t taken)
{
	if (!has_room(w, ns, taken))
		start_cycle(w);
	if (w->one_cpu) {
		gc_mark_quantum(w->gc, QUANTUM);
		w->quanta++;
	}
}

void
bench_world_start_marked(struct bench_world *w)
{
	gc_hold_termination(w->gc, true);
	w->cycles++;
	gc_cycle_start(w->gc, w->mut);
	gc_wait_no_grey(w->gc);
}

/* The cycle's marking is not measured, so nothing holds it. */
static void
start_sweep(struct bench_world *w)
{
	bench_world_off(w);
	gc_hold_sweep(w->gc, true);
	w->cycles++;
	gc_cycle_start(w->gc, NULL);
	gc_mark_finish(w->gc, NULL);
}

static bool
sweep_has_room(struct bench_world *w, double ns, uint64_t spans)
{
	uint64_t swept =
		w->one_cpu ? SWEEP_QUANTUM : (uint64_t)(ns / w->sweeper_ns);
	struct gc_stats now;

	if (!gc_cycle_running(w->gc))
		return false;
	gc_get_stats(w->gc, &now);
	return !is_full(w, &now) && now.unswept >= RESERVE * (swept + spans);
}

void
bench_world_sweep(struct bench_world *w, double ns, uint64_t spans)
{
	if (!sweep_has_room(w, ns, spans))
		start_sweep(w);
	if (w->one_cpu) {
		gc_sweep_quantum(w->gc, SWEEP_QUANTUM);
		w->quanta++;
	}
}

/* How long to look for the sweeper's first span: some 50 us where its CPU is
 * free, a few turns of the scheduler where it is not. Who sleeps meanwhile
 * wakes when it is done. */
#define LOOK_S 10e-3

static void
look_for_sweeper(struct bench_world *w)
{
	struct gc_stats before, now;

	double until = bench_now_s() + LOOK_S;

	gc_get_stats(w->gc, &before);
	do
		gc_get_stats(w->gc, &now);
	while (now.swept_by_background == before.swept_by_background &&
	       bench_now_s() < until);
}

void
bench_world_let_sweep(struct bench_world *w, bool let)
{
	struct gc_stats now;

	if (w->one_cpu)
		return;
	gc_get_stats(w->gc, &now);
	gc_allow_sweep(w->gc, let ? now.unswept / RESERVE : 0);
	if (let)
		look_for_sweeper(w);
}

void
bench_world_evict(struct bench_world *w)
{
	size_t l2 = bench_topo_cache(w->topo, w->mutator_cpu, 2).size;
	size_t size = 2 * (l2 ? l2 : SOME_L2);
	volatile unsigned char *p;

	if (!w->evictor) {
		w->evictor = bench_alloc(size);
		memset(w->evictor, 1, size);
	}
	p = w->evictor;
	for (size_t i = 0; i < size; i += 64)
		(void)p[i];
}
