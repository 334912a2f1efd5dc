/* bench_doc.c - a page of headings, lines, tables and figures; and as text */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_doc.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bench_text.h"

/* Columns of report.txt; tables take what they need. */
#define TEXT_WIDTH 78

struct bench_doc *
bench_doc_new(const char *title)
{
	struct bench_doc *doc = bench_alloc(sizeof(*doc));

	*doc = (struct bench_doc){.title = bench_strdup(title)};
	return doc;
}

static void
table_free(struct bench_table *t)
{
	for (size_t i = 0; i < t->n_cells; i++)
		free(t->cells[i]);
	free(t->cells);
}

void
bench_doc_free(struct bench_doc *doc)
{
	for (size_t i = 0; i < doc->n_items; i++) {
		free(doc->items[i].text);
		free(doc->items[i].path);
		table_free(&doc->items[i].table);
	}
	free(doc->items);
	free(doc->title);
	free(doc);
}

static char *
format_string(const char *format, va_list args)
{
	char *s;

	CHECK(vasprintf(&s, format, args) >= 0);
	return s;
}

static struct bench_item *
add_item(struct bench_doc *doc, enum bench_item_kind kind, char *text)
{
	doc->items = bench_realloc(doc->items,
				   (doc->n_items + 1) * sizeof(*doc->items));
	struct bench_item *item = &doc->items[doc->n_items++];

	*item = (struct bench_item){.kind = kind, .text = text};
	return item;
}

void
bench_doc_add(struct bench_doc *doc, enum bench_item_kind kind,
	      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_item(doc, kind, format_string(format, args));
	va_end(args);
}

void
bench_doc_add_figure(struct bench_doc *doc, const char *dir, const char *name)
{
	struct bench_item *item =
		add_item(doc, ITEM_FIGURE, bench_strdup(name));

	item->path = bench_printf("%s/%s", dir, name);
}

struct bench_table *
bench_doc_add_table(struct bench_doc *doc, const char *const *columns,
		    size_t n_columns)
{
	struct bench_item *item = add_item(doc, ITEM_TABLE, NULL);

	item->table = (struct bench_table){columns, n_columns, NULL, 0};
	return &item->table;
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
	bench_table_take(t, format_string(format, args));
	va_end(args);
}

static const char *
column_name(const struct bench_table *t, size_t c)
{
	return t->columns[c] + (t->columns[c][0] == '>');
}

static size_t
column_width(const struct bench_table *t, size_t c)
{
	size_t width = strlen(column_name(t, c));

	for (size_t i = c; i < t->n_cells; i += t->n_columns)
		width = MAX(width, strlen(t->cells[i]));
	return width;
}

/* The last column is not padded: no blanks at the end of a line. */
static void
write_cell(const struct bench_table *t, size_t c, size_t width, const char *s,
	   FILE *f)
{
	bool is_last = c + 1 == t->n_columns;

	if (t->columns[c][0] == '>')
		fprintf(f, "%*s", (int)width, s);
	else
		fprintf(f, "%-*s", is_last ? 0 : (int)width, s);
	fputs(is_last ? "\n" : "  ", f);
}

static void
write_table(const struct bench_table *t, FILE *f)
{
	size_t *width = bench_alloc(t->n_columns * sizeof(*width));

	for (size_t c = 0; c < t->n_columns; c++) {
		width[c] = column_width(t, c);
		write_cell(t, c, width[c], column_name(t, c), f);
	}
	for (size_t i = 0; i < t->n_cells; i++)
		write_cell(t, i % t->n_columns, width[i % t->n_columns],
			   t->cells[i], f);
	free(width);
}

static void
write_underlined(const char *s, char line, FILE *f)
{
	fprintf(f, "%s\n", s);
	for (size_t i = 0; i < strlen(s); i++)
		fputc(line, f);
	fputc('\n', f);
}

void
bench_doc_write_item(const struct bench_item *item, FILE *f)
{
	switch (item->kind) {
	case ITEM_HEADING:
		fputc('\n', f);
		write_underlined(item->text, '-', f);
		break;
	case ITEM_LINE:
		bench_text_wrap(f, "", "", item->text, TEXT_WIDTH);
		break;
	case ITEM_BULLET:
		bench_text_wrap(f, "- ", "  ", item->text, TEXT_WIDTH);
		break;
	case ITEM_CODE: fprintf(f, "    %s\n", item->text); break;
	case ITEM_TABLE: write_table(&item->table, f); break;
	case ITEM_FIGURE: fprintf(f, "figure: %s\n", item->text); break;
	case ITEM_FOLD_BEGIN: fprintf(f, "\n%s\n", item->text); break;
	case ITEM_FOLD_END: break;
	}
}

void
bench_doc_write_text(const struct bench_doc *doc, FILE *f)
{
	write_underlined(doc->title, '=', f);
	for (size_t i = 0; i < doc->n_items; i++)
		bench_doc_write_item(&doc->items[i], f);
}
