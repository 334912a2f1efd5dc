/* test_bench_cmd_export.c - the tables say what the summary says */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "synthetic_run.h"

static const struct synthetic_candidate candidates[] = {
	{.name = "go1.12",
	 .ns = 10,
	 .per_op = {[COUNTER_flushes] = 0.25,
		    [COUNTER_marker_ns] = 2,
		    [COUNTER_scanned] = 3}},
	{.name = "memclr=a;buffer=1", .ns = 13},
	{.name = "floor", .ns = 1, .standing = STANDING_BOUND},
	{.name = "mutant", .standing = STANDING_REFUSED},
};

static const struct synthetic_candidate two[] = {
	{.name = "memclr_avx2", .ns = 1.5},
	{.name = "memclr_late", .ns = 2, .absent_blocks = 8},
};

/* No noise: every line is known. */
static const struct synthetic_cell cells[] = {
	{
		.axis = {[AXIS_OP] = "call",
			 [AXIS_WORKLOAD] = "sig:func(int, \"x\") a/b%é",
			 [AXIS_MUTATORS] = "2"},
		.candidates = candidates,
		.n_candidates = ARRAY_LEN(candidates),
		.blocks = 8,
		.rounds = 1,
		.noise = -1,
	},
	{
		.axis = {[AXIS_OP] = "memclr", [AXIS_SIZE] = "64"},
		.candidates = two,
		.n_candidates = 2,
		.blocks = 8,
		.rounds = 1,
		.noise = -1,
	},
};

struct exported {
	int status;
	char *out, *err;
};

static struct exported export(const char *a, const char *b, const char *c)
{
	char *argv[] = {(char *)"export", (char *)a, (char *)b, (char *)c,
			NULL};
	int argc = 1 + !!a + !!b + !!c;
	struct capture out, err;
	struct exported e;

	capture_start(&out, STDOUT_FILENO);
	capture_start(&err, STDERR_FILENO);
	e.status = bench_cmd_export(argc, argv);
	e.err = capture_end(&err);
	e.out = capture_end(&out);
	return e;
}

static void
end(struct exported *e)
{
	free(e->out);
	free(e->err);
}

static struct exported
export_cells(const char *format, const struct synthetic_cell *of, size_t n)
{
	char *dir = synthetic_dir();

	synthetic_run_write(dir, of, n, 1);
	struct exported e = export(dir, format, NULL);
	synthetic_remove(dir);
	assert_int_equal(e.status, BENCH_OK);
	assert_string_equal(e.err, "");
	assert_null(strcasestr(e.out, "nan"));
	return e;
}

#define HEAD                                                     \
	"op,client,abi,workload,size,population,phase,relation," \
	"prestate,mutators,markers,candidate,unit,value,lo,hi,n,verdict"

static void
test_csv(void **state)
{
	static const char workload[] =
		"call,-,-,\"sig:func(int, \"\"x\"\") a/b%é\",-,-,-,-,-,2,-,";
	struct exported e = export_cells("--format=csv", cells, 2);
	(void)state;

	char *expected = bench_printf(
		HEAD ",flushes,marker_ns,scanned\n"
		     "%sgo1.12,ns,12,12,12,8,best,0.25,2,3\n"
		     "%smemclr=a;buffer=1,ns,13,13,13,8,slower,0,0,0\n"
		     "%sfloor,ns,1,1,1,8,bound,0,0,0\n"
		     "%smutant,ns,,,,,refused,,,\n"
		     "memclr,-,-,-,64,-,-,-,-,-,-,"
		     "memclr_avx2,ns,1.5,1.5,1.5,8,best,0,0,0\n"
		     "memclr,-,-,-,64,-,-,-,-,-,-,"
		     "memclr_late,ns,,,,0,unresolved,,,\n",
		workload, workload, workload, workload);
	assert_string_equal(e.out, expected);
	free(expected);
	end(&e);

	/* Counters that are 0 everywhere have no column. */
	e = export_cells("--format=csv", &cells[1], 1);
	assert_memory_equal(e.out, HEAD "\n", strlen(HEAD "\n"));
	end(&e);
	e = export_cells("--format=csv", NULL, 0);
	assert_string_equal(e.out, HEAD "\n");
	end(&e);
}

