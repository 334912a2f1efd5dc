/* bench_json.h - members of a JSON document that a person may have edited
 *
 * Functions that read give a reason, from malloc, in *why when the document is
 * not what was expected; the caller names the file. Once there is a reason they
 * do nothing, so several may follow one another before it is looked at.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_JSON_H
#define BENCH_JSON_H

#include <jansson.h>

#include "bench.h"

/* The largest integer below which a double has them all: other programs read
 * our numbers as doubles. */
#define BENCH_JSON_MAX_INT (((uint64_t)1 << 53) - 1)

/* The reason "NAME: expected EXPECTED, found VALUE", on one line whatever the
 * value holds; it may be NULL. Always returns false. */
bool bench_json_unexpected(const char *name, const char *expected,
			   const json_t *value, char **why);

/* The document in a file. NULL after a message that says that `expected`, "a
 * manifest", was expected, and where it ceases to be JSON. */
json_t *bench_json_read(const char *path, const char *expected);

/* Whether it has no control characters, which a terminal would obey. */
bool bench_json_is_printable(const char *text);
/* Whether it is a string that can be a name in tables and messages: not empty,
 * no control characters. */
bool bench_json_is_name(const json_t *value);

/* Puts "ARRAY[I]." before the reason, if there is one. */
void bench_json_within(const char *array, size_t i, char **why);

/* The member of that type, JSON_REAL meaning any number; NULL on failure. */
json_t *bench_json_member(const json_t *object, const char *name,
			  json_type type, char **why);
/* A member that is a string without control characters, as what is printed has
 * to be; it may be empty. NULL when it is no string. */
const char *bench_json_text(const json_t *object, const char *name, char **why);
/* A member that is an integer from min to max; 0 on failure. */
uint64_t bench_json_uint(const json_t *object, const char *name, uint64_t min,
			 uint64_t max, char **why);
/* A member that is a number from min to max; 0 on failure. */
double bench_json_real(const json_t *object, const char *name, double min,
		       double max, char **why);
/* A member that holds 64 bits, written as a decimal string because numbers
 * above BENCH_JSON_MAX_INT do not survive every program. */
uint64_t bench_json_u64(const json_t *object, const char *name, char **why);
json_t *bench_json_from_u64(uint64_t value);
/* A number, or null for what JSON has no number for. */
json_t *bench_json_number(double value);
void bench_json_set_number(json_t *object, const char *name, double value);

/* Of a cell, in a manifest or a policy, the candidate of that name; NULL when
 * it has none. */
json_t *bench_json_candidate(const json_t *cell, const char *name);

#endif
