/* bench_op.h - the operations that can be measured, and a cell set up for one
 *
 * A fixture holds what the batches of one cell work on. Before each sample it
 * is prepared, untimed, for operations [start, start + iters) of its stream;
 * then the batch does just these. All candidates of a round get the same
 * stretch of the stream.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_OP_H
#define BENCH_OP_H

#include "bench_axes.h"
#include "bench_census.h"
#include "bench_prestate.h"
#include "bench_workload.h"
#include "bench_world.h"
#include "call.h"

/* A batch of `straddle` has at least so many frames (the contract). */
#define BENCH_STRADDLE_FRAMES 1024

/* What a cell asks for, in the types that the runner works with. */
struct bench_experiment {
	const struct bench_op *op;
	enum bench_client client;
	enum bench_population population;
	enum bench_phase phase;
	const struct bench_workload *workload;
	struct bench_prestate prestate; /* completed by bench_resolve */
	unsigned mutators; /* that do the operation at the same time */
	unsigned markers;  /* of its heap; 0: it has none */
	uint64_t seed;
};

struct bench_fixture {
	const struct bench_op *op;
	const struct bench_experiment *x;
	struct bench_world *world;  /* NULL: no heap is needed */
	struct call_engine *engine; /* NULL for a raw operation */
	/* Of the set that is bound now, for raw operations. */
	memclr_fn *memclr;
	memmove_fn *memmove;
	uint64_t max_iters;   /* of a batch */
	size_t buffer_offset; /* of memory that is no heap, within a page */
	/* Added to by a batch: what it spent on bringing its pre-state about,
	 * which is not its time. */
	uint64_t untimed_ticks;
	uint64_t neighbour_ticks; /* of its time, in reading the neighbour */
	struct bench_company *company; /* NULL: none */
	double deadline_s; /* of bench_now_s, for its trials; 0: none */
	void *data;        /* the operation's own */
};

struct bench_op {
	const char *name, *summary;
	unsigned uses;    /* CALL_USES_* */
	unsigned clients; /* 1 << CLIENT_* */
	bool raw;         /* needs no heap */
	/* Elements of the workload's type in the value that each operation
	 * allocates; 0: it does not. */
	unsigned allocates;
	bool calls;    /* meets the arguments of calls, in frames or not */
	bool protocol; /* the collector's: reported, and nothing chosen by it */
	bool ceiling;  /* the same of pure loops, where no strategy competes */

	/* Bytes that a batch touches, about. */
	size_t (*footprint)(const struct bench_experiment *x);
	/* Sets up x in f, whose first members are set; the mutator is running,
	 * no cycle is. BENCH_OK, or a status after a message. */
	int (*open)(struct bench_fixture *f);
	void (*close)(struct bench_fixture *f);
	/* The mutator is running; with the barrier that the phase wants. */
	void (*prepare)(struct bench_fixture *f, uint64_t start,
			uint64_t iters);
	/* The same just before the batch, when the phase is there; or NULL. */
	void (*arm)(struct bench_fixture *f, uint64_t start, uint64_t iters);
	void (*batch)(struct bench_fixture *f, uint64_t start, uint64_t iters);
	/* Shows the census each value whose pointers the batch will meet; NULL
	 * for a raw operation. */
	void (*meet)(struct bench_fixture *f, uint64_t start, uint64_t iters,
		     struct bench_census *census);
};

/* The table, NULL-terminated, in the order of the contract. Where clients bring
 * an operation about in other ways there is a row for each way, of the same
 * name and with other clients. */
extern const struct bench_op *const bench_ops[];

/* The first row of that name; NULL when there is none. */
const struct bench_op *bench_op_find(const char *name);
/* BENCH_USAGE, after a message that lists what there is. */
int bench_op_unknown(const char *name);

/* Whether the values of this experiment hold their pointers before the cycle
 * starts: then each batch needs a cycle of its own. */
bool bench_fills_before_cycle(const struct bench_experiment *x);

/* Why an experiment cannot exist; NULL when it can. */
const char *bench_experiment_illegal(const struct bench_experiment *x);

/* Pointers that an operation meets, on average and rounded up. */
uint64_t bench_experiment_pointers(const struct bench_experiment *x);
/* White objects that so many operations take. */
uint64_t bench_experiment_takes(const struct bench_experiment *x,
				uint64_t iters);
/* Spans that the allocations of so many operations sweep, at most. */
uint64_t bench_experiment_sweeps(const struct bench_experiment *x,
				 uint64_t iters);

/* Nodes of the reservoir that it wants. Where a batch takes more objects than
 * there are, they repeat. */
size_t bench_experiment_nodes(const struct bench_experiment *x);

/* Fills a value with pointers from the world's reservoir where its mask says,
 * and with scalars that are no pointers elsewhere. */
void bench_fill_value(struct bench_fixture *f, const struct gc_type *type,
		      uintptr_t *value);

/* For sweep: leaves spans that a cycle frees little of, and where the operation
 * allocates, half of spans of the workload's frames, so that its allocations
 * find some to sweep. Until bench_world_tidy. BENCH_OK, or a status after a
 * message. */
int bench_litter(struct bench_fixture *f);

/* Values of so many bytes that a fixture keeps, a power of two: at least what
 * `straddle` needs, and no more than a batch may have or than fit L2. */
size_t bench_count_values(size_t size);

/* An array of n pointers, hung on the reservoir's tail, so that the marker
 * comes to what it holds last; bench_reservoir_hang(NULL) takes it off. Marking
 * is off. NULL after a message when the heap has no room. */
void **bench_hold(struct bench_fixture *f, size_t n);
/* The message for a workload that does not fit: BENCH_CANNOT. */
int bench_no_room(void);

/* What prepare fills a client with: the candidate's barrier, but a memclr and a
 * memmove that do their work, so that a floor finds entries too. At open, where
 * no barrier is bound, it can allocate only. */
struct strategy_ctx bench_filling(const struct bench_fixture *f);

#endif
