/* test_bench_journal.c - no complete block is lost, and none is made up */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "schema_check.h"
#include "synthetic_run.h"

static const struct synthetic_candidate candidates[] = {
	{.name = "go1.12", .ns = 10.25, .per_op = {[COUNTER_entries] = 2}},
	{.name = "memclr=a;memmove=b;buffer=512",
	 .ns = 1e7,
	 .per_op = {[COUNTER_flushes] = 0.5, [COUNTER_marker_cpu_ns] = 1e9}},
};

static const struct synthetic_cell cell = {
	.axis = {[AXIS_OP] = "call"},
	.candidates = candidates,
	.n_candidates = ARRAY_LEN(candidates),
	.rounds = 3,
};

struct run {
	char *dir, *path;
	struct bench_block **blocks;
	size_t n, skipped;
	int status;
	char *messages;
};

static struct run
new_run(void)
{
	struct run run = {.dir = synthetic_dir()};

	run.path = bench_printf("%s/samples.jsonl", run.dir);
	return run;
}

static void
forget_blocks(struct run *run)
{
	for (size_t i = 0; i < run->n; i++)
		bench_block_free(run->blocks[i]);
	free(run->blocks);
	free(run->messages);
	run->blocks = NULL;
	run->messages = NULL;
	run->n = 0;
}

static void
read_back(struct run *run)
{
	struct capture c;

	forget_blocks(run);
	capture_start(&c, STDERR_FILENO);
	run->status = bench_journal_read(run->dir, &run->blocks, &run->n,
					 &run->skipped);
	run->messages = capture_end(&c);
}

static void
end_run(struct run *run)
{
	forget_blocks(run);
	free(run->path);
	synthetic_remove(run->dir);
}

static struct bench_block *
make_block(unsigned index)
{
	struct base_random random = {index};
	struct bench_block *b = synthetic_block(&cell, index, &random);

	b->seed = UINT64_MAX - index;
	b->launch = 7;
	b->round = 3 * index;
	b->layout = bench_layout_draw(5, index);
	b->discarded =
		(enum bench_disturbance)(index % BENCH_DISTURBANCE_COUNT);
	b->took_ns = 12345678;
	return b;
}

static int
append(const char *dir, unsigned index)
{
	struct bench_journal *j = bench_journal_open(dir);
	struct bench_block *b = make_block(index);

	assert_non_null(j);
	int status = bench_journal_append(j, b);
	bench_block_free(b);
	bench_journal_close(j);
	return status;
}

static char *
slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t capacity = 0;

	assert_non_null(f);
	ssize_t n = getdelim(&text, &capacity, '\0', f);
	*size = n < 0 ? 0 : (size_t)n;
	fclose(f);
	return text;
}

