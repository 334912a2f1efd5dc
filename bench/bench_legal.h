/* bench_legal.h - which client, operation, phase and population can meet
 *
 * One table, which decides what a plan may ask for and is printed by
 * `framebench list legal`.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_LEGAL_H
#define BENCH_LEGAL_H

#include "bench_op.h"

struct bench_legal {
	enum bench_client client;
	const char *ops;      /* names, separated by spaces */
	unsigned phases;      /* 1 << BENCH_* */
	unsigned populations; /* 1 << POPULATION_*; 0: has none */
	const char *why;      /* why no other population; NULL: there are all */
};

/* By index; NULL after the last. */
const struct bench_legal *bench_legal_row(size_t i);
bool bench_legal_has_op(const struct bench_legal *row, const char *op);

/* Why a combination cannot exist; NULL when it can. */
const char *bench_legal_refusal(const struct bench_experiment *x);

#endif
