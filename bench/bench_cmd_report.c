/* bench_cmd_report.c - framebench report: figures, a page, and it as text */
// SPDX-License-Identifier: BSD-3-Clause
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "bench_questions.h"
#include "bench_report.h"
#include "bench_runs.h"

struct settings {
	char *const *runs;
	size_t n_runs;
	const char *out; /* NULL: RUN/report */
	bool questions;  /* are answered here, not on the page only */
};

static int
parse_option(int option, const char *given, struct settings *s)
{
	switch (option) {
	case 'o': s->out = optarg; return BENCH_OK;
	case 'q': s->questions = true; return BENCH_OK;
	case ':':
		return bench_error(BENCH_USAGE, "report: %s: expected a value",
				   given);
	default:
		return bench_error(
			BENCH_USAGE,
			"report: %s: expected --questions or --out=", given);
	}
}

static int
parse(int argc, char **argv, struct settings *s)
{
	static const struct option options[] = {
		{"out", required_argument, NULL, 'o'},
		{"questions", no_argument, NULL, 'q'},
		{0},
	};
	int option, status = BENCH_OK;

	optind = 0; /* glibc: start afresh, whoever has parsed before */
	while (!status &&
	       (option = getopt_long(argc, argv, ":", options, NULL)) != -1)
		status = parse_option(option, argv[MAX(optind - 1, 1)], s);
	if (status)
		return status;
	s->runs = argv + optind;
	s->n_runs = (size_t)(argc - optind);
	return bench_runs_check("report", s->n_runs, s->out);
}

static int
write_text(const struct bench_doc *doc, FILE *f)
{
	bench_doc_write_text(doc, f);
	return BENCH_OK;
}

static int
write_page(const struct bench_doc *doc, const char *dir, const char *name,
	   int (*write)(const struct bench_doc *doc, FILE *f))
{
	char *path = bench_printf("%s/%s", dir, name);
	FILE *f = fopen(path, "we");
	int status = BENCH_OK;

	if (!f)
		status = bench_error(BENCH_USAGE,
				     "%s: expected to be written, found: %s",
				     path, strerror(errno));
	if (f) {
		status = write(doc, f);
		int flushed = bench_flush(f, path);
		status = status ? status : flushed;
		fclose(f);
	}
	free(path);
	return status;
}

static int
print_short(const struct bench_report *r, bool questions)
{
	struct bench_doc *doc = bench_doc_new("");

	if (questions) {
		bench_questions_add(doc, r->summary, r->choice, BENCH_EPSILON);
	} else {
		bench_choice_table(r->choice, doc);
		bench_choice_notes(r->choice, doc);
	}
	for (size_t i = 0; i < doc->n_items; i++)
		bench_doc_write_item(&doc->items[i], stdout);
	printf("\n%s, %s\nwrote %s/index.html, %s/report.txt and %zu figures\n",
	       r->provenance->machine, r->provenance->date, r->dir, r->dir,
	       r->n_figures);
	bench_doc_free(doc);
	return bench_flush(stdout, "standard output");
}

/* The first status that is not BENCH_OK; figures that could not be drawn do not
 * keep the page from being written. */
static int
write_report(struct bench_report *r, bool questions)
{
	int status = bench_report_figures(r);

	if (status && status != BENCH_CANNOT)
		return status;
	struct bench_doc *page = bench_report_page(r);
	int written =
		write_page(page, r->dir, "index.html", bench_doc_write_html);
	if (!written)
		written = write_page(page, r->dir, "report.txt", write_text);
	bench_doc_free(page);
	if (!written)
		written = print_short(r, questions);
	return written ? written : status;
}

static int
report(const struct settings *settings, const struct bench_summary *s,
       const struct bench_incumbent *incumbent)
{
	struct bench_choose_options options = {incumbent, BENCH_EPSILON, NULL};
	struct bench_provenance provenance =
		bench_provenance_of(s->run_dir, s->manifest);
	struct bench_choice *choice = bench_choose(s, &options);
	char *dir = settings->out ? bench_strdup(settings->out)
				  : bench_printf("%s/report", s->run_dir);
	struct bench_report r = {
		.summary = s,
		.provenance = &provenance,
		.choice = choice,
		.dir = dir,
	};
	int status = write_report(&r, settings->questions);

	for (size_t i = 0; i < r.n_figures; i++)
		free(r.figures[i].path);
	free(r.figures);
	free(dir);
	bench_choice_free(choice);
	bench_provenance_free(&provenance);
	return status;
}

int
bench_cmd_report(int argc, char **argv)
{
	struct settings settings = {NULL, 0, NULL, false};
	int status = parse(argc, argv, &settings);

	if (status)
		return status;
	struct bench_summary *s =
		bench_runs_read(settings.runs, settings.n_runs);
	if (!s)
		return BENCH_USAGE;
	struct bench_incumbent *incumbent =
		bench_incumbent_read(BENCH_INCUMBENT_DEFAULT);
	status = report(&settings, s, incumbent);
	bench_incumbent_free(incumbent);
	bench_summary_free(s);
	return status;
}
