/* bench_doc.h - a page of headings, lines, tables and figures
 *
 * Built once and written twice, as HTML and as text, so that the two say the
 * same. The HTML is one file that needs no other: figures stand in it.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_DOC_H
#define BENCH_DOC_H

#include "bench_table.h"

enum bench_item_kind {
	ITEM_HEADING,
	ITEM_LINE,   /* a paragraph */
	ITEM_BULLET, /* a point of a list */
	ITEM_CODE,   /* a line to be typed */
	ITEM_TABLE,
	ITEM_FIGURE,     /* an SVG file; text is its path below the page */
	ITEM_FOLD_BEGIN, /* what follows is closed until asked for */
	ITEM_FOLD_END,
};

struct bench_item {
	enum bench_item_kind kind;
	char *text;
	char *path; /* of a figure, as it can be opened here */
	struct bench_table table;
};

struct bench_doc {
	char *title;
	struct bench_item *items;
	size_t n_items;
};

struct bench_doc *bench_doc_new(const char *title);
void bench_doc_free(struct bench_doc *doc);
void bench_doc_add(struct bench_doc *doc, enum bench_item_kind kind,
		   const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* dir is the page's directory, and name the file's in it. */
void bench_doc_add_figure(struct bench_doc *doc, const char *dir,
			  const char *name);

/* columns must outlive the document. The table is valid until the next item is
 * added. */
struct bench_table *bench_doc_add_table(struct bench_doc *doc,
					const char *const *columns,
					size_t n_columns);
void bench_doc_write_text(const struct bench_doc *doc, FILE *f);
void bench_doc_write_item(const struct bench_item *item, FILE *f);
/* BENCH_OK, or a status after a message: a figure cannot be read. */
int bench_doc_write_html(const struct bench_doc *doc, FILE *f);

#endif
