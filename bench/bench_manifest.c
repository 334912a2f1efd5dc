/* bench_manifest.c - what a run set out to measure: read, checked, written */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_json.h"

/* As many digits as a double holds of any number. */
#define NUMBER_DIGITS 15

const char *const bench_standing_names[] = {
	[STANDING_CONTENDER] = "contender",
	[STANDING_BOUND] = "bound",
	[STANDING_REFUSED] = "refused",
};

static const char *
name_member(const json_t *object, const char *name, char **why)
{
	const char *text = bench_json_text(object, name, why);

	if (text && !*text)
		bench_json_unexpected(name, "printable text",
				      json_object_get(object, name), why);
	return text;
}

static enum bench_standing
read_standing(const json_t *entrant, char **why)
{
	json_t *status = bench_json_member(entrant, "status", JSON_STRING, why);

	if (*why)
		return STANDING_REFUSED;
	for (size_t i = 0; i < ARRAY_LEN(bench_standing_names); i++)
		if (strcmp(json_string_value(status),
			   bench_standing_names[i]) == 0)
			return (enum bench_standing)i;
	bench_json_unexpected("status", "contender, bound or refused", status,
			      why);
	return STANDING_REFUSED;
}

/* Index of the entrant of that name, or n_entrants. */
static size_t
find_entrant(const struct bench_manifest_cell *cell, const char *name)
{
	size_t i = 0;

	while (i < cell->n_entrants &&
	       strcmp(cell->entrants[i].name, name) != 0)
		i++;
	return i;
}

static void
read_entrant(struct bench_manifest_cell *cell, const json_t *json, char **why)
{
	const char *name = name_member(json, "name", why);
	const char *reason = bench_json_text(json, "reason", why);
	const json_t *verified = json_object_get(json, "verified");
	enum bench_standing standing = read_standing(json, why);

	if (!*why && verified && !json_is_boolean(verified))
		bench_json_unexpected("verified", "true or false", verified,
				      why);
	if (!*why && find_entrant(cell, name) < cell->n_entrants)
		bench_json_unexpected("name", "a name that no other has",
				      json_object_get(json, "name"), why);
	if (*why)
		return;
	cell->entrants[cell->n_entrants++] = (struct bench_entrant){
		.name = bench_strdup(name),
		.standing = standing,
		.reason = bench_strdup(reason),
		.verified = json_is_true(verified),
	};
}

/* Whether it is a number, "-", or on an axis of words. */
static bool
fits_axis(enum bench_axis axis, const char *value)
{
	size_t n = strlen(value);

	if (axis != AXIS_SIZE && axis != AXIS_MUTATORS && axis != AXIS_MARKERS)
		return true;
	return strcmp(value, "-") == 0 ||
	       (n <= NUMBER_DIGITS && strspn(value, "0123456789") == n);
}

static void
read_axes(struct bench_cell *cell, const json_t *axes, char **why)
{
	for (int i = 0; i < AXIS_COUNT; i++) {
		const char *value = name_member(axes, bench_axis_names[i], why);
		if (value && !fits_axis((enum bench_axis)i, value))
			bench_json_unexpected(
				bench_axis_names[i], "a number or -",
				json_object_get(axes, bench_axis_names[i]),
				why);
		cell->axis[i] = bench_strdup(value ? value : "");
	}
}

/* The id follows from the axes: a difference means that one was edited. */
static void
read_id(struct bench_manifest_cell *cell, const json_t *json, char **why)
{
	json_t *id = bench_json_member(json, "id", JSON_STRING, why);

	bench_cell_id(&cell->cell, cell->id);
	if (id && strcmp(json_string_value(id), cell->id) != 0)
		bench_json_unexpected("id", "the hash of the axes", id, why);
}

/* Fills in one cell; what is there must be freed even after a failure. */
static void
read_cell(struct bench_manifest_cell *cell, const json_t *json, char **why)
{
	json_t *axes = bench_json_member(json, "axes", JSON_OBJECT, why);
	json_t *entrants =
		bench_json_member(json, "candidates", JSON_ARRAY, why);
	size_t i, n = json_array_size(entrants);
	json_t *entrant;

	*cell = (struct bench_manifest_cell){
		.entrants = bench_alloc(n * sizeof(*cell->entrants)),
	};
	read_axes(&cell->cell, axes, why);
	read_id(cell, json, why);
	json_array_foreach (entrants, i, entrant) {
		if (*why)
			return;
		read_entrant(cell, entrant, why);
		bench_json_within("candidates", i, why);
	}
}

