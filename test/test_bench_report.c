/* test_bench_report.c - the page, the text and the tables say what a run says
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_summary.h"
#include "capture.h"
#include "synthetic_run.h"

typedef struct synthetic_candidate list[];

static const list raw = {
	{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
	{.name = "memclr_rep_stosb", .ns = 20},
	{.name = "memclr_word", .ns = 10},
	{.name = "memclr_libc", .standing = STANDING_REFUSED},
};
static const list barriers = {
	{.name = "floor", .ns = 1, .standing = STANDING_BOUND},
	{.name = "bulk_epoch",
	 .ns = 20,
	 .per_op = {[COUNTER_marker_ns] = 5, [COUNTER_entries] = 2}},
	{.name = "memclr=memclr_word;barrier=bulk_one", .ns = 30},
	{.name = "nobarrier", .standing = STANDING_REFUSED},
};

#define CELL(list, ...)                                                        \
	{                                                                      \
		.candidates = list, .n_candidates = ARRAY_LEN(list), .axis = { \
			__VA_ARGS__                                            \
		}                                                              \
	}

/* The last cell is unresolved: its intervals are not known. */
static const struct synthetic_cell cells[] = {
	CELL(raw, [AXIS_OP] = "memclr", [AXIS_SIZE] = "8",
	     [AXIS_WORKLOAD] = "size:8", [AXIS_PHASE] = "off"),
	CELL(raw, [AXIS_OP] = "memclr", [AXIS_SIZE] = "64",
	     [AXIS_WORKLOAD] = "size:64", [AXIS_PHASE] = "off"),
	CELL(barriers, [AXIS_OP] = "call", [AXIS_ABI] = "stack",
	     [AXIS_WORKLOAD] = "sig:func(<b> & \"_c_\")", [AXIS_PHASE] = "off"),
	CELL(barriers, [AXIS_OP] = "call", [AXIS_ABI] = "stack",
	     [AXIS_WORKLOAD] = "sig:func(<b> & \"_c_\")", [AXIS_PHASE] = "mark",
	     [AXIS_POPULATION] = "white"),
	{.candidates = barriers,
	 .n_candidates = ARRAY_LEN(barriers),
	 .blocks = 1,
	 .axis = {[AXIS_OP] = "call",
		  [AXIS_ABI] = "stack",
		  [AXIS_WORKLOAD] = "sig:func(<b> & \"_c_\")",
		  [AXIS_PHASE] = "mark",
		  [AXIS_POPULATION] = "marked"}},
};

struct report {
	char *dir;
	int status;
	char *said, *complained;
};

static int
call(bench_command_fn *command, const char *const *args, struct report *r)
{
	char *argv[8] = {NULL};
	struct capture out, err;
	int argc = 0;

	for (; args[argc]; argc++)
		argv[argc] = (char *)args[argc];
	capture_start(&out, STDOUT_FILENO);
	capture_start(&err, STDERR_FILENO);
	r->status = command(argc, argv);
	r->complained = capture_end(&err);
	r->said = capture_end(&out);
	return r->status;
}

static struct report
make_report(void)
{
	struct report r = {.dir = synthetic_dir()};

	synthetic_run_write(r.dir, cells, ARRAY_LEN(cells), 1);
	const char *const args[] = {"report", r.dir, NULL};
	call(bench_cmd_report, args, &r);
	return r;
}

static void
end_report(struct report *r)
{
	free(r->said);
	free(r->complained);
	synthetic_remove(r->dir);
}

static char *
read_all(const struct report *r, const char *name)
{
	char *path = bench_printf("%s/report/%s", r->dir, name), *text = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_true(getdelim(&text, &size, '\0', f) > 0);
	fclose(f);
	free(path);
	return text;
}

static void
assert_in(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("'%s' is not in it", what);
}

static void
skip_without_gnuplot(void)
{
	if (system("gnuplot --version >/dev/null 2>&1") != 0)
		skip();
}

static void
test_page_and_text_have_every_name(void **state)
{
	static const char *const files[] = {"index.html", "report.txt"};
	struct report r;

	(void)state;
	skip_without_gnuplot();
	r = make_report();
	assert_string_equal(r.complained, "");
	assert_int_equal(r.status, BENCH_OK);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char *text = read_all(&r, files[i]);
		for (size_t k = 0; k < ARRAY_LEN(raw); k++)
			assert_in(text, raw[k].name);
		for (size_t k = 0; k < ARRAY_LEN(barriers); k++)
			assert_in(text, barriers[k].name);
		free(text);
	}
	assert_in(r.said, "memclr_word");
	assert_in(r.said, "unresolved, too little for a bound: cell");
	end_report(&r);
}

