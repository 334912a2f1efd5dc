/* bench_topo.c - the CPUs of a machine, and which relations its pairs have */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_topo.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_kinds.h"

#define SYNTHETIC_PREFIX "synthetic:"

/* The largest machines' files take less than a second. */
#define XML_SECONDS_MAX 30

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
	if (strcmp(source, "this") == 0)
		return BENCH_OK;
	if (is_synthetic(source))
		return set_synthetic(hwloc, source);
	return set_xml(hwloc, source);
}

static int
load(struct bench_topo *topo)
{
	bool this = strcmp(topo->source, "this") == 0;
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
		return bench_error(this ? BENCH_CANNOT : BENCH_USAGE,
				   "topology '%s': hwloc cannot load it: %s",
				   topo->source, strerror(errno));
	topo->this_system = hwloc_topology_is_thissystem(topo->hwloc);
	if (this && !topo->this_system)
		return bench_error(
			BENCH_CANNOT,
			"topology 'this': the environment makes hwloc "
			"read another (HWLOC_XMLFILE, "
			"HWLOC_SYNTHETIC or the like)");
	return BENCH_OK;
}

/* Which set of local memories a CPU has, numbered by first appearance. A CPU
 * without any shares none. */
static int
numa_share(const struct bench_topo *topo, hwloc_obj_t pu)
{
	int next = 0;

	if (hwloc_bitmap_iszero(pu->nodeset))
		return -1;
	for (size_t i = 0; i < topo->n_cpus; i++) {
		const struct bench_topo_cpu *cpu = &topo->cpus[i];

		if (hwloc_bitmap_isequal(cpu->pu->nodeset, pu->nodeset))
			return cpu->shares[LEVEL_NUMA];
		next = MAX(next, cpu->shares[LEVEL_NUMA] + 1);
	}
	return next;
}

/* Which core, L2, ... of its level a CPU has; -1: none. */
static int
share_of(const struct bench_topo *topo, int level, hwloc_obj_t pu)
{
	static const hwloc_obj_type_t types[LEVEL_COUNT] = {
		[LEVEL_CORE] = HWLOC_OBJ_CORE,
		[LEVEL_L2] = HWLOC_OBJ_L2CACHE,
		[LEVEL_L3] = HWLOC_OBJ_L3CACHE,
		[LEVEL_DIE] = HWLOC_OBJ_DIE,
		[LEVEL_PACKAGE] = HWLOC_OBJ_PACKAGE,
	};
	hwloc_obj_t shared;

	if (level == LEVEL_NUMA)
		return numa_share(topo, pu);
	shared = hwloc_get_ancestor_obj_by_type(topo->hwloc, types[level], pu);
	return shared ? (int)shared->logical_index : -1;
}

static void
add_cpu(struct bench_topo *topo, hwloc_obj_t pu)
{
	struct bench_topo_cpu *cpu = &topo->cpus[topo->n_cpus];

	cpu->number = pu->os_index;
	cpu->pu = pu;
	for (int level = 0; level < LEVEL_COUNT; level++)
		cpu->shares[level] = share_of(topo, level, pu);
	topo->n_cpus++;
}

static int
compare_cpus(const void *a, const void *b)
{
	const struct bench_topo_cpu *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* hwloc knows what the cgroup allows, the thread's affinity is beside it. */
static int
collect_cpus(struct bench_topo *topo)
{
	hwloc_bitmap_t usable = hwloc_bitmap_alloc_full();
	int n = hwloc_get_nbobjs_by_type(topo->hwloc, HWLOC_OBJ_PU);
	hwloc_obj_t pu = NULL;

	CHECK(usable && n > 0);
	if (topo->this_system)
		CHECK(hwloc_get_cpubind(topo->hwloc, usable,
					HWLOC_CPUBIND_THREAD) == 0);
	topo->cpus = bench_alloc((size_t)n * sizeof(*topo->cpus));
	while ((pu = hwloc_get_next_obj_by_type(topo->hwloc, HWLOC_OBJ_PU, pu)))
		if (hwloc_bitmap_isset(usable, pu->os_index))
			add_cpu(topo, pu);
	topo->n_left_out = (size_t)n - topo->n_cpus;
	hwloc_bitmap_free(usable);
	if (n > BENCH_TOPO_MAX_CPUS)
		return too_many(topo->source);
	qsort(topo->cpus, topo->n_cpus, sizeof(*topo->cpus), compare_cpus);
	return BENCH_OK;
}

static struct bench_relation
relation_of(const struct bench_topo_cpu *a, const struct bench_topo_cpu *b)
{
	struct bench_relation relation = {
		.kinds = {MIN(a->kind, b->kind), MAX(a->kind, b->kind)},
	};

	for (int level = 0; level < LEVEL_COUNT; level++)
		if (a->shares[level] >= 0 &&
		    a->shares[level] == b->shares[level])
			relation.shared |= (uint8_t)(1u << level);
	return relation;
}

static struct bench_topo_class *
find_class(const struct bench_topo *topo, const struct bench_relation *relation)
{
	for (size_t i = 0; i < topo->n_classes; i++)
		if (bench_relation_compare(&topo->classes[i].relation,
					   relation) == 0)
			return &topo->classes[i];
	return NULL;
}

/* CPUs come in order of number, so a class is made by its lowest pair. */
static void
count_pair(struct bench_topo *topo, const struct bench_topo_cpu *a,
	   const struct bench_topo_cpu *b)
{
	struct bench_relation relation = relation_of(a, b);
	struct bench_topo_class *class = find_class(topo, &relation);

	if (!class) {
		topo->classes = bench_realloc(topo->classes,
					      (topo->n_classes + 1) *
						      sizeof(*topo->classes));
		class = &topo->classes[topo->n_classes++];
		*class = (struct bench_topo_class){
			.relation = relation,
			.cpus = {a->number, b->number},
		};
	}
	class->pairs++;
}

static int
compare_classes(const void *a, const void *b)
{
	const struct bench_topo_class *x = a, *y = b;

	return bench_relation_compare(&x->relation, &y->relation);
}

static void
classify(struct bench_topo *topo)
{
	for (size_t i = 0; i < topo->n_cpus; i++)
		for (size_t j = i + 1; j < topo->n_cpus; j++)
			count_pair(topo, &topo->cpus[i], &topo->cpus[j]);
	if (topo->n_classes > 0)
		qsort(topo->classes, topo->n_classes, sizeof(*topo->classes),
		      compare_classes);
}

int
bench_topo_load(struct bench_topo **result, const char *source)
{
	struct bench_topo *topo = bench_alloc(sizeof(*topo));
	int status;

	*topo = (struct bench_topo){.source = bench_strdup(source)};
	status = load(topo);
	if (status == BENCH_OK)
		status = collect_cpus(topo);
	if (status != BENCH_OK) {
		bench_topo_free(topo);
		return status;
	}
	bench_kinds_set(topo);
	classify(topo);
	*result = topo;
	return BENCH_OK;
}

void
bench_topo_free(struct bench_topo *topo)
{
	if (topo->hwloc)
		hwloc_topology_destroy(topo->hwloc);
	free(topo->classes);
	free(topo->cpus);
	free(topo->source);
	free(topo);
}

bool
bench_topo_find(const struct bench_topo *topo,
		const struct bench_relation *relation, unsigned cpus[2])
{
	const struct bench_topo_class *class;

	if (relation->self) {
		cpus[0] = cpus[1] = topo->cpus[0].number;
		return true;
	}
	class = find_class(topo, relation);
	if (class)
		memcpy(cpus, class->cpus, sizeof(class->cpus));
	return class != NULL;
}