static void
check_entry(const json_t *entry, const char *name, int index, double time)
{
	static const char *const same[] = {"name", "run_name"};

	for (size_t i = 0; i < 2; i++)
		assert_string_equal(
			json_string_value(json_object_get(entry, same[i])),
			name);
	assert_string_equal(
		json_string_value(json_object_get(entry, "run_type")),
		"iteration");
	assert_string_equal(
		json_string_value(json_object_get(entry, "time_unit")), "ns");
	assert_int_equal(
		json_integer_value(json_object_get(entry, "repetitions")), 8);
	assert_int_equal(
		json_integer_value(json_object_get(entry, "repetition_index")),
		index);
	assert_int_equal(
		json_integer_value(json_object_get(entry, "iterations")), 1000);
	assert_true(json_number_value(json_object_get(entry, "real_time")) ==
		    time);
	assert_true(json_number_value(json_object_get(entry, "cpu_time")) ==
		    time);
}

static void
test_gbench(void **state)
{
	struct exported e = export_cells("--format=gbench", cells, 2);
	json_t *json = json_loads(e.out, JSON_REJECT_DUPLICATES, NULL);
	const json_t *entries = json_object_get(json, "benchmarks");
	const char *call =
		"call/workload:sig:func(int, \"x\") a/b%é/mutators:2/go1.12";
	(void)state;

	assert_true(json_is_object(json_object_get(json, "context")));
	/* 3 measured candidates and 1, 8 rounds each. */
	assert_int_equal(json_array_size(entries), 32);
	for (int i = 0; i < 8; i++)
		check_entry(json_array_get(entries, (size_t)i), call, i, 12);
	for (int i = 0; i < 8; i++)
		check_entry(json_array_get(entries, (size_t)i + 24),
			    "memclr/size:64/memclr_avx2", i, 1.5);
	const json_t *first = json_array_get(entries, 0);
	assert_int_equal(json_integer_value(json_object_get(first, "threads")),
			 2);
	assert_true(json_number_value(json_object_get(first, "marker_ns")) ==
		    2);
	assert_null(json_object_get(first, "entries"));
	json_decref(json);
	end(&e);
}

#define PYTHON     "/usr/bin/python3 -B "
#define COMPARE_PY "/usr/share/benchmark/compare.py"

/* Google Benchmark's own tool, where Debian's libbenchmark-tools and
 * python3-scipy are installed: it takes a run as both sides, and two candidates
 * of one run as sides. That no such tool for benchstat is in Debian 12 is why
 * the Go format is held against its definition alone (test_go). */
static void
test_compare_py(void **state)
{
	char *dir = synthetic_dir(), line[512];
	char *path = bench_printf("%s/a.json", dir);
	char *command = bench_printf(
		PYTHON COMPARE_PY
		" --no-color benchmarks '%s' '%s' && " PYTHON COMPARE_PY
		" --no-color filters '%s' go1.12 "
		"'memclr=a;buffer=1'",
		path, path, path);
	size_t equal = 0, tests = 0, filtered = 0;
	(void)state;

	if (access(COMPARE_PY, R_OK) != 0 ||
	    system(PYTHON "-c 'import scipy' 2>/dev/null") != 0) {
		free(path);
		free(command);
		synthetic_remove(dir);
		skip();
	}
	struct exported e = export_cells("--format=gbench", cells, 2);
	FILE *f = fopen(path, "w");
	assert_true(f && fputs(e.out, f) >= 0 && fclose(f) == 0);
	f = popen(command, "r");
	while (fgets(line, sizeof(line), f)) {
		tests += strstr(line, "U Test, Repetitions: 8 vs 8") != NULL;
		equal += strstr(line, "  +0.0000") != NULL;
		/* 12 to 13 ns. */
		filtered += strstr(line, "[go1.12 vs. memclr=a;buffer=1]") &&
			    strstr(line, "+0.0833");
	}
	assert_int_equal(pclose(f), 0);
	/* 4 candidates of 8 rounds, and both's mean. */
	assert_int_equal(equal, 4 * 8 + 1);
	assert_int_equal(filtered, 8);
	assert_int_equal(tests, 5);
	end(&e);
	free(path);
	free(command);
	synthetic_remove(dir);
}