/* What a browser would fetch. A name space is no address. */
static void
test_page_is_self_contained(void **state)
{
	static const char *const forbidden[] = {
		"http:",   "https:", "src=",    "@import",
		"<script", "<link",  "file://", "<b>",
	};
	struct report r;

	(void)state;
	skip_without_gnuplot();
	r = make_report();
	char *page = read_all(&r, "index.html");
	for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
		if (strstr(page, forbidden[i]))
			fail_msg("the page has '%s'", forbidden[i]);
	assert_in(page, "sig:func(&lt;b&gt; &amp; &quot;_c_&quot;)");
	free(page);
	end_report(&r);
}

/* Whether text is in a figure, in one piece and with its underscores. */
static bool
is_drawn(const struct report *r, const char *name, const char *text)
{
	char *path = bench_printf("figures/%s", name);
	char *svg = read_all(r, path), *whole = bench_printf(">%s</", text);
	bool drawn = strstr(svg, whole) != NULL;

	free(whole);
	free(svg);
	free(path);
	return drawn;
}

static void
assert_drawn(const struct report *r, const char *name, const char *text)
{
	if (!is_drawn(r, name, text))
		fail_msg("'%s' is not in %s", text, name);
}

/* Ceilings were not measured here. */
static void
test_keys_name_what_is_drawn(void **state)
{
	struct report r;

	(void)state;
	skip_without_gnuplot();
	r = make_report();
	assert_false(is_drawn(&r, "raw-1-memclr-phase-off-time_by_size.svg",
			      "ceiling"));
	end_report(&r);
}

