/* test_bench_phase.c - phases that are there, populations that are what they
 * say, and evidence that would tell if not
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_sampler.h"
#include "bench_tally.h"
#include "heap_stress.h"

static struct bench_topo *topo;

static int
load_topo(void **state)
{
	(void)state;
	return bench_topo_load(&topo, "this");
}

static int
free_topo(void **state)
{
	(void)state;
	bench_topo_free(topo);
	return 0;
}

/* A world on one CPU: marker and sweeper are held, so nothing in it depends on
 * when threads run. */
static struct bench_world *
open_world(size_t n_nodes)
{
	unsigned cpus[2] = {topo->cpus[0].number, topo->cpus[0].number};
	struct bench_world *w = bench_world_open(topo, cpus, 1, n_nodes);

	assert_non_null(w);
	return w;
}

static struct gc_stats
stats_of(const struct bench_world *w)
{
	struct gc_stats stats;

	gc_get_stats(w->gc, &stats);
	return stats;
}

/* A reservoir of some 2,100 spans, of which 256 are swept at a time: a cycle is
 * good for five batches, and then there is another. */
static void
test_sweep_is_under_way(void **state)
{
	struct bench_world *w = open_world((size_t)1 << 17);
	struct gc_stats now;

	(void)state;
	for (uint64_t i = 0; i < 10; i++) {
		bench_world_sweep(w, 1, 0);
		now = stats_of(w);
		assert_true(gc_cycle_running(w->gc));
		assert_false(w->mut->marking);
		assert_int_equal(w->cycles, i / 5 + 1);
		/* A batch may use a third of this: a quarter of what was left
		 * before the quantum. */
		assert_true(now.unswept >= 3 * 256);
	}
	/* A batch whose allocations want more than a quarter gets a cycle. */
	bench_world_sweep(w, 1, now.unswept);
	assert_int_equal(w->cycles, 3);
	bench_world_off(w);
	now = stats_of(w);
	assert_int_equal(now.unswept, 0);
	bench_world_close(w);
}

/* Unswept spans of a world right after a cycle, with an operation's litter. */
static uint64_t
spans_with_litter(const char *op)
{
	struct bench_world *w = open_world(WORLD_SHORT);
	struct bench_workload *workload = bench_workload_open("size:64", 1);
	struct bench_experiment x = {.op = bench_op_find(op),
				     .workload = workload,
				     .phase = BENCH_SWEEP};
	struct bench_fixture f = {.op = x.op, .x = &x, .world = w};
	uint64_t littered, before = stats_of(w).heap_bytes;

	gc_enter(w->mut);
	assert_int_equal(bench_litter(&f), BENCH_OK);
	gc_leave(w->mut);
	bench_world_sweep(w, 1, 0);
	littered = stats_of(w).unswept;
	bench_world_off(w);
	bench_world_tidy(w);
	gc_collect(w->gc, NULL);
	assert_int_equal(stats_of(w).heap_bytes, before);
	bench_world_close(w);
	bench_workload_close(workload);
	return littered;
}

/* 128 MiB for the background; for calls 8 MiB of their frames beside it, half
 * of them dead, so that none of these spans is freed whole. */
static void
test_litter(void **state)
{
	uint64_t clears = spans_with_litter("typedmemclr");
	uint64_t calls = spans_with_litter("call");

	(void)state;
	assert_true(clears >= (128 << 20) / 8192 - 256);
	assert_in_range(calls - clears, 1024, 1024 + 64);
}

static void
test_marked_but_for_the_stack(void **state)
{
	struct bench_world *w = open_world(WORLD_SHORT);
	void *tail;

	(void)state;
	bench_world_off(w);
	gc_enter(w->mut);
	bench_world_start_marked(w);
	assert_true(w->mut->marking);
	tail = bench_reservoir_take(&w->reservoir, POPULATION_WHITE);
	assert_true(gc_is_marked(w->gc, tail));
	assert_int_equal(
		bench_reservoir_left(&w->reservoir, stats_of(w).scanned), 0);
	gc_hold_termination(w->gc, false);
	gc_mark_finish(w->gc, w->mut);
	assert_false(w->mut->marking);
	gc_leave(w->mut);
	bench_world_close(w);
}

