/* bench_sampler.c - measures one block of a cell */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_sampler.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base_random.h"
#include "bench_clock.h"
#include "bench_evidence.h"
#include "bench_gbench.h"
#include "bench_latency.h"
#include "gc_barrier.h"

/* What a batch should take: long enough that the timestamps (some 30 ns) are
 * nothing, short enough to fit between two interrupts of a 1 kHz timer. */
#define BATCH_NS 100e3

/* A sample that met a change of phase is tried again, so often at most. */
#define MAX_RETRIES 20

struct bench_sampler {
	const struct bench_topo *topo;
	struct bench_world *world; /* the last one used, kept for the next */
};

/* One sample under way: what Google Benchmark hands to the batch. */
struct sample {
	struct bench_fixture *f;
	const struct bench_contestant *contestant;
	uint64_t start, iters;
	struct bench_sample *out;
	bool in_phase; /* from before the batch to after it */
	/* Where its flushes are counted, and with `alone` its operations, each
	 * timed by itself; or NULL. */
	struct bench_latency *latency;
	bool alone;
};

/* What a block has seen beside times. */
struct tally {
	uint64_t samples, retries, cycles;
	double least_left; /* share of the reservoir after a batch */
};

struct bench_sampler *
bench_sampler_open(const struct bench_topo *topo)
{
	struct bench_sampler *s = bench_alloc(sizeof(*s));

	bench_clock_init();
	*s = (struct bench_sampler){.topo = topo};
	return s;
}

void
bench_sampler_close(struct bench_sampler *s)
{
	if (s->world)
		bench_world_close(s->world);
	free(s);
}

/* A world with these CPUs and so many nodes. */
static struct bench_world *
world_for(struct bench_sampler *s, const struct bench_plan_cell *cell)
{
	size_t nodes = bench_experiment_nodes(&cell->x);
	struct bench_world *w = s->world;

	if (w && w->n_nodes == nodes && w->mutator_cpu == cell->cpus[0] &&
	    w->marker_cpu == cell->cpus[1])
		return w;
	if (w)
		bench_world_close(w);
	s->world = bench_world_open(s->topo, cell->cpus, nodes);
	return s->world;
}

static bool
needs_heap(const struct bench_experiment *x)
{
	return !x->op->raw || x->phase != BENCH_OFF;
}

static int
open_fixture(struct bench_sampler *s, const struct bench_plan_cell *cell,
	     struct bench_fixture *f)
{
	int status;

	*f = (struct bench_fixture){.op = cell->x.op, .x = &cell->x};
	if (needs_heap(&cell->x)) {
		f->world = world_for(s, cell);
		if (!f->world)
			return BENCH_CANNOT;
		bench_world_off(f->world);
		gc_enter(f->world->mut);
		if (!f->op->raw)
			f->engine = call_engine_new(f->world->mut);
	} else {
		status = bench_topo_bind(s->topo, cell->cpus[0]);
		if (status != BENCH_OK)
			return status;
	}
	status = f->op->open(f);
	if (f->world)
		gc_leave(f->world->mut);
	return status;
}

static void
close_fixture(struct bench_fixture *f)
{
	if (f->world) {
		bench_world_off(f->world);
		gc_enter(f->world->mut);
	}
	if (f->data) /* else its CPUs were not to be had */
		f->op->close(f);
	if (f->engine)
		call_engine_free(f->engine);
	if (f->world)
		gc_leave(f->world->mut);
}

static void
bind_set(struct bench_fixture *f, const struct call_set *set)
{
	f->memclr = call_set_bind_memclr(set);
	f->memmove = call_set_bind_memmove(set);
	if (f->engine)
		call_engine_bind(f->engine, set);
}

/* Empties the barrier buffer: what an untimed step left in it, or the last
 * entries of a batch, which are part of its cost. */
static void
drain(struct bench_fixture *f)
{
	struct gc_mutator *mut;

	if (!f->engine)
		return;
	mut = f->world->mut;
	if (mut->buffer_next != mut->buffer)
		gc_buffer_flush(mut);
}

/* Each operation by itself. None reaches a safepoint, so each is a section
 * without one; the time of a timestamp is part of it. */
