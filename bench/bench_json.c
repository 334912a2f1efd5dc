/* bench_json.c - members of a JSON document that a person may have edited */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* As much of a value as a message needs in order to be recognised. */
#define SHOWN 40

json_t *
bench_json_read(const char *path, const char *expected)
{
	json_error_t at;
	FILE *f = fopen(path, "r");
	json_t *json = f ? json_loadf(f, JSON_REJECT_DUPLICATES, &at) : NULL;
	/* A directory can be opened, and not be read. */
	int error = !f || ferror(f) ? errno : 0;

	if (error)
		bench_error(BENCH_USAGE, "%s: expected %s, found: %s", path,
			    expected, strerror(error));
	else if (!json)
		bench_error(BENCH_USAGE, "%s:%d:%d: expected %s: %s", path,
			    at.line, at.column, expected, at.text);
	if (f)
		fclose(f);
	return json;
}

bool
bench_json_unexpected(const char *name, const char *expected,
		      const json_t *value, char **why)
{
	if (*why)
		return false;
	/* JSON's own escapes keep line ends and control characters out. */
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
						       JSON_ENSURE_ASCII)
			   : bench_strdup("nothing");
	CHECK(text);
	*why = bench_printf("%s: expected %s, found %.*s%s", name, expected,
			    SHOWN, text, strlen(text) > SHOWN ? "..." : "");
	free(text);
	return false;
}

bool
bench_json_is_printable(const char *s)
{
	while (*s && (unsigned char)*s >= ' ' && *s != 0x7f)
		s++;
	return *s == '\0';
}

bool
bench_json_is_name(const json_t *value)
{
	const char *s = json_string_value(value);

	return s && *s && bench_json_is_printable(s);
}

void
bench_json_within(const char *array, size_t i, char **why)
{
	char *inner = *why;

	if (!inner)
		return;
	*why = bench_printf("%s[%zu].%s", array, i, inner);
	free(inner);
}

static const char *
type_name(json_type type)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",
		[JSON_STRING] = "a string",  [JSON_INTEGER] = "an integer",
		[JSON_REAL] = "a number",
	};

	return names[type];
}

json_t *
bench_json_member(const json_t *object, const char *name, json_type type,
		  char **why)
{
	json_t *value = json_object_get(object, name);

	if (*why)
		return NULL;
	if (value && (json_typeof(value) == type ||
		      (type == JSON_REAL && json_is_number(value))))
		return value;
	bench_json_unexpected(name, type_name(type), value, why);
	return NULL;
}

const char *
bench_json_text(const json_t *object, const char *name, char **why)
{
	json_t *value = bench_json_member(object, name, JSON_STRING, why);
	const char *s = json_string_value(value);

	if (s && !bench_json_is_printable(s))
		bench_json_unexpected(name, "printable text", value, why);
	return s;
}

uint64_t
bench_json_uint(const json_t *object, const char *name, uint64_t min,
		uint64_t max, char **why)
{
	json_t *value = bench_json_member(object, name, JSON_INTEGER, why);

	if (!value)
		return 0;
	json_int_t n = json_integer_value(value);
	if (n >= 0 && (uint64_t)n >= min && (uint64_t)n <= max)
		return (uint64_t)n;
	char *range = bench_printf("%" PRIu64 " to %" PRIu64, min, max);
	bench_json_unexpected(name, range, value, why);
	free(range);
	return 0;
}

double
bench_json_real(const json_t *object, const char *name, double min, double max,
		char **why)
{
	json_t *value = bench_json_member(object, name, JSON_REAL, why);
	double x = json_number_value(value);

	if (!value || (x >= min && x <= max))
		return x;
	char *range = bench_printf("%g to %g", min, max);
	bench_json_unexpected(name, range, value, why);
	free(range);
	return 0;
}

uint64_t
bench_json_u64(const json_t *object, const char *name, char **why)
{
	json_t *value = bench_json_member(object, name, JSON_STRING, why);

	if (!value)
		return 0;
	const char *text = json_string_value(value);
	errno = 0;
	uint64_t n = strtoull(text, NULL, 10);
	/* strtoull also takes signs and leading space, and stops early. */
	if (text[0] && text[strspn(text, "0123456789")] == '\0' && !errno)
		return n;
	bench_json_unexpected(name, "a decimal number of 64 bits", value, why);
	return 0;
}

json_t *
bench_json_from_u64(uint64_t value)
{
	return json_sprintf("%" PRIu64, value);
}

json_t *
bench_json_number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

void
bench_json_set_number(json_t *object, const char *name, double value)
{
	CHECK(json_object_set_new(object, name, bench_json_number(value)) == 0);
}

json_t *
bench_json_candidate(const json_t *cell, const char *name)
{
	json_t *candidate;
	size_t i;

	json_array_foreach (json_object_get(cell, "candidates"), i, candidate) {
		const char *own =
			json_string_value(json_object_get(candidate, "name"));

		if (own && strcmp(own, name) == 0)
			return candidate;
	}
	return NULL;
}
