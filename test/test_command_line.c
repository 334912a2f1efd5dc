/* test_command_line.c - what a user may get wrong: one line that names it, and
 * the right status
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "fake_root.h"
#include "program.h"

/* So many seconds are a hang. */
#define HANG_S 300

/* Runs have one cell of a few milliseconds, should they be accepted. */
#define CELL "--op=memclr", "--phase=off", "--workload=size:8"

static const struct {
	const char *arguments[8];
	int status;
	const char *fragment;
} cases[] = {
	/* Commands */
	{{NULL}, BENCH_USAGE, "expected a command"},
	{{""}, BENCH_USAGE, "'': expected a command"},
	{{"runs"}, BENCH_USAGE, "'runs': expected a command"},
	{{"--version"}, BENCH_USAGE, "'--version': expected a command"},
	{{"help", "runs"}, BENCH_USAGE, "'runs': expected a command"},
	{{"runs", "--help"}, BENCH_USAGE, "'runs': expected a command"},
	{{"doctor", "x", "--help"}, BENCH_USAGE, "doctor: x: expected no"},
	{{"two\nlines\033"}, BENCH_USAGE, "'two?lines?'"},
	{{"selftest", "--x"}, BENCH_USAGE, "selftest: --x: expected --budget"},
	{{"selftest", "x"}, BENCH_USAGE, "selftest: 'x': expected no argument"},
	{{"selftest", "--trials=0"}, BENCH_USAGE, "--trials=0: expected a num"},
	{{"selftest", "--budget=9"}, BENCH_USAGE, "--budget=9: expected a ti"},
	{{"selftest", "--seed=-1"}, BENCH_USAGE, "--seed=-1: expected a numb"},
	{{"selftest", "--budget=0.001s"}, BENCH_CANNOT, "longer --budget"},
	{{"explain", "x"}, BENCH_USAGE, "explain: expected --cell=ID"},
	{{"compare", "x", "y"}, BENCH_USAGE, "x/manifest.json"},
	{{"check", "x"}, BENCH_USAGE, "x: expected a policy.json, found: No"},
	{{"check", "/"}, BENCH_USAGE, "/: expected a policy.json, found: Is a"},
	{{"check", "/dev/null"}, BENCH_USAGE, "null:1:0: expected a policy"},
	{{"compare", "x", "y", "--different="}, BENCH_USAGE, "='': expected a"},
	{{"compare", "x", "y", "--different=abi,"}, BENCH_USAGE, "'abi,': exp"},
	{{"compare", "x", "y", "--different=,abi"}, BENCH_USAGE, "',abi': exp"},
	{{"merge", "x", "y"}, BENCH_USAGE, "y/manifest.json"},
	/* Options that there are not, or not here, in every command */
	{{"doctor", "--x"}, BENCH_USAGE, "doctor: --x: expected no"},
	{{"doctor", "x"}, BENCH_USAGE, "doctor: x: expected no"},
	{{"list"}, BENCH_USAGE, "list: expected strategies"},
	{{"list", "x"}, BENCH_USAGE, "list 'x': expected strategies"},
	{{"list", ""}, BENCH_USAGE, "list '': expected strategies"},
	{{"list", "plans", "x"}, BENCH_USAGE, "unexpected 'x'"},
	{{"list", "plans", "--x"}, BENCH_USAGE, "list: --x: expected"},
	{{"list", "plans", "-xy"}, BENCH_USAGE, "list: -xy: expected"},
	{{"list", "plans", "--format=xml"}, BENCH_USAGE, "--format=xml: exp"},
	{{"list", "plans", "--format="}, BENCH_USAGE, "--format=: expected"},
	{{"list", "plans", "--format"}, BENCH_USAGE, "--format: expected"},
	{{"layout", "--x"}, BENCH_USAGE, "layout: --x: expected"},
	{{"layout", "-xy"}, BENCH_USAGE, "layout: -xy: expected"},
	{{"layout", "--abi=x"}, BENCH_USAGE, "x"},
	{{"layout", "/none"}, BENCH_USAGE, "/none: expected a readable"},
	{{"topo", "-xy"}, BENCH_USAGE, "topo: -xy: expected"},
	{{"topo", "--topology=/none.xml"}, BENCH_USAGE, "/none.xml"},
	{{"topo", "--topology=synthetic:x"}, BENCH_USAGE, "synthetic:x"},
	{{"plan"}, BENCH_USAGE, "plan: expected one of framebench list plans"},
	{{"plan", "x"}, BENCH_USAGE, "plan 'x': expected one of framebench"},
	{{"plan", "smoke", "x"}, BENCH_USAGE, "'x': expected one plan"},
	{{"plan", "smoke", "--out=x"}, BENCH_USAGE, "plan does not take --out"},
	{{"plan", "smoke", "--shards=0"}, BENCH_USAGE, "--shards=0: expected"},
	{{"plan", "smoke", "--shards=x"}, BENCH_USAGE, "--shards=x: expected"},
	{{"plan", "smoke", "--topology=x"}, BENCH_USAGE, "x"},
	{{"verify", "-xy"}, BENCH_USAGE, "verify: -xy: expected"},
	{{"verify", "x"}, BENCH_USAGE, "verify 'x': expected a strategy"},
	{{"verify", "--seconds=x"}, BENCH_USAGE, "--seconds=x"},
	{{"verify", "--seconds=-1"}, BENCH_USAGE, "--seconds=-1"},
	{{"verify", "--seconds=nan"}, BENCH_USAGE, "--seconds=nan"},
	{{"verify", "--seed="}, BENCH_USAGE, "--seed="},
	{{"report"}, BENCH_USAGE, "report: expected a run directory"},
	{{"report", ""}, BENCH_USAGE, "'': expected a run directory"},
	{{"report", "/none"}, BENCH_USAGE, "/none/manifest.json: expected"},
	{{"report", "/", "/"}, BENCH_USAGE, "report: expected --out=DIR"},
	{{"choose", "/none", "/none", "--out=/tmp/x"},
	 BENCH_USAGE,
	 "/none/manifest.json: expected"},
	{{"report", "/none", "--questions"}, BENCH_USAGE, "/none/manif"},
	{{"report", "/none", "--out="}, BENCH_USAGE, "--out='': expected a d"},
	{{"choose"}, BENCH_USAGE, "choose: expected a run directory"},
	{{"choose", ""}, BENCH_USAGE, "'': expected a run directory"},
	{{"choose", "/dev/null"}, BENCH_USAGE, "/dev/null/manifest.json"},
	{{"choose", "/none", "--epsilon=x"}, BENCH_USAGE, "--epsilon='x'"},
	{{"choose", "/none", "--epsilon=nan"}, BENCH_USAGE, "--epsilon='nan'"},
	{{"choose", "/none", "--epsilon=-1"}, BENCH_USAGE, "--epsilon='-1'"},
	{{"choose", "/none", "--max-isa=x"}, BENCH_USAGE, "--max-isa='x'"},
	{{"choose", "/none", "--require=x"}, BENCH_USAGE, "--require='x'"},
	{{"choose", "/none", "--weights=x"}, BENCH_USAGE, "workload 'x'"},
	{{"export", "/none"}, BENCH_USAGE, "--format"},
	{{"export", "/none", "--format=x"}, BENCH_USAGE, "x"},
	{{"export", "", "--format=csv"}, BENCH_USAGE, "'': expected a run"},
	{{"export", "/none", "--format=csv"}, BENCH_USAGE, "/none/manifest"},
	/* Axes */
	{{"run", "x"}, BENCH_USAGE, "plan 'x': expected one of framebench"},
	{{"run", ""}, BENCH_USAGE, "plan '': expected one of framebench"},
	{{"run", "smoke", "x"}, BENCH_USAGE, "'x': expected one plan"},
	{{"run", "--x"}, BENCH_USAGE, "run: --x: unknown option"},
	{{"run", "-xy"}, BENCH_USAGE, "run: -xy: unknown option"},
	{{"run", "--op"}, BENCH_USAGE, "run: --op: expected a value"},
	{{"run", "--op="}, BENCH_USAGE, "--op=: expected one of memclr, "},
	{{"run", "--op=memclr,"}, BENCH_USAGE, "--op=: expected one of"},
	{{"run", "--op=mémclr"}, BENCH_USAGE, "--op=mémclr: expected"},
	{{"run", "smoke", "--op=x"}, BENCH_USAGE, "--op=x: expected one of"},
	{{"run", "smoke", "--op=typedmemmove"}, BENCH_USAGE, "the plan lacks"},
	{{"run", "--phase=swept"}, BENCH_USAGE, "swept: expected one of"},
	{{"run", "--phase=x"}, BENCH_USAGE, "--phase=x: expected one of off"},
	{{"run", "--op=memclr", "--client=frame"}, BENCH_USAGE, "that client"},
	{{"run", CELL, "--population=x"}, BENCH_USAGE, "--population=x: exp"},
	{{"run", CELL, "--relation=x"}, BENCH_USAGE, "--relation=x: expected"},
	{{"run", "--op=call", "--relation=none@7-9"}, BENCH_CANNOT, "none@7-9"},
	{{"run", "--abi=x"}, BENCH_USAGE, "--abi=x: expected one of stack, re"},
	{{"run", CELL, "--abi=register", "--workload=go-std"},
	 BENCH_USAGE,
	 "frames are of the other ABI"},
	{{"run", "--mutators=0"}, BENCH_USAGE, "--mutators=0: expected a numb"},
	{{"run", "--mutators=4096", "--phase=off"}, BENCH_CANNOT, "no timing"},
	{{"run", "--markers=99999999999999999999"},
	 BENCH_USAGE,
	 "expected a number from 1 to 64"},
	{{"run", "--markers=0"}, BENCH_USAGE, "--markers=0: expected a number"},
	{{"run", "--prestate=l9"}, BENCH_USAGE, "column 1: 'l9': expected"},
	{{"run", "--prestate=live"}, BENCH_USAGE, "meet no live values"},
	{{"run", "--peers"}, BENCH_USAGE, "--peers is not built yet"},
	{{"run", "--topology=this"}, BENCH_USAGE, "does not take --topology"},
	{{"run", "--budget=0s"}, BENCH_USAGE, "--budget=0s: expected a time"},
	{{"run", "--budget=1ms"}, BENCH_USAGE, "--budget=1ms: expected"},
	{{"run", "--budget=1e9h"}, BENCH_USAGE, "--budget=1e9h: expected"},
	{{"run", "--budget=nans"}, BENCH_USAGE, "--budget=nans: expected"},
	{{"run", "--seed=-1"}, BENCH_USAGE, "--seed=-1: expected a whole"},
	{{"run", "--shard=2/1"}, BENCH_USAGE, "--shard=2/1: expected i/N"},
	{{"run", "--resume"}, BENCH_USAGE, "--resume: expected --out=DIR"},
	/* Workloads */
	{{"run", "--workload=x"}, BENCH_USAGE, "workload 'x': expected go-std"},
	{{"run", "--workload=csv:/x/y"}, BENCH_USAGE, "/x/y: expected a file"},
	{{"run", "--workload=csv:/"}, BENCH_USAGE, "/: expected a file of"},
	{{"run", "--workload=size:8+run=2"}, BENCH_USAGE, "several sizes"},
	{{"run", "--workload="}, BENCH_USAGE, "workload '': expected go-std"},
	{{"run", "--workload=size:0"}, BENCH_USAGE, "size:0: expected size:N"},
	{{"run", "--workload=sizes:9-3"}, BENCH_USAGE, "sizes:9-3: expected"},
	{{"run", "--workload=mask:"}, BENCH_USAGE, "mask:: expected"},
	{{"run", "--workload=mask:2"}, BENCH_USAGE, "mask:2: expected"},
	{{"run", "--workload=sig:func("}, BENCH_USAGE, "column 6: expected"},
	{{"run", "--workload=sig:x,size:8"}, BENCH_USAGE, "column 1: expected"},
	{{"run", "--op=typedmemclr", "--workload=sizes:9-15"},
	 BENCH_USAGE,
	 "whole words"},
	/* Strategies */
	{{"run", CELL, "--strategy="}, BENCH_USAGE, "'': expected a strategy"},
	{{"run", CELL, "--strategy=x"}, BENCH_USAGE, "'x': expected a strat"},
	{{"run", CELL, "--strategy=x=y"}, BENCH_USAGE, "'x': expected memclr"},
	{{"run", CELL, "--strategy=libc;"}, BENCH_USAGE, "libc;: '': expected"},
	{{"run", CELL, "--strategy=memclr=bulk"}, BENCH_USAGE, "of that kind"},
	{{"run", CELL, "--strategy=buffer=0"}, BENCH_USAGE, "buffer=0: '0'"},
	{{"run", CELL, "--strategy=buffer=-1"}, BENCH_USAGE, "buffer=-1: '-1'"},
	{{"run", CELL, "--strategy=pool=x"}, BENCH_USAGE, "pool=x: 'x': exp"},
	{{"run", CELL, "--strategy=bulk"}, BENCH_USAGE, "none of the strategi"},
	{{"run", "--op=memclr", "--phase=mark", "--strategy=libc"},
	 BENCH_USAGE,
	 "no candidate may be measured in any cell: "},
};

