/* topo_fixture.h - topologies that no synthetic description can say
 *
 * hwloc's XML of a synthetic one, with kinds of CPUs and without some CPUs.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef TOPO_FIXTURE_H
#define TOPO_FIXTURE_H

#include <stddef.h>

struct topo_fixture_kind {
	const char *cpus;         /* a list as in taskset */
	int efficiency;           /* -1: not known */
	const char *name, *value; /* what hwloc knows of it; NULL: nothing */
};

/* Writes such a file, of the CPUs in a list (NULL: all). Its path is from
 * malloc; the caller removes the file. */
char *topo_fixture_new(const char *desc, const char *cpus,
		       const struct topo_fixture_kind *kinds, size_t n_kinds);

#endif
