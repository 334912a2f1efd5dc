/* test_bench_doc.c - a page as text and as HTML */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_doc.h"
#include "capture.h"
#include "synthetic_run.h"

static const char *const columns[] = {"name", ">ns", "why"};

static struct bench_doc *
make_page(void)
{
	struct bench_doc *doc = bench_doc_new("A & B");

	bench_doc_add(doc, ITEM_HEADING, "One");
	bench_doc_add(doc, ITEM_LINE, "%d words", 2);
	bench_doc_add(doc, ITEM_BULLET, "a");
	bench_doc_add(doc, ITEM_BULLET, "b");
	struct bench_table *t =
		bench_doc_add_table(doc, columns, ARRAY_LEN(columns));
	bench_table_put(t, "memclr_word");
	bench_table_put(t, "1.00");
	bench_table_take(t, bench_strdup(""));
	bench_table_put(t, "x");
	bench_table_put(t, "12.0");
	bench_table_put(t, "<why>");
	return doc;
}

static char *
written(const struct bench_doc *doc, bool html, int *status)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	*status = BENCH_OK;
	if (html)
		*status = bench_doc_write_html(doc, f);
	else
		bench_doc_write_text(doc, f);
	fclose(f);
	return text;
}

static void
test_text(void **state)
{
	struct bench_doc *doc = make_page();
	int status;
	char *text = written(doc, false, &status);

	(void)state;
	assert_string_equal(text, "A & B\n"
				  "=====\n"
				  "\n"
				  "One\n"
				  "---\n"
				  "2 words\n"
				  "- a\n"
				  "- b\n"
				  "name           ns  why\n"
				  "memclr_word  1.00\n"
				  "x            12.0  <why>\n");
	free(text);
	bench_doc_free(doc);
}

static void
assert_in(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("'%s' is not in '%s'", what, text);
}

static void
test_html(void **state)
{
	struct bench_doc *doc = make_page();
	int status;
	char *text = written(doc, true, &status);

	(void)state;
	assert_int_equal(status, BENCH_OK);
	assert_in(text, "<h1>A &amp; B</h1>");
	assert_in(text, "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
	assert_in(text, "<td>x</td><td class=\"n\">12.0</td>"
			"<td>&lt;why&gt;</td></tr>");
	assert_in(text, "<h2>One</h2>\n<p>2 words</p>\n<ul>");
	free(text);
	bench_doc_free(doc);
}

static void
write_file(const char *dir, const char *name, const char *text)
{
	char *path = bench_printf("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	free(path);
}

static void
test_figures_have_ids_of_their_own(void **state)
{
	char *dir = synthetic_dir();
	struct bench_doc *doc = bench_doc_new("t");
	int status;

	(void)state;
	write_file(dir, "f.svg",
		   "<?xml version=\"1.0\"?><svg viewBox=\"0 0 62 31\" "
		   "xmlns=\"http://www.w3.org/2000/svg\"><title>Gnuplot"
		   "</title><g id=\"c\"><path id='p'/><use xlink:href='#p'/>"
		   "<rect fill=\"url(#p)\"/></g></svg>");
	bench_doc_add_figure(doc, dir, "f.svg");
	bench_doc_add_figure(doc, dir, "f.svg");
	char *text = written(doc, true, &status);
	assert_int_equal(status, BENCH_OK);
	assert_in(text, "<g id=\"f0_c\"><path id='f0_p'/>"
			"<use xlink:href='#f0_p'/>"
			"<rect fill=\"url(#f0_p)\"/>");
	assert_in(text, "<g id=\"f1_c\"><path id='f1_p'/>");
	assert_in(text, "width=\"62\" viewBox=\"0 0 62 31\"");
	assert_null(strstr(text, "http:"));
	assert_null(strstr(text, "Gnuplot"));
	free(text);
	bench_doc_free(doc);
	synthetic_remove(dir);
}

static void
assert_bad_figure(const char *dir, const char *name)
{
	struct bench_doc *doc = bench_doc_new("t");
	struct capture c;
	int status;

	bench_doc_add_figure(doc, dir, name);
	capture_start(&c, STDERR_FILENO);
	char *text = written(doc, true, &status);
	char *said = capture_end(&c);
	assert_int_equal(status, BENCH_USAGE);
	assert_in(said, name);
	free(said);
	free(text);
	bench_doc_free(doc);
}

static void
test_bad_figures(void **state)
{
	char *dir = synthetic_dir();

	(void)state;
	write_file(dir, "empty.svg", "");
	write_file(dir, "other.svg", "<svg viewBox=\"a b c d\"><g id=\"x\">");
	write_file(dir, "cut.svg", "<svg viewBox=\"0 0 9 9\">");
	assert_bad_figure(dir, "none.svg");
	assert_bad_figure(dir, "empty.svg");
	assert_bad_figure(dir, "other.svg");
	assert_bad_figure(dir, "cut.svg");
	synthetic_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_figures_have_ids_of_their_own),
		cmocka_unit_test(test_bad_figures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
