/* test_bench_verified.c - who was not verified is marked wherever it is shown
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_verified.h"
#include "capture.h"
#include "schema_check.h"
#include "synthetic_run.h"

#define WORD  "(" BENCH_UNVERIFIED ")"
#define MARK  " " WORD
#define WHO   "memclr_word" /* unverified */
#define OTHER "memclr_libc"

typedef struct synthetic_candidate list[];

/* Each wins somewhere, so that all tables have both. */
static const list near_zero = {
	{.name = WHO, .ns = 10, .unverified = true},
	{.name = OTHER, .ns = 20, .per_op = {[COUNTER_switches] = 1}},
	{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
	{.name = "memclr_sse2", .standing = STANDING_REFUSED},
};
static const list far_data = {
	{.name = WHO,
	 .ns = 20,
	 .unverified = true,
	 .per_op = {[COUNTER_switches] = 1}},
	{.name = OTHER, .ns = 10},
};

#define CELL(list, size, prestate)                                             \
	{                                                                      \
		.candidates = list, .n_candidates = ARRAY_LEN(list), .axis = { \
			[AXIS_OP] = "memclr",                                  \
			[AXIS_SIZE] = size,                                    \
			[AXIS_WORKLOAD] = "size:" size,                        \
			[AXIS_PHASE] = "off",                                  \
			[AXIS_PRESTATE] = prestate                             \
		}                                                              \
	}

static const struct synthetic_cell cells[] = {
	CELL(near_zero, "8", "l1-zero"),
	CELL(near_zero, "64", "l1-zero"),
	CELL(far_data, "8", "l1-data"),
	CELL(far_data, "64", "l1-data"),
};

static char *dir;

static int
make_run(void **state)
{
	(void)state;
	dir = synthetic_dir();
	synthetic_run_write(dir, cells, ARRAY_LEN(cells), 1);
	return 0;
}

static int
remove_run(void **state)
{
	(void)state;
	synthetic_remove(dir);
	return 0;
}

/* What a command writes to standard output; the caller frees. */
static char *
said(bench_command_fn *command, const char *const *args, int status)
{
	char *argv[8] = {NULL}, *out, *err;
	struct capture captured[2];
	int argc = 0, found;

	for (; args[argc]; argc++)
		argv[argc] = (char *)args[argc];
	capture_start(&captured[0], STDOUT_FILENO);
	capture_start(&captured[1], STDERR_FILENO);
	found = command(argc, argv);
	err = capture_end(&captured[1]);
	out = capture_end(&captured[0]);
	if (found != status)
		fail_msg("%s: %d: %s", args[0], found, err);
	free(err);
	return out;
}

#define SAID(command, ...) \
	said(command, (const char *const[]){__VA_ARGS__, NULL}, BENCH_OK)

static char *
read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t capacity = 0;

	if (!f)
		fail_msg("%s", path);
	assert_true(getdelim(&text, &capacity, '\0', f) > 0);
	fclose(f);
	return text;
}

static char *
read_in_run(const char *name)
{
	char *path = bench_printf("%s/%s", dir, name);
	char *text = read_file(path);

	free(path);
	return text;
}

static bool
is_part_of_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* How often a name stands in a text, and how often with the mark. */
static size_t
count(const char *text, const char *name, size_t *marked)
{
	size_t n = 0, length = strlen(name);

	*marked = 0;
	for (const char *p = text; (p = strstr(p, name)); p += length) {
		if ((p > text && is_part_of_name(p[-1])) ||
		    is_part_of_name(p[length]))
			continue;
		n++;
		/* Lines may be wrapped between the two. */
		const char *after = p + length;
		after += strspn(after, " \n");
		*marked += strncmp(after, WORD, strlen(WORD)) == 0;
	}
	return n;
}

/* Every place has the one marked, and none the other. */
static void
assert_marks(const char *text)
{
	size_t marked, n = count(text, WHO, &marked);

	if (n == 0 || marked < n)
		fail_msg("%zu of %zu marked: %s", marked, n, text);
	n = count(text, OTHER, &marked);
	if (n == 0 || marked > 0)
		fail_msg("%zu of %zu marked: %s", marked, n, text);
}

static void
test_report_marks(void **state)
{
	static const char *const patterns[] = {"report.txt", "index.html",
					       "data/*.tsv", "figures/*.svg"};

	(void)state;
	free(SAID(bench_cmd_report, "report", dir));
	for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
		char *pattern = bench_printf("%s/report/%s", dir, patterns[i]);
		glob_t found;

		assert_int_equal(glob(pattern, 0, NULL, &found), 0);
		for (size_t k = 0; k < found.gl_pathc; k++) {
			char *text = read_file(found.gl_pathv[k]);

			assert_marks(text);
			free(text);
		}
		globfree(&found);
		free(pattern);
	}
}

