/* bench_call_subject.h - signatures, and a C function that has each
 *
 * What is called is a plain System V function, chosen at run time: by ffi_call,
 * and by an adapter that finds its arguments in the area.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_CALL_SUBJECT_H
#define BENCH_CALL_SUBJECT_H

#include <ffi.h>

#include "call.h"

#define BENCH_CALL_VALUES 8

/* One signature, and the C function that has it. */
struct bench_call_subject {
	const char *signature;
	call_fn *adapter, *empty; /* empty: writes results, if any */
	void (*fn)(void);         /* what adapter and ffi_call call */
	ffi_type *result;
	ffi_type *params[BENCH_CALL_VALUES];
	unsigned n_params;

	/* From bench_call_subject_open: */
	struct call_key key;
	struct call_target *target;
	struct strategy_frame frame; /* for steps alone; a root */
	struct gc_root root;
	ffi_cif cif;
	void *values[BENCH_CALL_VALUES];
	_Alignas(16) uintptr_t area[32];
};

#define BENCH_CALL_SUBJECTS 6

extern struct bench_call_subject bench_call_subjects[BENCH_CALL_SUBJECTS];

/* What the adapters call; nobody knows it when they are compiled. */
extern void (*bench_call_callee)(void);

/* Makes a subject ready for an engine, whose mutator is running. */
void bench_call_subject_open(struct bench_call_subject *s,
			     struct call_engine *e);

#endif