static void
time_alone(struct sample *s)
{
	for (uint64_t i = 0; i < s->iters; i++) {
		uint64_t start = bench_clock_ticks();

		s->f->op->batch(s->f, s->start + i, 1);
		base_histogram_add(
			&s->latency->sections,
			(uint64_t)bench_clock_ns(bench_clock_ticks() - start));
	}
}

/* The timed part. Google Benchmark calls it once. */
static double
timed_batch(void *arg, uint64_t iters)
{
	struct sample *s = arg;
	uint64_t start = bench_clock_ticks();

	s->f->op->batch(s->f, s->start, iters);
	drain(s->f);
	return bench_clock_ns(bench_clock_ticks() - start) * 1e-9;
}

static void
count_barrier(struct bench_sample *out, const struct bench_world *w,
	      const struct gc_barrier_stats *a,
	      const struct gc_barrier_stats *b)
{
	uint64_t *c = out->counters;

	c[COUNTER_entries] = b->entries - a->entries;
	c[COUNTER_flushes] = b->flushes - a->flushes;
	c[COUNTER_flush_ns] = (uint64_t)bench_latency_ticks_ns(b->flush_ticks -
							       a->flush_ticks);
	c[COUNTER_nil] = b->nil - a->nil;
	c[COUNTER_found] = b->found - a->found;
	c[COUNTER_greyed] = b->greyed - a->greyed;
	c[COUNTER_blackened] = b->blackened - a->blackened;
	c[COUNTER_marked_bytes] = b->marked_bytes - a->marked_bytes;
	c[COUNTER_marker_ns] =
		(uint64_t)((double)c[COUNTER_greyed] * w->marker_ns);
}

static void
run_batch(struct sample *s)
{
	const char *error;
	double seconds;

	if (s->alone) {
		time_alone(s);
		return;
	}
	error = bench_gbench_sample(timed_batch, s, s->iters, &seconds);
	if (error)
		bench_error(BENCH_CANNOT, "Google Benchmark: %s", error);
	CHECK(!error);
	s->out->ns = seconds * 1e9;
}

/* A batch with everything that is counted around it. The mutator is running. */
static void
count_batch(struct sample *s)
{
	struct bench_world *w = s->f->world;
	struct gc_stats before, after;
	struct gc_barrier_stats barrier;
	struct bench_evidence evidence;
	bool marking = s->f->x->phase != BENCH_OFF;

	if (!w) {
		bench_evidence_read(&evidence);
		run_batch(s);
		bench_evidence_since(&evidence, s->out);
		s->in_phase = true;
		return;
	}
	drain(s->f);
	gc_get_stats(w->gc, &before);
	barrier = w->mut->stats;
	w->mut->flush_times = (struct base_histogram){0};
	bench_evidence_read(&evidence);
	s->in_phase = !w->mut->marking == !marking;
	run_batch(s);
	s->in_phase = s->in_phase && !w->mut->marking == !marking;
	bench_evidence_since(&evidence, s->out);
	gc_get_stats(w->gc, &after);
	s->in_phase = s->in_phase && before.cycles == after.cycles;
	/* A marker without work waits for the mutator, with barriers on. */
	if (marking && !bench_reservoir_lasts(&w->reservoir, after.scanned))
		s->in_phase = false;
	count_barrier(s->out, w, &barrier, &w->mut->stats);
	if (s->latency && s->in_phase)
		bench_latency_merge(&s->latency->flushes, &w->mut->flush_times);
	s->out->counters[COUNTER_scanned] = after.scanned - before.scanned;
	s->out->counters[COUNTER_marker_cpu_ns] =
		after.marker_cpu_ns - before.marker_cpu_ns;
}

/* Brings the phase about, prepares, and runs the batch. Where frames or slices
 * are filled before the cycle, each batch has a cycle of its own. */
static void
run_in_phase(struct sample *s, double expected_ns, uint64_t taken)
{
	struct bench_fixture *f = s->f;
	struct bench_world *w = f->world;
	bool before = bench_fills_before_cycle(f->x);

	if (w && f->x->phase == BENCH_MARK && !before)
		bench_world_mark(w, expected_ns, taken);
	else if (w)
		bench_world_off(w);
	if (w)
		gc_enter(w->mut);
	bind_set(f, &s->contestant->set);
	f->op->prepare(f, s->start, s->iters);
	if (before)
		bench_world_start_running(w);
	count_batch(s);
	if (w)
		gc_leave(w->mut);
}

