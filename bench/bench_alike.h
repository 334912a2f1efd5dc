/* bench_alike.h - whether two runs may be held against one another
 *
 * From what their manifests say of the machine, of its system, and of the
 * program. The commit is no aspect: two commits are what one compares.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_ALIKE_H
#define BENCH_ALIKE_H

#include "bench_manifest.h"

enum bench_aspect {
	ASPECT_MACHINE, /* CPU, caches, hypervisor */
	ASPECT_SYSTEM,  /* kernel, libc, page and frequency settings */
	ASPECT_BUILD,   /* compiler and flags */
	ASPECT_ABI,     /* of the cells */
	ASPECT_COUNT
};

extern const char *const bench_aspect_names[ASPECT_COUNT];

/* "model is "85" in one and "106" in the other" for the first member of the
 * aspect that differs, from malloc; NULL when none does. */
char *bench_alike_difference(const struct bench_manifest *a,
			     const struct bench_manifest *b,
			     enum bench_aspect aspect);

/* A hash of all members of machine, system and build: runs that have the same
 * may be joined. */
void bench_alike_class(const json_t *manifest, char id[BENCH_CELL_ID_SIZE]);

#endif
