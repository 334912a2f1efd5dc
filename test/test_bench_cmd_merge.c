/* test_bench_cmd_merge.c - joined in any order, never mixed, never twice */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_runs.h"
#include "capture.h"
#include "schema_check.h"
#include "synthetic_run.h"

static const struct synthetic_candidate few[] = {
	{.name = "memclr_avx2", .ns = 10},
	{.name = "memclr_libc", .ns = 13},
};
static const struct synthetic_candidate many[] = {
	{.name = "mine;buffer=7", .ns = 14},
	{.name = "memclr_avx2", .ns = 10},
	{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
};
static const struct synthetic_candidate bound[] = {
	{.name = "memclr_avx2", .ns = 10, .standing = STANDING_BOUND},
};

#define CELL(list, size)                                             \
	{                                                            \
		.axis = {[AXIS_OP] = "memclr", [AXIS_SIZE] = size},  \
		.candidates = list, .n_candidates = ARRAY_LEN(list), \
	}

/* Shards, and a run of other candidates in a cell of the first. */
static const struct synthetic_cell shard_1[] = {CELL(few, "1024"),
						CELL(few, "8")};
static const struct synthetic_cell shard_2[] = {CELL(few, "64")};
static const struct synthetic_cell other[] = {CELL(many, "8")};
static const struct synthetic_cell contrary[] = {CELL(bound, "8")};

static char *root;

static int
make_root(void **state)
{
	(void)state;
	root = synthetic_dir();
	return 0;
}

static int
remove_root(void **state)
{
	(void)state;
	synthetic_remove(root);
	return 0;
}

/* A path below the root; each caller has one at a time or few. */
static const char *
at(const char *name)
{
	static char *paths[16];
	static unsigned next;
	char **path = &paths[next++ % ARRAY_LEN(paths)];

	free(*path);
	*path = bench_printf("%s/%s", root, name);
	return *path;
}

static void
edit(const char *dir, const char *object, const char *name, const char *value)
{
	char *path = bench_printf("%s/manifest.json", dir);
	json_t *json = json_load_file(path, 0, NULL);

	json_object_set_new(*object ? json_object_get(json, object) : json,
			    name, json_string(value));
	assert_int_equal(bench_write_json(path, json), BENCH_OK);
	json_decref(json);
	free(path);
}

static void
write_text(const char *path, const char *mode, const char *text)
{
	FILE *f = fopen(path, mode);

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
make_run(const char *name, const struct synthetic_cell *cells, size_t n,
	 const char *date, uint64_t seed)
{
	char *topology = bench_printf("%s/topology.xml", at(name));

	assert_int_equal(bench_make_dirs(at(name)), BENCH_OK);
	synthetic_run_write(at(name), cells, n, seed);
	edit(at(name), "", "date", date);
	write_text(topology, "w", date);
	free(topology);
}

/* A, B and C: two shards and another run. */
static void
make_runs(void)
{
	make_run("a", shard_1, 2, "2026-01-03", 1);
	make_run("b", shard_2, 1, "2026-01-02", 2);
	make_run("c", other, 1, "2026-01-01", 3);
}

struct merged {
	int status;
	char *out, *err;
};

#define MERGE(...) merge((const char *const[]){__VA_ARGS__, NULL})

static struct merged
merge(const char *const *names)
{
	char *argv[8] = {(char *)"merge"};
	struct capture out, err;
	struct merged m;
	int argc = 1;

	for (; names[argc - 1]; argc++)
		argv[argc] = bench_strdup(at(names[argc - 1]));
	capture_start(&out, STDOUT_FILENO);
	capture_start(&err, STDERR_FILENO);
	m.status = bench_cmd_merge(argc, argv);
	m.err = capture_end(&err);
	m.out = capture_end(&out);
	for (int i = 1; i < argc; i++)
		free(argv[i]);
	return m;
}

static void
assert_merged(struct merged m)
{
	if (m.status != BENCH_OK || *m.err)
		fail_msg("said %s", m.err);
	free(m.out);
	free(m.err);
}

static void
assert_refused(struct merged m, const char *expect)
{
	assert_int_equal(m.status, BENCH_USAGE);
	assert_string_equal(m.out, "");
	if (!strstr(m.err, expect))
		fail_msg("said %s", m.err);
	assert_ptr_equal(strchr(m.err, '\n'), strrchr(m.err, '\n'));
	free(m.out);
	free(m.err);
}

static char *
slurp(const char *dir, const char *name)
{
	char *path = bench_printf("%s/%s", dir, name), *text = NULL;
	FILE *f = fopen(path, "r");
	size_t capacity = 0;

	if (!f)
		fail_msg("no %s", path);
	assert_true(getdelim(&text, &capacity, '\0', f) >= 0);
	fclose(f);
	free(path);
	return text;
}

static void
assert_same_run(const char *a, const char *b)
{
	static const char *const files[] = {"manifest.json", "topology.xml",
					    "samples.jsonl", "summary.json"};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		char *in_a = slurp(a, files[i]), *in_b = slurp(b, files[i]);
		if (strcmp(in_a, in_b) != 0)
			fail_msg("%s of %s and %s differ", files[i], a, b);
		free(in_a);
		free(in_b);
	}
}

/* The figures of a cell in a merged run are those of its own run. */
static void
assert_same_cell(const struct bench_summary *all, const char *name)
{
	struct bench_summary *own = bench_summary_read(at(name));

	assert_non_null(own);
	for (size_t i = 0; i < own->n_cells; i++) {
		const struct bench_cell_summary *c = &own->cells[i];
		size_t k = 0;
		while (strcmp(all->cells[k].cell->id, c->cell->id) != 0)
			k++;
		for (size_t e = 0; e < c->n_estimates; e++) {
			const struct bench_estimate *x = bench_estimate_find(
				&all->cells[k], c->estimates[e].candidate);
			assert_true(x->value == c->estimates[e].value);
			assert_true(x->lo == c->estimates[e].lo);
			assert_int_equal(x->n, c->estimates[e].n);
		}
	}
	bench_summary_free(own);
}

static void
test_joins_shards(void **state)
{
	(void)state;
	make_runs();
	assert_merged(MERGE("all", "a", "b"));
	struct bench_summary *s = bench_summary_read(at("all"));
	assert_non_null(s);
	assert_int_equal(s->n_cells, 3);
	assert_int_equal(s->n_blocks, 24);
	assert_int_equal(s->skipped, 0);
	/* Cells by size, as a number. */
	assert_string_equal(s->cells[0].cell->cell.axis[AXIS_SIZE], "8");
	assert_string_equal(s->cells[2].cell->cell.axis[AXIS_SIZE], "1024");
	assert_same_cell(s, "a");
	assert_same_cell(s, "b");
	/* As of the newest of them. */
	assert_string_equal(
		json_string_value(json_object_get(s->manifest->json, "date")),
		"2026-01-03");
	bench_summary_free(s);
}

/* The blocks of two runs in one cell keep apart as launches. */
static void
test_keeps_launches_apart(void **state)
{
	size_t n[2] = {0, 0};
	(void)state;

	make_runs();
	assert_merged(MERGE("all", "a", "c"));
	struct bench_summary *s = bench_summary_read(at("all"));
	const struct bench_cell_summary *cell = &s->cells[0];
	assert_int_equal(cell->n_blocks, 16);
	for (size_t i = 0; i < 16; i++) {
		assert_in_range(cell->blocks[i]->launch, 0, 1);
		n[cell->blocks[i]->launch]++;
	}
	assert_true(n[0] == 8 && n[1] == 8);
	/* All candidates of both, in the order of the list. */
	assert_int_equal(cell->n_estimates, 4);
	assert_string_equal(cell->estimates[0].candidate, "memclr_floor");
	assert_string_equal(cell->estimates[3].candidate, "mine;buffer=7");
	assert_int_equal(bench_estimate_find(cell, "memclr_avx2")->n, 64);
	bench_summary_free(s);
}

static void
test_any_order_any_number(void **state)
{
	(void)state;
	make_runs();
	assert_merged(MERGE("abc", "a", "b", "c"));
	assert_merged(MERGE("cba", "c", "b", "a", "b"));
	assert_same_run(at("abc"), at("cba"));
	/* Merged runs go in as their sources. */
	assert_merged(MERGE("ab", "b", "a"));
	assert_merged(MERGE("bc", "c", "b"));
	assert_merged(MERGE("ca", "c", "a"));
	assert_merged(MERGE("ab-c", "ab", "c"));
	assert_merged(MERGE("bc-a", "bc", "a"));
	assert_merged(MERGE("ca-bc", "ca", "bc"));
	assert_same_run(at("abc"), at("ab-c"));
	assert_same_run(at("abc"), at("bc-a"));
	assert_same_run(at("abc"), at("ca-bc"));
	/* What was merged before stays in. */
	assert_merged(MERGE("ab", "c"));
	assert_same_run(at("abc"), at("ab"));
	assert_merged(MERGE("ab/", "ab"));
	assert_same_run(at("abc"), at("ab"));
	assert_merged(MERGE("copy", "abc"));
	assert_same_run(at("abc"), at("copy"));
}

/* A copy that was made while the run was under way is no contradiction. */
static void
test_an_earlier_copy_adds_nothing(void **state)
{
	(void)state;
	make_runs();
	make_run("early", shard_1, 2, "2026-01-03", 1);
	char *text = slurp(at("early"), "samples.jsonl");
	char *path = bench_printf("%s/samples.jsonl", at("early"));
	strchr(strchr(text, '\n') + 1, '\n')[1] = '\0';
	write_text(path, "w", text);
	assert_merged(MERGE("one", "a"));
	assert_merged(MERGE("two", "early", "a"));
	assert_same_run(at("one"), at("two"));
	free(path);
	free(text);
}

static size_t
count_entries(const char *dir)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void
test_refuses_contradictions(void **state)
{
	(void)state;
	make_runs();
	/* The same manifest, other samples. */
	make_run("twin", shard_1, 2, "2026-01-03", 4);
	assert_refused(MERGE("out", "a", "twin"), "contradict one another");
	/* The same samples, another manifest. */
	make_run("edited", shard_1, 2, "2026-01-04", 1);
	assert_refused(MERGE("out", "a", "edited"),
		       "expected the same manifest, for block 0 of cell ");
	make_run("contrary", contrary, 1, "2026-01-05", 5);
	assert_refused(MERGE("out", "a", "contrary"),
		       "memclr_avx2: expected to be contender as in the runs "
		       "before, found bound: synthetic");
	make_run("commit", shard_2, 1, "2026-01-06", 6);
	edit(at("commit"), "", "commit", "abc");
	assert_refused(MERGE("out", "a", "commit"),
		       "expected runs of the same commit, found none and abc");
	/* Nothing is left of what was not written. */
	assert_int_equal(count_entries(root), 7);
}

/* What lies beside the result under a like name is the user's. */
static void
test_keeps_its_neighbours(void **state)
{
	static const char *const names[] = {"out.new", "out.old", "out.tmp"};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		make_run(names[i], shard_1, 2, "2026-01-03", 1);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_merged(MERGE("out", names[i]));
	assert_int_equal(count_entries(root), 4);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct bench_summary *s = bench_summary_read(at(names[i]));

		assert_non_null(s);
		assert_int_equal(s->n_blocks, 16);
		bench_summary_free(s);
	}
}

