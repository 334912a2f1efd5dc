/* schema_check.c - whether a document is as results/schema says */
// SPDX-License-Identifier: BSD-3-Clause
#include "schema_check.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

struct check {
	const json_t *root;   /* the whole schema */
	const json_t *schema; /* the part that is being applied */
	const json_t *value;
	const char *path;
};

typedef char *keyword_fn(const struct check *c, const json_t *argument);

static char *check(const struct check *c);

static char *
fail(const struct check *c, const char *keyword)
{
	return bench_printf("%s: %s", c->path, keyword);
}

static bool
is_type(const json_t *value, const char *type)
{
	switch (json_typeof(value)) {
	case JSON_OBJECT: return strcmp(type, "object") == 0;
	case JSON_ARRAY: return strcmp(type, "array") == 0;
	case JSON_STRING: return strcmp(type, "string") == 0;
	case JSON_INTEGER:
		return strcmp(type, "integer") == 0 ||
		       strcmp(type, "number") == 0;
	case JSON_REAL: return strcmp(type, "number") == 0;
	case JSON_NULL: return strcmp(type, "null") == 0;
	default: return strcmp(type, "boolean") == 0;
	}
}

static char *
check_type(const struct check *c, const json_t *types)
{
	size_t i;
	json_t *type;

	if (json_is_string(types))
		return is_type(c->value, json_string_value(types))
			       ? NULL
			       : fail(c, "type");
	json_array_foreach (types, i, type)
		if (is_type(c->value, json_string_value(type)))
			return NULL;
	return fail(c, "type");
}

static char *
check_const(const struct check *c, const json_t *wanted)
{
	return json_equal(c->value, wanted) ? NULL : fail(c, "const");
}

static char *
check_enum(const struct check *c, const json_t *values)
{
	size_t i;
	json_t *value;

	json_array_foreach (values, i, value)
		if (json_equal(c->value, value))
			return NULL;
	return fail(c, "enum");
}

static char *
check_minimum(const struct check *c, const json_t *minimum)
{
	return !json_is_number(c->value) || json_number_value(c->value) >=
						    json_number_value(minimum)
		       ? NULL
		       : fail(c, "minimum");
}

static char *
check_min_length(const struct check *c, const json_t *minimum)
{
	return !json_is_string(c->value) ||
			       (json_int_t)json_string_length(c->value) >=
				       json_integer_value(minimum)
		       ? NULL
		       : fail(c, "minLength");
}

static char *
check_min_items(const struct check *c, const json_t *minimum)
{
	return !json_is_array(c->value) ||
			       (json_int_t)json_array_size(c->value) >=
				       json_integer_value(minimum)
		       ? NULL
		       : fail(c, "minItems");
}

static char *
check_pattern(const struct check *c, const json_t *pattern)
{
	regex_t regex;

	CHECK(regcomp(&regex, json_string_value(pattern),
		      REG_EXTENDED | REG_NOSUB) == 0);
	bool good =
		!json_is_string(c->value) ||
		regexec(&regex, json_string_value(c->value), 0, NULL, 0) == 0;
	regfree(&regex);
	return good ? NULL : fail(c, "pattern");
}

static char *
check_required(const struct check *c, const json_t *names)
{
	size_t i;
	json_t *name;

	json_array_foreach (names, i, name)
		if (!json_object_get(c->value, json_string_value(name)))
			return fail(c, json_string_value(name));
	return NULL;
}

/* Applies another schema to a part of the value. */
static char *
check_part(const struct check *c, const json_t *schema, const json_t *value,
	   const char *name)
{
	char *path = bench_printf("%s/%s", c->path, name);
	struct check part = {c->root, schema, value, path};
	char *why = check(&part);

	free(path);
	return why;
}

static char *
check_properties(const struct check *c, const json_t *properties)
{
	const char *name;
	json_t *value;
	char *why = NULL;

	json_object_foreach ((json_t *)c->value, name, value) {
		const json_t *schema = json_object_get(properties, name);
		if (schema && !why)
			why = check_part(c, schema, value, name);
	}
	return why;
}

static char *
check_additional(const struct check *c, const json_t *schema)
{
	const json_t *known = json_object_get(c->schema, "properties");
	const char *name;
	json_t *value;
	char *why = NULL;

	json_object_foreach ((json_t *)c->value, name, value) {
		if (why || json_object_get(known, name))
			continue;
		why = json_is_false(schema)
			      ? fail(c, name)
			      : check_part(c, schema, value, name);
	}
	return why;
}

static char *
check_items(const struct check *c, const json_t *schema)
{
	size_t i;
	json_t *value;
	char *why = NULL;

	json_array_foreach (c->value, i, value)
		if (!why)
			why = check_part(c, schema, value, "[]");
	return why;
}

static char *
check_ref(const struct check *c, const json_t *ref)
{
	static const char prefix[] = "#/$defs/";
	const char *name = json_string_value(ref);

	CHECK(strncmp(name, prefix, strlen(prefix)) == 0);
	const json_t *schema = json_object_get(
		json_object_get(c->root, "$defs"), name + strlen(prefix));
	CHECK(schema);
	return check_part(c, schema, c->value, "");
}

static char *
ignore(const struct check *c, const json_t *argument)
{
	(void)c, (void)argument;
	return NULL;
}

static const struct {
	const char *name;
	keyword_fn *check;
} keywords[] = {
	{"$schema", ignore},
	{"$defs", ignore},
	{"title", ignore},
	{"description", ignore},
	{"type", check_type},
	{"const", check_const},
	{"enum", check_enum},
	{"minimum", check_minimum},
	{"minLength", check_min_length},
	{"minItems", check_min_items},
	{"pattern", check_pattern},
	{"required", check_required},
	{"properties", check_properties},
	{"additionalProperties", check_additional},
	{"items", check_items},
	{"$ref", check_ref},
};

static keyword_fn *
find_keyword(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (strcmp(keywords[i].name, name) == 0)
			return keywords[i].check;
	return NULL;
}

static char *
check(const struct check *c)
{
	const char *name;
	json_t *argument;
	char *why = NULL;

	json_object_foreach ((json_t *)c->schema, name, argument) {
		keyword_fn *keyword = find_keyword(name);
		CHECK(keyword);
		if (!why)
			why = keyword(c, argument);
	}
	return why;
}

char *
schema_check(const char *name, const json_t *document)
{
	char *path = bench_printf("results/schema/%s.schema.json", name);
	json_t *schema = json_load_file(path, 0, NULL);
	struct check c = {schema, schema, document, name};

	CHECK(schema);
	char *why = check(&c);
	json_decref(schema);
	free(path);
	return why;
}
