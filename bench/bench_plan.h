/* bench_plan.h - which cells to measure, and who competes in each
 *
 * A plan is a list of selections; a selection is what `run`'s flags say: a list
 * of words on each axis, of which every legal combination becomes a cell.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_PLAN_H
#define BENCH_PLAN_H

#include "bench_manifest.h"
#include "bench_op.h"

/* Lists separated by "," (outside of brackets); NULL: the axis's default. */
struct bench_selection {
	const char *op, *client, *abi, *workload, *population, *phase,
		*relation, *prestate, *mutators, *markers, *strategy;
};

struct bench_loop;

struct bench_contestant {
	struct call_set set;
	const struct bench_loop *loop; /* in place of the set; NULL: none */
	char *label;                   /* its name in results */
	enum bench_standing standing;
	const char *reason; /* "" for a contender */
	bool verified;      /* in the cell's client and phase (bench_vet.h) */
};

struct bench_plan_cell {
	struct bench_experiment x;
	struct bench_cell cell; /* the same as words */
	char id[BENCH_CELL_ID_SIZE];
	unsigned cpus[2];
	struct bench_contestant *contestants;
	size_t n_contestants;
	uint64_t iters;  /* of a batch; 0: not calibrated yet */
	unsigned rounds; /* of a block; 0: not known yet */
	/* Of a policy's witness: what it has chosen, and by how much that may
	 * be slower, a fraction; or NULL. */
	const char *choice;
	double allowed;
};

struct bench_plan {
	char *name;
	uint64_t seed;
	/* Blocks a cell and rounds a block; 0: as the race needs them. */
	unsigned blocks, rounds;
	unsigned launches; /* processes that measure it, one after another */
	double budget_s;   /* of the plan, when the user gives none */
	struct bench_plan_cell *cells;
	size_t n_cells;
	struct bench_workload **workloads; /* shared by cells */
	size_t n_workloads;
	json_t *policy; /* whose witnesses its cells are; or NULL */
};

/* The plans there are, by index; NULL after the last. */
const char *bench_plan_name(size_t i);
const char *bench_plan_summary(size_t i);

/* Makes a plan: the named one narrowed by the flags that are set in *narrow, or
 * with name NULL one made up of them, or with the path of a policy.json one of
 * its witness cells (bench_witness.h), which no flag narrows. NULL after a
 * message, with *status set: BENCH_USAGE, or BENCH_CANNOT where a strategy or
 * relation that was asked for by name is not to be had on this machine. */
struct bench_plan *bench_plan_make(const char *name,
				   const struct bench_selection *narrow,
				   uint64_t seed, const struct bench_topo *topo,
				   int *status);
/* BENCH_OK, or BENCH_USAGE after a message that names a word of operations,
 * clients, ABIs, populations, phases, relations, pre-states, mutators or
 * markers that is none. */
int bench_selection_check(const struct bench_selection *sel);
/* How many threads a word asks for; 0 when it is no such number. */
unsigned bench_selection_threads(const char *word);
/* Adds the cells of a selection, which was checked, that the plan does not have
 * yet. *why is the reason for which the last combination was left out, or stays
 * as it is. BENCH_OK, or a status after a message. */
int bench_plan_add(struct bench_plan *plan, const struct bench_selection *sel,
		   const struct bench_topo *topo, const char **why);
void bench_plan_free(struct bench_plan *plan);
/* Whether an experiment has a heap and a marker; a raw operation with marking
 * off runs nowhere in particular. */
bool bench_plan_needs_world(const struct bench_experiment *x);
/* Sets a cell's words and id from its experiment, the words for its relation
 * and its workload. */
void bench_plan_name_cell(struct bench_plan_cell *c, const char *relation,
			  const char *spec);
void bench_plan_cell_free(struct bench_plan_cell *cell);
/* Whether none of its contestants may be measured. */
bool bench_plan_cell_refused(const struct bench_plan_cell *cell);

/* Keeps the cells of shard i of n, 1 <= i <= n; which ones depends on their ids
 * only. */
void bench_plan_keep_shard(struct bench_plan *plan, unsigned i, unsigned n);

/* A hash of cells and candidates, 16 hex digits. */
void bench_plan_hash(const struct bench_plan *plan,
		     char hash[BENCH_CELL_ID_SIZE]);

/* A cell as the manifest has it. Of what it points to only the entrants are the
 * caller's to free. */
struct bench_manifest_cell
bench_plan_manifest_cell(const struct bench_plan_cell *cell);
/* All of them; borrows the strings. */
json_t *bench_plan_cells_json(const struct bench_plan *plan);

#endif
