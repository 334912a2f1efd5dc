/* bench_form.h - the machine instruction by which a function is called
 *
 * Usually a batch calls through a pointer, as a dispatch at run time does. A
 * direct call is what a build makes that has chosen, and a call by way of a
 * jump through a table in memory what one makes that calls a shared library
 * (its procedure linkage table). As the function is not known when this is
 * compiled, a small loop is copied into memory near it, and its call is set to
 * where it is. x86-64 only.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_FORM_H
#define BENCH_FORM_H

#include "bench.h"

enum bench_form {
	FORM_POINTER, /* by the batch's own loop */
	FORM_DIRECT,
	FORM_PLT,
};

/* What is passed: memclr takes two of them, memmove three. */
struct bench_form_call {
	void *dst;
	uintptr_t second; /* memclr's size, memmove's source */
	size_t third;
};

typedef void bench_form_loop_fn(const struct bench_form_call *calls, size_t n);

struct bench_form_code;

/* Whether there are other forms than a pointer here. */
bool bench_form_supported(void);

/* A loop that calls target in that form; NULL without memory near enough. To
 * be freed. */
struct bench_form_code *bench_form_make(enum bench_form form,
					void (*target)(void));
void bench_form_free(struct bench_form_code *code);
/* Makes it call another function of the same program; outside of any batch. */
void bench_form_aim(struct bench_form_code *code, void (*target)(void));
bench_form_loop_fn *bench_form_loop(const struct bench_form_code *code);

#endif