/* Takes so many and returns the share that are of the population. */
static double
realised(struct bench_world *w, enum bench_population population, bool marking)
{
	static const uint8_t all[8] = {0xff, 0xff, 0xff, 0xff,
				       0xff, 0xff, 0xff, 0xff};
	static const struct gc_type type = {512, 512, all};
	uintptr_t value[64];
	uint64_t counts[BENCH_CENSUS_KINDS] = {0};
	struct bench_census census;

	bench_census_begin(&census, w->gc, marking, 64);
	for (size_t i = 0; i < 64; i++)
		value[i] = (uintptr_t)bench_reservoir_take(&w->reservoir,
							   population);
	bench_census_meet(&census, &type, value, sizeof(value));
	assert_int_equal(census.n, 64);
	bench_census_count(&census, counts);
	return bench_census_share(counts, population, marking);
}

static void
test_populations_are_realised(void **state)
{
	struct bench_world *w = open_world(WORLD_SHORT);

	(void)state;
	for (int p = 0; p < POPULATION_COUNT; p++) {
		enum bench_population population = (enum bench_population)p;

		bench_world_off(w);
		assert_true(realised(w, population, false) == 1);
		bench_world_off(w);
		bench_world_mark(w, 1, 64);
		assert_true(realised(w, population, true) == 1);
		/* When all is marked, only nil and marked still are. */
		gc_hold_termination(w->gc, true);
		gc_hold_marker(w->gc, false);
		gc_wait_no_grey(w->gc);
		bench_reservoir_rewind(&w->reservoir);
		assert_true(
			realised(w, population, true) ==
			(bench_population_kinds[p].base <= POPULATION_MARKED));
	}
	bench_world_close(w);
}

static int
compare_words(const void *a, const void *b)
{
	uintptr_t x = *(const uintptr_t *)a, y = *(const uintptr_t *)b;

	return (x > y) - (x < y);
}

/* How many different things there are among n words. */
static size_t
distinct(const uintptr_t *words, size_t n, unsigned shift)
{
	uintptr_t sorted[256];
	size_t different = 1;

	for (size_t i = 0; i < n; i++)
		sorted[i] = words[i] >> shift;
	qsort(sorted, n, sizeof(*sorted), compare_words);
	for (size_t i = 1; i < n; i++)
		different += sorted[i] != sorted[i - 1];
	return different;
}

#define PAGE_SHIFT 13 /* of a span of small objects */

static void
test_cold_is_far_apart_and_repeated_is_few(void **state)
{
	struct bench_world *w = open_world(WORLD_SHORT);

	(void)state;
	for (int p = POPULATION_MARKED; p < POPULATION_COUNT; p++) {
		const struct bench_population_kind *kind =
			&bench_population_kinds[p];
		uintptr_t taken[256];

		bench_world_off(w);
		for (size_t i = 0; i < 256; i++)
			taken[i] = (uintptr_t)bench_reservoir_take(
				&w->reservoir, (enum bench_population)p);
		assert_int_equal(distinct(taken, 256, 0),
				 kind->repeated ? 256 / BENCH_REPEATS : 256);
		/* The half of a short reservoir has 96 scan spans, 32 noscan.
		 */
		if (kind->cold)
			assert_true(distinct(taken, 256, PAGE_SHIFT) >= 30);
		else
			assert_true(distinct(taken, 256, PAGE_SHIFT) <= 5);
		for (size_t i = 1; kind->cold && i < 256; i++)
			assert_true(taken[i] >> PAGE_SHIFT !=
				    taken[i - 1] >> PAGE_SHIFT);
	}
	bench_world_close(w);
}

