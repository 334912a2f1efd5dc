/* bench_topo_source.c - this machine, a file or a description, as hwloc has it
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_topo_source.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SYNTHETIC_PREFIX "synthetic:"

/* The largest machines' files take less than a second. */
#define XML_SECONDS_MAX 30

static bool
is_this(const char *source)
{
	return strcmp(source, "this") == 0;
}

static bool
is_synthetic(const char *source)
{
	return strncmp(source, SYNTHETIC_PREFIX, strlen(SYNTHETIC_PREFIX)) == 0;
}

/* How many CPUs a synthetic description asks for, saturating, because hwloc
 * would set out to make a billion. Numbers count after a colon or alone:
 * "pack:2 [numa(memory=1GB)] core:4(x=1) pu:2" and "2 4 2" ask for 16. */
static uint64_t
synthetic_cpus(const char *desc)
{
	uint64_t cpus = 1;
	int depth = 0;
	bool starts = true;

	for (const char *p = desc; *p; p++) {
		depth += (*p == '(' || *p == '[') - (*p == ')' || *p == ']');
		if (depth == 0 &&
		    (*p == ':' || (starts && isdigit((unsigned char)*p)))) {
			/* Base 0, as in hwloc. */
			uint64_t arity = strtoull(p + (*p == ':'), NULL, 0);

			if (__builtin_mul_overflow(cpus, arity, &cpus))
				return UINT64_MAX;
		}
		starts = isspace((unsigned char)*p);
	}
	return cpus;
}

static int
too_many(const char *source)
{
	return bench_error(
		BENCH_USAGE,
		"topology '%s': more than %d CPUs, which no Linux has", source,
		BENCH_TOPO_MAX_CPUS);
}

static int
set_synthetic(hwloc_topology_t hwloc, const char *source)
{
	const char *desc = source + strlen(SYNTHETIC_PREFIX);

	if (synthetic_cpus(desc) > BENCH_TOPO_MAX_CPUS)
		return too_many(source);
	if (hwloc_topology_set_synthetic(hwloc, desc) != 0)
		return bench_error(
			BENCH_USAGE,
			"topology '%s': not a description that hwloc "
			"knows; expected one such as "
			"'synthetic:pack:2 l3:4 core:8 pu:2'",
			source);
	return BENCH_OK;
}

/* In a process of its own: ends with status 0 when hwloc finds no fault. */
static _Noreturn void
examine_xml(const char *path)
{
	static const int fatal[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
	hwloc_topology_t hwloc;

	/* A handler of this program's could go on as if it were the parent. */
	for (size_t i = 0; i < ARRAY_LEN(fatal); i++)
		signal(fatal[i], SIG_DFL);
	prctl(PR_SET_DUMPABLE, 0); /* no core file for a damaged XML file */
	alarm(XML_SECONDS_MAX);
	if (!freopen("/dev/null", "w", stderr) ||
	    hwloc_topology_init(&hwloc) != 0 ||
	    hwloc_topology_set_xml(hwloc, path) != 0 ||
	    hwloc_topology_load(hwloc) != 0)
		_exit(1);
	hwloc_topology_check(hwloc);
	_exit(0);
}

/* hwloc 2.9 crashes on some damaged files, asserts on others and asks on
 * standard error for a bug report. A child process finds out. */
static bool
xml_is_sound(const char *path)
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (child == 0)
		examine_xml(path);
	CHECK(waitpid(child, &status, 0) == child);
	return status == 0;
}

static int
set_xml(hwloc_topology_t hwloc, const char *path)
{
	FILE *f = fopen(path, "r");

	if (!f)
		return bench_error(BENCH_USAGE,
				   "topology '%s': %s; expected `this`, a file "
				   "of hwloc's XML, or `synthetic:` and a "
				   "description",
				   path, strerror(errno));
	fclose(f);
	if (!xml_is_sound(path) || hwloc_topology_set_xml(hwloc, path) != 0)
		return bench_error(BENCH_USAGE,
				   "topology '%s': expected hwloc's XML, as "
				   "`lstopo FILE.xml` writes it",
				   path);
	return BENCH_OK;
}

/* Names what to load. A failure that went unnoticed here would leave hwloc
 * with this machine instead. */
static int
set_source(hwloc_topology_t hwloc, const char *source)
{
	if (is_this(source))
		return BENCH_OK;
	if (is_synthetic(source))
		return set_synthetic(hwloc, source);
	return set_xml(hwloc, source);
}

static int
load(struct bench_topo *topo)
{
	int status;

	if (hwloc_topology_init(&topo->hwloc) != 0)
		return bench_error(BENCH_CANNOT, "hwloc: %s", strerror(errno));
	/* Memory modules and processes: nothing that CPUs share. */
	hwloc_topology_set_type_filter(topo->hwloc, HWLOC_OBJ_MISC,
				       HWLOC_TYPE_FILTER_KEEP_NONE);
	status = set_source(topo->hwloc, topo->source);
	if (status != BENCH_OK)
		return status;
	if (hwloc_topology_load(topo->hwloc) != 0)
		return bench_error(is_this(topo->source) ? BENCH_CANNOT
							 : BENCH_USAGE,
				   "topology '%s': hwloc cannot load it: %s",
				   topo->source, strerror(errno));
	return BENCH_OK;
}

static bool
has_caches(const struct bench_topo *topo)
{
	return hwloc_get_nbobjs_by_type(topo->hwloc, HWLOC_OBJ_L1CACHE) > 0;
}

/* Where Linux names no caches hwloc asks each CPU in turn, and in a virtual
 * machine it now and then finds none: a run that is gone on with would have
 * other pre-states than it began with. So it asks again, a millisecond each
 * time. */
#define LOADS_MAX 5

static int
load_with_caches(struct bench_topo *topo)
{
	int status = load(topo);

	for (int i = 1; i < LOADS_MAX && status == BENCH_OK &&
			is_this(topo->source) && !has_caches(topo);
	     i++) {
		hwloc_topology_destroy(topo->hwloc);
		topo->hwloc = NULL;
		status = load(topo);
	}
	return status;
}

int
bench_topo_source_load(struct bench_topo *topo)
{
	int status = load_with_caches(topo);

	if (status != BENCH_OK)
		return status;
	if (hwloc_get_nbobjs_by_type(topo->hwloc, HWLOC_OBJ_PU) >
	    BENCH_TOPO_MAX_CPUS)
		return too_many(topo->source);
	topo->this_system = hwloc_topology_is_thissystem(topo->hwloc);
	if (is_this(topo->source) && !topo->this_system)
		return bench_error(
			BENCH_CANNOT,
			"topology 'this': the environment makes hwloc "
			"read another (HWLOC_XMLFILE, "
			"HWLOC_SYNTHETIC or the like)");
	return BENCH_OK;
}
