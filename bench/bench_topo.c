/* bench_topo.c - the CPUs of a machine, and which relations its pairs have */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_topo.h"

#include <stdlib.h>
#include <string.h>

#include "bench_kinds.h"
#include "bench_topo_source.h"

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
static void
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
	qsort(topo->cpus, topo->n_cpus, sizeof(*topo->cpus), compare_cpus);
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
	status = bench_topo_source_load(topo);
	if (status != BENCH_OK) {
		bench_topo_free(topo);
		return status;
	}
	collect_cpus(topo);
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
