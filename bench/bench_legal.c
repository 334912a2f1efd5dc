/* bench_legal.c - which client, operation, phase and population can meet */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_legal.h"

#include <string.h>

#define PHASE(p) (1u << BENCH_##p)
#define POP(p)   (1u << POPULATION_##p)
#define MARKED   (POP(MARKED) | POP(MARKED_COLD) | POP(MARKED_REPEATED))
#define WHITE    (POP(WHITE) | POP(WHITE_COLD) | POP(WHITE_REPEATED))
#define NOSCAN   (POP(NOSCAN) | POP(NOSCAN_COLD) | POP(NOSCAN_REPEATED))
#define ALL      (POP(NIL) | MARKED | WHITE | NOSCAN)

static const struct bench_legal rows[] = {
	{CLIENT_RAW, "store copy", PHASE(OFF), 0, NULL},
	{CLIENT_RAW, "memclr memmove", PHASE(OFF) | PHASE(MARK) | PHASE(SWEEP),
	 0, NULL},
	{CLIENT_FRAME, "typedmemclr typedmemclrpartial",
	 PHASE(OFF) | PHASE(STRADDLE) | PHASE(SWEEP), ALL, NULL},
	{CLIENT_FRAME, "typedmemclr typedmemclrpartial", PHASE(MARK),
	 POP(NIL) | MARKED,
	 "a frame that was filled while marking holds no white pointer: its "
	 "fill has shaded them"},
	{CLIENT_FRAME, "typedmemmove call callmethod makefunc",
	 PHASE(OFF) | PHASE(MARK) | PHASE(SWEEP), ALL, NULL},
	{CLIENT_SLICE, "typedmemclr typedmemmove",
	 PHASE(OFF) | PHASE(MARK) | PHASE(SWEEP), ALL, NULL},
	{CLIENT_MAP, "typedmemclr", PHASE(OFF) | PHASE(MARK) | PHASE(SWEEP),
	 ALL, NULL},
	{CLIENT_MAP_BUCKET, "typedmemclr",
	 PHASE(OFF) | PHASE(MARK) | PHASE(SWEEP), ALL, NULL},
	{CLIENT_CHAN, "typedmemclr", PHASE(OFF) | PHASE(MARK) | PHASE(SWEEP),
	 ALL, NULL},
	{CLIENT_APPEND, "typedmemmove", PHASE(OFF) | PHASE(MARK) | PHASE(SWEEP),
	 ALL, NULL},
	{CLIENT_FRAME, "terminate", PHASE(TERMINATION),
	 POP(NIL) | POP(MARKED) | POP(WHITE) | POP(NOSCAN),
	 "one value a cycle is neither repeated nor can it be kept cold while "
	 "all is marked"},
};

const struct bench_legal *
bench_legal_row(size_t i)
{
	return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}

bool
bench_legal_has_op(const struct bench_legal *row, const char *op)
{
	size_t n = strlen(op);
	const char *at = row->ops;

	while (at && !(strncmp(at, op, n) == 0 && strchr(" ", at[n]))) {
		at = strchr(at, ' ');
		at += at != NULL;
	}
	return at;
}

/* Why the phase has no row. */
static const char *
phase_refusal(const struct bench_experiment *x)
{
	if (x->op->protocol || x->phase == BENCH_TERMINATION)
		return "only `terminate` has the phase termination, where no "
		       "mutator runs, and it has no other";
	if (x->op->ceiling)
		return "a ceiling is the machine's, with no collector near";
	return x->op->raw ? "only typed clears can straddle"
			  : "only clears of frames can straddle";
}

const char *
bench_legal_refusal(const struct bench_experiment *x)
{
	const char *why = "this operation does not have that client";

	if (!(x->op->clients & 1u << x->client))
		return why;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct bench_legal *row = &rows[i];

		if (row->client != x->client ||
		    !bench_legal_has_op(row, x->op->name))
			continue;
		if (!(row->phases & 1u << x->phase))
			why = phase_refusal(x);
		else if (row->populations &&
			 !(row->populations & 1u << x->population))
			return row->why;
		else
			return NULL;
	}
	return why;
}
