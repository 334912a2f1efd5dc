/* test_bench_sampler.c - a block's orders, batches, phases and counters */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <unistd.h>

#include "bench_progress.h"
#include "bench_sampler.h"
#include "capture.h"
#include "heap_stress.h"

/* So many seconds are a hang. */
#define HANG_S 300

static struct bench_topo *topo;
static struct bench_sampler *sampler;

static int
open_sampler(void **state)
{
	(void)state;
	alarm(HANG_S);
	if (bench_topo_load(&topo, "this") != BENCH_OK)
		return -1;
	sampler = bench_sampler_open(topo, 0);
	return 0;
}

static int
close_sampler(void **state)
{
	(void)state;
	bench_sampler_close(sampler);
	bench_topo_free(topo);
	return 0;
}

static struct bench_plan *
plan_of(struct bench_selection sel)
{
	int status;
	struct bench_plan *plan = bench_plan_make(NULL, &sel, 1, topo, &status);

	assert_non_null(plan);
	return plan;
}

#define SELECT(...) ((struct bench_selection){__VA_ARGS__})

static struct bench_block *
measure(struct bench_plan_cell *cell, unsigned number, unsigned rounds,
	uint64_t seed)
{
	struct bench_block *b;

	assert_int_equal(bench_sampler_block(
				 sampler, cell,
				 &(struct bench_turn){.launch = 3,
						      .block = number,
						      .round = number * rounds,
						      .rounds = rounds,
						      .seed = seed},
				 &b),
			 BENCH_OK);
	assert_int_equal(b->block, number);
	assert_int_equal(b->launch, 3);
	assert_int_equal(b->n_rounds, rounds);
	assert_string_equal(b->cell, cell->id);
	return b;
}

static const struct bench_turn five_rounds = {.rounds = 5, .seed = 1};

static uint64_t
evidence(const struct bench_block *b, const char *name)
{
	const json_t *value = json_object_get(b->evidence, name);

	assert_true(json_is_integer(value));
	return (uint64_t)json_integer_value(value);
}

static size_t
index_of(const struct bench_block *b, const char *candidate)
{
	for (size_t i = 0; i < b->n_candidates; i++)
		if (strcmp(b->candidates[i], candidate) == 0)
			return i;
	fail_msg("%s was not measured", candidate);
	return 0;
}

static void
assert_permutations(const struct bench_block *b)
{
	for (size_t r = 0; r < b->n_rounds; r++) {
		uint64_t seen = 0;

		for (size_t i = 0; i < b->n_candidates; i++)
			seen |= 1ull << BENCH_BLOCK_AT(b, order, r, i);
		assert_int_equal(seen, (1ull << b->n_candidates) - 1);
	}
}

static bool
same_orders(const struct bench_block *a, const struct bench_block *b)
{
	return memcmp(a->order, b->order,
		      a->n_rounds * a->n_candidates * sizeof(*a->order)) == 0;
}

static void
orders_are_seeded_permutations(void **state)
{
	struct bench_plan *plan = plan_of(
		SELECT(.op = "memclr", .workload = "size:64", .phase = "off"));
	struct bench_plan_cell *cell = plan->cells;
	struct bench_block *a = measure(cell, 0, 20, 7);
	struct bench_block *b = measure(cell, 1, 20, 7);
	struct bench_block *c = measure(cell, 2, 20, 8);

	(void)state;
	assert_permutations(a);
	assert_permutations(c);
	assert_true(same_orders(a, b));
	assert_false(same_orders(a, c));
	assert_int_equal(a->seed, 7);
	/* One batch for a cell: it is calibrated once. */
	assert_int_equal(a->iters, c->iters);
	assert_int_equal(a->iters, cell->iters);
	assert_true(a->iters > 16);
	for (size_t i = 0; i < 20 * a->n_candidates; i++)
		assert_true(a->samples[i].ns > 0);
	bench_block_free(a);
	bench_block_free(b);
	bench_block_free(c);
	bench_plan_free(plan);
}

/* What a batch was asked to do, in the place of an operation. */
static struct {
	uint64_t start, iters;
	bool marking, prepared;
} log_of[256];
static size_t n_log;
/* Batches that go on until the marker has nothing left. */
static int slow_batches;

static size_t
footprint_fake(const struct bench_experiment *x)
{
	(void)x;
	return 64;
}

static int
open_fake(struct bench_fixture *f)
{
	f->data = log_of;
	f->max_iters = 8;
	return BENCH_OK;
}

static void
close_fake(struct bench_fixture *f)
{
	assert_ptr_equal(f->data, log_of);
}

static void
prepare_fake(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	(void)f;
	log_of[n_log].start = start;
	log_of[n_log].iters = iters;
	log_of[n_log].prepared = true;
}

