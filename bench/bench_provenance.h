/* bench_provenance.h - where a run comes from, as reports and policies say it
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_PROVENANCE_H
#define BENCH_PROVENANCE_H

#include "bench_manifest.h"

struct bench_provenance {
	char *run;     /* the directory's name; what `latest` points to */
	char *date;    /* as in the manifest, or "date not recorded" */
	char *machine; /* model, CPUs, and whether it is a virtual machine */
	bool is_virtual;
};

struct bench_provenance bench_provenance_of(const char *run_dir,
					    const struct bench_manifest *m);
void bench_provenance_free(struct bench_provenance *p);

/* A string of the manifest, or "-". */
const char *bench_provenance_string(const struct bench_manifest *m,
				    const char *name);

#endif
