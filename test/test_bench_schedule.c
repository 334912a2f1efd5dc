/* test_bench_schedule.c - orders that a seed decides, and what they find
 *
 * The faults are planted: each is found by some seed, its script shrinks, and
 * what is left tells the same story every time.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_mutant.h"
#include "bench_schedule_step.h"
#include "bench_verify_schedule.h"
#include "heap_stress.h"

/* From the first seed on: the faults here are met by one seed in 20 to 1000,
 * and a seed is the same run everywhere. */
#define SEEDS 10000

/* Fewer where a run takes long. */
#define SOUND_SEEDS (TEST_SANITIZED ? 50 : 300)

static char *
trace_of(struct bench_schedule *s, const struct bench_script *script)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_true(bench_schedule_replay(s, script, out) > 0);
	fclose(out);
	return text;
}

/* Some seed finds it; the shrunk script is short, still loses, every step of it
 * is needed, and its trace is the same each time. */
static void
expect_found(const struct strategy *barrier, uint64_t seed, size_t at_most)
{
	struct bench_schedule *s = bench_schedule_open(barrier, NULL);
	struct bench_script script, rest;
	size_t drawn = bench_schedule_search(s, seed, SEEDS, &script);
	char *first, *second;

	assert_true(script.n > 0);
	bench_schedule_shrink(s, &script);
	first = trace_of(s, &script);
	second = trace_of(s, &script);
	printf("%zu seeds, %zu steps\n%s", drawn, script.n, first);
	assert_string_equal(first, second);
	assert_non_null(strstr(first, "LOST"));
	assert_true(script.n <= at_most);
	for (size_t i = 0; i < script.n; i++) {
		rest = script;
		rest.n--;
		memmove(rest.steps + i, rest.steps + i + 1, rest.n - i);
		assert_int_equal(bench_schedule_replay(s, &rest, NULL), 0);
	}
	free(first);
	free(second);
	bench_schedule_close(s);
}

static void
test_finds_no_barrier(void **state)
{
	(void)state;
	expect_found(strategy_find("nobarrier"), 1, 12);
}

/* The frame was filled before marking began. */
static void
test_finds_no_barrier_in_straddle(void **state)
{
	(void)state;
	expect_found(bench_mutant_find("clear_raw")->strategy, 101, 12);
}

static void
test_finds_record_after_safepoint(void **state)
{
	(void)state;
	expect_found(bench_mutant_find("store_safepoint")->strategy, 1501, 12);
}

static void
test_sound_barriers_lose_nothing(void **state)
{
	uint64_t seed = test_seed();

	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *barrier = strategy_at(i);
		struct bench_schedule *s;
		struct bench_script script;

		if (barrier->kind != STRATEGY_BARRIER ||
		    barrier->flags & STRATEGY_UNSOUND)
			continue;
		printf("%s\n", barrier->name);
		s = bench_schedule_open(bench_schedule_hooked(barrier), NULL);
		bench_schedule_search(s, seed, SOUND_SEEDS, &script);
		assert_int_equal(script.n, 0);
		bench_schedule_close(s);
	}
}

/* A seed gives the same steps each time. */
static void
test_seed_decides(void **state)
{
	struct bench_schedule *s =
		bench_schedule_open(&bench_schedule_bulk1, NULL);
	struct bench_script a, b;
	uint64_t seed = test_seed();

	(void)state;
	for (uint64_t i = 0; i < 20; i++) {
		bench_schedule_draw(s, seed + i, &a);
		bench_schedule_draw(s, seed + i, &b);
		assert_int_equal(a.n, b.n);
		assert_memory_equal(a.heap, b.heap, sizeof(a.heap));
		assert_memory_equal(a.steps, b.steps, a.n);
	}
	bench_schedule_close(s);
}

#define OP(actor, op) (16 * (actor) + ACTOR_##op)
#define GO(actor)     (SCHEDULE_GO_ON + (actor))

/* The trace of Go's issue 27993 that the model finds (test/model/README.md), on
 * the engine. A is 1 in the heap, B 2, C 3. M1 is visited first. */
