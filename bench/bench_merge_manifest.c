/* bench_merge_manifest.c - one manifest out of several
 *
 * Every choice depends on the set of sources alone, never on their order on the
 * command line, and gives the same when merged manifests go in again.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_merge.h"

#include <stdlib.h>
#include <string.h>

#include "bench_hash.h"
#include "bench_json.h"
#include "bench_op.h"
#include "strategy.h"

static const char *
string(const json_t *object, const char *name)
{
	const char *s = json_string_value(json_object_get(object, name));

	return s ? s : "";
}

static bool
is_verified(const json_t *candidate)
{
	return json_is_true(json_object_get(candidate, "verified"));
}

static void
set_verified(json_t *candidate, bool verified)
{
	json_object_set_new(candidate, "verified", json_boolean(verified));
}

/* Verified is who was so in every run; in all else they must agree. */
static bool
join_candidates(json_t *own, const json_t *candidate)
{
	json_t *other = json_copy((json_t *)candidate);
	bool equal;

	set_verified(own, is_verified(own) && is_verified(other));
	set_verified(other, is_verified(own));
	equal = json_equal(own, other);
	json_decref(other);
	return equal;
}

static void
add_candidate(json_t *cell, const json_t *candidate)
{
	json_t *own = json_copy((json_t *)candidate);

	set_verified(own, is_verified(own));
	json_array_append_new(json_object_get(cell, "candidates"), own);
}

/* A cell without candidates, which are added one by one. */
static json_t *
add_cell(json_t *cells, const json_t *cell)
{
	json_t *own = json_deep_copy(cell);

	json_array_clear(json_object_get(own, "candidates"));
	json_object_set_new(cells, string(cell, "id"), own);
	return own;
}

bool
bench_merge_cell(json_t *cells, const json_t *cell, char **why)
{
	json_t *own = json_object_get(cells, string(cell, "id")), *candidate;
	size_t i;

	if (!own)
		own = add_cell(cells, cell);
	json_array_foreach (json_object_get(cell, "candidates"), i, candidate) {
		json_t *twin =
			bench_json_candidate(own, string(candidate, "name"));

		if (!twin) {
			add_candidate(own, candidate);
			continue;
		}
		if (join_candidates(twin, candidate))
			continue;
		*why = bench_printf(
			"cell %s: %s: expected to be %s as in the runs before, "
			"found %s: %s",
			string(cell, "id"), string(candidate, "name"),
			string(twin, "status"), string(candidate, "status"),
			string(candidate, "reason"));
		return false;
	}
	return true;
}

/* Floors first, then strategies as they are listed, then all other sets. */
static size_t
candidate_rank(const char *name)
{
	size_t i = 0;

	if (strcmp(name, "floor") == 0)
		return 0;
	while (i < strategy_count() && strcmp(strategy_at(i)->name, name) != 0)
		i++;
	return i + 1;
}

static int
compare_candidates(const void *a, const void *b)
{
	const char *x = string(*(json_t *const *)a, "name");
	const char *y = string(*(json_t *const *)b, "name");
	size_t rank_x = candidate_rank(x), rank_y = candidate_rank(y);

	return rank_x != rank_y ? (rank_x > rank_y) - (rank_x < rank_y)
				: strcmp(x, y);
}

static size_t
op_rank(const char *name)
{
	size_t i = 0;

	while (bench_ops[i] && strcmp(bench_ops[i]->name, name) != 0)
		i++;
	return i;
}

static int
compare_axis(enum bench_axis axis, const char *x, const char *y)
{
	size_t a = axis == AXIS_OP ? op_rank(x) : strtoull(x, NULL, 10);
	size_t b = axis == AXIS_OP ? op_rank(y) : strtoull(y, NULL, 10);

	if ((axis == AXIS_OP || axis == AXIS_SIZE) && a != b)
		return a < b ? -1 : 1;
	return strcmp(x, y);
}

/* By op as they are listed, then axis by axis, sizes as numbers. */
static int
compare_cells(const void *a, const void *b)
{
	const json_t *x = json_object_get(*(json_t *const *)a, "axes");
	const json_t *y = json_object_get(*(json_t *const *)b, "axes");
	int order = 0;

	for (int i = 0; i < AXIS_COUNT && order == 0; i++)
		order = compare_axis((enum bench_axis)i,
				     string(x, bench_axis_names[i]),
				     string(y, bench_axis_names[i]));
	return order;
}