static bool
marker_has_work(struct bench_world *w)
{
	struct gc_stats stats;

	gc_get_stats(w->gc, &stats);
	return bench_reservoir_lasts(&w->reservoir, stats.scanned);
}

static void
batch_fake(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	assert_true(n_log + 1 < ARRAY_LEN(log_of));
	assert_true(log_of[n_log].prepared);
	assert_int_equal(log_of[n_log].start, start);
	assert_int_equal(log_of[n_log].iters, iters);
	log_of[n_log].marking = f->world && f->world->mut->marking;
	log_of[++n_log].prepared = false;
	while (slow_batches > 0 && marker_has_work(f->world))
		usleep(100);
	slow_batches--;
}

static const struct bench_op fake = {
	.name = "fake",
	.uses = CALL_USES_MEMCLR,
	.clients = 1 << CLIENT_RAW,
	.raw = true,
	.footprint = footprint_fake,
	.open = open_fake,
	.close = close_fake,
	.prepare = prepare_fake,
	.batch = batch_fake,
};

/* A cell of memclr whose batches are fakes, already calibrated. */
static struct bench_plan *
fake_plan(const char *phase, const char *relation)
{
	struct bench_plan *plan =
		plan_of(SELECT(.op = "memclr", .workload = "size:64",
			       .phase = phase, .relation = relation,
			       .strategy = "memclr_sse2,memclr_floor"));

	assert_int_equal(plan->n_cells, 1);
	plan->cells[0].x.op = &fake;
	plan->cells[0].iters = 5;
	n_log = 0;
	slow_batches = 0;
	log_of[0].prepared = false;
	return plan;
}

/* Each candidate of a round gets the same stretch, each round the next one. */
static void
a_round_has_one_stretch(void **state)
{
	struct bench_plan *plan = fake_plan("off", "self");

	(void)state;
	bench_block_free(measure(plan->cells, 0, 3, 1));
	bench_block_free(measure(plan->cells, 1, 3, 1));
	assert_int_equal(n_log, 2 * 6);
	for (size_t i = 0; i < n_log; i++) {
		assert_int_equal(log_of[i].start, i / 2 * 5);
		assert_int_equal(log_of[i].iters, 5);
		assert_false(log_of[i].marking);
	}
	bench_plan_free(plan);
}

/* More than the fixture holds can only come from an edited journal. */
static void
an_impossible_batch_is_calibrated_again(void **state)
{
	struct bench_plan *plan = fake_plan("off", "self");
	struct bench_block *b;

	(void)state;
	plan->cells[0].iters = UINT64_MAX;
	b = measure(plan->cells, 0, 1, 1);
	assert_int_equal(b->iters, 8);
	bench_block_free(b);
	bench_plan_free(plan);
}

static void
mark_is_brought_about(void **state)
{
	struct bench_plan *plan = fake_plan("mark", "self");
	struct bench_block *b = measure(plan->cells, 0, 5, 1);

	(void)state;
	for (size_t i = 0; i < n_log; i++)
		assert_true(log_of[i].marking);
	assert_int_equal(evidence(b, "retries"), 0);
	assert_true(evidence(b, "cycles") > 0);
	bench_block_free(b);
	bench_plan_free(plan);
}

/* The word of the closest pair of CPUs; skips the test on one CPU. */
static const char *
closest_pair(void)
{
	static char word[BENCH_RELATION_WORD_SIZE];

	if (topo->n_classes == 0)
		skip();
	bench_relation_word(&topo->classes[0].relation, word);
	return word;
}

/* A marker that has run dry waits, with barriers on, for the mutator to stop:
 * such a sample was not taken while marking went on. */
static void
a_dry_marker_is_noticed(void **state)
{
	struct bench_plan *plan = fake_plan("mark", closest_pair());
	struct bench_block *b;

	(void)state;
	slow_batches = 3;
	b = measure(plan->cells, 0, 5, 1);
	assert_true(evidence(b, "retries") >= 3);
	assert_int_not_equal(b->discarded, DISTURBANCE_none);
	assert_int_equal(n_log, 10 + evidence(b, "retries"));
	bench_block_free(b);
	bench_plan_free(plan);
}

static void
a_phase_that_never_lasts_ends_the_block(void **state)
{
	struct bench_plan *plan = fake_plan("mark", closest_pair());
	struct bench_block *b;
	struct capture c;
	int status;

	(void)state;
	slow_batches = INT32_MAX;
	capture_start(&c, STDERR_FILENO);
	status = bench_sampler_block(sampler, plan->cells, &five_rounds, &b);
	char *text = capture_end(&c);
	assert_int_equal(status, BENCH_CANNOT);
	assert_non_null(strstr(text, "phase mark ended within the batch"));
	free(text);
	bench_plan_free(plan);
}

