/* bench_topo.h - the CPUs of a machine, and which relations its pairs have
 *
 * A topology is this machine, a file of hwloc's XML or one of its synthetic
 * descriptions. Anything may be planned on; only this machine can be run on.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_TOPO_H
#define BENCH_TOPO_H

#include <hwloc.h>

#include "bench_relation.h"

struct bench_topo_cpu {
	unsigned number;         /* the operating system's, as taskset's */
	hwloc_obj_t pu;          /* the topology's own */
	int shares[LEVEL_COUNT]; /* which core, L2, ...; -1: has none */
	int kind;                /* BENCH_ONE_KIND without kinds */
};

/* The pairs of CPUs, unordered, that have one relation. */
struct bench_topo_class {
	struct bench_relation relation;
	uint64_t pairs;
	unsigned cpus[2]; /* the pair with the lowest numbers */
};

struct bench_topo {
	char *source; /* as given to bench_topo_load */
	hwloc_topology_t hwloc;
	bool this_system;
	/* CPUs in order of number. On this machine only those that the calling
	 * thread was allowed to run on; the others are left out. */
	struct bench_topo_cpu *cpus;
	size_t n_cpus, n_left_out;
	int n_kinds; /* 1: all CPUs are alike, as far as hwloc knows */
	struct bench_topo_class *classes; /* closest first; without self */
	size_t n_classes;
};

/* Linux's limit for x86-64 (NR_CPUS in arch/x86/Kconfig). */
#define BENCH_TOPO_MAX_CPUS 8192

/* Loads "this", "FILE.xml" or "synthetic:DESC". To be called before the thread
 * binds itself. BENCH_OK, or a status after a message. */
int bench_topo_load(struct bench_topo **topo, const char *source);
void bench_topo_free(struct bench_topo *topo);

/* The two CPUs that stand for a relation, equal for self: false when no pair
 * here has it. */
bool bench_topo_find(const struct bench_topo *topo,
		     const struct bench_relation *relation, unsigned cpus[2]);

struct bench_cache {
	size_t size; /* bytes, as advertised; 0: no such cache, or unknown */
	int cpus;    /* how many CPUs share it, of all in the topology */
};

#define BENCH_CACHE_LEVELS 3

/* The data cache of a level, from 1 on, that a CPU uses. */
struct bench_cache bench_topo_cache(const struct bench_topo *topo, unsigned cpu,
				    int level);
/* Why the advertised caches cannot be true, a sentence from malloc; NULL when
 * nothing speaks against them, which proves nothing. */
char *bench_topo_cache_doubt(const struct bench_topo *topo);

/* Binds the calling thread to one CPU and looks where it runs then; the
 * topology must be this machine's. BENCH_OK, or a status after a message. */
int bench_topo_bind(const struct bench_topo *topo, unsigned cpu);
/* Lets the calling thread run on all of the topology's CPUs again. */
void bench_topo_unbind(const struct bench_topo *topo);

/* Writes hwloc's XML without what names a host, a process, a container or a
 * serial number. BENCH_OK, or a status after a message. */
int bench_topo_export_xml(const struct bench_topo *topo, const char *path);

#endif
