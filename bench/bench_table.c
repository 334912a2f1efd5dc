/* bench_table.c - rows of words, printed as text, TSV or JSON */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_table.h"

#include <getopt.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct bench_table {
	unsigned columns;
	size_t rows;
	char **words; /* [rows][columns] */
};

struct bench_table *
bench_table_new(void)
{
	struct bench_table *t = bench_alloc(sizeof(*t));

	*t = (struct bench_table){0};
	return t;
}

void
bench_table_free(struct bench_table *t)
{
	for (size_t i = 0; i < t->rows * t->columns; i++)
		free(t->words[i]);
	free(t->words);
	free(t);
}

void
bench_table_row(struct bench_table *t, unsigned n, ...)
{
	va_list words;

	CHECK(t->rows == 0 || n == t->columns);
	t->columns = n;
	t->words =
		bench_realloc(t->words, (t->rows + 1) * n * sizeof(*t->words));
	va_start(words, n);
	for (unsigned i = 0; i < n; i++)
		t->words[t->rows * n + i] =
			bench_strdup(va_arg(words, const char *));
	va_end(words);
	t->rows++;
}

static const char *
word(const struct bench_table *t, size_t row, unsigned column)
{
	return t->words[row * t->columns + column];
}

static int
width(const struct bench_table *t, unsigned column)
{
	size_t max = 0;

	for (size_t row = 0; row < t->rows; row++)
		max = MAX(max, strlen(word(t, row, column)));
	return (int)max;
}

static void
print_text(const struct bench_table *t, FILE *f)
{
	for (size_t row = 0; row < t->rows; row++)
		for (unsigned i = 0; i < t->columns; i++)
			if (i + 1 < t->columns)
				fprintf(f, "%-*s  ", width(t, i),
					word(t, row, i));
			else
				fprintf(f, "%s\n", word(t, row, i));
}

static void
print_tsv(const struct bench_table *t, FILE *f)
{
	for (size_t row = 0; row < t->rows; row++)
		for (unsigned i = 0; i < t->columns; i++)
			fprintf(f, "%s%c", word(t, row, i),
				i + 1 < t->columns ? '\t' : '\n');
}

static void
print_json(const struct bench_table *t, FILE *f)
{
	json_t *array = json_array();

	for (size_t row = 1; row < t->rows; row++) {
		json_t *object = json_object();

		for (unsigned i = 0; i < t->columns; i++)
			json_object_set_new(object, word(t, 0, i),
					    json_string(word(t, row, i)));
		json_array_append_new(array, object);
	}
	json_dumpf(array, f, JSON_INDENT(2));
	fputc('\n', f);
	json_decref(array);
}

int
bench_table_print(const struct bench_table *t, enum bench_table_format format,
		  FILE *f)
{
	static void (*const print[])(const struct bench_table *t, FILE *f) = {
		[TABLE_TEXT] = print_text,
		[TABLE_TSV] = print_tsv,
		[TABLE_JSON] = print_json,
	};

	print[format](t, f);
	return bench_flush(f, "standard output");
}

static int
parse_format(const char *text, const char *accepts,
	     enum bench_table_format *format)
{
	static const char *const names[] = {"text", "tsv", "json"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i], text) == 0 && strstr(accepts, text)) {
			*format = (enum bench_table_format)i;
			return BENCH_OK;
		}
	return bench_error(BENCH_USAGE, "--format=%s: expected one of: %s",
			   text, accepts);
}

int
bench_table_options(int argc, char **argv, const char *accepts,
		    enum bench_table_format *format, const char **what)
{
	static const struct option options[] = {
		{"format", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
	int option;

	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'f')
			return bench_error(BENCH_USAGE,
					   "%s: %s: expected --format=F",
					   argv[0], argv[optind - 1]);
		if (parse_format(optarg, accepts, format) != BENCH_OK)
			return BENCH_USAGE;
	}
	*what = optind < argc ? argv[optind++] : NULL;
	if (optind < argc)
		return bench_error(BENCH_USAGE, "%s: unexpected '%s'", argv[0],
				   argv[optind]);
	return BENCH_OK;
}