static void
tally_sample(struct tally *t, const struct bench_fixture *f)
{
	const struct bench_world *w = f->world;
	struct gc_stats now;
	double left;

	t->samples++;
	if (!w || f->x->phase == BENCH_OFF)
		return;
	gc_get_stats(w->gc, &now);
	left = (double)bench_reservoir_left(&w->reservoir, now.scanned) /
	       (double)w->n_nodes;
	if (t->samples == 1 || left < t->least_left)
		t->least_left = left;
}

static int
take_sample(struct sample *s, struct tally *tally)
{
	uint64_t taken = s->iters * bench_experiment_takes(s->f->x);

	for (int i = 0; i < MAX_RETRIES; i++) {
		memset(s->out, 0, sizeof(*s->out));
		run_in_phase(s, 2 * BATCH_NS, taken);
		if (s->in_phase) {
			tally_sample(tally, s->f);
			return BENCH_OK;
		}
		tally->retries++;
	}
	return bench_error(BENCH_CANNOT,
			   "phase %s ended within the batch %d times in a row",
			   bench_phase_names[s->f->x->phase], MAX_RETRIES);
}

/* Those whose batch is made long enough: contenders, or where there are none
 * the bounds. */
static enum bench_standing
calibrated(const struct bench_plan_cell *cell)
{
	for (size_t i = 0; i < cell->n_contestants; i++)
		if (cell->contestants[i].standing == STANDING_CONTENDER)
			return STANDING_CONTENDER;
	return STANDING_BOUND;
}

/* The nanoseconds that the fastest of them takes for a batch. */
static int
fastest_batch(const struct bench_plan_cell *cell, struct bench_fixture *f,
	      double *ns)
{
	enum bench_standing standing = calibrated(cell);
	struct bench_sample out;
	struct tally tally = {0};

	*ns = INFINITY;
	for (size_t i = 0; i < cell->n_contestants; i++) {
		struct sample s = {.f = f,
				   .contestant = &cell->contestants[i],
				   .iters = cell->iters,
				   .out = &out};

		if (cell->contestants[i].standing != standing)
			continue;
		if (take_sample(&s, &tally) != BENCH_OK)
			return BENCH_CANNOT;
		*ns = MIN(*ns, out.ns);
	}
	return BENCH_OK;
}

/* Doubles the batch until the fastest contender takes BATCH_NS, twice because
 * one batch may have met an interrupt, or the fixture has no more. */
static int
calibrate(struct bench_plan_cell *cell, struct bench_fixture *f)
{
	uint64_t most = f->max_iters, takes = bench_experiment_takes(f->x);
	uint64_t least =
		f->x->phase == BENCH_STRADDLE ? BENCH_STRADDLE_FRAMES : 1;

	/* A quarter of the reservoir, whose scarcer leaf is one a node. */
	if (takes && f->world)
		most = MIN(most, MAX(f->world->n_nodes / 4 / takes, least));
	cell->iters = least;
	for (int long_enough = 0; cell->iters < most && long_enough < 2;) {
		double ns;
		int status = fastest_batch(cell, f, &ns);

		if (status != BENCH_OK)
			return status;
		if (ns >= BATCH_NS)
			long_enough++;
		else
			cell->iters = MIN(cell->iters * 2, most);
	}
	return BENCH_OK;
}

static void
shuffle(unsigned *order, size_t n, struct base_random *r)
{
	for (size_t i = 0; i < n; i++)
		order[i] = (unsigned)i;
	for (size_t i = n; i > 1; i--) {
		size_t k = base_random_below(r, i);
		unsigned t = order[i - 1];

		order[i - 1] = order[k];
		order[k] = t;
	}
}

/* The contestants that are measured: not the refused ones. */
static struct bench_block *
new_block(const struct bench_plan_cell *cell, unsigned rounds,
	  const struct bench_contestant **who)
{
	char **names = bench_alloc(cell->n_contestants * sizeof(*names));
	struct bench_block *block;
	size_t n = 0;

	for (size_t i = 0; i < cell->n_contestants; i++)
		if (cell->contestants[i].standing != STANDING_REFUSED) {
			who[n] = &cell->contestants[i];
			names[n++] = cell->contestants[i].label;
		}
	block = bench_block_new(cell->id, rounds, n, names);
	free(names);
	return block;
}