/* What a cold population takes is in the half that the marker comes to last;
 * what is repeated is taken once. */
static void
test_reservoir_left(void **state)
{
	struct bench_world *w = open_world(WORLD_SHORT);
	struct bench_reservoir *r = &w->reservoir;
	size_t n = WORLD_SHORT;

	(void)state;
	assert_int_equal(bench_reservoir_left(r, 0), n);
	assert_int_equal(bench_reservoir_left(r, 300), n - 100);
	bench_reservoir_take(r, POPULATION_NOSCAN_COLD);
	assert_int_equal(bench_reservoir_left(r, 0), n / 2 - 1);
	assert_int_equal(bench_reservoir_left(r, 3 * n / 2), 0);
	bench_reservoir_rewind(r);
	for (size_t i = 0; i < 10 * BENCH_REPEATS; i++)
		bench_reservoir_take(r, POPULATION_NOSCAN_REPEATED);
	assert_int_equal(bench_reservoir_left(r, 0), n - 10);
	bench_reservoir_rewind(r);
	for (size_t i = 0; i < 10; i++)
		bench_reservoir_take(r, POPULATION_MARKED_COLD);
	assert_int_equal(bench_reservoir_left(r, 0), n);
	bench_world_close(w);
}

/* One block of the only cell of a selection. */
static struct bench_block *
measure(const struct bench_selection *sel)
{
	struct bench_sampler *s = bench_sampler_open(topo, 0);
	struct bench_block *block;
	struct bench_plan *plan;
	int status;

	plan = bench_plan_make(NULL, sel, 1, topo, &status);
	assert_int_equal(status, BENCH_OK);
	assert_int_equal(plan->n_cells, 1);
	assert_int_equal(bench_sampler_block(
				 s, &plan->cells[0],
				 &(struct bench_turn){.rounds = 2, .seed = 1},
				 &block),
			 BENCH_OK);
	bench_plan_free(plan);
	bench_sampler_close(s);
	return block;
}

static double
number(const struct bench_block *b, const char *key)
{
	const json_t *n = json_object_get(b->evidence, key);

	if (!n)
		fail_msg("no evidence of %s", key);
	return json_number_value(n);
}

static void
check_population(const struct bench_block *b, const char *kind)
{
	const json_t *before = json_object_get(b->evidence, "fractions_before");

	assert_true(json_is_false(
		json_object_get(b->evidence, "population_missed")));
	assert_true(json_number_value(json_object_get(before, kind)) >= 0.95);
}

static void
test_evidence_of_sweep(void **state)
{
	struct bench_selection sel = {.op = "call",
				      .client = "frame",
				      .workload = "go-std",
				      .phase = "sweep",
				      .relation = "self",
				      .strategy = "bulk"};
	struct bench_block *b = measure(&sel);
	uint64_t by_alloc = 0;

	(void)state;
	check_population(b, "white");
	assert_true(number(b, "unswept_least") > 0);
	assert_true(number(b, "swept_by_alloc") > 0);
	assert_int_equal(number(b, "quanta"), 2);
	for (size_t r = 0; r < b->n_rounds; r++)
		by_alloc += BENCH_BLOCK_AT(b, samples, r, 0)
				    .counters[COUNTER_swept_by_alloc];
	assert_int_equal(by_alloc, number(b, "swept_by_alloc"));
	bench_block_free(b);
}

static void
test_evidence_of_straddle(void **state)
{
	struct bench_selection sel = {.op = "typedmemclrpartial",
				      .client = "frame",
				      .workload = "size:32",
				      .population = "white-cold",
				      .phase = "straddle",
				      .relation = "self",
				      .strategy = "bulk"};
	struct bench_block *b = measure(&sel);

	(void)state;
	check_population(b, "white");
	assert_true(b->iters >= BENCH_STRADDLE_FRAMES);
	assert_int_equal(number(b, "cycles"), 2);
	assert_true(number(b, "rounds") >= 1);
	assert_true(number(b, "stops") >= 2);
	assert_true(number(b, "stop_ns_mean") >=
		    number(b, "safepoint_ns_mean"));
	assert_true(number(b, "reservoir_least_left") > 0.25);
	assert_true(number(b, "duty") <= 1);
	bench_block_free(b);
}

