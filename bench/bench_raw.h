/* bench_raw.h - the memory and the calls of memclr and memmove, in the
 * pre-state that a cell asks for
 *
 * The calls of a fixture are a list that is gone through again and again. It
 * walks over a region, and back to its start where that ends: from one start to
 * the next is a lap. Where calls spoil their pre-state it is brought about
 * again before each lap, and that time is taken off the batch's.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_RAW_H
#define BENCH_RAW_H

#include "bench_form.h"
#include "bench_op.h"

/* Offsets in the memory. */
struct bench_raw_call {
	uint32_t dst, src, size;
};

/* A line of memory that is not the calls'. */
struct bench_raw_line {
	struct bench_raw_line *next;
	char rest[BENCH_LINE - sizeof(void *)];
};

struct bench_raw {
	const struct bench_prestate *state;
	unsigned char *map, *memory; /* which begins somewhere in a page */
	size_t bytes;                /* of the mapping */
	size_t src; /* where the source's region begins; 0: there is none */
	unsigned char *evictor; /* state->evict bytes; NULL: none */
	struct bench_raw_call *calls;
	uint32_t *lap_end; /* [n_calls]: the call after the last of its lap */
	size_t n_calls;    /* a power of two */
	size_t span;       /* bytes of the region that they touch */
	size_t base;       /* what is added to the offsets of this lap */
	struct bench_raw_line *neighbour; /* a ring of lines; NULL: none */
	/* Where a loop of bench_form.h does: the calls as it takes them, and
	 * that; else NULL. */
	struct bench_form_call *form_calls;
	struct bench_form_code *code;
};

/* NULL after a message, with *status set. */
struct bench_raw *bench_raw_open(const struct bench_fixture *f, int *status);
void bench_raw_close(struct bench_raw *r);

/* Brings the pre-state about for a lap that begins now. */
void bench_raw_restore(struct bench_raw *r);
/* Moves on after a lap: where memory is to be in no cache, to what was touched
 * longest ago. */
void bench_raw_move_on(struct bench_raw *r);

/* Reads every line of the neighbour, each found in the one before. */
void bench_raw_read_neighbour(const struct bench_raw *r);
/* Where a loop of bench_form.h does: from now on it calls that function, and
 * does it where that draw of a place says. */
void bench_raw_aim(struct bench_raw *r, bench_form_target *target,
		   uint64_t place);

#endif