/* A name by which it cannot be replaced leaves the result as it was. */
static void
test_keeps_what_it_cannot_replace(void **state)
{
	(void)state;
	make_runs();
	assert_merged(MERGE("out", "a"));
	assert_merged(MERGE("again", "a"));
	assert_refused(MERGE("out/.", "b"), "/out/.: expected to be written");
	assert_same_run(at("out"), at("again"));
	assert_int_equal(count_entries(at("out")), 4);
}

static size_t
list_classes(const char *dir, char *names[2])
{
	DIR *d = opendir(dir);
	size_t n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] != '.' && n < 2)
			names[n++] = bench_strdup(e->d_name);
	closedir(d);
	return n;
}

/* Each machine's runs are one run of their own below OUT, and stay so. */
static void
test_machines_stay_apart(void **state)
{
	char *names[2], *again[2];
	(void)state;

	make_runs();
	edit(at("b"), "machine", "model_name", "x");
	assert_merged(MERGE("out", "a", "b", "c"));
	assert_merged(MERGE("own", "c", "a"));
	assert_int_equal(list_classes(at("out"), names), 2);
	struct bench_summary *s[2];
	for (size_t i = 0; i < 2; i++) {
		char *dir = bench_printf("%s/%s", at("out"), names[i]);
		s[i] = bench_summary_read(dir);
		assert_non_null(s[i]);
		if (s[i]->n_cells == 2)
			assert_same_run(dir, at("own"));
		free(dir);
	}
	assert_int_equal(s[0]->n_cells + s[1]->n_cells, 3);

	/* From what was merged, and onto it. */
	assert_merged(MERGE("out2", "own", "out", "b"));
	assert_int_equal(list_classes(at("out2"), again), 2);
	assert_merged(MERGE("own", "b"));
	for (size_t i = 0; i < 2; i++) {
		char *x = bench_printf("%s/%s", at("out"), names[i]);
		char *y = bench_printf("%s/%s", at("out2"), names[i]);
		char *z = bench_printf("%s/%s", at("own"), names[i]);
		assert_same_run(x, y);
		assert_same_run(x, z);
		bench_summary_free(s[i]);
		free(x);
		free(y);
		free(z);
		free(names[i]);
		free(again[i]);
	}
}