static void
spill(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void
assert_same(const struct bench_block *a, const struct bench_block *b)
{
	size_t n = a->n_rounds * a->n_candidates;

	assert_string_equal(a->cell, b->cell);
	assert_int_equal(a->launch, b->launch);
	assert_int_equal(a->block, b->block);
	assert_true(a->seed == b->seed);
	assert_true(a->iters == b->iters);
	assert_int_equal(a->round, b->round);
	assert_int_equal(a->discarded, b->discarded);
	assert_true(a->took_ns == b->took_ns);
	assert_true(a->layout.seed == b->layout.seed);
	assert_int_equal(a->layout.environment, b->layout.environment);
	assert_int_equal(a->layout.stack, b->layout.stack);
	assert_int_equal(a->layout.buffer, b->layout.buffer);
	assert_int_equal(a->layout.swapped, b->layout.swapped);
	assert_int_equal(a->n_rounds, b->n_rounds);
	assert_int_equal(a->n_candidates, b->n_candidates);
	for (size_t i = 0; i < a->n_candidates; i++)
		assert_string_equal(a->candidates[i], b->candidates[i]);
	assert_memory_equal(a->order, b->order, n * sizeof(*a->order));
	assert_memory_equal(a->samples, b->samples, n * sizeof(*a->samples));
	assert_true(json_equal(a->evidence, b->evidence));
}

/* To the last bit of every time and seed. */
static void
test_round_trip(void **state)
{
	struct run run = new_run();
	(void)state;

	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(append(run.dir, i), BENCH_OK);
	read_back(&run);
	assert_int_equal(run.status, BENCH_OK);
	assert_int_equal(run.n, 3);
	assert_int_equal(run.skipped, 0);
	for (unsigned i = 0; i < 3; i++) {
		struct bench_block *b = make_block(i);
		assert_same(run.blocks[i], b);
		bench_block_free(b);
	}
	end_run(&run);
}

/* Every counter is in the schema. */
static void
test_schema(void **state)
{
	struct run run = new_run();
	struct bench_block *b = make_block(1);
	struct bench_journal *j = bench_journal_open(run.dir);
	(void)state;

	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		b->samples[0].counters[c] = (uint64_t)c + 1;
	assert_int_equal(bench_journal_append(j, b), BENCH_OK);
	bench_journal_close(j);
	bench_block_free(b);

	json_t *json = json_load_file(run.path, 0, NULL);
	char *why = schema_check("samples", json);
	if (why)
		fail_msg("%s", why);
	json_object_set_new(json, "launch", json_integer(-1));
	why = schema_check("samples", json);
	assert_string_equal(why, "samples/launch: minimum");
	free(why);
	json_decref(json);
	end_run(&run);
}

/* Killed while it wrote: wherever the last line ends, only that one is lost,
 * and the run goes on. */
static void
test_torn_line(void **state)
{
	struct run run = new_run();
	struct stat st;
	(void)state;

	append(run.dir, 0);
	assert_int_equal(stat(run.path, &st), 0);
	off_t first = st.st_size;
	append(run.dir, 1);
	assert_int_equal(stat(run.path, &st), 0);
	off_t second = st.st_size;
	size_t size;
	char *whole = slurp(run.path, &size);

	for (off_t cut = first; cut < second; cut++) {
		spill(run.path, whole);
		assert_int_equal(truncate(run.path, cut), 0);
		append(run.dir, 2);
		read_back(&run);
		/* A line without its line end is complete; nothing is lost. */
		bool lost = cut < second - 1;
		assert_int_equal(run.status, BENCH_OK);
		assert_int_equal(run.n, lost ? 2 : 3);
		assert_int_equal(run.skipped, lost && cut > first);
		assert_int_equal(run.blocks[0]->block, 0);
		assert_int_equal(run.blocks[run.n - 1]->block, 2);
	}
	free(whole);
	end_run(&run);
}

static void
test_bad_middle_line(void **state)
{
	struct run run = new_run();
	size_t size;
	(void)state;

	append(run.dir, 0);
	append(run.dir, 1);
	append(run.dir, 2);
	char *text = slurp(run.path, &size);
	/* The comma after "v":1 of the second line. */
	strchr(strchr(text, '\n') + 1, ',')[0] = ' ';
	spill(run.path, text);
	read_back(&run);
	assert_int_equal(run.status, BENCH_OK);
	assert_int_equal(run.n, 2);
	assert_int_equal(run.skipped, 1);
	assert_int_equal(run.blocks[1]->block, 2);
	assert_non_null(strstr(run.messages, "samples.jsonl:2: "));
	assert_ptr_equal(strchr(run.messages, '\n'),
			 strrchr(run.messages, '\n'));
	free(text);
	end_run(&run);
}

/* A block that stands twice, as after a file was put together by hand, counts
 * once: one with the same number of another launch is another. */
static void
test_repeated_lines(void **state)
{
	struct run run = new_run();
	size_t size;
	(void)state;

	append(run.dir, 0);
	append(run.dir, 1);
	char *text = slurp(run.path, &size);
	char *other = bench_strdup(text);
	strstr(other, "\"launch\":7")[strlen("\"launch\":")] = '8';
	char *thrice = bench_printf("%s%s%s", text, text, other);
	spill(run.path, thrice);
	read_back(&run);
	assert_int_equal(run.status, BENCH_OK);
	assert_int_equal(run.n, 3);
	assert_int_equal(run.skipped, 3);
	assert_int_equal(run.blocks[2]->launch, 8);
	assert_non_null(strstr(run.messages,
			       "samples.jsonl:3: skipped: block 0 of cell "));
	assert_non_null(strstr(run.messages,
			       "launch 7: expected once, found on line "
			       "1\n"));
	free(thrice);
	free(other);
	free(text);
	end_run(&run);
}

static void
test_bad_lines(void **state)
{
	static const struct {
		const char *line, *expect;
	} bad[] = {
		{"\n", "column"},
		{"{\n", "column"},
		{"[1]\n", "line: expected an object, found [1]"},
		{"null\n", "column"},
		{"{\"v\":1,\"v\":1}\n", "duplicate object key"},
		{"{\"v\":1e999}\n", "real number overflow"},
		{"{\"v\":NaN}\n", "invalid token"},
		{"[\"\xff\"]\n", "unable to decode byte 0xff"},
	};
	struct run run = new_run();
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		spill(run.path, bad[i].line);
		append(run.dir, 0);
		read_back(&run);
		assert_int_equal(run.n, 1);
		assert_int_equal(run.skipped, 1);
		assert_non_null(strstr(run.messages, ".jsonl:1: skipped: "));
		if (!strstr(run.messages, bad[i].expect))
			fail_msg("%s said: %s", bad[i].line, run.messages);
	}
	end_run(&run);
}

