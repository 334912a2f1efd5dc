/* bench_tally.c - what a block has seen beside times: its evidence */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_tally.h"

#include <stdlib.h>

void
bench_tally_begin(struct bench_tally *t, const struct bench_fixture *f)
{
	*t = (struct bench_tally){
		.f = f, .least_left = 1, .least_unswept = UINT64_MAX};
	if (!f->world)
		return;
	gc_get_stats(f->world->gc, &t->start);
	t->cycles_before = f->world->cycles;
	t->quanta_before = f->world->quanta;
}

void
bench_tally_end(struct bench_tally *t)
{
	free(t->scanned);
}

static void
keep_scanned(struct bench_tally *t, uint64_t scanned)
{
	if (t->samples == t->room) {
		t->room = t->room ? 2 * t->room : 64;
		t->scanned = bench_realloc(t->scanned,
					   t->room * sizeof(*t->scanned));
	}
	t->scanned[t->samples] = scanned;
}

static void
add_fractions(struct bench_fractions *to, const struct bench_fractions *from)
{
	for (size_t i = 0; i < BENCH_CENSUS_KINDS; i++) {
		to->before[i] += from->before[i];
		to->after[i] += from->after[i];
	}
}

/* What was left of the phase after a batch. */
static void
look_at_rest(struct bench_tally *t)
{
	const struct bench_world *w = t->f->world;
	struct gc_stats now;
	double left;

	gc_get_stats(w->gc, &now);
	left = (double)bench_reservoir_left(&w->reservoir, now.scanned) /
	       (double)w->n_nodes;
	t->least_left = MIN(t->least_left, left);
	t->least_unswept = MIN(t->least_unswept, now.unswept);
}

void
bench_tally_add(struct bench_tally *t, const struct bench_sample *sample,
		double window_ns, const struct bench_fractions *fractions)
{
	const uint64_t *c = sample->counters;

	keep_scanned(t, c[COUNTER_scanned]);
	t->samples++;
	t->window_ns += window_ns;
	t->marker_cpu_ns += c[COUNTER_marker_cpu_ns];
	t->alone += c[COUNTER_swept_by_background] == 0;
	t->swept_by_alloc += c[COUNTER_swept_by_alloc];
	t->swept_by_background += c[COUNTER_swept_by_background];
	add_fractions(&t->fractions, fractions);
	if (t->f->world)
		look_at_rest(t);
}

bool
bench_tally_population_missed(const struct bench_tally *t)
{
	const struct bench_experiment *x = t->f->x;

	return bench_census_share(t->fractions.before, x->population,
				  bench_phase_marks(x->phase)) <
	       BENCH_CENSUS_TOLERANCE;
}

static void
put(json_t *e, const char *key, uint64_t n)
{
	json_object_set_new(e, key, json_integer((json_int_t)n));
}

static json_t *
fractions_json(const uint64_t counts[BENCH_CENSUS_KINDS])
{
	json_t *json = json_object();
	uint64_t all = 0;

	for (size_t i = 0; i < BENCH_CENSUS_KINDS; i++)
		all += counts[i];
	for (size_t i = 0; i < BENCH_CENSUS_KINDS; i++)
		json_object_set_new(
			json, bench_population_names[i],
			json_real((double)counts[i] / (double)MAX(all, 1)));
	return json;
}

static void
describe_population(const struct bench_tally *t, json_t *e)
{
	json_object_set_new(e, "fractions_before",
			    fractions_json(t->fractions.before));
	json_object_set_new(e, "fractions_after",
			    fractions_json(t->fractions.after));
	json_object_set_new(e, "population_missed",
			    json_boolean(bench_tally_population_missed(t)));
}

static int
compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The marker's progress during batches. */
static void
describe_marking(const struct bench_tally *t, json_t *e)
{
	const struct bench_world *w = t->f->world;

	put(e, "reservoir_nodes", w->n_nodes);
	json_object_set_new(e, "reservoir_least_left",
			    json_real(t->least_left));
	json_object_set_new(e, "marker_ns_per_object", json_real(w->marker_ns));
	if (!t->samples)
		return;
	qsort(t->scanned, t->samples, sizeof(*t->scanned), compare);
	put(e, "scanned_min", t->scanned[0]);
	put(e, "scanned_median", t->scanned[t->samples / 2]);
}

static void
describe_sweep(const struct bench_tally *t, json_t *e)
{
	put(e, "unswept_least", t->samples ? t->least_unswept : 0);
	put(e, "swept_by_alloc", t->swept_by_alloc);
	put(e, "swept_by_background", t->swept_by_background);
	put(e, "without_background", t->alone);
	json_object_set_new(e, "sweeper_ns_per_span",
			    json_real(t->f->world->sweeper_ns));
}

static double
mean_ns(const struct gc_pauses *a, const struct gc_pauses *b)
{
	return (double)(b->total_ns - a->total_ns) /
	       (double)MAX(b->n - a->n, 1);
}

/* How the block's cycles began and ended. */
static void
describe_cycles(const struct bench_tally *t, json_t *e)
{
	const struct gc_stats *a = &t->start;
	struct gc_stats b;

	gc_get_stats(t->f->world->gc, &b);
	put(e, "cycles", t->f->world->cycles - t->cycles_before);
	put(e, "quanta", t->f->world->quanta - t->quanta_before);
	put(e, "rounds", b.rounds - a->rounds);
	put(e, "restarts", b.restarts - a->restarts);
	put(e, "stops", b.stops.n - a->stops.n);
	json_object_set_new(e, "stop_ns_mean",
			    json_real(mean_ns(&a->stops, &b.stops)));
	json_object_set_new(e, "safepoint_ns_mean",
			    json_real(mean_ns(&a->safepoints, &b.safepoints)));
}

json_t *
bench_tally_describe(const struct bench_tally *t)
{
	const struct bench_experiment *x = t->f->x;
	json_t *e = json_object();

	json_object_set_new(e, "phase",
			    json_string(bench_phase_names[x->phase]));
	put(e, "retries", t->retries);
	if (!t->f->world)
		return e;
	if (!x->op->raw)
		describe_population(t, e);
	if (x->phase == BENCH_OFF)
		return e;
	describe_cycles(t, e);
	json_object_set_new(
		e, "duty",
		json_real((double)t->marker_cpu_ns / MAX(t->window_ns, 1)));
	if (x->phase == BENCH_SWEEP)
		describe_sweep(t, e);
	else
		describe_marking(t, e);
	return e;
}
