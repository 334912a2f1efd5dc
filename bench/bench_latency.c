/* bench_latency.c - how long a candidate keeps a mutator from a safepoint */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_latency.h"

#include "base_ticks.h"
#include "bench_clock.h"

/* Long enough that the timestamps at both ends do not count. */
#define CALIBRATION_NS 1000000

void
bench_latency_merge(struct base_histogram *to,
		    const struct base_histogram *from)
{
	to->n += from->n;
	to->max = MAX(to->max, from->max);
	for (size_t i = 0; i < BASE_HISTOGRAM_BUCKETS; i++)
		to->counts[i] += from->counts[i];
}

static double
calibrate(void)
{
	uint64_t t0 = base_ticks(), n0 = bench_clock_raw_ns(), n;

	do
		n = bench_clock_raw_ns();
	while (n - n0 < CALIBRATION_NS);
	return (double)(n - n0) / (double)(base_ticks() - t0);
}

double
bench_latency_ticks_ns(uint64_t ticks)
{
	static double ns_per_tick;

	if (ns_per_tick == 0)
		ns_per_tick = calibrate();
	return (double)ticks * ns_per_tick;
}

static json_t *
describe(const struct base_histogram *h, double unit)
{
	json_t *json = json_object();
	double p50 = (double)base_histogram_quantile(h, 0.5);
	double p99 = (double)base_histogram_quantile(h, 0.99);

	json_object_set_new(json, "n", json_integer((json_int_t)h->n));
	json_object_set_new(json, "p50_ns", json_real(p50 * unit));
	json_object_set_new(json, "p99_ns", json_real(p99 * unit));
	json_object_set_new(json, "max_ns", json_real((double)h->max * unit));
	return json;
}

json_t *
bench_latency_json(const struct bench_latency *l)
{
	json_t *json = json_object();

	if (l->flushes.n)
		json_object_set_new(
			json, "flush",
			describe(&l->flushes, bench_latency_ticks_ns(1)));
	if (l->sections.n)
		json_object_set_new(json, "section", describe(&l->sections, 1));
	return json;
}
