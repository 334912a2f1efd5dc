/* bench_evidence.h - what the operating system did to a sample
 *
 * Three amounts that tell a disturbed sample from a quiet one
 * (bench_disturbance.h). They are kept beside the sample.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_EVIDENCE_H
#define BENCH_EVIDENCE_H

#include "bench_journal.h"
#include "bench_perf.h"

/* The state at one moment; what happened since is a difference of two. */
struct bench_evidence {
	uint64_t faults;   /* of the process */
	uint64_t switches; /* of the thread, that it did not want */
	int cpu;
	uint64_t perf[BENCH_PERF_EVENTS]; /* where the machine has them */
};

/* Both on the thread that runs the sample, outside of its timed part: each
 * makes two system calls. */
void bench_evidence_read(struct bench_evidence *evidence);
/* Sets the sample's faults, switches and migrations. A thread that is not where
 * it was counts as one migration; one that went and came back as none. */
void bench_evidence_since(const struct bench_evidence *start,
			  struct bench_sample *sample);

#endif
