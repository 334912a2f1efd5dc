/* bench_gbench.h - Google Benchmark as the executor of one sample
 *
 * What to run next, how often and in which order is decided in C, round by
 * round; Google Benchmark runs one batch at a time, without calibration or
 * repetition of its own, and reports it to memory.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_GBENCH_H
#define BENCH_GBENCH_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Does iters operations, in a loop of its own, and returns the seconds that
 * they took, as it measured them. */
typedef double bench_gbench_fn(void *arg, uint64_t iters);

/* Calls batch exactly once, on the calling thread, with 0 < iters <= INT64_MAX.
 * NULL, and in *seconds what it returned and Google Benchmark reported; or in a
 * constant sentence why there is no sample. One sample at a time in a process:
 * neither two threads nor a batch itself may call this while it runs. Costs a
 * few microseconds outside of the batch. */
const char *bench_gbench_sample(bench_gbench_fn *batch, void *arg,
				uint64_t iters, double *seconds);

#ifdef __cplusplus
}
#endif

#endif
