/* bench_preflight.c - what may disturb a measurement on this machine */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_preflight.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench_clock.h"
#include "bench_sys.h"

/* More stolen time than this since boot, in parts of all, is no accident. */
#define STEAL_MAX 0.001

struct host {
	const struct bench_topo *topo;
	const char *root;
	int is_virtual; /* as bench_sys_is_virtual */
};

struct finding {
	const char *state;
	char *text; /* from malloc */
};

static struct finding __attribute__((format(printf, 2, 3)))
found(const char *state, const char *format, ...)
{
	struct finding finding = {.state = state};
	va_list args;

	va_start(args, format);
	CHECK(vasprintf(&finding.text, format, args) >= 0);
	va_end(args);
	return finding;
}

static struct finding
check_cpus(const struct host *host)
{
	const struct bench_topo *topo = host->topo;

	if (topo->n_cpus < 2)
		return found("warn",
			     "one CPU may be used: only relation self can be "
			     "measured, where marking runs between batches");
	return found("ok",
		     "%zu CPUs may be used and %zu not: mutator "
		     "and marker run at the same time",
		     topo->n_cpus, topo->n_left_out);
}

static struct finding
check_hypervisor(const struct host *host)
{
	if (host->is_virtual < 0)
		return found("unknown",
			     "no sign of a hypervisor, which proves nothing "
			     "on this architecture");
	if (host->is_virtual)
		return found(
			"warn",
			"a virtual machine: figures hold for it and not "
			"for the CPU below, whose other guests are unseen");
	return found("ok", "no hypervisor below this system");
}

static struct finding
check_steal(const struct host *host)
{
	struct bench_sys_ticks t;

	if (!bench_sys_ticks(host->root, &t))
		return found("unknown",
			     "the kernel does not count stolen time");
	if ((double)t.stolen > STEAL_MAX * (double)t.all)
		return found("warn",
			     "%.1f %% of the time since boot was "
			     "stolen: samples will have gaps",
			     100 * (double)t.stolen / (double)t.all);
	if (t.stolen == 0 && host->is_virtual != 0)
		return found("unknown",
			     "no stolen time is reported, perhaps because "
			     "the hypervisor reports none");
	return found("ok", "next to no time was stolen by a hypervisor");
}

static bool
is_fast(const char *governor)
{
	return governor && strcmp(governor, "performance") == 0;
}

/* Of the first CPU that may be slow; of any when none may. */
static char *
slowest_governor(const struct host *host)
{
	char *governor = NULL;
	size_t i = 0;

	do {
		free(governor);
		governor = bench_sys_governor(host->root,
					      host->topo->cpus[i].number);
	} while (is_fast(governor) && ++i < host->topo->n_cpus);
	return governor;
}

static struct finding
check_governor(const struct host *host)
{
	char *governor = slowest_governor(host);
	struct finding finding;

	if (!governor)
		finding = found("unknown",
				"no frequency governor is visible: the speed "
				"of the CPUs is up to others");
	else if (is_fast(governor))
		finding = found("ok", "governor performance: CPUs do not wait "
				      "for load before they speed up");
	else
		finding = found("warn",
				"governor %s: a CPU may still be speeding up "
				"when a sample begins",
				governor);
	free(governor);
	return finding;
}

static struct finding
check_turbo(const struct host *host)
{
	int turbo = bench_sys_turbo(host->root);

	if (turbo < 0)
		return found("unknown",
			     "no turbo switch is visible: the speed may "
			     "depend on heat and on other cores");
	if (turbo)
		return found("warn",
			     "turbo is on: the speed depends on heat and on "
			     "what other cores do");
	return found("ok",
		     "turbo is off: the speed does not depend on other cores");
}

static struct finding
check_smt(const struct host *host)
{
	int smt = bench_sys_smt(host->root);

	if (smt < 0)
		return found("unknown",
			     "the kernel does not say whether CPUs share "
			     "cores");
	if (smt)
		return found("warn",
			     "CPUs share cores: work on a sibling slows a "
			     "sample down");
	if (host->is_virtual != 0)
		return found("unknown",
			     "no CPUs share a core as far as a guest can "
			     "see; on the host they may");
	return found("ok", "no CPUs share a core");
}

static struct finding
check_isolation(const struct host *host)
{
	char *cpus =
		bench_sys_line(host->root, "/sys/devices/system/cpu/isolated");
	bool some = cpus && cpus[0] != '\0';

	free(cpus);
	if (some)
		return found("ok",
			     "some CPUs are isolated: bind the run to them and "
			     "no other work is scheduled there");
	return found("warn",
		     "no CPU is isolated: the scheduler may put other work on "
		     "a measured CPU; switches are counted");
}

