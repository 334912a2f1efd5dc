/* bench_policy_json.c - a policy with all its evidence, as JSON */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "bench_json.h"
#include "bench_coverage.h"
#include "bench_policy.h"
#include "bench_stats.h"
#include "bench_verified.h"

static json_t *
string_or_null(const char *s)
{
	return s ? json_string(s) : json_null();
}

static json_t *
size_or_null(size_t size)
{
	return size == 0 || size == SIZE_MAX ? json_null()
					     : json_integer((json_int_t)size);
}

static json_t *
estimate_json(const struct bench_estimate *e)
{
	json_t *json = json_pack(
		"{s:s, s:s, s:s, s:b, s:I}", "name", e->candidate, "verdict",
		bench_verdict_names[e->verdict], "reason", e->reason,
		BENCH_UNVERIFIED, e->unverified, "n", (json_int_t)e->n);

	CHECK(json);
	bench_json_set_number(json, "value", e->value);
	bench_json_set_number(json, "lo", e->lo);
	bench_json_set_number(json, "hi", e->hi);
	bench_json_set_number(json, "ratio", e->ratio);
	bench_json_set_number(json, "ratio_lo", e->ratio_lo);
	bench_json_set_number(json, "ratio_hi", e->ratio_hi);
	return json;
}

static json_t *
cell_json(const struct bench_cell_summary *cell)
{
	json_t *candidates = json_array();

	for (size_t i = 0; i < cell->n_estimates; i++)
		json_array_append_new(candidates,
				      estimate_json(&cell->estimates[i]));
	return json_pack("{s:s, s:o, s:o}", "id", cell->cell->id, "axes",
			 bench_manifest_axes_json(&cell->cell->cell),
			 "candidates", candidates);
}

static json_t *
ground_json(const struct bench_band *band)
{
	json_t *json = json_object();

	for (int g = 0; g < GROUND_COUNT; g++)
		if (band->points[g] > 0)
			json_object_set_new(
				json, bench_ground_names[g],
				json_integer((json_int_t)band->points[g]));
	return json;
}

static json_t *
row_json(const struct bench_choice *choice, size_t i)
{
	const struct bench_band *band = &choice->bands[i];
	char *const *axis = band->axes->axis;
	json_t *tied = json_array(), *cells = json_array();

	for (size_t k = 0; k < band->n_tied; k++)
		json_array_append_new(tied, json_string(band->tied[k]));
	for (size_t k = 0; k < band->n_cells; k++)
		json_array_append_new(cells, cell_json(band->cells[k]));
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o,"
		" s:o, s:o, s:o, s:o, s:o, s:o}",
		"op", axis[AXIS_OP], "abi", axis[AXIS_ABI], "workload",
		band->first ? "-" : axis[AXIS_WORKLOAD], "phase",
		axis[AXIS_PHASE], "max_size",
		size_or_null(bench_policy_max_size(choice, i)),
		"first_measured", size_or_null(band->first), "last_measured",
		size_or_null(band->last), "measured_below",
		size_or_null(band->below), "measured_above",
		size_or_null(band->above), "strategy",
		string_or_null(band->choice), BENCH_UNVERIFIED,
		band->choice && bench_unverified_in(band->cells, band->n_cells,
						    band->choice),
		"ground", ground_json(band), "tied", tied, "regret",
		bench_json_number(band->regret), "ratio_to_incumbent",
		bench_json_number(band->ratio), "share",
		bench_json_number(band->share), "cost",
		bench_json_number(band->cost), "cells", cells);
}

/* What the manifest says of the run, copied as it is. */
static void
copy_from_manifest(json_t *json, const json_t *manifest)
{
	static const char *const names[] = {
		"plan",  "plan_hash",       "seed",    "commit", "compiler",
		"flags", "candidates_hash", "machine",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		json_object_set(json, names[i],
				json_object_get(manifest, names[i]));
}

static const char *
weights_spec(const struct bench_policy *policy)
{
	const struct bench_weights *weights = policy->options->weights;

	return weights ? weights->spec : NULL;
}

json_t *
bench_policy_json(const struct bench_policy *policy)
{
	struct bench_coverage coverage =
		bench_coverage_of(policy->summary, policy->options->weights);
	char *layouts = bench_coverage_layouts(&coverage);
	json_t *rows = json_array();
	json_t *json = json_pack(
		"{s:i, s:s, s:s}", "schema", BENCH_POLICY_SCHEMA, "run",
		policy->provenance->run, "date", policy->provenance->date);

	CHECK(json);
	copy_from_manifest(json, policy->summary->manifest->json);
	for (size_t i = 0; i < policy->choice->n_bands; i++)
		json_array_append_new(rows, row_json(policy->choice, i));
	CHECK(json_object_update_new(
		      json,
		      json_pack(
			      "{s:s, s:o, s:f, s:f, s:s, s:o, s:b, s:o}",
			      "layouts", layouts, "weights",
			      string_or_null(weights_spec(policy)), "epsilon",
			      policy->options->epsilon, "confidence",
			      BENCH_STATS_COVERAGE, "incumbent",
			      bench_incumbent_text(policy->options->incumbent),
			      "max_isa", string_or_null(policy->rule->max_isa),
			      "architectural", policy->rule->architectural,
			      "rows", rows)) == 0);
	free(layouts);
	return json;
}
