/* bench_evidence.c - what the operating system did to a sample */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_evidence.h"

#include <sched.h>
#include <sys/resource.h>

void
bench_evidence_read(struct bench_evidence *evidence)
{
	struct rusage process, thread;

	CHECK(getrusage(RUSAGE_SELF, &process) == 0);
	CHECK(getrusage(RUSAGE_THREAD, &thread) == 0);
	evidence->faults =
		(uint64_t)process.ru_minflt + (uint64_t)process.ru_majflt;
	evidence->switches = (uint64_t)thread.ru_nivcsw;
	evidence->cpu = sched_getcpu();
}

void
bench_evidence_since(const struct bench_evidence *start,
		     struct bench_sample *sample)
{
	struct bench_evidence now;

	bench_evidence_read(&now);
	sample->counters[COUNTER_faults] = now.faults - start->faults;
	sample->counters[COUNTER_switches] = now.switches - start->switches;
	sample->counters[COUNTER_migrations] = now.cpu != start->cpu;
}