static const struct bench_script issue_27993 = {
	.heap = {2, 3, 0, 0, /* A -> B -> C */
		 1, 0,       /* M0 has A */
		 1, 0},      /* M1 has A */
	.steps =
		{
			SCHEDULE_START + 1,
			OP(1, SAFEPOINT),
			OP(1, LOAD),
			OP(0, CLEAR),
			GO(0),
			GO(0),
			GO(0),
			SCHEDULE_DRAIN,
			OP(1, SAFEPOINT),
			SCHEDULE_TERMINATE,
			/* Two of these, so that the second one flushes the
			   first. */
			OP(1, WRITE),
			GO(1),
			GO(1),
			GO(1),
			OP(1, WRITE),
			GO(1),
			GO(1),
			GO(1),
			GO(1),
			OP(0, SAFEPOINT),
			OP(1, SAFEPOINT),
		},
	.n = 21,
};

/* It is the flush under the stopped world that finds B's records, and marking
 * goes on. */
static void
test_engine_survives_27993(void **state)
{
	struct bench_schedule *s =
		bench_schedule_open(&bench_schedule_bulk1, NULL);
	struct gc_stats before, after;

	(void)state;
	gc_get_stats(s->gc, &before);
	assert_int_equal(bench_schedule_replay(s, &issue_27993, NULL), 0);
	gc_get_stats(s->gc, &after);
	assert_int_equal(after.restarts, before.restarts + 1);
	bench_schedule_close(s);
}

static void
one_round(struct gc_config *config)
{
	config->fault = GC_FAULT_ONE_ROUND;
}

/* Without that flush C is lost, as in the model. */
static void
test_27993_without_its_remedy(void **state)
{
	struct bench_schedule *s =
		bench_schedule_open(&bench_schedule_bulk1, one_round);
	struct bench_script script = issue_27993;

	(void)state;
	assert_int_equal(bench_schedule_replay(s, &script, stdout), 1);
	bench_schedule_shrink(s, &script);
	printf("%zu steps of %zu\n", script.n, issue_27993.n);
	assert_int_equal(bench_schedule_replay(s, &script, stdout), 1);
	bench_schedule_close(s);
}

static uint64_t
replay(const struct strategy *barrier, const struct bench_script *script)
{
	struct bench_schedule *s = bench_schedule_open(barrier, NULL);
	uint64_t lost = bench_schedule_replay(s, script, stdout);

	bench_schedule_close(s);
	return lost;
}

/* The model's traces: each order loses an object by its own mutant, and not
 * by bulk1. */
static void
test_safepoints_lose_in_their_order(void **state)
{
	static const char *const names[] = {
		"test_safepoint", "record_safepoint", "store_safepoint"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const struct bench_mutant *m = bench_mutant_find(names[i]);

		assert_int_equal(replay(m->strategy, m->script), 1);
		assert_int_equal(replay(&bench_schedule_bulk1, m->script), 0);
	}
}

static void
test_verify_says_what_it_found(void **state)
{
	struct bench_verify_result bad = {0}, good = {0};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	bench_verify_schedule(strategy_find("nobarrier"), 1, 1e9, out, &bad);
	fclose(out);
	assert_true(bad.lost > 0);
	assert_non_null(strstr(bad.first, "schedule of seed "));
	assert_non_null(strstr(text, "LOST"));
	free(text);
	bench_verify_schedule(strategy_find("bulk"), 1, 0, NULL, &good);
	assert_int_equal(good.rounds, 1);
	assert_int_equal(good.lost, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_no_barrier),
		cmocka_unit_test(test_finds_no_barrier_in_straddle),
		cmocka_unit_test(test_finds_record_after_safepoint),
		cmocka_unit_test(test_sound_barriers_lose_nothing),
		cmocka_unit_test(test_seed_decides),
		cmocka_unit_test(test_engine_survives_27993),
		cmocka_unit_test(test_27993_without_its_remedy),
		cmocka_unit_test(test_safepoints_lose_in_their_order),
		cmocka_unit_test(test_verify_says_what_it_found),
	};

	heap_never_stress(GC_STRESS_MARK | GC_STRESS_SAFEPOINT,
			  "seeds decide when its cycles begin");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