/* A new array of what an array or the members of an object hold. */
static json_t *
sorted(const json_t *from, int (*compare)(const void *a, const void *b))
{
	size_t n = json_is_array(from) ? json_array_size(from)
				       : json_object_size(from);
	json_t **items = bench_alloc(n * sizeof(json_t *)), *item;
	json_t *array = json_array();
	const char *key;
	size_t i = 0;

	if (json_is_array(from))
		for (; i < n; i++)
			items[i] = json_array_get(from, i);
	else
		json_object_foreach ((json_t *)from, key, item)
			items[i++] = item;
	qsort(items, n, sizeof(json_t *), compare);
	for (i = 0; i < n; i++)
		json_array_append(array, items[i]);
	free(items);
	return array;
}

static json_t *
cells_json(const struct bench_class *c)
{
	json_t *cells = sorted(c->cells, compare_cells), *cell;
	size_t i;

	json_array_foreach (cells, i, cell)
		json_object_set_new(cell, "candidates",
				    sorted(json_object_get(cell, "candidates"),
					   compare_candidates));
	return cells;
}

/* What the sources agree on stays; else what is given says that they do not. */
static void
settle_string(json_t *m, const struct bench_class *c, const char *name,
	      const char *otherwise)
{
	for (size_t i = 1; i < c->n_sources; i++)
		if (strcmp(string(c->sources[i]->head, name),
			   string(m, name)) != 0) {
			json_object_set_new(m, name, json_string(otherwise));
			return;
		}
}

static double
number(const struct bench_class *c, size_t source, const char *name)
{
	return json_number_value(
		json_object_get(c->sources[source]->head, name));
}

static void
settle_numbers(json_t *m, const struct bench_class *c)
{
	static const char *const largest[] = {"blocks", "rounds"};
	double budget = 0;

	for (size_t i = 0; i < c->n_sources; i++)
		budget += number(c, i, "budget_s");
	json_object_set_new(m, "budget_s", json_real(budget));
	for (size_t k = 0; k < ARRAY_LEN(largest); k++) {
		double most = 0;
		for (size_t i = 0; i < c->n_sources; i++)
			most = MAX(most, number(c, i, largest[k]));
		json_object_set_new(m, largest[k],
				    json_integer((json_int_t)most));
	}
}

/* The newest; dates sort as text. */
static void
settle_date(json_t *m, const struct bench_class *c)
{
	const char *newest = "";

	for (size_t i = 0; i < c->n_sources; i++) {
		const char *date = string(c->sources[i]->head, "date");
		if (strcmp(date, newest) > 0)
			newest = date;
	}
	if (*newest)
		json_object_set_new(m, "date", json_string(newest));
}

static void
settle_hash(json_t *m, const json_t *cells)
{
	char *text = json_dumps(cells, JSON_COMPACT | JSON_SORT_KEYS);
	char hash[BENCH_CELL_ID_SIZE];

	CHECK(text);
	snprintf(hash, sizeof(hash), "%016llx",
		 (unsigned long long)bench_hash_string(BENCH_HASH_INIT, text));
	json_object_set_new(m, "plan_hash", json_string(hash));
	json_object_set_new(m, "candidates_hash", json_string(hash));
	free(text);
}

static json_t *
sources_json(const struct bench_class *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n_sources; i++) {
		const struct bench_source *s = c->sources[i];
		json_array_append_new(list, json_pack("{s:s, s:i, s:O}", "key",
						      s->key, "launches",
						      (int)s->launches,
						      "manifest", s->head));
	}
	return list;
}

json_t *
bench_merge_manifest(const struct bench_class *c)
{
	json_t *m = json_copy(c->sources[0]->head), *cells = cells_json(c);

	/* It cannot be gone on with, and each source has its own of these. */
	json_object_del(m, "arguments");
	json_object_del(m, "verification");
	settle_string(m, c, "plan", "merged");
	settle_string(m, c, "seed", "0");
	settle_date(m, c);
	settle_numbers(m, c);
	settle_hash(m, cells);
	json_object_set_new(m, "cells", cells);
	json_object_set_new(m, "sources", sources_json(c));
	return m;
}