static void
test_explain_marks(void **state)
{
	char id[BENCH_CELL_ID_SIZE], *option, *text, *code;

	(void)state;
	synthetic_cell_id(&cells[0], id);
	option = bench_printf("--cell=%s", id);
	text = SAID(bench_cmd_explain, "explain", dir, option);
	code = strstr(text, "\nCode\n");
	assert_non_null(code);
	/* Functions have names, too: candidates stand before theirs. */
	assert_non_null(strstr(code, "\n" WHO MARK "\n"));
	assert_non_null(strstr(code, "\n" OTHER "\n"));
	code[0] = '\0';
	assert_marks(text);
	free(text);
	free(option);
}

static void
assert_row(const char *csv, const char *name, char last)
{
	char *needle = bench_printf(",%s,ns,", name);
	const char *p = csv;

	assert_non_null(strstr(csv, needle));
	while ((p = strstr(p, needle))) {
		p += strcspn(p, "\n");
		assert_int_equal(p[-2], ',');
		assert_int_equal(p[-1], last);
	}
	free(needle);
}

static void
test_csv_has_a_column(void **state)
{
	char *csv = SAID(bench_cmd_export, "export", "--format=csv", dir);
	size_t head = strcspn(csv, "\n"), n = strlen("," BENCH_UNVERIFIED);

	(void)state;
	assert_memory_equal(csv + head - n, "," BENCH_UNVERIFIED, n);
	assert_row(csv, WHO, '1');
	assert_row(csv, OTHER, '0');
	assert_row(csv, "memclr_floor", '0');
	assert_row(csv, "memclr_sse2", '0');
	free(csv);
}

static bool
is_of(const json_t *entry, const char *candidate)
{
	const char *name = json_string_value(json_object_get(entry, "name"));

	return strcmp(strrchr(name, '/') + 1, candidate) == 0;
}

static void
test_gbench_has_a_label(void **state)
{
	char *text = SAID(bench_cmd_export, "export", "--format=gbench", dir);
	json_t *json = json_loads(text, 0, NULL), *entry;
	size_t i, n = 0;

	(void)state;
	json_array_foreach (json_object_get(json, "benchmarks"), i, entry) {
		const char *label =
			json_string_value(json_object_get(entry, "label"));

		assert_true(is_of(entry, WHO) == (label != NULL));
		if (label)
			assert_string_equal(label, BENCH_UNVERIFIED);
		n += label != NULL;
	}
	assert_true(n > 0);
	json_decref(json);
	free(text);
}

/* A key holds for the lines after it. */
static void
test_go_has_a_key(void **state)
{
	char *text = SAID(bench_cmd_export, "export", "--format=go", dir);
	bool holds = false;
	size_t n = 0;

	(void)state;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strncmp(line, "verification:", 13) == 0)
			holds = strcmp(line + 13, " " BENCH_UNVERIFIED) == 0;
		if (strncmp(line, "Benchmark", 9) != 0)
			continue;
		n += holds;
		assert_true(holds == (strstr(line, "=" WHO "/") != NULL));
	}
	assert_true(n > 0);
	free(text);
}

static const json_t *
named(const json_t *array, const char *key, const char *name)
{
	json_t *element;
	size_t i;

	json_array_foreach ((json_t *)array, i, element)
		if (strcmp(json_string_value(json_object_get(element, key)),
			   name) == 0)
			return element;
	fail_msg("%s", name);
	return NULL;
}

static bool
is_marked(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);

	assert_true(json_is_boolean(value));
	return json_is_true(value);
}

static void
test_choose_marks(void **state)
{
	char *text =
		SAID(bench_cmd_choose, "choose", dir, "--incumbent=" OTHER);
	char *header = read_in_run("defaults/policy.h");
	char *json = read_in_run("defaults/policy.json");
	json_t *policy = json_loads(json, 0, NULL);
	const json_t *rows = json_object_get(policy, "rows");
	const json_t *row = named(rows, "strategy", WHO), *others;

	(void)state;
	assert_null(schema_check("policy", policy));
	assert_true(is_marked(row, BENCH_UNVERIFIED));
	others = json_object_get(
		json_array_get(json_object_get(row, "cells"), 0), "candidates");
	assert_true(is_marked(named(others, "name", WHO), BENCH_UNVERIFIED));
	assert_false(is_marked(named(others, "name", OTHER), BENCH_UNVERIFIED));
	assert_marks(text);
	assert_non_null(strstr(header, ": " WHO MARK));
	json_decref(policy);
	free(json);
	free(header);
	free(text);
}

