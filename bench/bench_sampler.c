/* bench_sampler.c - measures one block of a cell */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_sampler.h"

#include <stdlib.h>
#include <string.h>

#include "bench_calibrate.h"
#include "bench_clock.h"
#include "bench_colour.h"
#include "bench_company.h"
#include "bench_perf.h"
#include "bench_sys.h"
#include "bench_trial.h"
#include "bench_williams.h"

/* Worlds kept: two relations, a long and a short reservoir each. */
#define MAX_WORLDS 4

/* Blocks of which one has its operations timed one by one too. That costs as
 * much as a round, and a block may have no more than one. */
#define ALONE_EVERY 8

struct bench_sampler {
	const struct bench_topo *topo;
	/* Those used last, the latest first: to fill a reservoir takes longer
	 * than to measure a block. */
	struct bench_world *worlds[MAX_WORLDS];
	double deadline_s;
};

struct bench_sampler *
bench_sampler_open(const struct bench_topo *topo, double deadline_s)
{
	struct bench_sampler *s = bench_alloc(sizeof(*s));

	bench_clock_init();
	*s = (struct bench_sampler){.topo = topo, .deadline_s = deadline_s};
	return s;
}

void
bench_sampler_close(struct bench_sampler *s)
{
	for (size_t i = 0; i < MAX_WORLDS; i++)
		if (s->worlds[i])
			bench_world_close(s->worlds[i]);
	free(s);
}

static bool
is_world_for(const struct bench_world *w, const struct bench_plan_cell *cell)
{
	return w->n_nodes == bench_experiment_nodes(&cell->x) &&
	       w->markers == cell->x.markers &&
	       w->mutator_cpu == cell->cpus[0] &&
	       w->marker_cpu == cell->cpus[1];
}

/* Moves worlds [0, i) up by one, and makes w the first. */
static struct bench_world *
put_first(struct bench_sampler *s, size_t i, struct bench_world *w)
{
	memmove(s->worlds + 1, s->worlds, i * sizeof(s->worlds[0]));
	s->worlds[0] = w;
	return w;
}

/* A world with the cell's CPUs and nodes; this thread is on its CPU then. NULL
 * after a message. */
static struct bench_world *
world_for(struct bench_sampler *s, const struct bench_plan_cell *cell)
{
	struct bench_world **last = &s->worlds[MAX_WORLDS - 1];
	struct bench_world *w;

	for (size_t i = 0; i < MAX_WORLDS && s->worlds[i]; i++) {
		w = s->worlds[i];
		if (is_world_for(w, cell) &&
		    bench_topo_bind(s->topo, w->mutator_cpu) == BENCH_OK)
			return put_first(s, i, w);
	}
	if (*last)
		bench_world_close(*last);
	*last = NULL;
	w = bench_world_open(s->topo, cell->cpus, cell->x.markers,
			     bench_experiment_nodes(&cell->x));
	return w ? put_first(s, MAX_WORLDS - 1, w) : NULL;
}

static int
open_fixture(struct bench_sampler *s, const struct bench_plan_cell *cell,
	     const struct bench_turn *turn, struct bench_fixture *f)
{
	int status;

	*f = (struct bench_fixture){.op = cell->x.op,
				    .x = &cell->x,
				    .buffer_offset = turn->layout.buffer,
				    .deadline_s = s->deadline_s};
	if (bench_plan_needs_world(&cell->x)) {
		f->world = world_for(s, cell);
		if (!f->world)
			return BENCH_CANNOT;
		bench_world_off(f->world);
		gc_enter(f->world->mut);
		bench_colour_heap(f->world->mut, cell->x.workload,
				  turn->layout.buffer);
		if (!f->op->raw)
			f->engine = call_engine_new(f->world->mut);
	} else {
		status = bench_topo_bind(s->topo, cell->cpus[0]);
		if (status != BENCH_OK)
			return status;
	}
	status = f->op->open(f);
	if (status == BENCH_OK && f->x->phase == BENCH_SWEEP)
		status = bench_litter(f);
	if (f->world)
		gc_leave(f->world->mut);
	if (status == BENCH_OK)
		status = bench_company_open(f, s->topo, cell->cpus[0]);
	return status;
}

static void
close_fixture(struct bench_fixture *f)
{
	bench_company_close(f);
	if (f->world) {
		bench_world_off(f->world);
		gc_enter(f->world->mut);
	}
	if (f->data) /* else its CPUs were not to be had */
		f->op->close(f);
	if (f->world)
		bench_world_tidy(f->world);
	if (f->engine)
		call_engine_free(f->engine);
	if (f->world)
		gc_leave(f->world->mut);
}

