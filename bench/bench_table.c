/* bench_table.c - rows of words, printed as text, TSV or JSON */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_table.h"

#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

void
bench_table_clear(struct bench_table *t)
{
	for (size_t i = 0; i < t->n_cells; i++)
		free(t->cells[i]);
	free(t->cells);
}

void
bench_table_take(struct bench_table *t, char *cell)
{
	t->cells = bench_realloc(t->cells, (t->n_cells + 1) * sizeof(char *));
	t->cells[t->n_cells++] = cell;
}

void
bench_table_put(struct bench_table *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	bench_table_take(t, bench_vprintf(format, args));
	va_end(args);
}

void
bench_table_row(struct bench_table *t, ...)
{
	va_list words;

	va_start(words, t);
	for (size_t i = 0; i < t->n_columns; i++)
		bench_table_put(t, "%s", va_arg(words, const char *));
	va_end(words);
}

const char *
bench_table_column(const struct bench_table *t, size_t c)
{
	return t->columns[c] + (t->columns[c][0] == '>');
}

static size_t
column_width(const struct bench_table *t, size_t c)
{
	size_t width = strlen(bench_table_column(t, c));

	for (size_t i = c; i < t->n_cells; i += t->n_columns)
		width = MAX(width, strlen(t->cells[i]));
	return width;
}

/* Writes a cell and returns the blanks that the next one, if it says anything,
 * has to begin with: no blanks at the end of a line. */
static int
write_cell(const struct bench_table *t, size_t c, int width, const char *s,
	   int blanks, FILE *f)
{
	int n = (int)strlen(s);
	int before = t->columns[c][0] == '>' ? width - n : 0;
	int after = width - n - before + 2;

	if (n > 0)
		fprintf(f, "%*s%s", blanks + before, "", s);
	else
		after += blanks + before;
	if (c + 1 < t->n_columns)
		return after;
	fputc('\n', f);
	return 0;
}

static void
print_text(const struct bench_table *t, FILE *f)
{
	int *width = bench_alloc(t->n_columns * sizeof(*width)), blanks = 0;

	for (size_t c = 0; c < t->n_columns; c++) {
		width[c] = (int)column_width(t, c);
		blanks = write_cell(t, c, width[c], bench_table_column(t, c),
				    blanks, f);
	}
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t c = i % t->n_columns;
		blanks = write_cell(t, c, width[c], t->cells[i], blanks, f);
	}
	free(width);
}

static void
print_tsv(const struct bench_table *t, FILE *f)
{
	for (size_t c = 0; c < t->n_columns; c++)
		fprintf(f, "%s%c", bench_table_column(t, c),
			c + 1 < t->n_columns ? '\t' : '\n');
	for (size_t i = 0; i < t->n_cells; i++)
		fprintf(f, "%s%c", t->cells[i],
			(i + 1) % t->n_columns ? '\t' : '\n');
}

static void
print_json(const struct bench_table *t, FILE *f)
{
	json_t *array = json_array(), *object = NULL;

	for (size_t i = 0; i < t->n_cells; i++) {
		size_t c = i % t->n_columns;

		if (c == 0) {
			object = json_object();
			json_array_append_new(array, object);
		}
		json_object_set_new(object, bench_table_column(t, c),
				    json_string(t->cells[i]));
	}
	json_dumpf(array, f, JSON_INDENT(2));
	fputc('\n', f);
	json_decref(array);
}

void
bench_table_print(const struct bench_table *t, enum bench_table_format format,
		  FILE *f)
{
	static void (*const print[])(const struct bench_table *t, FILE *f) = {
		[TABLE_TEXT] = print_text,
		[TABLE_TSV] = print_tsv,
		[TABLE_JSON] = print_json,
	};

	print[format](t, f);
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
					   argv[0], bench_refused_option(argv));
		if (parse_format(optarg, accepts, format) != BENCH_OK)
			return BENCH_USAGE;
	}
	*what = optind < argc ? argv[optind++] : NULL;
	if (optind < argc)
		return bench_error(BENCH_USAGE, "%s: unexpected '%s'", argv[0],
				   argv[optind]);
	return BENCH_OK;
}
