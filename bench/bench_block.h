/* bench_block.h - a block as a line of the journal
 *
 * One JSON object:
 *   v           schema version, 1
 *   cell        the cell's id
 *   launch, block, iters
 *   round       the number of its first round within the cell
 *   layout      {seed, environment, stack, buffer, swapped} of the launch
 *   took_ns     by the wall, with all that is not timed
 *   discarded   why it is left out of estimates; absent where it is not
 *   seed        a decimal string: 64 bits do not fit in a double
 *   candidates  [name, ...]
 *   order       [[a candidate's index, ...] a round]
 *   ns          {candidate: [nanoseconds of a batch, a round]}
 *   counters    {candidate: {counter: [amount, a round]}}; what is left out
 *               was 0 in every round
 *   evidence    an object, anything
 * round, layout and took_ns are absent, and 0, in older journals.
 * results/schema/samples.schema.json is the same for machines.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_BLOCK_H
#define BENCH_BLOCK_H

#include "bench_journal.h"

#define BENCH_JOURNAL_VERSION 1

/* A batch takes longer: less is what a clock that stood still says, and has no
 * ratio to anything. */
#define BENCH_BLOCK_LEAST_NS 1

json_t *bench_block_to_json(const struct bench_block *block);
/* NULL and a reason, from malloc, when it is not a block. */
struct bench_block *bench_block_parse(const json_t *json, char **why);

#endif