/* A frame that is filled while marking: its pointers are marked by then. */
static void
test_evidence_of_mark(void **state)
{
	struct bench_selection sel = {.op = "typedmemclrpartial",
				      .client = "frame",
				      .workload = "size:32",
				      .population = "marked-repeated",
				      .phase = "mark",
				      .relation = "self",
				      .strategy = "bulk"};
	struct bench_block *b = measure(&sel);

	(void)state;
	check_population(b, "marked");
	assert_int_equal(number(b, "quanta"), 2);
	assert_true(number(b, "scanned_median") >= number(b, "scanned_min"));
	assert_true(number(b, "marker_ns_per_object") > 0);
	bench_block_free(b);
}

/* A white object in the last entries: a round to find it, one to end. */
static void
test_evidence_of_termination(void **state)
{
	struct bench_selection sel = {.op = "terminate",
				      .client = "frame",
				      .workload = "size:64",
				      .relation = "self",
				      .strategy = "bulk1"};
	struct bench_block *b;

	(void)state;
	heap_without_stress(GC_STRESS_BUFFER, "it counts flushes");
	b = measure(&sel);
	check_population(b, "white");
	assert_int_equal(b->iters, 1);
	for (size_t r = 0; r < b->n_rounds; r++) {
		const uint64_t *c = BENCH_BLOCK_AT(b, samples, r, 0).counters;

		assert_int_equal(c[COUNTER_entries], 8);
		assert_int_equal(c[COUNTER_greyed], 8);
		assert_int_equal(c[COUNTER_flushes], 1);
		assert_true(c[COUNTER_rounds] >= 2);
		assert_true(c[COUNTER_stop_ns] >= c[COUNTER_safepoint_ns]);
	}
	heap_stress_again();
	bench_block_free(b);
}

/* A block whose pointers were something else says so. */
static void
test_missed_population_is_flagged(void **state)
{
	struct bench_experiment x = {.op = bench_op_find("call"),
				     .population = POPULATION_WHITE_COLD,
				     .phase = BENCH_MARK};
	struct bench_fixture f = {.op = x.op, .x = &x};
	struct bench_sample sample = {0};
	struct bench_fractions some = {
		.before = {[POPULATION_WHITE] = 95, [POPULATION_NIL] = 5}};
	struct bench_fractions fewer = {
		.before = {[POPULATION_WHITE] = 94, [POPULATION_MARKED] = 6}};
	struct bench_tally t;

	(void)state;
	bench_tally_begin(&t, &f);
	bench_tally_add(&t, &sample, 1, &some);
	assert_false(bench_tally_population_missed(&t));
	bench_tally_add(&t, &sample, 1, &fewer);
	assert_true(bench_tally_population_missed(&t));
	bench_tally_end(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sweep_is_under_way),
		cmocka_unit_test(test_litter),
		cmocka_unit_test(test_marked_but_for_the_stack),
		cmocka_unit_test(test_populations_are_realised),
		cmocka_unit_test(test_cold_is_far_apart_and_repeated_is_few),
		cmocka_unit_test(test_reservoir_left),
		cmocka_unit_test(test_evidence_of_sweep),
		cmocka_unit_test(test_evidence_of_straddle),
		cmocka_unit_test(test_evidence_of_mark),
		cmocka_unit_test(test_evidence_of_termination),
		cmocka_unit_test(test_missed_population_is_flagged),
	};

	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	return cmocka_run_group_tests(tests, load_topo, free_topo);
}