static char *root;

/* Runs are made elsewhere than in the tree, should they be accepted. */
static int
make_root(void **state)
{
	(void)state;
	alarm(HANG_S);
	root = fake_root_new();
	return chdir(root);
}

static int
remove_root(void **state)
{
	(void)state;
	fake_root_free(root);
	return 0;
}

static void
assert_one_line(const char *const *arguments, struct program_result r,
		int status, const char *fragment)
{
	if (r.status != status || program_errors(&r) != 1 ||
	    strchr(r.err, '\n') != r.err + strlen(r.err) - 1 ||
	    !strstr(r.err, fragment) || *r.out)
		fail_msg("%s %s %s: status %d, want %d and '%s': '%s'",
			 arguments[0], arguments[0] ? arguments[1] : "",
			 arguments[0] && arguments[1] ? arguments[2] : "",
			 r.status, status, fragment, r.err);
	program_result_free(&r);
}

static void
bad_input_gets_one_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_one_line(cases[i].arguments,
				program_run(cases[i].arguments, NULL),
				cases[i].status, cases[i].fragment);
}

/* The message is as long as what it quotes, and still ends with what was
 * expected. */
static void
long_input(void **state)
{
	static const char *const flags[] = {
		"--op=", "--strategy=", "--workload=", "--seed=", "--out="};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		char value[5000];
		char *flag;

		memset(value, 'a', sizeof(value) - 1);
		value[sizeof(value) - 1] = '\0';
		flag = bench_printf("%s%s", flags[i], value);
		const char *const arguments[] = {"run", CELL, flag, NULL};
		assert_one_line(arguments, program_run(arguments, NULL),
				BENCH_USAGE, ": expected ");
		free(flag);
	}
}

