/* test_bench_cmd_run.c - runs that are killed, interrupted, short of room, cut
 * in shards, and gone on with
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base_random.h"
#include "bench_preflight.h"
#include "bench_summary.h"
#include "fake_root.h"
#include "program.h"
#include "schema_check.h"

/* So many seconds are a hang. */
#define HANG_S 300

/* Plans without a heap, which takes its time under sanitizers: a block in each
 * of 14 cells and 2 ceilings, some 5 ms; 4 and 2 of them; and more than anybody
 * waits for. */
#define PLAN                                                            \
	"run", "smoke", "--op=memclr,memmove", "--workload=sizes:8-64", \
		"--phase=off",                                          \
		"--strategy=floor,libc,memclr_word,memmove_word"
#define PLAN_BLOCKS  16
#define SMALL        "run", "smoke", "--op=memclr,memmove"
#define SMALL_BLOCKS 6
#define SMOKE_BLOCKS 14
/* A race that is not decided before its journal is larger than its manifest. */
#define RACE                                                          \
	"run", "--op=memclr", "--workload=sizes:8-64", "--phase=off", \
		"--epsilon=0"
#define LONG \
	"run", "--op=memclr,memmove", "--workload=sizes:1-4096", "--phase=off"

static char *root, *dir, *out;

static int
make_root(void **state)
{
	(void)state;
	alarm(HANG_S);
	root = fake_root_new();
	dir = bench_printf("%s/run", root);
	out = bench_printf("--out=%s", dir);
	return 0;
}

static int
remove_root(void **state)
{
	(void)state;
	umount(dir); /* where a test has mounted something */
	free(dir);
	free(out);
	fake_root_free(root);
	return 0;
}

#define RUN(...) program_run((const char *const[]){__VA_ARGS__, NULL}, NULL)

static char *
path_of(const char *name)
{
	return bench_printf("%s/%s", dir, name);
}

/* The status, and one message or none that has this fragment. */
static void
assert_result(struct program_result r, int status, const char *fragment)
{
	if (r.status != status || program_errors(&r) != (fragment ? 1 : 0) ||
	    (fragment && !strstr(r.err, fragment)))
		fail_msg("status %d, '%s'", r.status, r.err);
	program_result_free(&r);
}

static char *
read_file(const char *name)
{
	char *path = path_of(name), *text = bench_strdup("");
	FILE *f = fopen(path, "r");
	size_t size = 0, n;

	free(path);
	if (!f)
		return text;
	do {
		text = bench_realloc(text, size + 4097);
		n = fread(text + size, 1, 4096, f);
		size += n;
		text[size] = '\0';
	} while (n > 0);
	fclose(f);
	return text;
}

/* Bytes up to the end of the last whole line. */
static size_t
whole_lines(const char *text)
{
	const char *last = strrchr(text, '\n');

	return last ? (size_t)(last - text) + 1 : 0;
}

/* Every cell has all its blocks, numbered from 0, and nothing else is there;
 * but for lines that were cut short when `cuts` is set. */
static void
assert_complete(size_t want, bool cuts)
{
	struct bench_summary *s = bench_summary_read(dir);
	size_t blocks;

	assert_non_null(s);
	assert_true(cuts || s->skipped == 0);
	assert_int_equal(s->n_blocks, want);
	blocks = want / s->n_cells;
	for (size_t i = 0; i < s->n_cells; i++) {
		uint64_t numbers = 0;

		for (size_t k = 0; k < s->n_blocks; k++)
			if (!strcmp(s->blocks[k]->cell, s->cells[i].cell->id))
				numbers |= 1ull << s->blocks[k]->block;
		assert_int_equal(numbers, (1ull << blocks) - 1);
	}
	bench_summary_free(s);
}

static bool
is_op(const struct bench_cell_summary *cell, const char *op)
{
	return strcmp(cell->cell->cell.axis[AXIS_OP], op) == 0;
}

