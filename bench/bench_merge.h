/* bench_merge.h - runs joined into one, and kept apart where they must be
 *
 * A merged run is an ordinary run whose manifest has `sources`: the manifest of
 * each run that went in, without its cells, in the order of their hashes, and
 * how many launches each has. Launches are numbered through all sources, so
 * that what comes from one process stays together and can be told from the
 * rest. A merged run that goes in again is taken apart first; so the result is
 * that of the set of its sources, whatever the order and however often.
 *
 * Runs of different machines, systems or builds are of different classes
 * (bench_alike.h) and are never joined.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_MERGE_H
#define BENCH_MERGE_H

#include "bench_journal.h"
#include "bench_manifest.h"

struct bench_source {
	char key[BENCH_CELL_ID_SIZE]; /* hash of its manifest */
	json_t *head;                 /* the manifest without cells */
	char *dir;                    /* where it was found, for messages */
	unsigned launches;            /* one more than the largest number */
};

struct bench_source_block {
	const struct bench_source *source;
	char *text; /* the block as its own run has it */
	struct bench_block *block;
};

/* The runs of one class. */
struct bench_class {
	char id[BENCH_CELL_ID_SIZE];
	struct bench_source **sources;
	size_t n_sources;
	struct bench_source_block *blocks;
	size_t n_blocks;
	json_t *cells;  /* id: a cell as a manifest has it */
	char *topology; /* topology.xml; of several the first by content */
};

struct bench_merge {
	struct bench_class *classes;
	size_t n_classes;
};

/* Reads a run, or all that lie in a directory that merge has made of several
 * classes. BENCH_OK, or a status after a message: it contradicts another. */
int bench_merge_add(struct bench_merge *m, const char *dir);
/* Whether a directory is what merge has written. */
bool bench_merge_is_result(const char *dir);
/* Puts all in order, each block once. BENCH_OK, or BENCH_USAGE after a message:
 * two runs contradict one another. */
int bench_merge_settle(struct bench_merge *m);
void bench_merge_free(struct bench_merge *m);

/* The launch that a block of a class that is settled has in the joined run. */
unsigned bench_merge_launch(const struct bench_class *c,
			    const struct bench_source_block *b);
/* The manifest of a class that is settled. */
json_t *bench_merge_manifest(const struct bench_class *c);
/* Takes a cell of a manifest over, or adds its candidates to those that the
 * cell has: false with a reason when they contradict. */
bool bench_merge_cell(json_t *cells, const json_t *cell, char **why);

#endif