static struct finding
check_load(const struct host *host)
{
	char *line = bench_sys_line(host->root, "/proc/loadavg");
	unsigned running = 0;
	/* Three averages, then running/all, which counts us; proc(5). */
	int n = line ? sscanf(line, "%*s %*s %*s %u/", &running) : 0;

	free(line);
	if (n != 1)
		return found("unknown",
			     "the kernel does not say how many threads want "
			     "to run");
	if (running > 1)
		return found("warn",
			     "%u other thread%s wanted to run just "
			     "now: expect noise",
			     running - 1, running == 2 ? "" : "s");
	return found("ok", "no other thread wanted to run just now");
}

static struct finding
check_thp(const struct host *host)
{
	char *choice = bench_sys_choice(
		host->root, "/sys/kernel/mm/transparent_hugepage/enabled");
	struct finding finding;

	if (!choice)
		finding = found("unknown",
				"the kernel has no transparent huge pages: "
				"only small ones can be measured");
	else if (strcmp(choice, "madvise") == 0)
		finding = found(
			"ok", "huge pages where asked for: both page sizes can "
			      "be measured");
	else if (strcmp(choice, "always") == 0)
		finding = found("warn",
				"huge pages everywhere: what is meant to be on "
				"small pages has to ask for them");
	else
		finding = found("warn",
				"huge pages nowhere: only small pages can be "
				"measured");
	free(choice);
	return finding;
}

static struct finding
check_aslr(const struct host *host)
{
	int aslr = bench_sys_aslr(host->root);

	if (aslr < 0)
		return found("unknown",
			     "the kernel does not say whether it varies "
			     "layouts");
	if (aslr)
		return found("ok",
			     "on: every launch samples another memory layout");
	return found("warn",
		     "off or partial: all launches have one memory layout, "
		     "whose luck is in every figure");
}

static struct finding
check_numa_balancing(const struct host *host)
{
	long on;

	if (hwloc_get_nbobjs_by_type(host->topo->hwloc, HWLOC_OBJ_NUMANODE) < 2)
		return found("ok",
			     "one memory node: no page is moved to another");
	on = bench_sys_number(host->root, "/proc/sys/kernel/numa_balancing");
	if (on < 0)
		return found("unknown",
			     "the kernel does not say whether it moves "
			     "pages between nodes");
	if (on > 0)
		return found("warn",
			     "on: the kernel unmaps and moves pages during a "
			     "sample; faults are counted");
	return found("ok", "off: no page is moved to another node");
}

static struct finding
check_caches(const struct host *host)
{
	char *doubt = bench_topo_cache_doubt(host->topo);
	struct finding finding;

	if (!doubt)
		return found("unknown",
			     "sizes are as advertised and unverified");
	finding = found("warn",
			"%s: sizes are unverified, and so are "
			"libc's thresholds that follow from them",
			doubt);
	free(doubt);
	return finding;
}

static struct finding
check_clock(const struct host *host)
{
	(void)host;
	bench_clock_init();
	if (bench_clock.tsc)
		return found("ok", "time stamp counter, %.0f ns a timestamp",
			     bench_clock.overhead_ns);
	return found("warn",
		     "no time stamp counter that can be trusted, %.0f ns a "
		     "timestamp: short batches are imprecise",
		     bench_clock.overhead_ns);
}

static struct finding
check_perf(const struct host *host)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_HW_CPU_CYCLES,
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};
	long fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);

	(void)host;
	if (fd < 0)
		return found("warn",
			     "cycles cannot be counted (%s): time is "
			     "all there is, and turbo is not seen",
			     strerror(errno));
	close((int)fd);
	return found("ok", "cycles can be counted");
}

static const struct {
	const char *name;
	struct finding (*check)(const struct host *host);
} checks[] = {
	{"cpus", check_cpus},
	{"hypervisor", check_hypervisor},
	{"steal", check_steal},
	{"governor", check_governor},
	{"turbo", check_turbo},
	{"smt", check_smt},
	{"isolation", check_isolation},
	{"load", check_load},
	{"thp", check_thp},
	{"aslr", check_aslr},
	{"numa_balancing", check_numa_balancing},
	{"caches", check_caches},
	{"clock", check_clock},
	{"perf", check_perf},
};

json_t *
bench_preflight(const struct bench_topo *topo, const char *root)
{
	struct host host = {topo, root, bench_sys_is_virtual(root)};
	json_t *findings = json_array();

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		struct finding finding = checks[i].check(&host);

		CHECK(json_array_append_new(findings,
					    json_pack("{s:s, s:s, s:s}", "name",
						      checks[i].name, "state",
						      finding.state, "text",
						      finding.text)) == 0);
		free(finding.text);
	}
	return findings;
}

int
bench_preflight_strict(const json_t *findings)
{
	int status = BENCH_OK;
	json_t *finding;
	size_t i;

	json_array_foreach (findings, i, finding) {
		const char *name, *state, *text;

		CHECK(json_unpack(finding, "{s:s, s:s, s:s}", "name", &name,
				  "state", &state, "text", &text) == 0);
		if (strcmp(state, "ok") != 0)
			status = bench_error(BENCH_CANNOT,
					     "--strict: %s: %s: %s", name,
					     state, text);
	}
	return status;
}