/* Takes the document over. */
static void
assert_schema(const char *schema, json_t *json)
{
	char *why = schema_check(schema, json);

	if (why)
		fail_msg("%s", why);
	json_decref(json);
}

/* Every file of the run is as its schema says. */
static void
assert_schemas(void)
{
	static const char *const names[] = {"manifest", "summary"};
	char *journal = read_file("samples.jsonl");

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		char *name = bench_printf("%s.json", names[i]);
		char *text = read_file(name);

		assert_schema(names[i], json_loads(text, 0, NULL));
		free(text);
		free(name);
	}
	for (char *line = strtok(journal, "\n"); line;
	     line = strtok(NULL, "\n"))
		assert_schema("samples", json_loads(line, 0, NULL));
	free(journal);
}

/* All but what is the collector's have a leader. */
static void
smoke_measures_each_cell(void **state)
{
	/* A sanitizer on a busy machine takes longer than the plan's own. */
	struct program_result r = RUN("run", "smoke", "--budget=4m", out);
	char *want = bench_printf("%s\n", dir);
	struct bench_summary *s;

	(void)state;
	assert_string_equal(r.out, want);
	assert_result(r, BENCH_OK, NULL);
	assert_complete(SMOKE_BLOCKS, false);
	assert_schemas();
	s = bench_summary_read(dir);
	for (size_t i = 0; i < s->n_cells; i++)
		assert_true(s->cells[i].leader ||
			    is_op(&s->cells[i], "terminate") ||
			    is_op(&s->cells[i], "store") ||
			    is_op(&s->cells[i], "copy"));
	bench_summary_free(s);
	free(want);
}

/* Kills a run after a while; whether that met it alive. What was a whole line
 * before is there afterwards. */
static bool
kill_once(bool resume, unsigned delay_us)
{
	char *before = read_file("samples.jsonl"), *after;
	struct program p = program_start(
		resume ? (const char *const[]){"run", "--resume", out, NULL}
		       : (const char *const[]){PLAN, out, NULL},
		NULL);
	struct program_result r;

	usleep(delay_us);
	kill(p.pid, SIGKILL);
	r = program_end(&p);
	after = read_file("samples.jsonl");
	if (strncmp(before, after, whole_lines(before)) != 0)
		fail_msg("a block was lost after %u us", delay_us);
	free(before);
	free(after);
	if (r.status != BENCH_OK && r.status != 128 + SIGKILL)
		fail_msg("status %d: %s", r.status, r.err);
	program_result_free(&r);
	return r.status != BENCH_OK;
}

