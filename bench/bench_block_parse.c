/* bench_block_parse.c - a line of the journal, read with distrust */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_block.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bench_json.h"

/* Whether it is an array of one number a round, none of them below min. */
static bool
has_a_number_a_round(const json_t *array, const struct bench_block *b,
		     double min)
{
	size_t r;
	json_t *x;

	if (!json_is_array(array) || json_array_size(array) != b->n_rounds)
		return false;
	json_array_foreach (array, r, x)
		if (!json_is_number(x) || json_number_value(x) < min)
			return false;
	return true;
}

static bool
read_times(struct bench_block *b, const json_t *all, char **why)
{
	if (json_object_size(all) != b->n_candidates)
		return bench_json_unexpected("ns", "a member a candidate", all,
					     why);
	for (size_t i = 0; i < b->n_candidates; i++) {
		json_t *times = json_object_get(all, b->candidates[i]);
		if (!has_a_number_a_round(times, b, BENCH_BLOCK_LEAST_NS))
			return bench_json_unexpected("ns",
						     "a time a round for each "
						     "candidate, 1 ns or more",
						     times, why);
		for (size_t r = 0; r < b->n_rounds; r++)
			BENCH_BLOCK_AT(b, samples, r, i).ns =
				json_number_value(json_array_get(times, r));
	}
	return true;
}

static int
find_counter(const char *name)
{
	int c = 0;

	while (c < BENCH_COUNTER_COUNT &&
	       strcmp(bench_counter_names[c], name) != 0)
		c++;
	return c;
}

static bool
read_counter(struct bench_block *b, size_t i, int counter,
	     const json_t *amounts, char **why)
{
	if (!has_a_number_a_round(amounts, b, 0))
		return bench_json_unexpected(bench_counter_names[counter],
					     "an amount a round", amounts, why);
	for (size_t r = 0; r < b->n_rounds; r++) {
		const json_t *x = json_array_get(amounts, r);
		if (!json_is_integer(x) ||
		    json_integer_value(x) > (json_int_t)BENCH_JSON_MAX_INT)
			return bench_json_unexpected(
				bench_counter_names[counter],
				"integers below 2^53", x, why);
		BENCH_BLOCK_AT(b, samples, r, i).counters[counter] =
			(uint64_t)json_integer_value(x);
	}
	return true;
}

static bool
read_candidate_counters(struct bench_block *b, size_t i, json_t *own,
			char **why)
{
	const char *name;
	json_t *amounts;

	json_object_foreach (own, name, amounts) {
		int c = find_counter(name);
		if (c == BENCH_COUNTER_COUNT)
			return bench_json_unexpected("counters", "known names",
						     own, why);
		if (!read_counter(b, i, c, amounts, why))
			return false;
	}
	return true;
}

static bool
read_counters(struct bench_block *b, json_t *all, char **why)
{
	size_t found = 0;

	for (size_t i = 0; i < b->n_candidates; i++) {
		json_t *own = json_object_get(all, b->candidates[i]);
		if (!own)
			continue;
		found++;
		if (!json_is_object(own))
			return bench_json_unexpected(
				"counters", "an object a candidate", own, why);
		if (!read_candidate_counters(b, i, own, why))
			return false;
	}
	if (found != json_object_size(all))
		return bench_json_unexpected("counters", "candidates only", all,
					     why);
	return true;
}

/* Takes over a round's order if it has every candidate once. */
static bool
read_round(struct bench_block *b, size_t r, const json_t *round)
{
	size_t n = b->n_candidates, i;
	bool *seen = memset(bench_alloc(n), false, n);

	for (i = 0; i < n && json_array_size(round) == n; i++) {
		const json_t *x = json_array_get(round, i);
		json_int_t index = json_integer_value(x);
		if (!json_is_integer(x) || index < 0 ||
		    index >= (json_int_t)n || seen[index])
			break;
		seen[index] = true;
		BENCH_BLOCK_AT(b, order, r, i) = (unsigned)index;
	}
	free(seen);
	return i == n;
}

static bool
read_order(struct bench_block *b, const json_t *rounds, char **why)
{
	size_t r;
	json_t *round;

	json_array_foreach (rounds, r, round)
		if (!read_round(b, r, round))
			return bench_json_unexpected(
				"order", "each candidate's index a round",
				round, why);
	return true;
}

/* Fails unless every element is a name that the others do not have. */
static bool
check_names(const json_t *names, char **why)
{
	json_t *set = json_object(), *name;
	size_t i;

	json_array_foreach (names, i, name)
		if (!bench_json_is_name(name) ||
		    json_object_set(set, json_string_value(name), name))
			break;
	bool good = i > 0 && json_object_size(set) == json_array_size(names);
	json_decref(set);
	return good || bench_json_unexpected("candidates", "names, each once",
					     names, why);
}

