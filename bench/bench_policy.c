/* bench_policy.c - policies written, read, and asked */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_json.h"

size_t
bench_policy_max_size(const struct bench_choice *choice, size_t band)
{
	return bench_band_continues(choice, band) ? choice->bands[band].last
						  : SIZE_MAX;
}

static int
refuse(const char *path)
{
	return bench_error(BENCH_USAGE, "%s: expected to be written, found: %s",
			   path, strerror(errno));
}

static int
write_header(const struct bench_policy *policy, const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return refuse(path);
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
	char *draft = bench_printf("%s.tmp", header_path);
	json_t *json = bench_policy_json(policy);
	int status = bench_make_dirs(dir);

	if (!status)
		status = write_header(policy, draft);
	if (!status)
		status = bench_write_json(json_path, json);
	if (!status && rename(draft, header_path) != 0)
		status = refuse(header_path);
	if (status)
		unlink(draft);
	json_decref(json);
	free(json_path);
	free(header_path);
	free(draft);
	return status;
}

/* What rows of one group have in common. */
static const char *const group[] = {"op", "abi", "workload", "phase"};

static bool
is_one_group(const json_t *a, const json_t *b)
{
	for (size_t i = 0; i < ARRAY_LEN(group); i++)
		if (!json_equal(json_object_get(a, group[i]),
				json_object_get(b, group[i])))
			return false;
	return true;
}

/* Behind a row of its group that holds for as large sizes a row would never be
 * asked. */
static void
check_size(const json_t *rows, size_t i, char **why)
{
	const json_t *row = json_array_get(rows, i);
	const json_t *max = json_object_get(row, "max_size");

	if (!json_is_null(max))
		bench_json_uint(row, "max_size", 1, BENCH_JSON_MAX_INT, why);
	for (size_t k = 0; k < i && !*why; k++) {
		const json_t *before = json_array_get(rows, k);
		const json_t *least = json_object_get(before, "max_size");

		if (is_one_group(before, row) &&
		    (json_is_null(least) ||
		     (!json_is_null(max) &&
		      json_integer_value(max) <= json_integer_value(least))))
			bench_json_unexpected("max_size",
					      "more than in the rows before",
					      max, why);
	}
}

static void
check_row(const json_t *rows, size_t i, char **why)
{
	const json_t *row = json_array_get(rows, i);
	const json_t *strategy = json_object_get(row, "strategy");

	for (size_t k = 0; k < ARRAY_LEN(group); k++)
		bench_json_member(row, group[k], JSON_STRING, why);
	check_size(rows, i, why);
	if (!*why && !bench_json_is_name(strategy) && !json_is_null(strategy))
		bench_json_unexpected("strategy", "a name or null", strategy,
				      why);
}

static void
check(const json_t *policy, char **why)
{
	json_t *rows;

	bench_json_uint(policy, "schema", BENCH_POLICY_SCHEMA,
			BENCH_POLICY_SCHEMA, why);
	rows = bench_json_member(policy, "rows", JSON_ARRAY, why);
	for (size_t i = 0; i < json_array_size(rows) && !*why; i++) {
		check_row(rows, i, why);
		bench_json_within("rows", i, why);
	}
}

bool
bench_policy_is_path(const char *word)
{
	size_t n = strlen(word), m = strlen(".json");

	return n > m && strcmp(word + n - m, ".json") == 0;
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
