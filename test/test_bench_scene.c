/* test_bench_scene.c - scenes let what is sound through, in every cell */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "bench_scene.h"
#include "gc_barrier.h"
#include "heap_stress.h"

typedef void play_fn(const struct bench_scene *scene);

static void
each_scene(const char *candidate, play_fn *play)
{
	struct call_set set;
	char error[128];
	uint64_t seed = test_seed();

	assert_true(call_set_parse(&set, candidate, error, sizeof(error)));
	for (int c = 0; c < CLIENT_COUNT; c++)
		for (int phase = 0; phase < BENCH_PHASES; phase++)
			for (int p = 0; p <= POPULATION_NOSCAN; p++) {
				struct bench_scene scene = {
					.client = (enum bench_client)c,
					.phase = (enum bench_phase)phase,
					.population = (enum bench_population)p,
					.set = &set,
					.seed = seed};

				if (bench_scene_exists(scene.client,
						       scene.phase))
					play(&scene);
			}
}

static struct bench_verify_result
played(const struct bench_scene *scene, unsigned rounds)
{
	struct bench_verify_result r = {0};

	bench_scene_play(scene, rounds, &r);
	return r;
}

static void
passes(const struct bench_scene *scene)
{
	struct bench_verify_result r = played(scene, 2);

	if (r.lost || r.wrong || r.overshaded || r.rounds != 2)
		fail_msg("%s %s %s: %llu lost, %llu over-shaded, %s",
			 bench_client_names[scene->client],
			 bench_phase_names[scene->phase],
			 bench_population_names[scene->population],
			 (unsigned long long)r.lost,
			 (unsigned long long)r.overshaded, r.first);
}

static void
test_contenders_pass(void **state)
{
	(void)state;
	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *s = strategy_at(i);

		if (s->kind == STRATEGY_BARRIER &&
		    !(s->flags & (STRATEGY_FLOOR | STRATEGY_UNSOUND)))
			each_scene(s->name, passes);
	}
}

/* Clears as bulk1 does, and shades every word on the way, as who has no mask
 * might. */
static uintptr_t dead[BENCH_SCENE_CALLS];
static size_t n_dead;

static void
note_dead(uintptr_t word)
{
	size_t i = 0;

	while (i < n_dead && dead[i] != word)
		i++;
	assert_true(i < ARRAY_LEN(dead));
	dead[i] = word;
	n_dead = MAX(n_dead, i + 1);
}

static void
clear_shading_all(struct strategy_ctx *ctx, struct strategy_frame *frame,
		  size_t off, size_t size)
{
	const uintptr_t *words = (const uintptr_t *)frame->ptr;
	const uint8_t *mask = frame->type->ptrmask;

	for (size_t i = off / WORD_SIZE;
	     ctx->mut->marking && i < (off + size) / WORD_SIZE; i++) {
		gc_shade(ctx->mut, words[i]);
		if (words[i] && (i >= frame->type->ptrbytes / WORD_SIZE ||
				 !(mask[i / 8] >> i % 8 & 1)))
			note_dead(words[i]);
	}
	ctx->barrier.clear(ctx, frame->type, (char *)frame->ptr + off, off,
			   size);
}

/* Scalars have the addresses of dead objects, each of which leads to another of
 * two words. It is sound, and no other barrier does it. */
static void
test_shading_all_is_not_free(void **state)
{
	struct strategy all = *strategy_find("bulk1");
	struct call_set set;
	struct bench_scene scene = {.client = CLIENT_FRAME,
				    .phase = BENCH_STRADDLE,
				    .population = POPULATION_WHITE,
				    .set = &set,
				    .seed = test_seed()};
	struct bench_verify_result r;
	char error[128];

	(void)state;
	assert_true(call_set_parse(&set, "default", error, sizeof(error)));
	all.barrier.frame_clear = clear_shading_all;
	set.barrier = &all;
	n_dead = 0;
	r = played(&scene, 1);
	assert_int_equal(r.lost, 0);
	assert_int_equal(r.wrong, 0);
	assert_true(n_dead > 0);
	assert_int_equal(r.overshaded, 2 * n_dead);
	assert_int_equal(r.overshaded_bytes, r.overshaded * 2 * WORD_SIZE);
}

/* Without a barrier what is white is lost, where a marker could have seen it,
 * and nothing else; in the scene of slices that is also what a global gets. */
static void
loses_white(const struct bench_scene *scene)
{
	struct bench_verify_result r = played(scene, 1);
	bool white = scene->population == POPULATION_WHITE ||
		     scene->population == POPULATION_NOSCAN ||
		     scene->client == CLIENT_SLICE;

	assert_int_equal(r.wrong, 0);
	assert_int_equal(r.overshaded, 0);
	assert_int_equal(r.lost > 0, white && bench_phase_marks(scene->phase));
}

static void
test_no_barrier_loses_what_is_white(void **state)
{
	(void)state;
	each_scene("nobarrier", loses_white);
}

/* Most moments are after marking, when memory is in use again. */
static void
test_any_moment_passes(void **state)
{
	struct call_set set;
	struct bench_scene scene = {.client = CLIENT_FRAME,
				    .phase = BENCH_STRADDLE,
				    .population = POPULATION_WHITE,
				    .set = &set,
				    .seed = test_seed(),
				    .anytime = true};
	struct bench_verify_result r;
	char error[128];

	(void)state;
	assert_true(call_set_parse(&set, "default", error, sizeof(error)));
	r = played(&scene, 50);
	assert_string_equal(r.first, "");
	assert_int_equal(r.lost, 0);
	assert_int_equal(r.rounds, 50);
}

/* What is cleared at any moment is not always lost, and what has a barrier
 * never. */
static void
test_calls_to_the_first_loss(void **state)
{
	uint64_t seed = test_seed();
	struct bench_loss loss;

	(void)state;
	bench_verify_loss(strategy_find("nobarrier"), BENCH_STRADDLE, seed,
			  &loss);
	assert_int_equal(loss.lost, loss.trials);
	assert_true(loss.mean > BENCH_SCENE_CALLS);
	assert_true(loss.deviation > 0);
	bench_verify_loss(strategy_find("nobarrier"), BENCH_SWEEP, seed, &loss);
	assert_int_equal(loss.lost, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_contenders_pass),
		cmocka_unit_test(test_shading_all_is_not_free),
		cmocka_unit_test(test_no_barrier_loses_what_is_white),
		cmocka_unit_test(test_any_moment_passes),
		cmocka_unit_test(test_calls_to_the_first_loss),
	};

	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