static bool
exists(const char *name)
{
	char *path = path_of(name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

/* At moments from the start of the process to the end of the run. So many kills
 * as FRAMEBENCH_KILLS says (make check-kills: 100). */
static void
killed_at_any_moment_it_goes_on(void **state)
{
	enum { KILLS = 15, SPAN_US = 300000 };
	const char *text = getenv("FRAMEBENCH_KILLS");
	int enough = text ? atoi(text) : KILLS;
	struct base_random random = {test_seed()};
	int kills = 0, runs = 0;

	(void)state;
	while (kills < enough) {
		for (int i = 0; i < 5; i++)
			kills += kill_once(
				exists("manifest.json"),
				(unsigned)base_random_below(&random, SPAN_US));
		if (!exists("manifest.json"))
			continue;
		struct program_result r = RUN("run", "--resume", out);
		assert_int_equal(r.status, BENCH_OK);
		program_result_free(&r);
		assert_complete(PLAN_BLOCKS, true);
		free(dir);
		free(out);
		dir = bench_printf("%s/run%d", root, ++runs);
		out = bench_printf("--out=%s", dir);
	}
}

static size_t
count_lines(void)
{
	char *text = read_file("samples.jsonl");
	size_t n = 0;

	for (const char *p = text; (p = strchr(p, '\n')); p++)
		n++;
	free(text);
	return n;
}

/* Interrupts a run when it has measured a block. */
static void
interrupt_once(const char *const *arguments, int signal)
{
	size_t before = count_lines();
	struct program p = program_start(arguments, NULL);

	while (count_lines() == before)
		usleep(1000);
	kill(p.pid, signal);
	assert_result(program_end(&p), BENCH_FAILED, "interrupted: ");
	assert_true(count_lines() > before);
}

static void
interrupted_it_ends_after_a_block(void **state)
{
	size_t before;

	(void)state;
	interrupt_once((const char *const[]){LONG, out, NULL}, SIGINT);
	interrupt_once((const char *const[]){"run", "--resume", out, NULL},
		       SIGTERM);
	assert_true(exists("summary.json"));
	before = count_lines();
	/* Too little for what is left, on any machine. */
	assert_result(RUN("run", "--resume", "--budget=0.01s", out), BENCH_OK,
		      "the budget has ended: ");
	assert_true(count_lines() >= before);
}

static void
a_budget_ends_and_can_be_gone_on_with(void **state)
{
	(void)state;
	assert_result(RUN(PLAN, out, "--budget=0.01s"), BENCH_OK,
		      "the budget has ended: ");
	assert_result(RUN("run", "--resume", out), BENCH_OK, NULL);
	assert_complete(PLAN_BLOCKS, false);
	/* Nothing is left to do. */
	assert_result(RUN("run", "--resume", out), BENCH_OK, NULL);
	assert_complete(PLAN_BLOCKS, false);
}

/* What was measured is all there, and the run goes on from there. */
static void
assert_goes_on(void)
{
	size_t before = count_lines();
	struct program_result r = RUN("run", "--resume", "--budget=0.3s", out);
	struct bench_summary *s;

	assert_int_equal(r.status, BENCH_OK);
	program_result_free(&r);
	s = bench_summary_read(dir);
	assert_int_equal(s->skipped, 0);
	assert_true(s->n_blocks >= before);
	bench_summary_free(s);
}

/* Room for the manifest and some blocks. */
#define LITTLE_ROOM (18 << 10)

static void
limit_files(void)
{
	struct rlimit limit = {LITTLE_ROOM, LITTLE_ROOM};

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
}

static void
a_file_too_large_loses_nothing(void **state)
{
	struct program_result r = program_run(
		(const char *const[]){RACE, out, NULL}, limit_files);

	(void)state;
	assert_int_equal(r.status, BENCH_USAGE);
	if (!strstr(r.err, "samples.jsonl: expected to append block"))
		fail_msg("%s", r.err);
	assert_int_equal(program_errors(&r), 1);
	program_result_free(&r);
	assert_goes_on();
}

static bool
mount_tmpfs(unsigned long flags, const char *options)
{
	return mount("none", dir, "tmpfs", flags, options) == 0;
}

/* On a file system of its own, where this user may mount one. */
static void
a_full_disk_loses_nothing(void **state)
{
	struct program_result r;

	(void)state;
	assert_int_equal(mkdir(dir, 0777), 0);
	if (!mount_tmpfs(0, "size=8k"))
		skip();
	r = RUN(RACE, out);
	assert_int_equal(r.status, BENCH_USAGE);
	assert_non_null(strstr(r.err, "No space left on device"));
	assert_int_equal(program_errors(&r), 1);
	program_result_free(&r);
	assert_false(exists("manifest.json"));
	assert_true(mount_tmpfs(MS_REMOUNT, "size=32k"));
	r = RUN(RACE, out);
	assert_true(mount_tmpfs(MS_REMOUNT, "size=16m"));
	assert_int_equal(r.status, BENCH_USAGE);
	if (!strstr(r.err, "samples.jsonl: expected to append block") ||
	    !strstr(r.err, "No space left on device"))
		fail_msg("%s", r.err);
	program_result_free(&r);
	assert_goes_on();
}

static void
shards_join_to_the_whole(void **state)
{
	struct bench_block **blocks;
	size_t n, skipped, all = 0;

	(void)state;
	for (int i = 1; i <= 3; i++) {
		char *shard = bench_printf("--shard=%d/3", i);
		char *to = bench_printf("--out=%s/%d", root, i);
		char *from = bench_printf("%s/%d", root, i);

		assert_result(RUN(SMALL, shard, to), BENCH_OK, NULL);
		assert_int_equal(
			bench_journal_read(from, &blocks, &n, &skipped),
			BENCH_OK);
		all += n;
		for (size_t k = 0; k < n; k++)
			bench_block_free(blocks[k]);
		free(blocks);
		free(shard);
		free(to);
		free(from);
	}
	assert_int_equal(all, SMALL_BLOCKS);
}

static void
write_file(const char *name, const char *text)
{
	char *path = path_of(name);
	FILE *f = fopen(path, "w");

	assert_true(f && fputs(text, f) >= 0 && fclose(f) == 0);
	free(path);
}

/* Killed between its manifest and its first block. */
static void
a_run_without_a_journal_goes_on(void **state)
{
	char *path = path_of("samples.jsonl");

	(void)state;
	assert_result(RUN(SMALL, out), BENCH_OK, NULL);
	assert_int_equal(unlink(path), 0);
	assert_result(RUN("run", "--resume", out), BENCH_OK, NULL);
	assert_complete(SMALL_BLOCKS, false);
	free(path);
}

/* Lost with the machine in the middle of a line. */
static void
a_torn_line_spoils_no_other(void **state)
{
	char *text, *torn;
	struct program_result r;

	(void)state;
	assert_result(RUN(SMALL, out), BENCH_OK, NULL);
	text = read_file("samples.jsonl");
	torn = bench_printf("%.*s", (int)(whole_lines(text) - 40), text);
	write_file("samples.jsonl", torn);
	r = RUN("run", "--resume", out);
	assert_int_equal(r.status, BENCH_OK);
	assert_non_null(strstr(r.err, "samples.jsonl:6: skipped: "));
	program_result_free(&r);
	assert_complete(SMALL_BLOCKS, true);
	free(text);
	free(torn);
}

/* The manifest with every `from` replaced; the same length. */
static void
edit_manifest(const char *from, const char *to)
{
	char *text = read_file("manifest.json"), *p = text;

	assert_int_equal(strlen(from), strlen(to));
	assert_non_null(strstr(text, from));
	while ((p = strstr(p, from)))
		memcpy(p, to, strlen(to));
	write_file("manifest.json", text);
	free(text);
}

/* The same of one of its arguments, to a value in JSON. */
static void
set_argument(const char *name, const char *value)
{
	char *text = read_file("manifest.json");
	json_t *manifest = json_loads(text, 0, NULL);

	free(text);
	json_object_set_new(json_object_get(manifest, "arguments"), name,
			    json_loads(value, JSON_DECODE_ANY, NULL));
	text = json_dumps(manifest, 0);
	write_file("manifest.json", text);
	free(text);
	json_decref(manifest);
}

/* As if the run had been merged from itself. */
static void
make_merged(void)
{
	char *text = read_file("manifest.json");
	json_t *manifest = json_loads(text, 0, NULL);
	json_t *sources =
		json_pack("[{s:s, s:i, s:o}]", "key", "0123456789abcdef",
			  "launches", 1, "manifest", json_deep_copy(manifest));

	free(text);
	json_object_set_new(manifest, "sources", sources);
	text = json_dumps(manifest, 0);
	write_file("manifest.json", text);
	free(text);
	json_decref(manifest);
}

/* Who was refused before the first launch, is so in all. */
static void
who_failed_verification_stays_out(void **state)
{
	char *path = path_of("samples.jsonl"), *journal, *manifest;
	size_t n = 0;

	(void)state;
	assert_result(RUN(SMALL, "--strategy=memclr_sse2,memclr_word", out),
		      BENCH_OK, NULL);
	manifest = read_file("manifest.json");
	for (char *p = manifest; (p = strstr(p, "\"name\": \"memclr_sse2\""));
	     n++) {
		char *status = strstr(p, "\"contender\"");

		if (!status)
			break;
		memcpy(status, "\"refused\"  ", strlen("\"contender\""));
		p = status;
	}
	assert_true(n > 0);
	write_file("manifest.json", manifest);
	assert_int_equal(unlink(path), 0);
	assert_result(RUN("run", "--resume", out), BENCH_OK, NULL);
	journal = read_file("samples.jsonl");
	assert_non_null(strstr(journal, "\"memclr_word\""));
	assert_null(strstr(journal, "\"memclr_sse2\""));
	free(journal);
	free(manifest);
	free(path);
}

static void
what_cannot_be_gone_on_with(void **state)
{
	static const struct {
		const char *name, *value, *fragment;
	} wrong[] = {
		{"launches", "0", "launches: expected 1 to "},
		{"launches", "1e9", "launches: expected an integer"},
		{"epsilon", "-1", "epsilon: expected a number from 0 to 1"},
		{"epsilon", "\"\"", "epsilon: expected a number from 0 to 1"},
		{"client", "2", "client: expected a string"},
	};
	char *manifest;

	(void)state;
	assert_result(RUN("run", "--resume", out), BENCH_USAGE,
		      "run/manifest.json: expected a manifest");
	assert_result(RUN(SMALL, out), BENCH_OK, NULL);
	assert_result(RUN(SMALL, out), BENCH_USAGE, "holds a run already");
	assert_result(RUN("run", "quick", "--resume", out), BENCH_USAGE,
		      "--resume: expected the plan of ");
	assert_result(RUN(SMALL, "--phase=off", "--resume", out), BENCH_USAGE,
		      "--resume: expected the phase of ");
	assert_result(RUN(SMALL, "--resume", out), BENCH_OK, NULL);
	manifest = read_file("manifest.json");
	write_file("manifest.json", manifest);
	edit_manifest("\"shards\": 1", "\"shards\": 0");
	assert_result(RUN("run", "--resume", out), BENCH_USAGE,
		      "manifest.json: arguments: shards: ");
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		write_file("manifest.json", manifest);
		set_argument(wrong[i].name, wrong[i].value);
		assert_result(RUN("run", "--resume", out), BENCH_USAGE,
			      wrong[i].fragment);
	}
	write_file("manifest.json", manifest);
	edit_manifest("\"seed\": \"1\"", "\"seed\": \"x\"");
	assert_result(RUN("run", "--resume", out), BENCH_USAGE,
		      "manifest.json: seed: ");
	write_file("manifest.json", manifest);
	edit_manifest("\"binary\": \"", "\"binary\":\"z");
	assert_result(RUN("run", "--resume", out), BENCH_USAGE,
		      "run: cannot resume: expected the build of this program "
		      "that has verified its candidates");
	write_file("manifest.json", manifest);
	edit_manifest("\"plan\": \"smoke\"", "\"plan\": \"quick\"");
	assert_result(RUN("run", "--resume", out), BENCH_USAGE,
		      "cannot resume");
	write_file("manifest.json", manifest);
	make_merged();
	assert_result(RUN("run", "--resume", out), BENCH_USAGE,
		      "run: expected a run as it was measured, found a merged "
		      "one");
	manifest[strlen(manifest) / 2] = '\0';
	write_file("manifest.json", manifest);
	assert_result(RUN("run", "--resume", out), BENCH_USAGE,
		      "run/manifest.json:");
	free(manifest);
}

/* What is left of another run's samples does not mix with a new one's. */
static void
a_journal_without_a_manifest_is_left_alone(void **state)
{
	char *path = path_of("manifest.json"), *before, *after;

	(void)state;
	assert_result(RUN(SMALL, out), BENCH_OK, NULL);
	before = read_file("samples.jsonl");
	assert_int_equal(unlink(path), 0);
	assert_result(RUN(SMALL, out), BENCH_USAGE,
		      "of a run that has lost its manifest.json");
	after = read_file("samples.jsonl");
	assert_string_equal(before, after);
	free(before);
	free(after);
	free(path);
}

/* The first thing that is not ok on this machine, from malloc, or NULL; but for
 * the load, which is another when the program looks. */
static char *
not_ok_here(void)
{
	struct bench_topo *topo;
	json_t *findings, *finding;
	char *name = NULL;
	size_t i;

	assert_int_equal(bench_topo_load(&topo, "this"), BENCH_OK);
	findings = bench_preflight(topo, "");
	json_array_foreach (findings, i, finding) {
		const char *what =
			json_string_value(json_object_get(finding, "name"));

		if (!name && strcmp(what, "load") != 0 &&
		    strcmp(json_string_value(json_object_get(finding, "state")),
			   "ok") != 0)
			name = bench_strdup(what);
	}
	json_decref(findings);
	bench_topo_free(topo);
	return name;
}

/* And leaves nothing behind that could be taken for a run. */
static void
strict_refuses_a_machine_that_disturbs(void **state)
{
	char *name = not_ok_here(), *expect;

	(void)state;
	if (!name) {
		print_message("all is ok on this machine\n");
		skip();
	}
	expect = bench_printf("framebench: --strict: %s: ", name);
	struct program_result r = RUN(SMALL, "--strict", out);
	assert_int_equal(r.status, BENCH_CANNOT);
	assert_non_null(strstr(r.err, expect));
	program_result_free(&r);
	assert_result(RUN("run", "--resume", out), BENCH_USAGE,
		      "run/manifest.json: expected a manifest");
	free(expect);
	free(name);
}

/* Another process has the directory: neither a new run nor one that goes on
 * writes to it, and what is there stays. */
static void
a_directory_has_one_run_at_a_time(void **state)
{
	const char *taken = "found another framebench run at work in it";
	char *dir_of_run = path_of(""), *journal, *after;
	int fd;

	(void)state;
	assert_int_equal(bench_make_dirs(dir_of_run), BENCH_OK);
	fd = open(dir_of_run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_result(RUN(SMALL, out), BENCH_USAGE, taken);
	assert_false(exists("manifest.json"));
	assert_int_equal(flock(fd, LOCK_UN), 0);
	assert_result(RUN(SMALL, out), BENCH_OK, NULL);
	journal = read_file("samples.jsonl");
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_result(RUN("run", "--resume", out), BENCH_USAGE, taken);
	after = read_file("samples.jsonl");
	assert_string_equal(after, journal);
	close(fd);
	assert_result(RUN("run", "--resume", out), BENCH_OK, NULL);
	free(journal);
	free(after);
	free(dir_of_run);
}

static void
places_that_cannot_be_written(void **state)
{
	char *file = bench_printf("%s/file", root);
	char *at = bench_printf("--out=%s", file);
	char *below = bench_printf("--out=%s/below", file);

	(void)state;
	fake_root_file(root, "/file", "");
	assert_result(RUN(SMALL, "--out="), BENCH_USAGE, "''");
	assert_result(RUN(SMALL, "--out=/proc/none"), BENCH_USAGE,
		      "'/proc/none': expected a directory");
	assert_result(RUN(SMALL, at), BENCH_USAGE, "/file'");
	assert_result(RUN(SMALL, below), BENCH_USAGE, "/file'");
	free(file);
	free(at);
	free(below);
}

static void
close_streams(void)
{
	close(STDERR_FILENO);
}

/* What would go to a closed stream must not end in the journal. */
static void
closed_streams_spoil_nothing(void **state)
{
	struct program_result r = program_run(
		(const char *const[]){SMALL, out, NULL}, close_streams);

	(void)state;
	assert_int_equal(r.status, BENCH_OK);
	program_result_free(&r);
	assert_complete(SMALL_BLOCKS, false);
}

static void
fill_output(void)
{
	int fd = open("/dev/full", O_WRONLY);

	dup2(fd, STDOUT_FILENO);
}

static void
an_output_that_is_lost_is_said_once(void **state)
{
	(void)state;
	assert_result(program_run((const char *const[]){SMALL, out, NULL},
				  fill_output),
		      BENCH_USAGE, "standard output: expected to be written");
	assert_complete(SMALL_BLOCKS, false);
}

/* Refused candidates are in the manifest, and cells without any other are done
 * from the start. */
static void
cells_in_which_nobody_may_be_measured(void **state)
{
	struct bench_summary *s;

	(void)state;
	assert_result(RUN("run", "--op=memclr", "--workload=size:64",
			  "--phase=off,mark", "--relation=self",
			  "--strategy=memclr_libc", out),
		      BENCH_OK, NULL);
	s = bench_summary_read(dir);
	/* And one that is the ceiling of the other. */
	assert_int_equal(s->n_cells, 3);
	assert_true(s->n_blocks > 0);
	assert_int_equal(s->skipped, 0);
	assert_int_equal(s->cells[1].estimates[0].verdict, VERDICT_REFUSED);
	bench_summary_free(s);
	assert_result(RUN("run", "--op=memclr", "--phase=mark",
			  "--strategy=memclr_libc", out),
		      BENCH_USAGE, "holds a run already");
}

/* Libc's memset against stores of one word, for a size at which it stores
 * vectors: a race that ends by itself, and with nothing left to do when it is
 * gone on with. */
static void
a_race_ends_when_it_is_decided(void **state)
{
	struct bench_summary *s;
	size_t blocks;

	(void)state;
	assert_result(RUN("run", "--op=memclr", "--workload=size:1024",
			  "--phase=off", "--epsilon=20", out,
			  "--strategy=memclr_libc,memclr_word,memclr_floor"),
		      BENCH_OK, NULL);
	s = bench_summary_read(dir);
	blocks = s->n_blocks;
	assert_int_equal(s->cells[0].outcome, OUTCOME_RESOLVED);
	/* A sanitizer's memset is no libc's. */
	if (!TEST_SANITIZED)
		assert_string_equal(s->cells[0].leader->candidate,
				    "memclr_libc");
	assert_true(s->cells[0].regret <= 0.2);
	bench_summary_free(s);
	assert_result(RUN("run", "--resume", out), BENCH_OK, NULL);
	assert_int_equal(count_lines(), blocks);
}

/* Each launch is a process of its own that the kernel and the run's seed lay
 * out anew, with the placebo on the other side. */
static void
launches_have_layouts_of_their_own(void **state)
{
	struct program_result r =
		RUN("run", "--op=memclr", "--workload=size:64", "--phase=off",
		    "--strategy=memclr_word,memclr_libc", "--epsilon=0",
		    "--launches=4", out);
	struct bench_summary *s;
	size_t before;

	(void)state;
	assert_int_equal(r.status, BENCH_OK);
	assert_non_null(strstr(r.err, "launch 4 of 4\n"));
	program_result_free(&r);
	s = bench_summary_read(dir);
	assert_int_equal(s->cells[0].n_blocks, 4);
	assert_true(s->cells[0].has_placebo);
	for (unsigned i = 0; i < 4; i++) {
		const struct bench_layout *at = &s->cells[0].blocks[i]->layout;
		struct bench_layout want = bench_layout_draw(1, i);

		assert_int_equal(s->cells[0].blocks[i]->launch, i);
		assert_int_equal(at->environment, want.environment);
		assert_int_equal(at->swapped, i % 2);
	}
	bench_summary_free(s);
	before = count_lines();
	/* Gone on with, there is one more. */
	r = RUN("run", "--resume", out);
	assert_int_equal(r.status, BENCH_OK);
	program_result_free(&r);
	assert_true(count_lines() > before);
}

/* With --layouts a cell goes on in other launches until its look rests on as
 * many as that, and is over then. */
static void
cells_end_when_they_rest_on_layouts(void **state)
{
	struct program_result r =
		RUN("run", "--op=memclr", "--workload=sizes:8-65536",
		    "--phase=off", "--strategy=memclr_word,memclr_rep_stosq",
		    "--epsilon=100", "--layouts=3", "--budget=60s", out);
	char *choices = bench_printf("--out=%s/choices", dir);
	struct bench_summary *s;

	(void)state;
	assert_int_equal(r.status, BENCH_OK);
	assert_non_null(strstr(r.err, "launch 3\n"));
	program_result_free(&r);
	s = bench_summary_read(dir);
	assert_int_equal(s->cells[0].rule.layouts, 3);
	for (size_t i = 0; i < s->n_cells; i++) {
		/* But for those of ceilings, in which nobody contends. */
		if (s->cells[i].outcome == OUTCOME_UNMEASURED)
			continue;
		assert_true(s->cells[i].launches >= 3);
		assert_int_equal(s->cells[i].outcome, OUTCOME_RESOLVED);
	}
	bench_summary_free(s);
	r = RUN("choose", dir, choices);
	assert_int_equal(r.status, BENCH_OK);
	assert_non_null(strstr(r.out, "layouts only"));
	program_result_free(&r);
	free(choices);
	assert_result(RUN("run", "--resume", "--layouts=4", out), BENCH_USAGE,
		      "expected the layouts of");
}

/* The launch before has bound itself to one. */
static void
launches_find_all_cpus(void **state)
{
	struct program_result r = RUN("run", "--op=typedmemclr",
				      "--client=slice", "--workload=size:64",
				      "--phase=off", "--strategy=bulk1,bulk",
				      "--launches=2", "--epsilon=0", out);
	struct bench_summary *s;

	(void)state;
	if (r.status != BENCH_OK)
		fail_msg("status %d, '%s'", r.status, r.err);
	program_result_free(&r);
	s = bench_summary_read(dir);
	for (size_t i = 0; i < s->n_cells; i++) {
		const struct bench_cell_summary *c = &s->cells[i];

		assert_int_equal(c->blocks[c->n_blocks - 1]->launch, 1);
	}
	bench_summary_free(s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(smoke_measures_each_cell),
		TEST(killed_at_any_moment_it_goes_on),
		TEST(interrupted_it_ends_after_a_block),
		TEST(a_budget_ends_and_can_be_gone_on_with),
		TEST(a_file_too_large_loses_nothing),
		TEST(a_full_disk_loses_nothing),
		TEST(shards_join_to_the_whole),
		TEST(a_run_without_a_journal_goes_on),
		TEST(a_torn_line_spoils_no_other),
		TEST(who_failed_verification_stays_out),
		TEST(what_cannot_be_gone_on_with),
		TEST(a_journal_without_a_manifest_is_left_alone),
		TEST(strict_refuses_a_machine_that_disturbs),
		TEST(a_directory_has_one_run_at_a_time),
		TEST(places_that_cannot_be_written),
		TEST(closed_streams_spoil_nothing),
		TEST(an_output_that_is_lost_is_said_once),
		TEST(cells_in_which_nobody_may_be_measured),
		TEST(a_race_ends_when_it_is_decided),
		TEST(launches_have_layouts_of_their_own),
		TEST(launches_find_all_cpus),
		TEST(cells_end_when_they_rest_on_layouts),
	};

	program_require();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