/* A hard cap does not wait for the end of a block. */
static void
no_sample_begins_after_the_deadline(void **state)
{
	struct bench_plan *plan = fake_plan("off", "self");
	struct bench_sampler *late = bench_sampler_open(topo, bench_now_s());
	struct bench_block *b = NULL;

	(void)state;
	assert_int_equal(
		bench_sampler_block(late, plan->cells, &five_rounds, &b),
		BENCH_OK);
	assert_null(b);
	assert_int_equal(n_log, 0);
	bench_sampler_close(late);
	bench_plan_free(plan);
}

static void
a_cpu_that_is_not_there(void **state)
{
	static const char *const phases[] = {"off", "mark"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
		struct bench_plan *plan =
			plan_of(SELECT(.op = "memclr", .workload = "size:64",
				       .phase = phases[i], .relation = "self"));
		struct bench_block *b;
		struct capture c;

		plan->cells[0].cpus[0] = BENCH_TOPO_MAX_CPUS;
		capture_start(&c, STDERR_FILENO);
		int status = bench_sampler_block(sampler, plan->cells,
						 &five_rounds, &b);
		free(capture_end(&c));
		assert_int_equal(status, BENCH_CANNOT);
		bench_plan_free(plan);
	}
}

/* No frame at all is a size too. */
static void
nothing_can_be_cleared(void **state)
{
	struct bench_plan *plan =
		plan_of(SELECT(.op = "memclr,memmove", .workload = "sig:func()",
			       .phase = "off"));

	(void)state;
	assert_int_equal(plan->n_cells, 2);
	bench_block_free(measure(&plan->cells[0], 0, 2, 1));
	bench_block_free(measure(&plan->cells[1], 0, 2, 1));
	bench_plan_free(plan);
}

/* Those who have dropped out of a race. */
static void
who_is_out_is_not_measured(void **state)
{
	struct bench_plan *plan = plan_of(
		SELECT(.op = "memclr", .workload = "size:64", .phase = "off",
		       .strategy = "memclr_word,memclr_libc,memclr_floor"));
	/* The fourth is the placebo, which every such cell has. */
	static const bool in[] = {true, false, true, false};
	const struct bench_turn turn = {.rounds = 2, .in = in};
	struct bench_block *b;

	(void)state;
	assert_int_equal(plan->cells[0].n_contestants, ARRAY_LEN(in));
	assert_int_equal(bench_sampler_block(sampler, plan->cells, &turn, &b),
			 BENCH_OK);
	assert_int_equal(b->n_candidates, 2);
	assert_string_equal(b->candidates[0], "memclr_word");
	assert_string_equal(b->candidates[1], "memclr_floor");
	assert_true(b->took_ns > 0);
	bench_block_free(b);
	bench_plan_free(plan);
}

static void
refused_candidates_are_not_measured(void **state)
{
	struct bench_plan *plan = plan_of(
		SELECT(.op = "memclr", .workload = "size:64", .phase = "mark",
		       .relation = "self",
		       .strategy = "memclr_libc,memclr_sse2,memclr_floor"));
	struct bench_block *b = measure(plan->cells, 0, 2, 1);

	(void)state;
	assert_int_equal(b->n_candidates, 2);
	assert_string_equal(b->candidates[0], "memclr_sse2");
	assert_string_equal(b->candidates[1], "memclr_floor");
	bench_block_free(b);
	bench_plan_free(plan);
}

/* The clears of a population on one CPU, where the marker is held. */
static struct bench_block *
measure_clears(const char *phase, const char *population,
	       const char *strategies)
{
	struct bench_plan *plan =
		plan_of(SELECT(.op = "typedmemclr", .client = "frame",
			       .workload = "size:32", .phase = phase,
			       .population = population, .relation = "self",
			       .strategy = strategies));
	struct bench_block *b = measure(plan->cells, 0, 3, 1);

	bench_plan_free(plan);
	return b;
}

/* In every round, of a block of clears of 4 slots: so many a slot. */
static void
assert_counted(const struct bench_block *b, const char *candidate,
	       enum bench_counter counter, uint64_t per_slot)
{
	size_t i = index_of(b, candidate);

	for (size_t r = 0; r < b->n_rounds; r++)
		assert_int_equal(
			BENCH_BLOCK_AT(b, samples, r, i).counters[counter],
			per_slot * 4 * b->iters);
}

/* bulk records old and new pointer of a slot, bulk1 the old one only; each old
 * one is white once. */