static void
test_figures_have_names_as_they_are(void **state)
{
	static const char sizes[] = "raw-1-memclr-phase-off-time_by_size.svg";
	static const char ratios[] = "raw-1-memclr-phase-off-ratio_heatmap.svg";
	static const char phases[] =
		"phases-1-call-stack-ABI-barrier_by_phase.svg";
	struct report r;

	(void)state;
	skip_without_gnuplot();
	r = make_report();
	assert_drawn(&r, sizes, "memclr_rep_stosb");
	assert_drawn(&r, sizes, "memclr_floor (bound)");
	assert_drawn(&r, sizes, "64");
	assert_drawn(&r, ratios, "memclr_rep_stosb");
	assert_drawn(&r, ratios, "memclr_libc");
	assert_drawn(&r, ratios, "refused");
	assert_drawn(&r, phases, "bulk_epoch");
	assert_drawn(&r, phases, "memclr=memclr_word;barrier=bulk_one");
	assert_drawn(&r, phases, "floor (bound)");
	assert_drawn(&r, phases, "refused");
	assert_drawn(&r, phases, "call, stack ABI");
	end_report(&r);
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
test_ids_are_unique(void **state)
{
	struct report r;
	char **ids = NULL;
	size_t n = 0;

	(void)state;
	skip_without_gnuplot();
	r = make_report();
	char *page = read_all(&r, "index.html");
	for (char *p = page; (p = strstr(p, " id=")) != NULL;) {
		p += strlen(" id=.");
		ids = bench_realloc(ids, (n + 1) * sizeof(*ids));
		ids[n++] = p;
	}
	/* One canvas for each of three figures, at the least. */
	assert_true(n > 3);
	for (size_t i = 0; i < n; i++)
		ids[i][strcspn(ids[i], "\"'")] = '\0';
	qsort(ids, n, sizeof(*ids), compare_strings);
	for (size_t i = 0; i + 1 < n; i++)
		assert_string_not_equal(ids[i], ids[i + 1]);
	free(ids);
	free(page);
	end_report(&r);
}

/* The row of a table for a candidate and one more field; its other fields. */
static char *
find_row(const char *table, const char *candidate, const char *field)
{
	char *copy = bench_strdup(table), *rest = copy, *found = NULL;

	for (char *line; !found && (line = strsep(&rest, "\n")) != NULL;)
		if (strstr(line, candidate) && strstr(line, field))
			found = bench_strdup(line);
	free(copy);
	assert_non_null(found);
	return found;
}

static double
number_at(const char *row, int column)
{
	for (; column > 0; column--)
		row = strchr(row, '\t') + 1;
	return strtod(row, NULL);
}

static void
test_tables_are_the_summary(void **state)
{
	struct report r = make_report();
	struct bench_summary *s = bench_summary_read(r.dir);
	const struct bench_estimate *e =
		bench_estimate_find(&s->cells[1], "memclr_rep_stosb");
	char *sizes = read_all(&r, "data/raw-1-memclr-phase-off.tsv");
	char *row = find_row(sizes, "memclr_rep_stosb", "\t64\t");

	(void)state;
	assert_float_equal(number_at(row, 4), e->value, 1e-4);
	assert_float_equal(number_at(row, 5), e->lo, 1e-4);
	assert_float_equal(number_at(row, 6), e->hi, 1e-4);
	assert_float_equal(number_at(row, 7), e->ratio, 1e-4);
	assert_non_null(strstr(row, "\tslower"));
	free(row);
	row = find_row(sizes, "memclr_libc", "\t8\t");
	assert_true(isnan(number_at(row, 4)));
	assert_non_null(strstr(row, "\trefused"));
	free(row);
	free(sizes);

	/* The mutator's part is the time less the marker's. */
	char *phases = read_all(&r, "data/phases-1-call-stack-ABI.tsv");
	row = find_row(phases, "bulk_epoch", "\twhite\t");
	e = bench_estimate_find(&s->cells[3], "bulk_epoch");
	assert_float_equal(number_at(row, 7), e->value, 1e-4);
	assert_float_equal(number_at(row, 10), e->value - 5, 1e-4);
	free(row);
	free(phases);
	bench_summary_free(s);
	end_report(&r);
}

static void
test_without_gnuplot(void **state)
{
	char *path = bench_strdup(getenv("PATH"));
	glob_t found;

	(void)state;
	setenv("PATH", "/nonexistent", 1);
	struct report r = make_report();
	setenv("PATH", path, 1);
	free(path);
	assert_int_equal(r.status, BENCH_CANNOT);
	assert_in(r.complained, "gnuplot: expected it to be installed");
	char *page = read_all(&r, "index.html");
	assert_in(page, "memclr_rep_stosb");
	free(page);
	char *pattern = bench_printf("%s/report/data/*.tsv", r.dir);
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_int_equal(found.gl_pathc, 2);
	globfree(&found);
	free(pattern);
	end_report(&r);
}

/* Runs where there is nothing to draw, or nothing at all. */
static void
test_poor_runs(void **state)
{
	struct report r = {.dir = synthetic_dir()};
	struct synthetic_cell one = cells[0];

	(void)state;
	skip_without_gnuplot();
	one.blocks = 1;
	synthetic_run_write(r.dir, &one, 1, 1);
	const char *const args[] = {"report", r.dir, NULL};
	assert_int_equal(call(bench_cmd_report, args, &r), BENCH_OK);
	char *page = read_all(&r, "index.html");
	assert_in(page, "None could be drawn");
	free(page);
	end_report(&r);
}

static void
assert_usage(bench_command_fn *command, const char *const *args,
	     const char *what)
{
	struct report r;

	assert_int_equal(call(command, args, &r), BENCH_USAGE);
	assert_string_equal(r.said, "");
	assert_in(r.complained, what);
	assert_ptr_equal(strchr(r.complained, '\n'),
			 r.complained + strlen(r.complained) - 1);
	free(r.said);
	free(r.complained);
}

#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* A panel has clusters for what was measured in it, and no gaps for others. */
static void
test_clusters_are_the_panels_own(void **state)
{
	static const struct synthetic_cell two_panels[] = {
		CELL(barriers, [AXIS_OP] = "call", [AXIS_WORKLOAD] = "sig:a",
		     [AXIS_PHASE] = "off", [AXIS_POPULATION] = "white"),
		CELL(barriers, [AXIS_OP] = "call", [AXIS_WORKLOAD] = "sig:a",
		     [AXIS_PHASE] = "mark", [AXIS_POPULATION] = "white"),
		CELL(barriers, [AXIS_OP] = "call", [AXIS_WORKLOAD] = "sig:b",
		     [AXIS_PHASE] = "mark", [AXIS_POPULATION] = "white"),
	};
	struct report r = {.dir = synthetic_dir()};

	(void)state;
	synthetic_run_write(r.dir, two_panels, ARRAY_LEN(two_panels), 1);
	call(bench_cmd_report, ARGS("report", r.dir), &r);
	char *table = read_all(&r, "data/phases-1-call.tsv");
	assert_in(table, "\t0\tsig:a\t0\toff\twhite\t");
	assert_in(table, "\t0\tsig:a\t1\tmark\twhite\t");
	assert_in(table, "\t1\tsig:b\t0\tmark\twhite\t");
	free(table);
	end_report(&r);
}

/* On the page in any case; said when asked for. */
static void
test_questions(void **state)
{
	static const char *const files[] = {"index.html", "report.txt"};
	struct report r = {.dir = synthetic_dir()};

	(void)state;
	synthetic_run_write(r.dir, cells, ARRAY_LEN(cells), 1);
	call(bench_cmd_report, ARGS("report", "--questions", r.dir), &r);
	assert_in(r.said, "What should I choose, and at what sizes?");
	assert_in(r.said, "What could not be decided, and why?");
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char *text = read_all(&r, files[i]);

		assert_in(text, "What can it cost me?");
		assert_in(text, "Winners");
		free(text);
	}
	free(r.said);
	free(r.complained);
	call(bench_cmd_report, ARGS("report", r.dir), &r);
	assert_null(strstr(r.said, "What should I choose"));
	end_report(&r);
}