static void
test_no_journal(void **state)
{
	struct run run = new_run();
	struct capture c;
	(void)state;

	read_back(&run);
	assert_int_equal(run.status, BENCH_USAGE);
	assert_non_null(strstr(run.messages, run.path));
	assert_int_equal(mkdir(run.path, 0777), 0);
	read_back(&run);
	assert_int_equal(run.status, BENCH_USAGE);
	assert_non_null(strstr(run.messages, "Is a directory"));

	capture_start(&c, STDERR_FILENO);
	assert_null(bench_journal_open(run.dir));
	assert_null(bench_journal_open("/nonexistent"));
	char *text = capture_end(&c);
	assert_non_null(strstr(text, "/nonexistent/samples.jsonl: "));
	free(text);
	end_run(&run);
}

/* Every limit between two lines: what was complete stays, what was begun goes,
 * and when there is room again the journal is as if nothing had been. */
static void
test_full_disk(void **state)
{
	struct run run = new_run();
	struct rlimit old, small;
	struct stat st;
	struct capture c;
	(void)state;

	append(run.dir, 0);
	assert_int_equal(stat(run.path, &st), 0);
	off_t one = st.st_size;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	for (off_t room = 0; room < 300; room += 37) {
		small = (struct rlimit){(rlim_t)(one + room), old.rlim_max};
		capture_start(&c, STDERR_FILENO);
		setrlimit(RLIMIT_FSIZE, &small);
		int status = append(run.dir, 1);
		setrlimit(RLIMIT_FSIZE, &old);
		char *text = capture_end(&c);
		assert_int_equal(status, BENCH_USAGE);
		assert_non_null(strstr(text, run.path));
		assert_non_null(strstr(text, "File too large"));
		free(text);
		assert_int_equal(stat(run.path, &st), 0);
		assert_int_equal(st.st_size, one);
	}
	append(run.dir, 2);
	read_back(&run);
	assert_int_equal(run.n, 2);
	assert_int_equal(run.skipped, 0);
	end_run(&run);
}

static void
test_full_device(void **state)
{
	struct run run = new_run();
	struct capture c;
	(void)state;

	assert_int_equal(symlink("/dev/full", run.path), 0);
	capture_start(&c, STDERR_FILENO);
	int status = append(run.dir, 0);
	char *text = capture_end(&c);
	assert_int_equal(status, BENCH_USAGE);
	assert_non_null(strstr(text, "No space left on device"));
	free(text);
	end_run(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_schema),
		cmocka_unit_test(test_torn_line),
		cmocka_unit_test(test_bad_middle_line),
		cmocka_unit_test(test_repeated_lines),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_no_journal),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_full_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
