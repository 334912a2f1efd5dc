/* bench_doc_html.c - a page as one HTML file that needs no other */
// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench_doc.h"

static const char style[] =
	"body{font:15px/1.5 system-ui,sans-serif;color:#1c1c1c;"
	"background:#fff;max-width:1240px;margin:2em auto;padding:0 1.2em}"
	"h1{font-size:1.6em;margin:0 0 .4em}"
	"h2{font-size:1.2em;margin:2em 0 .6em;padding-top:.6em;"
	"border-top:1px solid #ddd}"
	"p{margin:.4em 0;max-width:62em}"
	"ul{margin:.4em 0;padding-left:1.3em}"
	"pre{background:#f5f5f2;padding:.6em .8em;border-radius:4px;"
	"overflow-x:auto;margin:.5em 0}"
	".wide{overflow-x:auto;margin:.7em 0}"
	"table{border-collapse:collapse;font-size:.9em;"
	"font-variant-numeric:tabular-nums}"
	"th,td{padding:.22em .7em;text-align:left;white-space:nowrap;"
	"border-bottom:1px solid #e8e8e8}"
	"th{border-bottom:2px solid #bbb;font-weight:600}"
	".n{text-align:right}"
	"td:last-child{white-space:normal}"
	/* Rather two lines a row than columns out of sight. */
	"@media(max-width:1100px){table{font-size:.82em}"
	"th,td{padding:.2em .3em;white-space:normal}}"
	".best,.ok{color:#0b6b2e;font-weight:600}.tie{color:#0b6b2e}"
	".slower{color:#8a3b12}.unresolved,.warn{color:#8a6100;font-weight:600}"
	".refused,.bound,.unknown{color:#777}.fail{color:#b00020;"
	"font-weight:600}"
	"figure{margin:1em 0}figure svg{max-width:100%;height:auto;"
	"border:1px solid #eee}"
	"details{margin:.6em 0}summary{cursor:pointer;font-weight:600}";

static void
write_escaped(const char *s, FILE *f)
{
	for (; *s; s++) {
		switch (*s) {
		case '<': fputs("&lt;", f); break;
		case '>': fputs("&gt;", f); break;
		case '&': fputs("&amp;", f); break;
		case '"': fputs("&quot;", f); break;
		default: fputc(*s, f);
		}
	}
}

static void
write_element(const char *element, const char *text, FILE *f)
{
	fprintf(f, "<%s>", element);
	write_escaped(text, f);
	fprintf(f, "</%s>\n", element);
}

/* Cells of these columns hold one word, which is their look as well. */
static bool
is_word_column(const char *name)
{
	return strcmp(name, "verdict") == 0 || strcmp(name, "state") == 0;
}

static void
write_word_class(const char *element, const char *word, FILE *f)
{
	fprintf(f, "<%s class=\"", element);
	write_escaped(word, f);
	fputs("\">", f);
}

static void
write_cell(const char *column, const char *element, const char *text, FILE *f)
{
	if (column[0] == '>')
		fprintf(f, "<%s class=\"n\">", element);
	else if (is_word_column(column) && strcmp(element, "td") == 0)
		write_word_class(element, text, f);
	else
		fprintf(f, "<%s>", element);
	write_escaped(text, f);
	fprintf(f, "</%s>", element);
}

static void
write_table(const struct bench_table *t, FILE *f)
{
	fputs("<div class=\"wide\"><table>\n<tr>", f);
	for (size_t c = 0; c < t->n_columns; c++)
		write_cell(t->columns[c], "th", bench_table_column(t, c), f);
	for (size_t i = 0; i < t->n_cells; i++) {
		if (i % t->n_columns == 0)
			fputs("</tr>\n<tr>", f);
		write_cell(t->columns[i % t->n_columns], "td", t->cells[i], f);
	}
	fputs("</tr>\n</table></div>\n", f);
}

