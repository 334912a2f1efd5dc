/* bench_trial.c - one sample: its phase brought about, its batch run and
 * counted
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_trial.h"

#include <string.h>

#include "bench_clock.h"
#include "bench_company.h"
#include "bench_evidence.h"
#include "bench_gbench.h"
#include "bench_loop.h"
#include "bench_progress.h"
#include "gc_barrier.h"

/* A sample that met a change of phase is tried again, so often at most. */
#define MAX_RETRIES 20

static void
bind(struct bench_fixture *f, const struct bench_contestant *c)
{
	const struct call_set *set = &c->set;

	f->memclr = c->loop ? c->loop->store : call_set_bind_memclr(set);
	f->memmove = c->loop ? c->loop->copy : call_set_bind_memmove(set);
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
time_alone(struct bench_trial *s)
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
	struct bench_trial *s = arg;
	uint64_t start = bench_clock_ticks(), took;

	s->f->untimed_ticks = s->f->neighbour_ticks = 0;
	s->f->op->batch(s->f, s->start, iters);
	drain(s->f);
	took = bench_clock_ticks() - start;
	s->out->counters[COUNTER_neighbour_ns] =
		(uint64_t)bench_clock_ns(s->f->neighbour_ticks);
	return bench_clock_ns(took - s->f->untimed_ticks) * 1e-9;
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
run_batch(struct bench_trial *s)
{
	const char *error;
	double seconds;

	if (s->alone) {
		time_alone(s);
		return;
	}
	bench_company_work(s->f);
	error = bench_gbench_sample(timed_batch, s, s->iters, &seconds);
	bench_company_rest(s->f);
	if (error)
		bench_error(BENCH_CANNOT, "Google Benchmark: %s", error);
	CHECK(!error);
	s->out->ns = seconds * 1e9;
}

static void
count_collector(struct bench_sample *out, const struct gc_stats *a,
		const struct gc_stats *b)
{
	uint64_t *c = out->counters;

	c[COUNTER_scanned] = b->scanned - a->scanned;
	c[COUNTER_marker_cpu_ns] = b->marker_cpu_ns - a->marker_cpu_ns;
	c[COUNTER_swept_by_alloc] = b->swept_by_alloc - a->swept_by_alloc;
	c[COUNTER_swept_by_background] =
		b->swept_by_background - a->swept_by_background;
	c[COUNTER_rounds] = b->rounds - a->rounds;
	c[COUNTER_restarts] = b->restarts - a->restarts;
	c[COUNTER_stop_ns] = b->stops.total_ns - a->stops.total_ns;
	c[COUNTER_safepoint_ns] =
		b->safepoints.total_ns - a->safepoints.total_ns;
}

/* Whether the phase is there, as far as the mutator and one look can tell. */
static bool
phase_is_there(const struct bench_trial *s, const struct gc_stats *now)
{
	enum bench_phase phase = s->f->x->phase;

	bool marking = s->f->world->mut->marking;

	return marking == bench_phase_marks(phase) &&
	       (phase != BENCH_SWEEP || now->unswept > 0);
}

/* Whether the marker has come to what was taken from the reservoir. */
static bool
reservoir_is_spent(const struct bench_trial *s, const struct gc_stats *now)
{
	const struct bench_reservoir *r = &s->f->world->reservoir;
	const struct bench_experiment *x = s->f->x;

	if (x->phase != BENCH_MARK && x->phase != BENCH_STRADDLE)
		return false;
	/* A marker without work waits for the mutator, with barriers on. */
	if (!bench_reservoir_lasts(r, now->scanned))
		return true;
	/* More than there are repeat anyway. */
	return bench_experiment_takes(x, s->iters) < r->n_nodes / 2 &&
	       !bench_reservoir_left(r, now->scanned);
}

/* Termination is what ends its phase; nothing else may end while a batch runs.
 */
static bool
phase_was_kept(const struct bench_trial *s, const struct gc_stats *before,
	       const struct gc_stats *after)
{
	if (s->f->x->phase == BENCH_TERMINATION)
		return !s->f->world->mut->marking;
	return phase_is_there(s, after) && before->cycles == after->cycles &&
	       !reservoir_is_spent(s, after);
}

/* A floor stores nothing: what it leaves is no population. */
static bool
stores(const struct bench_contestant *c)
{
	return !(c->set.rules[STRATEGY_MEMMOVE][0].strategy->flags &
		 STRATEGY_FLOOR);
}

/* Looks up some of the pointers that the batch will meet, and makes their
 * metadata cold where that is asked for, the values themselves not. */
static void
take_census(struct bench_trial *s, struct bench_census *census)
{
	const struct bench_experiment *x = s->f->x;
	uint64_t pointers = s->iters * bench_experiment_pointers(x);

	bench_census_begin(census, s->f->world->gc, bench_phase_marks(x->phase),
			   pointers);
	if (!s->f->op->meet || !stores(s->contestant))
		return;
	s->f->op->meet(s->f, s->start, s->iters, census);
	bench_census_count(census, s->fractions.before);
	if (!bench_population_kinds[x->population].cold)
		return;
	bench_world_evict(s->f->world);
	s->f->op->meet(s->f, s->start, s->iters, census);
}

/* A batch with everything that is counted around it. The mutator is running. */
static void
count_batch(struct bench_trial *s)
{
	struct bench_world *w = s->f->world;
	struct gc_stats before, after;
	struct gc_barrier_stats barrier;
	struct bench_evidence evidence;
	struct bench_census census;
	uint64_t start;

	drain(s->f);
	take_census(s, &census);
	if (s->f->op->arm)
		s->f->op->arm(s->f, s->start, s->iters);
	if (s->f->x->phase == BENCH_SWEEP)
		bench_world_let_sweep(w, true);
	start = bench_clock_ticks();
	gc_get_stats(w->gc, &before);
	barrier = w->mut->stats;
	w->mut->flush_times = (struct base_histogram){0};
	bench_evidence_read(&evidence);
	s->in_phase = phase_is_there(s, &before);
	run_batch(s);
	bench_evidence_since(&evidence, s->out);
	gc_get_stats(w->gc, &after);
	s->window_ns = bench_clock_ns(bench_clock_ticks() - start);
	if (s->f->x->phase == BENCH_SWEEP)
		bench_world_let_sweep(w, false);
	s->in_phase = s->in_phase && phase_was_kept(s, &before, &after);
	count_barrier(s->out, w, &barrier, &w->mut->stats);
	if (s->latency && s->in_phase)
		bench_latency_merge(&s->latency->flushes, &w->mut->flush_times);
	count_collector(s->out, &before, &after);
	bench_census_count(&census, s->fractions.after);
}

/* A raw operation with no collector near. */
static void
run_alone(struct bench_trial *s)
{
	struct bench_evidence evidence;

	bind(s->f, s->contestant);
	s->f->op->prepare(s->f, s->start, s->iters);
	bench_evidence_read(&evidence);
	run_batch(s);
	bench_evidence_since(&evidence, s->out);
	s->in_phase = true;
}

/* What the phase needs before the batch is prepared. */
static void
bring_about(const struct bench_trial *s)
{
	const struct bench_experiment *x = s->f->x;
	bool cold = bench_population_kinds[x->population].cold;
	double ns = 2 * BENCH_BATCH_NS + (cold ? WORLD_EVICT_NS : 0);

	if (x->phase == BENCH_SWEEP)
		bench_world_sweep(s->f->world, ns,
				  bench_experiment_sweeps(x, s->iters));
	else if (x->phase == BENCH_MARK && !bench_fills_before_cycle(x))
		bench_world_mark(s->f->world, ns,
				 bench_experiment_takes(x, s->iters));
	else
		bench_world_off(s->f->world);
}

/* Brings the phase about, prepares, and runs the batch. Where frames or slices
 * are filled before the cycle, each batch has a cycle of its own. */
static void
run_in_phase(struct bench_trial *s)
{
	struct bench_fixture *f = s->f;
	struct bench_world *w = f->world;

	bring_about(s);
	gc_enter(w->mut);
	bind(f, s->contestant);
	f->op->prepare(f, s->start, s->iters);
	if (f->x->phase == BENCH_TERMINATION)
		bench_world_start_marked(w);
	else if (bench_fills_before_cycle(f->x))
		bench_world_start_running(w);
	count_batch(s);
	gc_leave(w->mut);
}

int
bench_trial_run(struct bench_trial *s, struct bench_tally *tally)
{
	CHECK(s->f->x->phase != BENCH_STRADDLE ||
	      s->iters >= BENCH_STRADDLE_FRAMES);
	for (int i = 0; i < MAX_RETRIES; i++) {
		if (s->f->deadline_s && bench_now_s() >= s->f->deadline_s)
			return BENCH_LATE;
		memset(s->out, 0, sizeof(*s->out));
		memset(&s->fractions, 0, sizeof(s->fractions));
		if (s->f->world)
			run_in_phase(s);
		else
			run_alone(s);
		if (s->in_phase) {
			bench_tally_add(tally, s->out, s->window_ns,
					&s->fractions);
			return BENCH_OK;
		}
		tally->retries++;
	}
	return bench_error(BENCH_CANNOT,
			   "phase %s ended within the batch %d times in a row",
			   bench_phase_names[s->f->x->phase], MAX_RETRIES);
}