static bool
has_duplicate_id(const struct bench_manifest *m)
{
	const char *last = m->cells[m->n_cells - 1].id;

	for (size_t i = 0; i + 1 < m->n_cells; i++)
		if (strcmp(m->cells[i].id, last) == 0)
			return true;
	return false;
}

static void
read_cells(struct bench_manifest *m, const json_t *cells, char **why)
{
	size_t i;
	json_t *cell;

	m->cells = bench_alloc(json_array_size(cells) * sizeof(*m->cells));
	json_array_foreach (cells, i, cell) {
		if (*why)
			return;
		read_cell(&m->cells[m->n_cells++], cell, why);
		if (has_duplicate_id(m))
			bench_json_unexpected("id", "an id that no other has",
					      json_object_get(cell, "id"), why);
		bench_json_within("cells", i, why);
	}
}

struct bench_manifest *
bench_manifest_of(json_t *json, char **why)
{
	struct bench_manifest *m = bench_alloc(sizeof(*m));

	*m = (struct bench_manifest){.json = json_incref(json)};
	if (!json_is_object(json))
		bench_json_unexpected("manifest", "an object", json, why);
	bench_manifest_check_head(json, why);
	bench_manifest_check_sources(json, why);
	read_cells(m, bench_json_member(json, "cells", JSON_ARRAY, why), why);
	if (!*why)
		return m;
	bench_manifest_free(m);
	return NULL;
}

struct bench_manifest *
bench_manifest_read(const char *run_dir)
{
	if (!*run_dir) { /* else it would be the root directory */
		bench_error(BENCH_USAGE, "'': expected a run directory");
		return NULL;
	}
	char *path = bench_printf("%s/manifest.json", run_dir), *why = NULL;
	json_t *json = bench_json_read(path, "a manifest");
	struct bench_manifest *m = json ? bench_manifest_of(json, &why) : NULL;

	if (why)
		bench_error(BENCH_USAGE, "%s: %s", path, why);
	json_decref(json);
	free(why);
	free(path);
	return m;
}

static void
free_cell(struct bench_manifest_cell *cell)
{
	for (size_t i = 0; i < cell->n_entrants; i++) {
		free(cell->entrants[i].name);
		free(cell->entrants[i].reason);
	}
	free(cell->entrants);
	bench_cell_free(&cell->cell);
}

void
bench_manifest_free(struct bench_manifest *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n_cells; i++)
		free_cell(&m->cells[i]);
	free(m->cells);
	json_decref(m->json);
	free(m);
}

json_t *
bench_manifest_axes_json(const struct bench_cell *cell)
{
	json_t *axes = json_object();

	for (int i = 0; i < AXIS_COUNT; i++)
		json_object_set_new(axes, bench_axis_names[i],
				    json_string(cell->axis[i]));
	return axes;
}

static json_t *
entrants_to_json(const struct bench_manifest_cell *cell)
{
	json_t *entrants = json_array();

	for (size_t i = 0; i < cell->n_entrants; i++) {
		const struct bench_entrant *e = &cell->entrants[i];
		json_t *entrant =
			json_pack("{s:s, s:s, s:s, s:b}", "name", e->name,
				  "status", bench_standing_names[e->standing],
				  "reason", e->reason, "verified", e->verified);
		json_array_append_new(entrants, entrant);
	}
	return entrants;
}

json_t *
bench_manifest_cells_json(const struct bench_manifest_cell *cells, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(
			array,
			json_pack("{s:s, s:o, s:o}", "id", cells[i].id, "axes",
				  bench_manifest_axes_json(&cells[i].cell),
				  "candidates", entrants_to_json(&cells[i])));
	return array;
}

/* Returns 0 or an errno. */
static int
write_synced(const char *path, const json_t *json)
{
	/* 15 digits are what a double holds of any decimal number, and keep
	 * 0.1 short. */
	size_t flags = JSON_INDENT(1) | JSON_REAL_PRECISION(15);
	FILE *f = fopen(path, "we");

	if (!f)
		return errno;
	errno = 0;
	bool good = json_dumpf(json, f, flags) == 0 && fputc('\n', f) != EOF &&
		    fflush(f) == 0 && fsync(fileno(f)) == 0;
	int error = good ? 0 : errno ? errno : EIO;
	if (fclose(f) != 0 && !error)
		error = errno;
	return error;
}

int
bench_write_json(const char *path, const json_t *json)
{
	char *draft = bench_printf("%s.tmp", path);
	int error = write_synced(draft, json);

	if (!error && rename(draft, path) != 0)
		error = errno;
	if (error)
		unlink(draft);
	free(draft);
	if (!error)
		return BENCH_OK;
	return bench_error(BENCH_USAGE, "%s: expected to be written, found: %s",
			   path, strerror(error));
}
