/* op_bed.h - an operation's fixture on a heap of its own, as the sampler has it
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef OP_BED_H
#define OP_BED_H

#include "bench_op.h"

struct op_bed {
	struct bench_world world;
	struct bench_experiment x;
	struct bench_fixture f;
};

/* The experiment's phase is `mark`. The mutator is running, no cycle is. */
void op_bed_open(struct op_bed *b, const struct bench_op *op,
		 enum bench_client client, enum bench_population population,
		 const char *workload);
/* Nothing may have been lost. */
void op_bed_close(struct op_bed *b);
void op_bed_bind(struct op_bed *b, const char *set);

#endif
