/* bench_verify_schedule.c - schedules for as long as there is time */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_verify_schedule.h"

#include "bench_progress.h"
#include "bench_schedule.h"

static void
report(struct bench_schedule *s, struct bench_script *script, uint64_t seed,
       FILE *out, struct bench_verify_result *r)
{
	bench_schedule_shrink(s, script);
	if (out)
		bench_schedule_replay(s, script, out);
	snprintf(r->first, sizeof(r->first), "schedule of seed %llu, %zu steps",
		 (unsigned long long)seed, script->n);
}

void
bench_verify_schedule(const struct strategy *barrier, uint64_t seed,
		      double until_s, FILE *out, struct bench_verify_result *r)
{
	const struct strategy *hooked = bench_schedule_hooked(barrier);
	struct bench_schedule *s = bench_schedule_open(hooked, NULL);
	struct bench_script script;
	struct gc_stats stats;

	do {
		r->lost = bench_schedule_draw(s, seed, &script);
		r->rounds++;
		if (r->lost)
			report(s, &script, seed, out, r);
		seed++;
	} while (!r->lost && bench_now_s() < until_s);
	bench_schedule_stats(s, &stats);
	r->looked_at_shading = true;
	r->overshaded = stats.overshaded;
	r->overshaded_bytes = stats.overshaded_bytes;
	bench_schedule_close(s);
}
