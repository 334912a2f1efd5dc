/* bench_topo_system.c - what a topology says of caches; binding to its CPUs and
 * writing it to a file
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_topo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The most L3 that a sold CPU has: 96 MiB, stacked on one of its dies (AMD EPYC
 * 7003X and 9004X), at worst for one enabled core. The larger ones, up to 504
 * MiB, serve dozens of cores. */
#define L3_MIB_PER_CPU_MAX 96

struct bench_cache
bench_topo_cache(const struct bench_topo *topo, unsigned cpu, int level)
{
	static const hwloc_obj_type_t types[BENCH_CACHE_LEVELS] = {
		HWLOC_OBJ_L1CACHE,
		HWLOC_OBJ_L2CACHE,
		HWLOC_OBJ_L3CACHE,
	};
	hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(topo->hwloc, cpu), found;

	CHECK(pu && level >= 1 && level <= BENCH_CACHE_LEVELS);
	found = hwloc_get_ancestor_obj_by_type(topo->hwloc, types[level - 1],
					       pu);
	if (!found)
		return (struct bench_cache){0};
	return (struct bench_cache){
		.size = found->attr->cache.size,
		.cpus = hwloc_bitmap_weight(found->cpuset),
	};
}

static bool
l3_spans_packages(const struct bench_topo *topo)
{
	for (size_t i = 0; i < topo->n_classes; i++) {
		unsigned shared = topo->classes[i].relation.shared;

		if (shared & 1u << LEVEL_L3 && !(shared & 1u << LEVEL_PACKAGE))
			return true;
	}
	return false;
}

static char *
doubt_cpu(const struct bench_topo *topo, unsigned cpu)
{
	struct bench_cache l1 = bench_topo_cache(topo, cpu, 1);
	struct bench_cache l2 = bench_topo_cache(topo, cpu, 2);
	struct bench_cache l3 = bench_topo_cache(topo, cpu, 3);
	double mib = (double)l3.size / (1024 * 1024);

	if (mib > (double)L3_MIB_PER_CPU_MAX * l3.cpus)
		return bench_printf("an L3 cache of %.0f MiB is advertised for "
				    "%d CPU%s, more than is sold",
				    mib, l3.cpus, l3.cpus == 1 ? "" : "s");
	if ((l2.size && l1.size > l2.size) ||
	    (l3.size && MAX(l1.size, l2.size) > l3.size))
		return bench_printf("CPU %u is advertised with a cache that is "
				    "larger than the next level's",
				    cpu);
	return NULL;
}

char *
bench_topo_cache_doubt(const struct bench_topo *topo)
{
	char *doubt = NULL;

	for (size_t i = 0; i < topo->n_cpus && !doubt; i++)
		doubt = doubt_cpu(topo, topo->cpus[i].number);
	if (!doubt && l3_spans_packages(topo))
		doubt = bench_strdup("one L3 cache is advertised for CPUs of "
				     "different packages");
	return doubt;
}

int
bench_topo_bind(const struct bench_topo *topo, unsigned cpu)
{
	hwloc_bitmap_t want = hwloc_bitmap_alloc();
	hwloc_bitmap_t seen = hwloc_bitmap_alloc();
	int status = BENCH_OK;

	/* On any other topology hwloc would say that it bound, and not bind. */
	CHECK(topo->this_system && want && seen);
	hwloc_bitmap_only(want, cpu);
	if (hwloc_set_cpubind(topo->hwloc, want,
			      HWLOC_CPUBIND_THREAD | HWLOC_CPUBIND_STRICT) != 0)
		status = bench_error(BENCH_CANNOT, "cannot bind to CPU %u: %s",
				     cpu, strerror(errno));
	else if (hwloc_get_last_cpu_location(topo->hwloc, seen,
					     HWLOC_CPUBIND_THREAD) != 0 ||
		 !hwloc_bitmap_isequal(want, seen))
		status = bench_error(BENCH_CANNOT,
				     "bound to CPU %u, but running elsewhere",
				     cpu);
	hwloc_bitmap_free(want);
	hwloc_bitmap_free(seen);
	return status;
}

void
bench_topo_unbind(const struct bench_topo *topo)
{
	hwloc_bitmap_t all = hwloc_bitmap_alloc();

	CHECK(topo->this_system && all);
	for (size_t i = 0; i < topo->n_cpus; i++)
		hwloc_bitmap_set(all, topo->cpus[i].number);
	hwloc_set_cpubind(topo->hwloc, all, HWLOC_CPUBIND_THREAD);
	hwloc_bitmap_free(all);
}

/* Info attributes to keep. Others name the host, the process, the container or,
 * for root, serial numbers; those of a later hwloc are not known yet. */
static const char *const kept_infos[] = {
	"Architecture",   "Backend",      "CPUFamilyNumber",  "CPUModel",
	"CPUModelNumber", "CPUStepping",  "CPUVendor",        "ClusterMode",
	"CoreType",       "Inclusive",    "FrequencyBaseMHz", "FrequencyMaxMHz",
	"LinuxCapacity",  "MemoryMode",   "MemoryTier",       "OSName",
	"OSRelease",      "hwlocVersion",
};

static bool
keeps_line(const char *line)
{
	static const char start[] = "<info name=\"";
	const char *name = line + strspn(line, " ");

	if (strncmp(name, start, strlen(start)) != 0)
		return true;
	name += strlen(start);
	for (size_t i = 0; i < ARRAY_LEN(kept_infos); i++)
		if (strcspn(name, "\"") == strlen(kept_infos[i]) &&
		    strncmp(name, kept_infos[i], strlen(kept_infos[i])) == 0)
			return true;
	return false;
}

/* hwloc 2 cannot remove an info attribute, but writes one element a line. */
static void
write_kept_lines(FILE *f, const char *xml)
{
	while (*xml) {
		size_t length = strcspn(xml, "\n");

		length += xml[length] == '\n';
		if (keeps_line(xml))
			fwrite(xml, 1, length, f);
		xml += length;
	}
}

int
bench_topo_export_xml(const struct bench_topo *topo, const char *path)
{
	char *xml;
	int length, status;
	FILE *f = fopen(path, "w");

	if (!f)
		return bench_error(BENCH_USAGE, "%s: %s", path,
				   strerror(errno));
	CHECK(hwloc_topology_export_xmlbuffer(topo->hwloc, &xml, &length, 0) ==
	      0);
	write_kept_lines(f, xml);
	hwloc_free_xmlbuffer(topo->hwloc, xml);
	status = bench_flush(f, path);
	fclose(f);
	return status;
}