/* A torn line is named and left out; all else is there. */
static void
test_torn_line(void **state)
{
	(void)state;
	make_runs();
	char *path = bench_printf("%s/samples.jsonl", at("b"));
	write_text(path, "a", "{\"v\":1,\"cell\":");
	struct merged m = MERGE("out", "a", "b");
	assert_int_equal(m.status, BENCH_OK);
	assert_non_null(strstr(m.err, "b/samples.jsonl:9: skipped: "));
	struct bench_summary *s = bench_summary_read(at("out"));
	assert_int_equal(s->n_blocks, 24);
	assert_int_equal(s->skipped, 0);
	bench_summary_free(s);
	free(m.out);
	free(m.err);
	free(path);
}

/* Of nothing there is nothing to sort, and of bad launches one is named. */
static void
test_odd_journals(void **state)
{
	(void)state;
	make_runs();
	char *path = bench_printf("%s/samples.jsonl", at("b"));
	char *text = slurp(at("b"), "samples.jsonl");
	write_text(path, "w", "");
	assert_merged(MERGE("empty", "b"));
	write_text(path, "w", text);
	assert_merged(MERGE("all", "a", "b"));
	for (char *p = text; (p = strstr(p, "\"launch\":0")); p++)
		p[strlen("\"launch\":")] = '9';
	free(path);
	path = bench_printf("%s/samples.jsonl", at("all"));
	write_text(path, "w", text);
	assert_refused(MERGE("out", "all"),
		       "/all: launch 9: expected one of its sources'");
	free(text);
	free(path);
}