/* The contestants that are measured: not the refused ones. */
static struct bench_block *
new_block(const struct bench_plan_cell *cell, const struct bench_turn *turn,
	  const struct bench_contestant **who)
{
	char **names = bench_alloc(cell->n_contestants * sizeof(*names));
	struct bench_block *block;
	size_t n = 0;

	for (size_t i = 0; i < cell->n_contestants; i++) {
		if (cell->contestants[i].standing == STANDING_REFUSED ||
		    (turn->in && !turn->in[i]))
			continue;
		who[n] = &cell->contestants[i];
		names[n++] = cell->contestants[i].label;
	}
	block = bench_block_new(
		cell->id, turn->rounds ? turn->rounds : cell->rounds, n, names);
	free(names);
	block->launch = turn->launch;
	block->block = turn->block;
	block->round = turn->round;
	block->layout = turn->layout;
	block->seed = turn->seed;
	block->iters = cell->iters;
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

/* One more batch of each candidate with a barrier, operation by operation. The
 * end of marking is no section of a mutator's. */
static int
run_alone(struct bench_fixture *f, const struct bench_plan_cell *cell,
	  const struct bench_contestant **who, struct bench_block *b,
	  struct bench_latency *latency)
{
	size_t n = f->engine && !f->op->protocol ? b->n_candidates : 0;
	struct bench_sample ignored;
	struct bench_tally tally;
	int status = BENCH_OK;

	bench_tally_begin(&tally, f);
	for (size_t i = 0; i < n && status == BENCH_OK; i++) {
		struct bench_trial s = {.f = f,
					.contestant = who[i],
					.iters = cell->iters,
					.out = &ignored,
					.latency = &latency[i],
					.alone = true};

		status = bench_trial_run(&s, &tally);
	}
	bench_tally_end(&tally);
	return status;
}

static int
run_rounds(struct bench_fixture *f, const struct bench_plan_cell *cell,
	   const struct bench_contestant **who, size_t row,
	   struct bench_block *b, struct bench_latency *latency,
	   struct bench_tally *tally)
{
	for (size_t round = 0; round < b->n_rounds; round++) {
		unsigned *order = &BENCH_BLOCK_AT(b, order, round, 0);

		bench_williams_order(order, b->n_candidates, row + round,
				     b->seed);
		for (size_t i = 0; i < b->n_candidates; i++) {
			struct bench_trial s = {
				.f = f,
				.contestant = who[order[i]],
				.start = (b->round + round) * cell->iters,
				.iters = cell->iters,
				.out = &BENCH_BLOCK_AT(b, samples, round,
						       order[i]),
				.latency = &latency[order[i]],
			};

			int status = bench_trial_run(&s, tally);

			if (status != BENCH_OK)
				return status;
		}
	}
	return BENCH_OK;
}

/* The block is kept: its evidence says so too. */
static void
warn_of_population(const struct bench_plan_cell *cell,
		   const struct bench_tally *tally)
{
	if (bench_tally_population_missed(tally))
		bench_error(BENCH_OK,
			    "cell %s: fewer than %.0f %% of a block's pointers "
			    "were %s, as --population says",
			    cell->id, 100 * BENCH_CENSUS_TOLERANCE,
			    cell->cell.axis[AXIS_POPULATION]);
}

/* What the whole block was up to, from when its memory was set up. */
struct watch {
	uint64_t start_ns;
	struct bench_sys_ticks ticks;
};

static void
start_watch(struct watch *w)
{
	w->start_ns = bench_clock_raw_ns();
	bench_sys_ticks("", &w->ticks);
}

static void
judge_block(struct bench_block *b, const struct bench_fixture *f,
	    const struct bench_tally *tally, const struct watch *w)
{
	struct bench_sys_ticks now;

	b->discarded = bench_disturbance_of(
		b, !f->world && f->x->prestate.place != PLACE_FRESH);
	if (b->discarded)
		return;
	if (bench_sys_ticks("", &now) && now.stolen > w->ticks.stolen)
		b->discarded = DISTURBANCE_steal;
	else if (tally->retries > 0)
		b->discarded = DISTURBANCE_phase;
}

/* What a share of a ceiling follows from (bench_share.h), and which events were
 * counted. */
static void
describe_machine(struct bench_block *b, const struct bench_plan_cell *cell)
{
	const struct bench_workload *w = cell->x.workload;
	char *perf = bench_perf_describe(bench_perf_mine());

	json_object_set_new(b->evidence, "perf", json_string(perf));
	free(perf);
	if (cell->x.op->raw)
		json_object_set_new(b->evidence, "bytes",
				    json_real(bench_workload_stream_mean(w)));
}

/* The block itself, in a fixture that is open. */
static int
measure(struct bench_fixture *f, const struct bench_plan_cell *cell,
	const struct bench_contestant **who, const struct bench_turn *turn,
	struct bench_block *b, const struct watch *watch)
{
	struct bench_latency *latency =
		bench_alloc(b->n_candidates * sizeof(*latency));
	struct bench_tally tally;
	int status;

	memset(latency, 0, b->n_candidates * sizeof(*latency));
	bench_tally_begin(&tally, f);
	status = run_rounds(f, cell, who, turn->row, b, latency, &tally);
	if (status == BENCH_OK) {
		judge_block(b, f, &tally, watch);
		b->evidence = bench_tally_describe(&tally);
		describe_machine(b, cell);
		warn_of_population(cell, &tally);
	}
	bench_tally_end(&tally);
	if (status == BENCH_OK && turn->block % ALONE_EVERY == 0)
		status = run_alone(f, cell, who, b, latency);
	if (status == BENCH_OK && f->engine)
		json_object_set_new(b->evidence, "latency",
				    describe_latency(b, latency));
	free(latency);
	return status;
}

int
bench_sampler_block(struct bench_sampler *s, struct bench_plan_cell *cell,
		    const struct bench_turn *turn, struct bench_block **out)
{
	const struct bench_contestant **who =
		bench_alloc(cell->n_contestants * sizeof(*who));
	struct bench_block *b = NULL;
	struct bench_fixture f;
	struct watch watch;
	int status;

	start_watch(&watch);
	status = open_fixture(s, cell, turn, &f);
	if (status == BENCH_OK)
		status = bench_calibrate(cell, &f, turn->rounds);
	if (status == BENCH_OK) {
		b = new_block(cell, turn, who);
		status = measure(&f, cell, who, turn, b, &watch);
	}
	close_fixture(&f);
	if (b)
		b->took_ns = bench_clock_raw_ns() - watch.start_ns;
	free(who);
	if (status != BENCH_OK) {
		bench_block_free(b);
		b = NULL;
	}
	*out = b;
	return status == BENCH_LATE ? BENCH_OK : status;
}
