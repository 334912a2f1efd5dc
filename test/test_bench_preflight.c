/* test_bench_preflight.c - each thing that disturbs is told from its absence,
 * and from not knowing
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_preflight.h"

#include <string.h>
#include <unistd.h>

#include "capture.h"
#include "fake_root.h"
#include "test_util.h"

#define TWO_CPUS "synthetic:pack:1 core:2 pu:1"
#define CPU      "/sys/devices/system/cpu/"
#define THP      "/sys/kernel/mm/transparent_hugepage/enabled"
#define ASLR     "/proc/sys/kernel/randomize_va_space"
#define NUMA     "/proc/sys/kernel/numa_balancing"

/* A path and what stands there, of a machine and of a guest on it. */
#define METAL "/proc/cpuinfo", "flags : fpu tsc\n"
#define GUEST "/proc/cpuinfo", "flags : fpu hypervisor\n"

struct fact {
	const char *path, *text;
};

static const struct {
	const char *topology;
	struct fact facts[2];
	const char *name, *state;
} cases[] = {
	{TWO_CPUS, {{0}}, "cpus", "ok"},
	{"synthetic:pu:1", {{0}}, "cpus", "warn"},

	{TWO_CPUS, {{0}}, "hypervisor", "unknown"},
	{TWO_CPUS, {{METAL}}, "hypervisor", "ok"},
	{TWO_CPUS, {{GUEST}}, "hypervisor", "warn"},

	{TWO_CPUS, {{0}}, "steal", "unknown"},
	{TWO_CPUS, {{"/proc/stat", "cpu  1 2 3\n"}}, "steal", "unknown"},
	{TWO_CPUS,
	 {{"/proc/stat", "cpu  0 0 0 0 0 0 0 0\n"}, {METAL}},
	 "steal",
	 "unknown"},
	{TWO_CPUS,
	 {{"/proc/stat", "cpu  9 0 9 982 0 0 0 0 0\n"}, {METAL}},
	 "steal",
	 "ok"},
	{TWO_CPUS,
	 {{"/proc/stat", "cpu  9 0 9 982 0 0 0 0 0\n"}, {GUEST}},
	 "steal",
	 "unknown"},
	{TWO_CPUS,
	 {{"/proc/stat", "cpu  9 0 9 9977 0 0 0 5 0\n"}, {GUEST}},
	 "steal",
	 "ok"},
	{TWO_CPUS,
	 {{"/proc/stat", "cpu  9 0 9 980 0 0 0 2 0\n"}, {GUEST}},
	 "steal",
	 "warn"},

	{TWO_CPUS, {{0}}, "governor", "unknown"},
	{TWO_CPUS,
	 {{CPU "cpu0/cpufreq/scaling_governor", "performance\n"},
	  {CPU "cpu1/cpufreq/scaling_governor", "performance\n"}},
	 "governor",
	 "ok"},
	{TWO_CPUS,
	 {{CPU "cpu0/cpufreq/scaling_governor", "performance\n"},
	  {CPU "cpu1/cpufreq/scaling_governor", "powersave\n"}},
	 "governor",
	 "warn"},
	{TWO_CPUS,
	 {{CPU "cpu0/cpufreq/scaling_governor", "schedutil\n"},
	  {CPU "cpu1/cpufreq/scaling_governor", "performance\n"}},
	 "governor",
	 "warn"},
	{TWO_CPUS,
	 {{CPU "cpu0/cpufreq/scaling_governor", "performance\n"}},
	 "governor",
	 "unknown"},

	{TWO_CPUS, {{0}}, "turbo", "unknown"},
	{TWO_CPUS, {{CPU "intel_pstate/no_turbo", "1\n"}}, "turbo", "ok"},
	{TWO_CPUS, {{CPU "intel_pstate/no_turbo", "0\n"}}, "turbo", "warn"},

	{TWO_CPUS, {{0}}, "smt", "unknown"},
	{TWO_CPUS, {{CPU "smt/active", "1\n"}, {METAL}}, "smt", "warn"},
	{TWO_CPUS, {{CPU "smt/active", "0\n"}, {METAL}}, "smt", "ok"},
	{TWO_CPUS, {{CPU "smt/active", "0\n"}, {GUEST}}, "smt", "unknown"},

	{TWO_CPUS, {{0}}, "isolation", "warn"},
	{TWO_CPUS, {{CPU "isolated", "\n"}}, "isolation", "warn"},
	{TWO_CPUS, {{CPU "isolated", "2-3\n"}}, "isolation", "ok"},

	{TWO_CPUS, {{0}}, "load", "unknown"},
	{TWO_CPUS, {{"/proc/loadavg", "0.0 0.0 0.0 1/88 7\n"}}, "load", "ok"},
	{TWO_CPUS, {{"/proc/loadavg", "0.0 0.0 0.0 2/88 7\n"}}, "load", "warn"},
	{TWO_CPUS, {{"/proc/loadavg", "what\n"}}, "load", "unknown"},

	{TWO_CPUS, {{0}}, "thp", "unknown"},
	{TWO_CPUS, {{THP, "always [madvise] never\n"}}, "thp", "ok"},
	{TWO_CPUS, {{THP, "[always] madvise never\n"}}, "thp", "warn"},
	{TWO_CPUS, {{THP, "always madvise [never]\n"}}, "thp", "warn"},

	{TWO_CPUS, {{0}}, "aslr", "unknown"},
	{TWO_CPUS, {{ASLR, "2\n"}}, "aslr", "ok"},
	{TWO_CPUS, {{ASLR, "1\n"}}, "aslr", "warn"},

	{TWO_CPUS, {{NUMA, "1\n"}}, "numa_balancing", "ok"},
	{"synthetic:numa:2 pu:1", {{0}}, "numa_balancing", "unknown"},
	{"synthetic:numa:2 pu:1", {{NUMA, "1\n"}}, "numa_balancing", "warn"},
	{"synthetic:numa:2 pu:1", {{NUMA, "0\n"}}, "numa_balancing", "ok"},

	{TWO_CPUS, {{0}}, "caches", "unknown"},
	{"synthetic:l3:1(size=480MiB) pu:2", {{0}}, "caches", "warn"},
};

