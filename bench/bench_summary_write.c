/* bench_summary_write.c - a summary as summary.json */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_summary.h"

#include <stdlib.h>

#include "bench_json.h"
#include "bench_verified.h"

#define SCHEMA_VERSION 1

static json_t *
counters_to_json(const struct bench_estimate *e)
{
	json_t *counters = json_object();

	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		if (e->counters[c] > 0)
			json_object_set_new(counters, bench_counter_names[c],
					    bench_json_number(e->counters[c]));
	return counters;
}

static json_t *
estimate_to_json(const struct bench_estimate *e)
{
	return json_pack(
		"{s:s, s:s, s:s, s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
		"s:o, s:o}",
		"candidate", e->candidate, "verdict",
		bench_verdict_names[e->verdict], "reason", e->reason,
		BENCH_UNVERIFIED, e->unverified, "n", (json_int_t)e->n, "value",
		bench_json_number(e->value), "lo", bench_json_number(e->lo),
		"hi", bench_json_number(e->hi), "ratio",
		bench_json_number(e->ratio), "ratio_lo",
		bench_json_number(e->ratio_lo), "ratio_hi",
		bench_json_number(e->ratio_hi), "above_floor",
		bench_json_number(e->above_floor), "share",
		bench_json_number(e->share), "counters", counters_to_json(e));
}

static json_t *
placebo_to_json(const struct bench_cell_summary *c)
{
	if (!c->has_placebo)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:b, s:b}", "ratio",
			 bench_json_number(c->placebo.mid), "lo",
			 bench_json_number(c->placebo.lo), "hi",
			 bench_json_number(c->placebo.hi), "within",
			 c->placebo_within, "beyond", c->placebo_beyond);
}

static json_t *
cell_to_json(const struct bench_cell_summary *c)
{
	json_t *estimates = json_array();

	for (size_t i = 0; i < c->n_estimates; i++)
		json_array_append_new(estimates,
				      estimate_to_json(&c->estimates[i]));
	return json_pack(
		"{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o}", "id",
		c->cell->id, "axes", bench_manifest_axes_json(&c->cell->cell),
		"outcome", bench_outcome_names[c->outcome], "leader",
		c->leader ? json_string(c->leader->candidate) : json_null(),
		"regret", bench_json_number(c->regret), "regret_family",
		bench_json_number(c->regret_family), "placebo",
		placebo_to_json(c), "launches", (json_int_t)c->launches,
		"blocks", (json_int_t)c->n_blocks, "disturbed",
		(json_int_t)c->disturbed, "estimates", estimates);
}

int
bench_summary_write(const struct bench_summary *s)
{
	char *path = bench_printf("%s/summary.json", s->run_dir);
	json_t *cells = json_array();

	for (size_t i = 0; i < s->n_cells; i++)
		json_array_append_new(cells, cell_to_json(&s->cells[i]));
	json_t *json =
		json_pack("{s:i, s:I, s:I, s:o}", "schema", SCHEMA_VERSION,
			  "blocks", (json_int_t)s->n_blocks, "skipped",
			  (json_int_t)s->skipped, "cells", cells);
	int status = bench_write_json(path, json);
	json_decref(json);
	free(path);
	return status;
}
