/* bench_manifest_head.c - what a manifest says of a run, read with distrust */
// SPDX-License-Identifier: BSD-3-Clause
#include <limits.h>
#include <string.h>

#include "bench_journal.h"
#include "bench_json.h"
#include "bench_manifest.h"

#define SCHEMA_VERSION 1

static bool
is_there(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return value && !json_is_null(value);
}

static void
check_preflight(const json_t *checks, char **why)
{
	size_t i;
	json_t *check;

	json_array_foreach (checks, i, check) {
		if (*why)
			return;
		bench_json_text(check, "name", why);
		bench_json_text(check, "state", why);
		bench_json_text(check, "text", why);
		bench_json_within("preflight", i, why);
	}
}

/* What is said of the machine elsewhere; what was not known is null. All else
 * in it is only compared. */
static void
check_machine(const json_t *machine, char **why)
{
	const json_t *hypervisor = json_object_get(machine, "hypervisor");

	if (is_there(machine, "model_name"))
		bench_json_text(machine, "model_name", why);
	if (is_there(machine, "cpus"))
		bench_json_uint(machine, "cpus", 0, INT_MAX, why);
	if (is_there(machine, "hypervisor") && !json_is_boolean(hypervisor))
		bench_json_unexpected("hypervisor", "true, false or null",
				      hypervisor, why);
}

/* The terms of the race: what is left out has its default. */
static void
check_terms(const json_t *json, char **why)
{
	const json_t *allocation = json_object_get(json, "allocation");

	if (json_object_get(json, "epsilon"))
		bench_json_real(json, "epsilon", 0, 1, why);
	if (json_object_get(json, "launches"))
		bench_json_uint(json, "launches", 1, BENCH_LAUNCHES_MAX, why);
	if (json_object_get(json, "layouts"))
		bench_json_uint(json, "layouts", 1, BENCH_LAUNCHES_MAX, why);
	if (allocation && (!json_is_string(allocation) ||
			   (strcmp(json_string_value(allocation), "race") &&
			    strcmp(json_string_value(allocation), "uniform"))))
		bench_json_unexpected("allocation", "race or uniform",
				      allocation, why);
}

void
bench_manifest_check_head(const json_t *json, char **why)
{
	static const char *const texts[] = {"plan",   "plan_hash",
					    "commit", "compiler",
					    "flags",  "candidates_hash"};

	bench_json_uint(json, "schema", SCHEMA_VERSION, SCHEMA_VERSION, why);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		bench_json_text(json, texts[i], why);
	if (json_object_get(json, "date"))
		bench_json_text(json, "date", why);
	bench_json_u64(json, "seed", why);
	bench_json_real(json, "budget_s", 0, BENCH_JSON_MAX_INT, why);
	bench_json_uint(json, "blocks", 0, UINT_MAX, why);
	bench_json_uint(json, "rounds", 0, UINT_MAX, why);
	check_terms(json, why);
	check_machine(bench_json_member(json, "machine", JSON_OBJECT, why),
		      why);
	check_preflight(bench_json_member(json, "preflight", JSON_ARRAY, why),
			why);
}

static void
check_source(const json_t *sources, size_t i, char **why)
{
	const json_t *source = json_array_get(sources, i);
	json_t *key = bench_json_member(source, "key", JSON_STRING, why);

	if (key && !bench_cell_is_id(json_string_value(key)))
		bench_json_unexpected("key", "16 hex digits", key, why);
	for (size_t k = 0; k < i && !*why; k++)
		if (json_equal(key, json_object_get(json_array_get(sources, k),
						    "key")))
			bench_json_unexpected("key", "a key that no other has",
					      key, why);
	bench_json_uint(source, "launches", 0, BENCH_LAUNCHES_MAX, why);
	bench_manifest_check_head(
		bench_json_member(source, "manifest", JSON_OBJECT, why), why);
}

void
bench_manifest_check_sources(const json_t *json, char **why)
{
	json_t *sources = json_object_get(json, "sources");
	json_int_t launches = 0;

	if (!sources)
		return;
	bench_json_member(json, "sources", JSON_ARRAY, why);
	if (json_array_size(sources) == 0)
		bench_json_unexpected("sources", "a run that went in", sources,
				      why);
	for (size_t i = 0; i < json_array_size(sources) && !*why; i++) {
		check_source(sources, i, why);
		bench_json_within("sources", i, why);
		launches += json_integer_value(json_object_get(
			json_array_get(sources, i), "launches"));
	}
	if (launches > BENCH_LAUNCHES_MAX)
		bench_json_unexpected("sources", "2^30 launches at most",
				      sources, why);
}
