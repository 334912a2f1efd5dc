/* test_results_readme.c - results/README.md names every field of the schemas */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

/* A schema, and the heading of its section. */
static const struct {
	const char *name, *heading;
} schemas[] = {
	{"manifest", "\n### `manifest.json`\n"},
	{"samples", "\n### `samples.jsonl`\n"},
	{"summary", "\n### `summary.json`\n"},
	{"policy", "\n### `policy.json`\n"},
	{"compare", "\n### `compare --format=json`\n"},
	{"check", "\n### `check --format=json`\n"},
};

static char *readme;

static int
read_readme(void **state)
{
	FILE *f = fopen("results/README.md", "r");
	size_t size = 0;

	(void)state;
	assert_non_null(f);
	assert_true(getdelim(&readme, &size, '\0', f) > 0);
	return fclose(f);
}

static int
free_readme(void **state)
{
	(void)state;
	free(readme);
	return 0;
}

/* From malloc. */
static char *
section(const char *heading)
{
	const char *from = strstr(readme, heading);
	char *text, *to;

	if (!from)
		printf("no section%s", heading);
	assert_non_null(from);
	text = bench_strdup(from + strlen(heading));
	to = strstr(text, "\n### ");
	if (to)
		*to = '\0';
	return text;
}

static size_t
check_names(const char *schema, const json_t *properties, const char *text)
{
	const char *name;
	json_t *value;
	size_t n = 0;

	json_object_foreach ((json_t *)properties, name, value) {
		char *quoted = bench_printf("`%s`", name);

		if (!strstr(text, quoted))
			fail_msg("results/README.md does not say what %s of "
				 "%s.schema.json is",
				 quoted, schema);
		free(quoted);
		n++;
	}
	return n;
}

/* All "properties" below a value; how many names they have. */
static size_t
check_schema(const char *schema, const json_t *json, const char *text)
{
	const char *key;
	json_t *value;
	size_t i, n = 0;

	if (json_is_object(json_object_get(json, "properties")))
		n += check_names(schema, json_object_get(json, "properties"),
				 text);
	json_object_foreach ((json_t *)json, key, value)
		n += check_schema(schema, value, text);
	json_array_foreach (json, i, value)
		n += check_schema(schema, value, text);
	return n;
}

static void
every_field_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(schemas); i++) {
		char *path = bench_printf("results/schema/%s.schema.json",
					  schemas[i].name);
		char *text = section(schemas[i].heading);
		json_t *json = json_load_file(path, 0, NULL);

		assert_non_null(json);
		assert_true(check_schema(schemas[i].name, json, text) >= 10);
		json_decref(json);
		free(text);
		free(path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_named),
	};

	return cmocka_run_group_tests(tests, read_readme, free_readme);
}