static json_t *
read_summary(const char *of)
{
	char *path = bench_printf("%s/summary.json", of);
	json_t *json = json_load_file(path, 0, NULL);

	assert_non_null(json);
	assert_null(schema_check("summary", json));
	free(path);
	return json;
}

static bool
is_marked_in_summary(const char *of, const char *candidate)
{
	json_t *json = read_summary(of);
	const json_t *cell = json_array_get(json_object_get(json, "cells"), 0);
	bool is = is_marked(named(json_object_get(cell, "estimates"),
				  "candidate", candidate),
			    BENCH_UNVERIFIED);

	json_decref(json);
	return is;
}

/* Another run of the first cell, in which all is verified, and both joined. */
struct two {
	char *verified, *joined;
};

static struct two
make_two(void)
{
	static const list all = {{.name = WHO, .ns = 30},
				 {.name = OTHER, .ns = 40}};
	const struct synthetic_cell cell = CELL(all, "8", "l1-zero");
	struct two t = {synthetic_dir(), synthetic_dir()};
	char *joined = bench_printf("%s/joined", t.joined);

	synthetic_run_write(t.verified, &cell, 1, 2);
	free(SAID(bench_cmd_merge, "merge", joined, dir, t.verified));
	free(joined);
	return t;
}

static void
remove_two(struct two *t)
{
	synthetic_remove(t->verified);
	synthetic_remove(t->joined);
}

/* Joined with a run that has verified it, whose manifest stays, it has still
 * not been in all. */
static void
test_merge_keeps_who_was_verified(void **state)
{
	struct two t = make_two();
	char *joined = bench_printf("%s/joined", t.joined);
	char *alone = bench_printf("%s/alone", t.joined);

	(void)state;
	assert_true(is_marked_in_summary(joined, WHO));
	assert_false(is_marked_in_summary(joined, OTHER));
	free(SAID(bench_cmd_merge, "merge", alone, t.verified));
	assert_false(is_marked_in_summary(alone, WHO));
	/* The other way round, and again. */
	free(SAID(bench_cmd_merge, "merge", alone, dir, joined));
	assert_true(is_marked_in_summary(alone, WHO));
	free(alone);
	free(joined);
	remove_two(&t);
}

static void
test_compare_marks(void **state)
{
	struct two t = make_two();
	const char *const text_args[] = {"compare", dir, t.verified, NULL};
	const char *const json_args[] = {"compare", "--format=json", dir,
					 t.verified, NULL};
	char *text = said(bench_cmd_compare, text_args, BENCH_FAILED);
	char *both =
		SAID(bench_cmd_compare, "compare", dir, dir, "--format=json");
	char *json = said(bench_cmd_compare, json_args, BENCH_FAILED);
	json_t *compared = json_loads(json, 0, NULL);
	const json_t *pair = named(json_object_get(compared, "comparisons"),
				   "candidate", WHO);

	(void)state;
	assert_null(schema_check("compare", compared));
	assert_true(is_marked(pair, "unverified_a"));
	assert_false(is_marked(pair, "unverified_b"));
	assert_non_null(strstr(text, WHO " (" BENCH_UNVERIFIED " in A)"));
	assert_null(strstr(text, OTHER " ("));
	assert_non_null(strstr(both, "\"unverified_b\": true"));
	json_decref(compared);
	free(json);
	free(both);
	free(text);
	remove_two(&t);
}

/* As an older program wrote it. */
static void
test_without_a_word_nobody_is_verified(void **state)
{
	char *path = bench_printf("%s/manifest.json", dir);
	json_t *manifest = json_load_file(path, 0, NULL), *cell, *entrant;
	struct bench_manifest *m;
	size_t i, k;
	char *text;

	(void)state;
	json_array_foreach (json_object_get(manifest, "cells"), i, cell)
		json_array_foreach (json_object_get(cell, "candidates"), k,
				    entrant)
			json_object_del(entrant, "verified");
	assert_int_equal(bench_write_json(path, manifest), BENCH_OK);
	m = bench_manifest_read(dir);
	text = bench_verified_text(m);
	assert_string_equal(text,
			    "0 of 2 candidates verified on this binary before "
			    "it measured; " WHO MARK ", " OTHER MARK);
	free(text);
	bench_manifest_free(m);
	json_decref(manifest);
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report_marks),
		cmocka_unit_test(test_explain_marks),
		cmocka_unit_test(test_csv_has_a_column),
		cmocka_unit_test(test_gbench_has_a_label),
		cmocka_unit_test(test_go_has_a_key),
		cmocka_unit_test(test_choose_marks),
		cmocka_unit_test(test_merge_keeps_who_was_verified),
		cmocka_unit_test(test_compare_marks),
		cmocka_unit_test(test_without_a_word_nobody_is_verified),
	};

	return cmocka_run_group_tests(tests, make_run, remove_run);
}