/* The file as a string from malloc; NULL after a message. */
static char *
read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = bench_alloc(1);
	size_t size = 0, n = 0;

	do {
		size += n;
		text = bench_realloc(text, size + BUFSIZ + 1);
		n = f ? fread(text + size, 1, BUFSIZ, f) : 0;
	} while (n > 0);
	text[size] = '\0';
	bool good = f && !ferror(f);
	if (!good)
		bench_error(BENCH_USAGE, "%s: expected a figure, found: %s",
			    path, strerror(errno));
	if (f)
		fclose(f);
	if (good)
		return text;
	free(text);
	return NULL;
}

/* What stands before an id in an SVG of gnuplot's, which quotes both ways. */
static size_t
id_lead(const char *s)
{
	static const char *const leads[] = {" id=\"", " id='", "href=\"#",
					    "href='#", "url(#"};

	for (size_t i = 0; i < ARRAY_LEN(leads); i++)
		if (strncmp(s, leads[i], strlen(leads[i])) == 0)
			return strlen(leads[i]);
	return 0;
}

/* Several figures in one page would share their ids: each gets a prefix. */
static void
write_with_own_ids(const char *svg, size_t number, FILE *f)
{
	while (*svg) {
		size_t n = id_lead(svg);
		fwrite(svg, 1, n ? n : 1, f);
		if (n)
			fprintf(f, "f%zu_", number);
		svg += n ? n : 1;
	}
}

/* The prologue, and gnuplot's title and description, say nothing that the page
 * does not; what is drawn begins with the canvas. */
static int
write_figure(const struct bench_item *item, size_t number, FILE *f)
{
	char *svg = read_file(item->path);
	char *box = svg ? strstr(svg, "viewBox=\"") : NULL;
	char *canvas = box ? strstr(box, "<g id=") : NULL;
	unsigned width, height;
	bool good = canvas &&
		    sscanf(box, "viewBox=\"0 0 %u %u\"", &width, &height) == 2;

	if (svg && !good)
		bench_error(BENCH_USAGE,
			    "%s: expected an SVG with a viewBox and a canvas",
			    item->path);
	if (good) {
		fputs("<figure><svg role=\"img\" aria-label=\"", f);
		write_escaped(item->text, f);
		fprintf(f, "\" width=\"%u\" viewBox=\"0 0 %u %u\">\n", width,
			width, height);
		write_with_own_ids(canvas, number, f);
		fputs("</figure>\n", f);
	}
	free(svg);
	return good ? BENCH_OK : BENCH_USAGE;
}

static int
write_item(const struct bench_item *item, size_t number, FILE *f)
{
	switch (item->kind) {
	case ITEM_HEADING: write_element("h2", item->text, f); break;
	case ITEM_LINE: write_element("p", item->text, f); break;
	case ITEM_BULLET: write_element("li", item->text, f); break;
	case ITEM_CODE: write_element("pre", item->text, f); break;
	case ITEM_TABLE: write_table(&item->table, f); break;
	case ITEM_FIGURE: return write_figure(item, number, f);
	case ITEM_FOLD_BEGIN:
		fputs("<details>", f);
		write_element("summary", item->text, f);
		break;
	case ITEM_FOLD_END: fputs("</details>\n", f); break;
	}
	return BENCH_OK;
}

static bool
is_bullet(const struct bench_doc *doc, size_t i)
{
	return i < doc->n_items && doc->items[i].kind == ITEM_BULLET;
}

int
bench_doc_write_html(const struct bench_doc *doc, FILE *f)
{
	int status = BENCH_OK;

	fputs("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n",
	      f);
	write_element("title", doc->title, f);
	write_element("style", style, f);
	write_element("h1", doc->title, f);
	for (size_t i = 0; i < doc->n_items; i++) {
		if (is_bullet(doc, i) && (i == 0 || !is_bullet(doc, i - 1)))
			fputs("<ul>\n", f);
		int written = write_item(&doc->items[i], i, f);
		status = written ? written : status;
		if (is_bullet(doc, i) && !is_bullet(doc, i + 1))
			fputs("</ul>\n", f);
	}
	fputs("</html>\n", f);
	return status;
}