/* Latencies by candidate. */
static json_t *
describe_latency(const struct bench_block *b, const struct bench_latency *l)
{
	json_t *json = json_object();

	for (size_t i = 0; i < b->n_candidates; i++)
		json_object_set_new(json, b->candidates[i],
				    bench_latency_json(&l[i]));
	return json;
}

static json_t *
describe(const struct tally *t, const struct bench_fixture *f,
	 uint64_t cycles_before)
{
	const struct bench_world *w = f->world;
	json_t *e = json_object();

	json_object_set_new(e, "phase",
			    json_string(bench_phase_names[f->x->phase]));
	json_object_set_new(e, "retries", json_integer((json_int_t)t->retries));
	if (!w)
		return e;
	json_object_set_new(
		e, "cycles",
		json_integer((json_int_t)(w->cycles - cycles_before)));
	json_object_set_new(e, "reservoir_nodes",
			    json_integer((json_int_t)w->n_nodes));
	json_object_set_new(e, "reservoir_least_left",
			    json_real(t->least_left));
	json_object_set_new(e, "marker_ns_per_object", json_real(w->marker_ns));
	return e;
}

/* One more batch of each candidate with a barrier, operation by operation. */
static int
run_alone(struct bench_fixture *f, const struct bench_plan_cell *cell,
	  const struct bench_contestant **who, struct bench_block *b,
	  struct bench_latency *latency, struct tally *tally)
{
	struct bench_sample ignored;

	for (size_t i = 0; f->engine && i < b->n_candidates; i++) {
		struct sample s = {.f = f,
				   .contestant = who[i],
				   .iters = cell->iters,
				   .out = &ignored,
				   .latency = &latency[i],
				   .alone = true};

		if (take_sample(&s, tally) != BENCH_OK)
			return BENCH_CANNOT;
	}
	return BENCH_OK;
}

static int
run_rounds(struct bench_fixture *f, const struct bench_plan_cell *cell,
	   const struct bench_contestant **who, struct bench_block *b,
	   struct bench_latency *latency, struct tally *tally)
{
	struct base_random r = {b->seed};

	for (size_t round = 0; round < b->n_rounds; round++) {
		unsigned *order = &BENCH_BLOCK_AT(b, order, round, 0);

		shuffle(order, b->n_candidates, &r);
		for (size_t i = 0; i < b->n_candidates; i++) {
			struct sample s = {
				.f = f,
				.contestant = who[order[i]],
				.start = (b->block * b->n_rounds + round) *
					 cell->iters,
				.iters = cell->iters,
				.out = &BENCH_BLOCK_AT(b, samples, round,
						       order[i]),
				.latency = &latency[order[i]],
			};

			if (take_sample(&s, tally) != BENCH_OK)
				return BENCH_CANNOT;
		}
	}
	return BENCH_OK;
}

int
bench_sampler_block(struct bench_sampler *s, struct bench_plan_cell *cell,
		    unsigned launch, unsigned block, unsigned rounds,
		    uint64_t seed, struct bench_block **out)
{
	const struct bench_contestant **who =
		bench_alloc(cell->n_contestants * sizeof(*who));
	struct bench_block *b = new_block(cell, rounds, who);
	struct bench_latency *latency =
		bench_alloc(b->n_candidates * sizeof(*latency));
	struct tally tally = {0};
	struct bench_fixture f;
	int status = open_fixture(s, cell, &f);
	uint64_t cycles = f.world ? f.world->cycles : 0;

	/* What a journal says of a batch may have been edited. */
	if (status == BENCH_OK && (!cell->iters || cell->iters > f.max_iters))
		status = calibrate(cell, &f);
	memset(latency, 0, b->n_candidates * sizeof(*latency));
	b->launch = launch;
	b->block = block;
	b->seed = seed;
	b->iters = cell->iters;
	if (status == BENCH_OK)
		status = run_rounds(&f, cell, who, b, latency, &tally);
	if (status == BENCH_OK)
		status = run_alone(&f, cell, who, b, latency, &tally);
	if (status == BENCH_OK)
		b->evidence = describe(&tally, &f, cycles);
	if (status == BENCH_OK && f.engine)
		json_object_set_new(b->evidence, "latency",
				    describe_latency(b, latency));
	close_fixture(&f);
	free(latency);
	free(who);
	if (status == BENCH_OK)
		*out = b;
	else
		bench_block_free(b);
	return status;
}