static void
assert_schema(const char *schema, json_t *json)
{
	char *why = schema_check(schema, json);

	if (why)
		fail_msg("%s", why);
	json_decref(json);
}

static void
test_schemas(void **state)
{
	(void)state;
	make_runs();
	assert_merged(MERGE("out", "a", "b", "c"));
	char *manifest = slurp(at("out"), "manifest.json");
	char *summary = slurp(at("out"), "summary.json");
	char *journal = slurp(at("out"), "samples.jsonl");
	assert_schema("manifest", json_loads(manifest, 0, NULL));
	assert_schema("summary", json_loads(summary, 0, NULL));
	for (char *line = strtok(journal, "\n"); line;
	     line = strtok(NULL, "\n"))
		assert_schema("samples", json_loads(line, 0, NULL));
	free(manifest);
	free(summary);
	free(journal);
}

static void
test_usage(void **state)
{
	(void)state;
	make_runs();
	assert_refused(MERGE("out"), "the runs to join, found 1");
	assert_refused(MERGE("a", "b"),
		       "/a': expected a new directory, or one that merge has");
	assert_refused(MERGE("out", "none"), "none/manifest.json: expected a");
	char *argv[] = {(char *)"merge", (char *)"--x", NULL};
	struct capture err;
	capture_start(&err, STDERR_FILENO);
	int status = bench_cmd_merge(2, argv);
	char *text = capture_end(&err);
	assert_int_equal(status, BENCH_USAGE);
	assert_non_null(strstr(text, "merge: --x: expected no option"));
	free(text);
	/* What cannot be written leaves nothing behind. */
	write_text(at("file"), "w", "");
	assert_refused(MERGE("file/out", "a"), "expected a directory");
}

