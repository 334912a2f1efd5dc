/* bench_journal.h - what was measured, as an append-only file of blocks
 *
 * A round is one sample of every candidate; a block is the consecutive rounds
 * of one cell that are journalled together, as one line of JSON. The line is
 * written with one write(2) and synced, so a run killed at any moment has lost
 * no complete block. The journal is the truth: everything else in a run
 * directory but manifest.json and topology.xml can be made again from it.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_JOURNAL_H
#define BENCH_JOURNAL_H

#include <jansson.h>

#include "bench_cell.h"
#include "bench_disturbance.h"
#include "bench_layout.h"

/* Counters that go with a candidate's sample, each an amount per sample. */
#define BENCH_COUNTERS(X)                                                      \
	X(entries) /* words put in the barrier buffer */                       \
	X(flushes)                                                             \
	X(flush_ns)       /* the mutator's time in flushes, part of ns */      \
	X(nil)            /* entries that were nil */                          \
	X(found)          /* entries that pointed to a heap object */          \
	X(greyed)         /* objects newly marked, for the marker to scan */   \
	X(blackened)      /* objects newly marked that have no pointers */     \
	X(marked_bytes)   /* of both */                                        \
	X(marker_ns)      /* marker time that the greyed objects cost, not in  \
			   * ns */                                             \
	X(faults)         /* page faults of the process */                     \
	X(switches)       /* context switches that the mutator did not want */ \
	X(migrations)     /* moves of the mutator between CPUs */              \
	X(scanned)        /* objects that the marker scanned meanwhile */      \
	X(marker_cpu_ns)  /* CPU time of the marker meanwhile: its duty */     \
	X(swept_by_alloc) /* spans that allocations swept */                   \
	X(swept_by_background) /* spans that the collector swept meanwhile */  \
	X(rounds)              /* attempts to end marking */                   \
	X(restarts)     /* of them, found work with the world stopped */       \
	X(stop_ns)      /* the world was stopped, part of ns */                \
	X(safepoint_ns) /* of that, until all mutators were at a safepoint */  \
	X(neighbour_ns) /* in reading the neighbour again, part of ns */       \
	X(cycles)       /* of the mutator in user mode, as are the next */     \
	X(instructions)                                                        \
	X(branch_misses)                                                       \
	X(l1d_misses) /* loads that missed the first-level cache */

enum bench_counter {
#define X(name) COUNTER_##name,
	BENCH_COUNTERS(X)
#undef X
		BENCH_COUNTER_COUNT
};

/* More launches than any run has, and few enough that numbers of merged runs'
 * launches, which are numbered through, do not overflow. */
#define BENCH_LAUNCHES_MAX (1u << 30)

extern const char *const bench_counter_names[BENCH_COUNTER_COUNT];

/* One timed batch of a candidate. */
struct bench_sample {
	double ns; /* the whole batch */
	uint64_t counters[BENCH_COUNTER_COUNT];
};

struct bench_block {
	char cell[BENCH_CELL_ID_SIZE];
	unsigned launch; /* 0 for the first process of a run, then 1, ... */
	unsigned block;  /* number of this block within its cell, from 0 */
	unsigned round;  /* number of its first round within its cell */
	struct bench_layout layout;       /* of the launch */
	enum bench_disturbance discarded; /* why it is left out, or none */
	uint64_t took_ns; /* by the wall, with all that is not timed */
	uint64_t seed;    /* of the orders in this block */
	uint64_t iters; /* operations in a batch, the same for all candidates */
	size_t n_rounds, n_candidates;
	char **candidates; /* [n_candidates] */
	unsigned *order;   /* [round][position]: a candidate's index */
	struct bench_sample *samples; /* [round][candidate] */
	json_t *evidence; /* an object: phase, cycle, fractions ... */
};

#define BENCH_BLOCK_AT(b, array, round, i) \
	((b)->array[(size_t)(round) * (b)->n_candidates + (i)])

/* Allocates samples and order; candidates are copied. */
struct bench_block *bench_block_new(const char *cell, size_t n_rounds,
				    size_t n_candidates,
				    char *const *candidates);
void bench_block_free(struct bench_block *block);
/* Index of a candidate, or n_candidates when it is not in the block. */
size_t bench_block_find(const struct bench_block *block, const char *name);

struct bench_journal;

/* Opens RUN/samples.jsonl to append to, creating it. A last line that was cut
 * short is ended first, so that it spoils no later one. NULL after a message.*/
struct bench_journal *bench_journal_open(const char *run_dir);
/* BENCH_OK, or a status after a message (a full disk); what was written of the
 * line is then cut off again. */
int bench_journal_append(struct bench_journal *j,
			 const struct bench_block *block);
void bench_journal_close(struct bench_journal *j);

/* Reads every block of a run, in file order. A line that is no valid block, or
 * has the cell, launch and number of one before it, which would count twice, is
 * named in a message and skipped, and counted in *skipped. No journal at all
 * is a message and BENCH_USAGE; what was read before a failure is then the
 * caller's to free all the same. */
int bench_journal_read(const char *run_dir, struct bench_block ***blocks,
		       size_t *n_blocks, size_t *skipped);

/* One more than the last launch in a run's journal; 0 when it has none. Says
 * nothing of lines that are no blocks. */
unsigned bench_journal_next_launch(const char *run_dir);

#endif