static json_t *
preflight(const char *source, const char *root)
{
	struct bench_topo *topo;
	json_t *findings;

	assert_int_equal(bench_topo_load(&topo, source), BENCH_OK);
	findings = bench_preflight(topo, root);
	bench_topo_free(topo);
	return findings;
}

static const char *
state_of(const json_t *findings, const char *name)
{
	const json_t *finding;
	size_t i;

	json_array_foreach (findings, i, finding) {
		const char *found =
			json_string_value(json_object_get(finding, "name"));

		if (strcmp(found, name) == 0)
			return json_string_value(
				json_object_get(finding, "state"));
	}
	return "absent";
}

static void
states_follow_from_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char *root = fake_root_new();
		json_t *findings;
		const char *found;

		for (int k = 0; k < 2 && cases[i].facts[k].path; k++)
			fake_root_file(root, cases[i].facts[k].path,
				       cases[i].facts[k].text);
		findings = preflight(cases[i].topology, root);
		found = state_of(findings, cases[i].name);
		if (strcmp(found, cases[i].state) != 0)
			fail_msg("case %zu: %s is %s, not %s", i, cases[i].name,
				 found, cases[i].state);
		json_decref(findings);
		fake_root_free(root);
	}
}

static void
every_check_says_one_line(void **state)
{
	json_t *findings = preflight("this", ""), *finding;
	size_t i;

	(void)state;
	assert_int_equal(json_array_size(findings), 14);
	json_array_foreach (findings, i, finding) {
		const char *name, *what, *text;

		assert_int_equal(json_unpack(finding, "{s:s, s:s, s:s !}",
					     "name", &name, "state", &what,
					     "text", &text),
				 0);
		assert_true(strcmp(what, "ok") == 0 ||
			    strcmp(what, "warn") == 0 ||
			    strcmp(what, "unknown") == 0);
		assert_true(strlen(text) > 10 && !strchr(text, '\n'));
	}
	json_decref(findings);
}

static json_t *
one_finding(const char *state)
{
	return json_pack("[{s:s, s:s, s:s}, {s:s, s:s, s:s}]", "name", "first",
			 "state", "ok", "text", "fine", "name", "second",
			 "state", state, "text", "bad luck");
}

/* What --strict says, and to what status; the text from malloc. */
static int
judge(json_t *findings, char **said)
{
	struct capture err;
	int status;

	capture_start(&err, STDERR_FILENO);
	status = bench_preflight_strict(findings);
	*said = capture_end(&err);
	json_decref(findings);
	return status;
}

/* Neither what disturbs nor what is not known is good enough. */
static void
strict_refuses_what_is_not_ok(void **state)
{
	char *said, *root = fake_root_new();

	(void)state;
	assert_int_equal(judge(one_finding("ok"), &said), BENCH_OK);
	assert_string_equal(said, "");
	free(said);
	assert_int_equal(judge(one_finding("warn"), &said), BENCH_CANNOT);
	assert_string_equal(said,
			    "framebench: --strict: second: warn: bad luck\n");
	free(said);
	assert_int_equal(judge(one_finding("unknown"), &said), BENCH_CANNOT);
	assert_non_null(strstr(said, "--strict: second: unknown: "));
	free(said);
	/* A guest, whatever else it has. */
	fake_root_file(root, "/proc/cpuinfo", "flags : fpu hypervisor\n");
	assert_int_equal(judge(preflight(TWO_CPUS, root), &said), BENCH_CANNOT);
	assert_non_null(strstr(said, "--strict: hypervisor: warn: "));
	free(said);
	fake_root_free(root);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_follow_from_facts),
		cmocka_unit_test(every_check_says_one_line),
		cmocka_unit_test(strict_refuses_what_is_not_ok),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