static void
hide_avx2(void)
{
	setenv("FRAMEBENCH_DISABLE_CPU", "avx2", 1);
}

static void
what_the_cpu_lacks(void **state)
{
	static const char *const commands[][6] = {
		{"run", CELL, "--strategy=memclr_avx2"},
		{"run", CELL, "--strategy=memclr_word,libc;memclr=memclr_avx2"},
		{"verify", "memclr_avx2"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(commands); i++)
		assert_one_line(commands[i],
				program_run(commands[i], hide_avx2),
				BENCH_CANNOT, "this CPU lacks");
}

static const char *const outputs[][5] = {
	{"help"},
	{"help", "run"},
	{"run", "--help"},
	{"doctor"},
	{"list", "strategies"},
	{"list", "sets"},
	{"topo"},
	{"topo", "--format=tsv"},
	{"plan", "smoke"},
	{"layout", "/dev/null"},
	{"list", "plans", "--format=json"},
	{"plan", "smoke", "--print-shards", "--shards=3"},
};

static void
fill_output(void)
{
	dup2(open("/dev/full", O_WRONLY), STDOUT_FILENO);
}

static void
close_output(void)
{
	close(STDOUT_FILENO);
}

static void
output_that_is_lost(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
		assert_one_line(outputs[i],
				program_run(outputs[i], fill_output),
				BENCH_USAGE, "expected to be written, found");
		assert_one_line(outputs[i],
				program_run(outputs[i], close_output),
				BENCH_USAGE, "expected to be written, found");
	}
}

static void
help_of_one_command(void **state)
{
	static const char *const asked[][3] = {
		{"help", "export"}, {"export", "--help"}, {"export", "-h"}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(asked); i++) {
		struct program_result r = program_run(asked[i], NULL);

		assert_int_equal(r.status, BENCH_OK);
		assert_non_null(strstr(r.out, "RUN --format=csv|gbench|go"));
		assert_null(strstr(r.out, "--threshold"));
		program_result_free(&r);
	}
}

static void
good_input_says_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(outputs); i++) {
		struct program_result r = program_run(outputs[i], NULL);

		if (r.status != BENCH_OK || *r.err || !*r.out)
			fail_msg("%s %s: %d '%s'", outputs[i][0], outputs[i][1],
				 r.status, r.err);
		program_result_free(&r);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_input_gets_one_line),
		cmocka_unit_test(long_input),
		cmocka_unit_test(what_the_cpu_lacks),
		cmocka_unit_test(output_that_is_lost),
		cmocka_unit_test(good_input_says_nothing),
		cmocka_unit_test(help_of_one_command),
	};

	program_require();
	return cmocka_run_group_tests(tests, make_root, remove_root);
}
