/* bench_axes.h - the words of the axes that the runner acts on
 *
 * Populations: what the pointers of an experiment point to. Not every one can
 * exist everywhere: a frame that was filled while marking holds no white
 * pointer when it is cleared, because its fill shaded them.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_AXES_H
#define BENCH_AXES_H

#include "bench.h"
#include "call_layout.h"

enum bench_population {
	POPULATION_NIL,
	POPULATION_MARKED, /* objects that the cycle has marked already */
	POPULATION_WHITE,  /* objects with pointers that nothing has marked */
	POPULATION_NOSCAN, /* the same without pointers */
	POPULATION_COUNT
};

enum bench_phase {
	BENCH_OFF,
	BENCH_MARK,     /* marking is under way from before to after a batch */
	BENCH_STRADDLE, /* filled with marking off, cleared with marking on */
	BENCH_PHASES
};

enum bench_client {
	CLIENT_RAW,        /* memclr and memmove on memory that is no heap */
	CLIENT_FRAME,      /* frames of reflect calls */
	CLIENT_SLICE,      /* slices of pointers, as clear() has them */
	CLIENT_MAP,        /* maps in groups, as Go has them from 1.24 on */
	CLIENT_MAP_BUCKET, /* maps in buckets, as Go had them before */
	CLIENT_CHAN,       /* rings of channels */
	CLIENT_APPEND,     /* slices that grow */
	CLIENT_COUNT
};

/* The words on the command line and in results; "-" for a raw operation. */
extern const char *const bench_population_names[POPULATION_COUNT];
extern const char *const bench_phase_names[BENCH_PHASES];
extern const char *const bench_phase_summaries[BENCH_PHASES];
extern const char *const bench_client_names[CLIENT_COUNT];
extern const char *const bench_client_summaries[CLIENT_COUNT];
extern const char *const bench_abi_names[CALL_ABIS];

/* The index of a word in a table, or -1 after a message that lists the table:
 * "--AXIS=WORD: expected one of ...". */
int bench_axis_word(const char *axis, const char *word,
		    const char *const *table, size_t n);

#endif
