/* bench_evidence.c - what the operating system did to a sample */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_evidence.h"

#include <sched.h>
#include <sys/resource.h>

static const enum bench_counter perf_counters[BENCH_PERF_EVENTS] = {
	[PERF_CYCLES] = COUNTER_cycles,
	[PERF_INSTRUCTIONS] = COUNTER_instructions,
	[PERF_BRANCH_MISSES] = COUNTER_branch_misses,
	[PERF_L1D_MISSES] = COUNTER_l1d_misses,
};

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
	bench_perf_read(bench_perf_mine(), evidence->perf);
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
	for (size_t i = 0; i < BENCH_PERF_EVENTS; i++)
		sample->counters[perf_counters[i]] =
			now.perf[i] - start->perf[i];
}
