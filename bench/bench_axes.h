/* bench_axes.h - the words of the axes that the runner acts on
 *
 * Populations: what the pointers of an experiment point to, whether what a
 * barrier looks up about that is in cache, and whether it is new each time.
 * Not every one can exist everywhere: see bench_legal.h.
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
	/* Far apart, so that each has a span and a line of mark bits to itself,
	 * and out of the private caches before each batch. */
	POPULATION_MARKED_COLD,
	POPULATION_WHITE_COLD,
	POPULATION_NOSCAN_COLD,
	/* Each object in BENCH_REPEATS slots, one after another. */
	POPULATION_MARKED_REPEATED,
	POPULATION_WHITE_REPEATED,
	POPULATION_NOSCAN_REPEATED,
	POPULATION_COUNT
};

/* As many slots as a small loop might store one receiver or error to; any
 * number that is far above 1 shows the same. */
#define BENCH_REPEATS 64

struct bench_population_kind {
	enum bench_population base; /* one of the first four */
	bool cold, repeated;
	const char *summary;
};

extern const struct bench_population_kind
	bench_population_kinds[POPULATION_COUNT];

enum bench_phase {
	BENCH_OFF,
	BENCH_MARK,     /* marking is under way from before to after a batch */
	BENCH_STRADDLE, /* filled with marking off, cleared with marking on */
	BENCH_SWEEP,    /* marking is over, spans are left to be swept */
	BENCH_TERMINATION, /* no grey object is left: marking is to end */
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

/* Whether barriers are on when a batch of the phase begins. */
bool bench_phase_marks(enum bench_phase phase);

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