static void
test_go(void **state)
{
	static const char call[] =
		"BenchmarkCall/strategy=go1.12"
		"/workload=sig:func(int,%20\"x\")%20a%2Fb%25%C3%A9/mutators=2-2"
		"\t1000\t12 ns/op\t0.25 flushes/op\t2 marker-ns/op\t3 "
		"scanned/op\n";
	static const char memclr[] =
		"BenchmarkMemclr/strategy=memclr_avx2/size=64-1"
		"\t1000\t1.5 ns/op\t0 flushes/op\t0 marker-ns/op\t0 "
		"scanned/op\n";
	static const char head[] = "pkg: framebench\n"
				   "cpu: synthetic\n"
				   "Unit ns/op better=lower\n"
				   "Unit flushes/op better=lower\n"
				   "Unit marker-ns/op better=lower\n";
	struct exported e = export_cells("--format=go", cells, 2);
	const char *at = e.out;
	size_t lines = 0;
	(void)state;

	assert_memory_equal(at, head, strlen(head));
	at += strlen(head);
	for (int i = 0; i < 8; i++, at += strlen(call))
		assert_memory_equal(at, call, strlen(call));
	for (; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 24);
	assert_string_equal(e.out + strlen(e.out) - strlen(memclr), memclr);
	end(&e);
}

static void
test_usage(void **state)
{
	static const struct {
		const char *args[3], *expect;
	} bad[] = {
		{{NULL}, "expected one run directory, found 0"},
		{{"--format=csv"}, "expected one run directory, found 0"},
		{{"a", "b", "--format=csv"}, "directory, found 2"},
		{{"a"}, "export: expected --format=csv, gbench or go"},
		{{"a", "--format=xml"}, "csv, gbench or go, found xml"},
		{{"a", "--format"}, "--format: expected --format=csv, gbench"},
		{{"a", "--colour"}, "--colour: expected --format="},
		{{"-x", "a"}, "-x: expected --format="},
		{{"/nonexistent", "--format=go"}, "/nonexistent/manifest.json"},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct exported e =
			export(bad[i].args[0], bad[i].args[1], bad[i].args[2]);
		assert_int_equal(e.status, BENCH_USAGE);
		assert_string_equal(e.out, "");
		if (!strstr(e.err, bad[i].expect))
			fail_msg("said %s", e.err);
		end(&e);
	}
}

/* A full disk behind standard output is said, in every format. */
static void
test_full_disk(void **state)
{
	static const char *const formats[] = {"--format=csv", "--format=gbench",
					      "--format=go"};
	char *dir = synthetic_dir();
	(void)state;

	synthetic_run_write(dir, cells, 2, 1);
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		char *argv[] = {(char *)"export", dir, (char *)formats[i],
				NULL};
		struct capture err;
		fflush(stdout);
		int saved = dup(STDOUT_FILENO), full = open("/dev/full", 1);
		dup2(full, STDOUT_FILENO);
		capture_start(&err, STDERR_FILENO);
		int status = bench_cmd_export(3, argv);
		char *text = capture_end(&err);
		dup2(saved, STDOUT_FILENO);
		clearerr(stdout);
		close(saved);
		close(full);
		assert_int_equal(status, BENCH_USAGE);
		assert_non_null(strstr(text, "standard output: "));
		free(text);
	}
	synthetic_remove(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_gbench),
		cmocka_unit_test(test_compare_py),
		cmocka_unit_test(test_go),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
