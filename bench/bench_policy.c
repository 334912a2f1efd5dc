/* bench_policy.c - policies written, read, and asked */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench_json.h"

size_t
bench_policy_max_size(const struct bench_choice *choice, size_t band)
{
	return bench_band_continues(choice, band) ? choice->bands[band].last
						  : SIZE_MAX;
}

static int
write_header(const struct bench_policy *policy, const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return bench_error(BENCH_USAGE,
				   "%s: expected to be written, found: %s",
				   path, strerror(errno));
	bench_policy_header(policy, f);
	int status = bench_flush(f, path);
	fclose(f);
	return status;
}

int
bench_policy_write(const struct bench_policy *policy, const char *dir)
{
	char *json_path = bench_printf("%s/policy.json", dir);
	char *header_path = bench_printf("%s/policy.h", dir);
	json_t *json = bench_policy_json(policy);
	int status = bench_make_dirs(dir);

	if (!status)
		status = bench_write_json(json_path, json);
	if (!status)
		status = write_header(policy, header_path);
	json_decref(json);
	free(json_path);
	free(header_path);
	return status;
}

static void
check_row(const json_t *row, char **why)
{
	static const char *const names[] = {"op", "abi", "workload", "phase"};
	const json_t *max = json_object_get(row, "max_size");
	const json_t *strategy = json_object_get(row, "strategy");

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		bench_json_member(row, names[i], JSON_STRING, why);
	if (!*why && !json_is_integer(max) && !json_is_null(max))
		bench_json_unexpected("max_size", "an integer or null", max,
				      why);
	if (!*why && !json_is_string(strategy) && !json_is_null(strategy))
		bench_json_unexpected("strategy", "a name or null", strategy,
				      why);
}

static void
check(const json_t *policy, char **why)
{
	size_t i;
	json_t *row, *rows;

	bench_json_uint(policy, "schema", BENCH_POLICY_SCHEMA,
			BENCH_POLICY_SCHEMA, why);
	rows = bench_json_member(policy, "rows", JSON_ARRAY, why);
	json_array_foreach (rows, i, row) {
		if (*why)
			return;
		check_row(row, why);
		bench_json_within("rows", i, why);
	}
}

json_t *
bench_policy_read(const char *path)
{
	json_t *policy = bench_json_read(path, "a policy.json");
	char *why = NULL;

	if (!policy)
		return NULL;
	check(policy, &why);
	if (!why)
		return policy;
	bench_error(BENCH_USAGE, "%s: %s", path, why);
	free(why);
	json_decref(policy);
	return NULL;
}

static bool
row_is(const json_t *row, const char *name, const char *value)
{
	return strcmp(json_string_value(json_object_get(row, name)), value) ==
	       0;
}

/* Rows of a group are in the order of their sizes, so the first that holds is
 * the one. */
static bool
row_holds(const json_t *row, const struct bench_cell *cell)
{
	size_t size = bench_cell_size(cell);
	const json_t *max = json_object_get(row, "max_size");

	return row_is(row, "op", cell->axis[AXIS_OP]) &&
	       row_is(row, "abi", cell->axis[AXIS_ABI]) &&
	       row_is(row, "phase", cell->axis[AXIS_PHASE]) &&
	       row_is(row, "workload",
		      size ? "-" : cell->axis[AXIS_WORKLOAD]) &&
	       (json_is_null(max) || size <= (size_t)json_integer_value(max));
}

const char *
bench_policy_lookup(const json_t *policy, const struct bench_cell *cell)
{
	const json_t *rows = json_object_get(policy, "rows");
	size_t i;
	json_t *row;

	json_array_foreach (rows, i, row) {
		if (row_holds(row, cell))
			return json_string_value(
				json_object_get(row, "strategy"));
	}
	return NULL;
}