static void
test_bad_usage(void **state)
{
	char *dir = synthetic_dir();

	(void)state;
	synthetic_run_write(dir, cells, ARRAY_LEN(cells), 1);
	assert_usage(bench_cmd_report, ARGS("report"), "a run");
	assert_usage(bench_cmd_report, ARGS("report", dir, dir),
		     "--out=DIR, for 2 runs");
	assert_usage(bench_cmd_report, ARGS("report", "--out"), "--out");
	assert_usage(bench_cmd_report, ARGS("report", "--nope", dir), "--nope");
	assert_usage(bench_cmd_report, ARGS("report", "/nonexistent"),
		     "/nonexistent");
	assert_usage(bench_cmd_report, ARGS("report", "--out=/dev/null/x", dir),
		     "/dev/null");
	assert_usage(bench_cmd_choose, ARGS("choose"), "a run");
	assert_usage(bench_cmd_choose, ARGS("choose", dir, dir),
		     "--out=DIR, for 2 runs");
	assert_usage(bench_cmd_choose, ARGS("choose", "--weights=nope", dir),
		     "workload 'nope': expected go-std");
	assert_usage(bench_cmd_choose,
		     ARGS("choose", "--weights=sig:func()", dir),
		     "sig:func(): expected a size above 0");
	assert_usage(bench_cmd_choose,
		     ARGS("choose", "--weights=sizes:9-8", dir),
		     "sizes:9-8: expected sizes:A-B");
	assert_usage(bench_cmd_choose, ARGS("choose", "--epsilon=x", dir),
		     "--epsilon='x'");
	assert_usage(bench_cmd_choose, ARGS("choose", "--epsilon=-1", dir),
		     "--epsilon='-1'");
	assert_usage(bench_cmd_choose, ARGS("choose", "--epsilon=nan", dir),
		     "--epsilon='nan'");
	assert_usage(bench_cmd_choose, ARGS("choose", "--epsilon=", dir),
		     "--epsilon=''");
	assert_usage(bench_cmd_choose, ARGS("choose", "--max-isa=mmx", dir),
		     "--max-isa='mmx'");
	assert_usage(bench_cmd_choose, ARGS("choose", "--require=x", dir),
		     "--require='x'");
	assert_usage(bench_cmd_choose, ARGS("choose", "--incumbent=x", dir),
		     "--incumbent='x'");
	assert_usage(bench_cmd_choose, ARGS("choose", "--incumbent=./x", dir),
		     "./x");
	assert_usage(bench_cmd_choose, ARGS("choose", "--out=/dev/null/x", dir),
		     "/dev/null");
	synthetic_remove(dir);
}

static void
test_choose_keeps_a_policy(void **state)
{
	struct report r = {.dir = synthetic_dir()};

	(void)state;
	synthetic_run_write(r.dir, cells, ARRAY_LEN(cells), 1);
	assert_int_equal(call(bench_cmd_choose, ARGS("choose", r.dir), &r),
			 BENCH_OK);
	assert_in(r.said, "memclr_word");
	free(r.said);
	free(r.complained);
	/* Asked again with that as the incumbent, nothing changes. */
	char *flag = bench_printf("--incumbent=%s/defaults/policy.json", r.dir);
	assert_int_equal(
		call(bench_cmd_choose, ARGS("choose", flag, r.dir), &r),
		BENCH_OK);
	assert_in(r.said, "kept");
	free(flag);
	end_report(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page_and_text_have_every_name),
		cmocka_unit_test(test_page_is_self_contained),
		cmocka_unit_test(test_figures_have_names_as_they_are),
		cmocka_unit_test(test_keys_name_what_is_drawn),
		cmocka_unit_test(test_ids_are_unique),
		cmocka_unit_test(test_tables_are_the_summary),
		cmocka_unit_test(test_without_gnuplot),
		cmocka_unit_test(test_poor_runs),
		cmocka_unit_test(test_clusters_are_the_panels_own),
		cmocka_unit_test(test_questions),
		cmocka_unit_test(test_bad_usage),
		cmocka_unit_test(test_choose_keeps_a_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
