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

void
bench_doc_free(struct bench_doc *doc)
{
	for (size_t i = 0; i < doc->n_items; i++) {
		free(doc->items[i].text);
		free(doc->items[i].path);
		bench_table_clear(&doc->items[i].table);
	}
	free(doc->items);
	free(doc->title);
	free(doc);
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
	add_item(doc, kind, bench_vprintf(format, args));
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
	case ITEM_TABLE: bench_table_print(&item->table, TABLE_TEXT, f); break;
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