static bool
check_cell(const json_t *cell, char **why)
{
	return bench_cell_is_id(json_string_value(cell)) ||
	       bench_json_unexpected("cell", "16 hex digits", cell, why);
}

/* A block with the right number of rounds and candidates, no figures yet. */
static struct bench_block *
read_shape(const json_t *json, char **why)
{
	json_t *cell = bench_json_member(json, "cell", JSON_STRING, why);
	json_t *names = bench_json_member(json, "candidates", JSON_ARRAY, why);
	json_t *order = bench_json_member(json, "order", JSON_ARRAY, why);

	if (*why || !check_cell(cell, why) || !check_names(names, why))
		return NULL;
	size_t n = json_array_size(names);
	char **candidates = bench_alloc(n * sizeof(*candidates));
	for (size_t i = 0; i < n; i++)
		candidates[i] =
			(char *)json_string_value(json_array_get(names, i));
	struct bench_block *b = bench_block_new(
		json_string_value(cell), json_array_size(order), n, candidates);
	free(candidates);
	return b;
}

/* An integer that older journals do not have: 0 there. */
static uint64_t
later_uint(const json_t *json, const char *name, uint64_t max, char **why)
{
	return json_object_get(json, name)
		       ? bench_json_uint(json, name, 0, max, why)
		       : 0;
}

static void
read_layout(struct bench_layout *l, const json_t *json, char **why)
{
	json_t *o = json_object_get(json, "layout");
	json_t *swapped = json_object_get(o, "swapped");

	if (!o)
		return;
	bench_json_member(json, "layout", JSON_OBJECT, why);
	l->seed = bench_json_u64(o, "seed", why);
	l->environment =
		(unsigned)bench_json_uint(o, "environment", 0, INT_MAX, why);
	l->stack = (unsigned)bench_json_uint(o, "stack", 0, INT_MAX, why);
	l->buffer = (unsigned)bench_json_uint(o, "buffer", 0, INT_MAX, why);
	l->swapped = json_is_true(swapped);
	if (!json_is_boolean(swapped))
		bench_json_unexpected("swapped", "true or false", swapped, why);
}

static enum bench_disturbance
read_discarded(const json_t *json, char **why)
{
	json_t *value = json_object_get(json, "discarded");

	if (!value)
		return DISTURBANCE_none;
	for (int i = 1; i < BENCH_DISTURBANCE_COUNT; i++)
		if (json_is_string(value) &&
		    !strcmp(json_string_value(value),
			    bench_disturbance_names[i]))
			return (enum bench_disturbance)i;
	bench_json_unexpected("discarded", "a kind of disturbance", value, why);
	return DISTURBANCE_none;
}

/* Of the evidence only the names are known to be shown as they are. */
static void
check_evidence(json_t *evidence, char **why)
{
	const char *name;
	json_t *value;

	json_object_foreach (evidence, name, value)
		if (!bench_json_is_printable(name))
			bench_json_unexpected("evidence", "printable names",
					      evidence, why);
}

static bool
read_figures(struct bench_block *b, const json_t *json, char **why)
{
	json_t *order = json_object_get(json, "order");
	json_t *ns = bench_json_member(json, "ns", JSON_OBJECT, why);
	json_t *counters =
		bench_json_member(json, "counters", JSON_OBJECT, why);

	b->evidence = json_incref(
		bench_json_member(json, "evidence", JSON_OBJECT, why));
	check_evidence(b->evidence, why);
	b->launch = (unsigned)bench_json_uint(json, "launch", 0,
					      BENCH_LAUNCHES_MAX - 1, why);
	b->block = (unsigned)bench_json_uint(json, "block", 0, UINT_MAX, why);
	b->round = (unsigned)later_uint(json, "round", UINT_MAX, why);
	b->took_ns = later_uint(json, "took_ns", BENCH_JSON_MAX_INT, why);
	b->discarded = read_discarded(json, why);
	read_layout(&b->layout, json, why);
	b->iters = bench_json_uint(json, "iters", 1, BENCH_JSON_MAX_INT, why);
	b->seed = bench_json_u64(json, "seed", why);
	if (!*why && b->n_rounds == 0)
		bench_json_unexpected("order", "a round", order, why);
	return !*why && read_order(b, order, why) && read_times(b, ns, why) &&
	       read_counters(b, counters, why);
}

struct bench_block *
bench_block_parse(const json_t *json, char **why)
{
	*why = NULL;
	if (!json_is_object(json)) {
		bench_json_unexpected("line", "an object", json, why);
		return NULL;
	}
	bench_json_uint(json, "v", BENCH_JOURNAL_VERSION, BENCH_JOURNAL_VERSION,
			why);
	struct bench_block *b = *why ? NULL : read_shape(json, why);
	if (b && read_figures(b, json, why))
		return b;
	bench_block_free(b);
	return NULL;
}
