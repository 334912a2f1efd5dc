/* bench_export_gbench.c - a run as Google Benchmark's JSON
 *
 * What compare.py reads: it groups entries by name, takes real_time and
 * cpu_time of each, and pairs the names of two files, or of one file after a
 * filter is cut out of them. So a candidate is one part of the name, and that
 * it is unverified, which must not keep names apart, is the label. We have no
 * CPU time apart from the time: both are the same.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_export.h"

#include <stdlib.h>
#include <string.h>

#include "bench_verified.h"

/* OP/AXIS:VALUE/.../CANDIDATE, with the axes that apply. */
static char *
benchmark_name(const struct bench_repetition *r)
{
	char *name = bench_strdup(r->cell->axis[AXIS_OP]);

	for (int i = 0; i < AXIS_COUNT; i++) {
		const char *value = r->cell->axis[i];
		if (i == AXIS_OP || strcmp(value, "-") == 0)
			continue;
		char *longer = bench_printf("%s/%s:%s", name,
					    bench_axis_names[i], value);
		free(name);
		name = longer;
	}
	char *whole = bench_printf("%s/%s", name, r->candidate);
	free(name);
	return whole;
}

static void
add_entry(void *arg, const struct bench_repetition *r)
{
	char *name = benchmark_name(r);
	json_t *entry = json_pack(
		"{s:s, s:s, s:s, s:I, s:I, s:i, s:I, s:f, s:f, s:s}", "name",
		name, "run_name", name, "run_type", "iteration", "repetitions",
		(json_int_t)r->of, "repetition_index", (json_int_t)r->index,
		"threads", (int)bench_export_threads(r->cell), "iterations",
		(json_int_t)r->iters, "real_time", r->ns, "cpu_time", r->ns,
		"time_unit", "ns");

	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		if (r->sample->counters[c])
			json_object_set_new(
				entry, bench_counter_names[c],
				json_real((double)r->sample->counters[c] /
					  (double)r->iters));
	if (r->unverified)
		json_object_set_new(entry, "label",
				    json_string(BENCH_UNVERIFIED));
	json_array_append_new(arg, entry);
	free(name);
}

/* Who measured, and what; compare.py asks for the first two only. */
static json_t *
context(const struct bench_summary *s)
{
	static const char *const members[] = {
		"plan", "plan_hash", "commit", "compiler", "flags", "machine"};
	json_t *json = json_pack("{s:s, s:i}", "executable", "framebench",
				 "json_schema_version", 1);

	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		json_object_set(json, members[i],
				json_object_get(s->manifest->json, members[i]));
	return json;
}

void
bench_export_gbench(const struct bench_summary *s, FILE *f)
{
	json_t *entries = json_array();

	bench_export_repetitions(s, add_entry, entries);
	json_t *json = json_pack("{s:o, s:o}", "context", context(s),
				 "benchmarks", entries);
	json_dumpf(json, f, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	fputc('\n', f);
	json_decref(json);
}
