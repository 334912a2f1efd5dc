/* bench_verify_heap.h - the heap of a round of bench_verify_barrier
 *
 * Frames of random shapes behind a long list, with an object in each pointer,
 * and a mutator whose stack holds the rest.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_VERIFY_HEAP_H
#define BENCH_VERIFY_HEAP_H

#include "base_random.h"
#include "bench_verify.h"
#include "bench_workload.h"
#include "call.h"

#define VERIFY_FRAMES 64
#define VERIFY_YOUNG  8 /* objects that are stored in one way */

/* An object knows what it is: a wrong mask or a freed object shows. */
struct verify_object {
	struct verify_object *next;
	uintptr_t check;
};

/* What the mutator holds, all pointers. */
struct verify_stack {
	void *list;
	void *taken[VERIFY_FRAMES], *frames[VERIFY_FRAMES];
	void *young[3 * VERIFY_YOUNG];
	void *late[3]; /* where the young are stored */
};

struct verify_heap {
	struct gc *gc;
	struct gc_mutator *mut;
	struct call_engine *engine;
	struct bench_workload *workload;
	struct base_random random;
	struct strategy_frame frames[VERIFY_FRAMES];
	const struct call_layout *layouts[VERIFY_FRAMES];
	void **holder; /* of the frames, behind the list */
	struct verify_stack stack;
	struct gc_root root;
	struct bench_verify_result *result;
};

void verify_heap_open(struct verify_heap *h, const struct strategy *barrier,
		      bool unmap, uint64_t seed);
/* Leaves what the collector has found in the result. */
void verify_heap_close(struct verify_heap *h);
void verify_heap_wrong(struct verify_heap *h, const char *what);
bool verify_heap_is_whole(const struct verify_object *o);

/* Marking is off: the list, the frames and what the stack holds. */
void verify_heap_set(struct verify_heap *h);
/* Marking on, this stack black, the marker at the list's head. While the stack
 * was grey, the young were stored. */
void verify_heap_start(struct verify_heap *h);
/* Marking is over, nothing is swept, barriers are off. */
void verify_heap_start_sweep(struct verify_heap *h);
/* Of whichever is held, the marker or the sweeper. */
void verify_heap_let_run(struct verify_heap *h, size_t steps);

#endif
