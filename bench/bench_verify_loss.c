/* bench_verify_loss.c - how long an unsound barrier goes without a loss */
// SPDX-License-Identifier: BSD-3-Clause
#include <math.h>

#include "bench_scene.h"

#define TRIALS 20
/* Rounds after which a trial ends without a loss. */
#define PATIENCE 200

void
bench_verify_loss(const struct strategy *barrier, enum bench_phase phase,
		  uint64_t seed, struct bench_loss *out)
{
	struct bench_scene scene = {.client = CLIENT_FRAME,
				    .phase = phase,
				    .population = POPULATION_WHITE,
				    .anytime = true};
	struct call_set set;
	char error[128];
	double sum = 0, squares = 0;

	CHECK(call_set_parse(&set, "default", error, sizeof(error)));
	set.barrier = barrier;
	scene.set = &set;
	*out = (struct bench_loss){.trials = TRIALS};
	for (unsigned i = 0; i < TRIALS; i++) {
		struct bench_verify_result r = {0};
		double calls;

		scene.seed = seed + i;
		bench_scene_play(&scene, PATIENCE, &r);
		if (!r.lost)
			continue;
		out->lost++;
		calls = (double)(r.rounds * BENCH_SCENE_CALLS);
		sum += calls;
		squares += calls * calls;
	}
	if (!out->lost)
		return;
	out->mean = sum / out->lost;
	out->deviation =
		sqrt(fmax(0, squares / out->lost - out->mean * out->mean));
}