static void
counters_of_white_clears(void **state)
{
	struct bench_block *b =
		measure_clears("straddle", "white", "bulk,bulk1,nobarrier");

	(void)state;
	assert_true(b->iters >= BENCH_STRADDLE_FRAMES);
	assert_counted(b, "bulk", COUNTER_entries, 2);
	assert_counted(b, "bulk1", COUNTER_entries, 1);
	assert_counted(b, "nobarrier", COUNTER_entries, 0);
	assert_counted(b, "bulk", COUNTER_found, 1);
	assert_counted(b, "bulk", COUNTER_greyed, 1);
	assert_counted(b, "bulk1", COUNTER_greyed, 1);
	assert_counted(b, "bulk1", COUNTER_blackened, 0);
	assert_counted(b, "bulk1", COUNTER_marked_bytes, 32);
	assert_counted(b, "bulk1", COUNTER_scanned, 0);
	for (size_t i = 0; i < 2; i++) {
		const uint64_t *counters = b->samples[i].counters;

		assert_true(counters[COUNTER_flushes] >= 8);
		assert_true(counters[COUNTER_flush_ns] > 0);
		assert_true((double)counters[COUNTER_flush_ns] <=
			    b->samples[i].ns);
		assert_true(counters[COUNTER_marker_ns] > 0);
	}
	bench_block_free(b);
}

static void
counters_of_other_clears(void **state)
{
	struct bench_block *b;

	(void)state;
	b = measure_clears("straddle", "noscan", "bulk,bulk1");
	assert_counted(b, "bulk1", COUNTER_greyed, 0);
	assert_counted(b, "bulk1", COUNTER_blackened, 1);
	bench_block_free(b);
	b = measure_clears("mark", "marked", "bulk,bulk1");
	assert_counted(b, "bulk1", COUNTER_entries, 1);
	assert_counted(b, "bulk1", COUNTER_found, 1);
	assert_counted(b, "bulk1", COUNTER_greyed, 0);
	assert_counted(b, "bulk1", COUNTER_blackened, 0);
	bench_block_free(b);
	b = measure_clears("mark", "nil", "bulk,bulk1");
	assert_counted(b, "bulk1", COUNTER_found, 0);
	bench_block_free(b);
	b = measure_clears("off", "white", "bulk,bulk1");
	assert_counted(b, "bulk", COUNTER_entries, 0);
	assert_counted(b, "bulk", COUNTER_flushes, 0);
	bench_block_free(b);
}

/* A smaller buffer is flushed that much more often. */
static void
a_buffer_changes_the_flushes(void **state)
{
	struct bench_sampler *others = sampler;
	struct bench_block *b;
	uint64_t entries;

	(void)state;
	heap_without_stress(GC_STRESS_BUFFER, "it counts flushes");
	sampler = bench_sampler_open(topo, 0);
	b = measure_clears("straddle", "white",
			   "default;buffer=64,default;buffer=512");
	entries = b->samples[0].counters[COUNTER_entries];
	assert_int_equal(b->samples[0].counters[COUNTER_flushes],
			 (entries + 63) / 64);
	assert_int_equal(b->samples[1].counters[COUNTER_flushes],
			 (entries + 511) / 512);
	heap_stress_again();
	bench_block_free(b);
	bench_sampler_close(sampler);
	sampler = others;
}

/* Between two looks on two CPUs the marker has gone on, without the mutator.
 */
static void
the_marker_goes_on_meanwhile(void **state)
{
	struct bench_plan *plan =
		plan_of(SELECT(.op = "memclr", .workload = "size:32768",
			       .phase = "mark", .relation = closest_pair(),
			       .strategy = "memclr_word"));
	uint64_t scanned = 0;

	(void)state;
	/* Its CPU may have other things to do for a while. */
	for (unsigned i = 0; scanned == 0; i++) {
		struct bench_block *b = measure(plan->cells, i, 10, 1);

		for (size_t k = 0; k < b->n_rounds * b->n_candidates; k++)
			scanned += b->samples[k].counters[COUNTER_scanned];
		bench_block_free(b);
	}
	bench_plan_free(plan);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_are_seeded_permutations),
		cmocka_unit_test(a_round_has_one_stretch),
		cmocka_unit_test(an_impossible_batch_is_calibrated_again),
		cmocka_unit_test(mark_is_brought_about),
		cmocka_unit_test(a_dry_marker_is_noticed),
		cmocka_unit_test(a_phase_that_never_lasts_ends_the_block),
		cmocka_unit_test(no_sample_begins_after_the_deadline),
		cmocka_unit_test(a_cpu_that_is_not_there),
		cmocka_unit_test(nothing_can_be_cleared),
		cmocka_unit_test(who_is_out_is_not_measured),
		cmocka_unit_test(refused_candidates_are_not_measured),
		cmocka_unit_test(counters_of_white_clears),
		cmocka_unit_test(counters_of_other_clears),
		cmocka_unit_test(a_buffer_changes_the_flushes),
		cmocka_unit_test(the_marker_goes_on_meanwhile),
	};

	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	return cmocka_run_group_tests(tests, open_sampler, close_sampler);
}
