/* topo_fixture.c - topologies that no synthetic description can say */
// SPDX-License-Identifier: BSD-3-Clause
#include "topo_fixture.h"

#include <hwloc.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench.h"

static hwloc_bitmap_t
parse_cpus(const char *list)
{
	hwloc_bitmap_t cpus = hwloc_bitmap_alloc();

	CHECK(cpus && hwloc_bitmap_list_sscanf(cpus, list) == 0);
	return cpus;
}

static void
register_kind(hwloc_topology_t hwloc, const struct topo_fixture_kind *kind)
{
	hwloc_bitmap_t cpus = parse_cpus(kind->cpus);
	struct hwloc_info_s info = {(char *)kind->name, (char *)kind->value};

	CHECK(hwloc_cpukinds_register(hwloc, cpus, kind->efficiency,
				      kind->name != NULL, &info, 0) == 0);
	hwloc_bitmap_free(cpus);
}

char *
topo_fixture_new(const char *desc, const char *cpus,
		 const struct topo_fixture_kind *kinds, size_t n_kinds)
{
	char *path = bench_strdup("/tmp/framebench-topo-XXXXXX");
	hwloc_topology_t hwloc;
	int fd = mkstemp(path);

	CHECK(fd >= 0 && close(fd) == 0);
	CHECK(hwloc_topology_init(&hwloc) == 0);
	CHECK(hwloc_topology_set_synthetic(hwloc, desc) == 0);
	CHECK(hwloc_topology_load(hwloc) == 0);
	for (size_t i = 0; i < n_kinds; i++)
		register_kind(hwloc, &kinds[i]);
	if (cpus) {
		hwloc_bitmap_t kept = parse_cpus(cpus);

		CHECK(hwloc_topology_restrict(hwloc, kept, 0) == 0);
		hwloc_bitmap_free(kept);
	}
	CHECK(hwloc_topology_export_xml(hwloc, path, 0) == 0);
	hwloc_topology_destroy(hwloc);
	return path;
}