static struct bench_summary *
read_runs(const char *x, const char *y)
{
	char *dirs[] = {bench_strdup(at(x)), bench_strdup(at(y))};
	struct bench_summary *s = bench_runs_read(dirs, 2);

	free(dirs[0]);
	free(dirs[1]);
	return s;
}

/* What is read as several is what merge makes of them, on no disk. */
static void
test_reads_several_as_merged(void **state)
{
	(void)state;
	make_runs();
	assert_merged(MERGE("all", "c", "a"));
	struct bench_summary *all = bench_summary_read(at("all"));
	struct bench_summary *s = read_runs("a", "c");
	assert_non_null(s);
	assert_string_equal(s->run_dir, "a+c");
	assert_true(json_equal(s->manifest->json, all->manifest->json));
	assert_int_equal(s->n_cells, all->n_cells);
	assert_int_equal(s->cells[0].launches, 2);
	for (size_t i = 0; i < s->n_cells; i++) {
		assert_true(s->cells[i].regret == all->cells[i].regret);
		assert_true(s->cells[i].estimates[0].value ==
			    all->cells[i].estimates[0].value);
	}
	bench_summary_free(s);
	bench_summary_free(all);
}

/* Of two machines nothing is read, as one. */
static void
test_does_not_read_two_machines(void **state)
{
	struct capture err;

	(void)state;
	make_runs();
	edit(at("b"), "machine", "model_name", "x");
	capture_start(&err, STDERR_FILENO);
	struct bench_summary *s = read_runs("a", "b");
	char *said = capture_end(&err);
	assert_null(s);
	assert_non_null(strstr(said, "expected runs of one machine"));
	assert_ptr_equal(strchr(said, '\n'), strrchr(said, '\n'));
	free(said);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_joins_shards),
		TEST(test_keeps_launches_apart),
		TEST(test_any_order_any_number),
		TEST(test_an_earlier_copy_adds_nothing),
		TEST(test_refuses_contradictions),
		TEST(test_keeps_its_neighbours),
		TEST(test_keeps_what_it_cannot_replace),
		TEST(test_machines_stay_apart),
		TEST(test_torn_line),
		TEST(test_odd_journals),
		TEST(test_reads_several_as_merged),
		TEST(test_does_not_read_two_machines),
		TEST(test_schemas),
		TEST(test_usage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
