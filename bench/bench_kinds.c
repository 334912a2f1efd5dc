/* bench_kinds.c - kinds of CPUs, such as performance and efficiency cores
 *
 * hwloc 2.9 makes kinds of CPUs that differ only in what firmware says of their
 * best turbo step (hwloc issue 690, Threadripper), and some machines have five
 * capacities between 718 and 1024. Kinds of the same core type whose speeds lie
 * within 10 % are therefore taken as one.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_kinds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEARLY_SAME 0.10

static const char *const speed_infos[] = {
	"FrequencyMaxMHz",
	"FrequencyBaseMHz",
	"LinuxCapacity",
};

#define N_SPEEDS ARRAY_LEN(speed_infos)

struct kind {
	hwloc_bitmap_t cpus;
	const char *core_type;   /* NULL: not known */
	double speeds[N_SPEEDS]; /* 0: not known */
	int number;              /* after merging */
	bool leads;              /* the first of those that were merged */
};

static void
read_info(struct kind *kind, const struct hwloc_info_s *info)
{
	if (strcmp(info->name, "CoreType") == 0)
		kind->core_type = info->value;
	for (size_t i = 0; i < N_SPEEDS; i++)
		if (strcmp(info->name, speed_infos[i]) == 0)
			kind->speeds[i] = atof(info->value);
}

static void
read_kind(hwloc_topology_t hwloc, unsigned i, struct kind *kind)
{
	struct hwloc_info_s *infos = NULL;
	unsigned n_infos = 0;
	int efficiency;

	*kind = (struct kind){.cpus = hwloc_bitmap_alloc()};
	CHECK(kind->cpus);
	CHECK(hwloc_cpukinds_get_info(hwloc, i, kind->cpus, &efficiency,
				      &n_infos, &infos, 0) == 0);
	for (unsigned k = 0; k < n_infos; k++)
		read_info(kind, &infos[k]);
}

/* Kinds of which nothing common is known stay apart: whoever registered them
 * had a reason. */
static bool
nearly_same(const struct kind *a, const struct kind *b)
{
	bool comparable = a->core_type && b->core_type;

	if (comparable && strcmp(a->core_type, b->core_type) != 0)
		return false;
	for (size_t i = 0; i < N_SPEEDS; i++) {
		double x = a->speeds[i], y = b->speeds[i];

		if (x <= 0 || y <= 0)
			continue;
		if (fabs(x - y) >= NEARLY_SAME * MAX(x, y))
			return false;
		comparable = true;
	}
	return comparable;
}

/* Numbers kinds, keeping hwloc's order: how many there are then. */
static int
number_kinds(struct kind *kinds, int n)
{
	int next = 0;

	for (int i = 0; i < n; i++) {
		int j = 0;

		while (j < i &&
		       !(kinds[j].leads && nearly_same(&kinds[j], &kinds[i])))
			j++;
		kinds[i].leads = j == i;
		kinds[i].number = j == i ? next++ : kinds[j].number;
	}
	return next;
}

static int
kind_of(unsigned cpu, const struct kind *kinds, int n, int unknown)
{
	for (int i = 0; i < n; i++)
		if (hwloc_bitmap_isset(kinds[i].cpus, cpu))
			return kinds[i].number;
	return unknown;
}

void
bench_kinds_set(struct bench_topo *topo)
{
	int n = hwloc_cpukinds_get_nr(topo->hwloc, 0);
	struct kind *kinds;
	bool unknown = false;

	n = MAX(n, 0);
	kinds = bench_alloc(((size_t)n + 1) * sizeof(*kinds));
	for (int i = 0; i < n; i++)
		read_kind(topo->hwloc, (unsigned)i, &kinds[i]);
	topo->n_kinds = number_kinds(kinds, n);
	for (size_t i = 0; i < topo->n_cpus; i++) {
		topo->cpus[i].kind =
			kind_of(topo->cpus[i].number, kinds, n, topo->n_kinds);
		unknown |= topo->cpus[i].kind == topo->n_kinds;
	}
	topo->n_kinds += unknown;
	for (size_t i = 0; i < topo->n_cpus && topo->n_kinds == 1; i++)
		topo->cpus[i].kind = BENCH_ONE_KIND;
	for (int i = 0; i < n; i++)
		hwloc_bitmap_free(kinds[i].cpus);
	free(kinds);
}
