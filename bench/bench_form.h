/* bench_form.h - the machine instruction by which a function is called, and
 * where it stands
 *
 * Usually a batch calls through a pointer, as a dispatch at run time does. A
 * direct call is what a build makes that has chosen, and a call by way of a
 * jump through a table in memory what one makes that calls a shared library
 * (its procedure linkage table).
 *
 * By where the loop around the call happens to be, branch prediction costs a
 * cycle more or less, for some functions and not for others: up to a fifth of
 * the time that a few stores take. So there are copies of the loop at many
 * places, and each round of measurements draws one, the same for all who are
 * compared in it. x86-64 only.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_FORM_H
#define BENCH_FORM_H

#include "bench.h"

enum bench_form {
	FORM_POINTER,
	FORM_DIRECT,
	FORM_PLT,
};

/* Places of a loop, each on a cache line of its own. */
#define BENCH_FORM_PLACES 2048

/* What is passed: memclr takes two of them, memmove three. */
struct bench_form_call {
	void *dst;
	uintptr_t second; /* memclr's size, memmove's source */
	size_t third;
};

typedef void bench_form_target(void); /* memclr_fn or memmove_fn */

struct bench_form_code;

/* Whether there are such loops here. */
bool bench_form_supported(void);

/* Loops that call a function in that form, none as yet: it is to be near
 * `target`, as what they call later is to be. NULL without memory near enough.
 * To be freed. */
struct bench_form_code *bench_form_make(enum bench_form form,
					bench_form_target *target);
void bench_form_free(struct bench_form_code *code);
/* From now on bench_form_run calls that function of the same program, and does
 * it in the loop at that place, modulo BENCH_FORM_PLACES; outside of any
 * batch. */
void bench_form_aim(struct bench_form_code *code, bench_form_target *target,
		    size_t place);
void bench_form_run(const struct bench_form_code *code,
		    const struct bench_form_call *calls, size_t n);

#endif
