/* bench_schedule_actor.h - a mutator's thread that runs only when it is let go
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_SCHEDULE_ACTOR_H
#define BENCH_SCHEDULE_ACTOR_H

#include <pthread.h>
#include <sched.h>
#include <semaphore.h>

#include "bench_schedule.h"

enum bench_actor_op {
	ACTOR_LOAD,      /* r1 = r0's slot */
	ACTOR_FOLLOW,    /* r0 = r0's slot */
	ACTOR_WRITE,     /* r0's slot = r1, by the barrier's move */
	ACTOR_CLEAR,     /* r0's slot = nil, by its clear */
	ACTOR_DROP,      /* r1 = nil */
	ACTOR_SWAP,      /* r0 and r1 */
	ACTOR_ALLOC,     /* r1 = a new object */
	ACTOR_CALL,      /* a frame is begun and filled with r1 */
	ACTOR_ARGUMENT,  /* r1 = the frame's slot */
	ACTOR_RETURN,    /* the frame is cleared and dropped */
	ACTOR_SAFEPOINT, /* stops: its stack is scanned */
	ACTOR_OPS,       /* from here on not chosen by themselves */
	ACTOR_SET,       /* begins a run: the heap */
	ACTOR_START,     /* starts a cycle; its own stack stays grey */
	ACTOR_EXIT,
};

#define ACTOR_REGS 3 /* r0, r1, the frame */

/* Of the scheduler's while the actor stands, of the actor's while it runs. */
struct bench_actor {
	struct bench_schedule *schedule;
	unsigned index;
	pthread_t thread;
	sem_t go, stands;
	struct gc_mutator *mut;
	struct strategy_ctx ctx;
	struct gc_root root;
	void *regs[ACTOR_REGS];
	struct strategy_frame frame;
	enum bench_actor_op op;
	bool busy;         /* in an operation */
	bool outside;      /* stopped, as the collector sees it */
	bool scanned;      /* in this cycle */
	const char *point; /* while busy */
	const void *at;
};

#define SCHEDULE_ACTORS  2
#define SCHEDULE_OBJECTS 26 /* of a run, frames included */
#define SCHEDULE_SHARED  4  /* objects at its start */

enum schedule_cycle {
	CYCLE_OFF,
	CYCLE_MARKING,  /* the marker is held at a grey object */
	CYCLE_DRAINED,  /* no object is grey; the end is held */
	CYCLE_VISITING, /* waits for actor 0; actor 1 was visited */
	CYCLE_STOPPING, /* waits for actor 1, and actor 0 may not start */
};

struct bench_schedule {
	struct gc *gc;
	const struct strategy *barrier;
	struct bench_actor actors[SCHEDULE_ACTORS];
	struct gc_root grey_root;
	void *grey_list;
	cpu_set_t allowed; /* of the scheduler's thread before */
	enum schedule_cycle cycle;
	unsigned scans;
	uint64_t lost; /* as the collector last counted */
	/* Of this run. */
	const struct bench_script *script;
	void *objects[SCHEDULE_OBJECTS];
	size_t n_objects;
	FILE *trace;
};

void bench_actor_start(struct bench_actor *a);
void bench_actor_stop(struct bench_actor *a);
/* Whether it could do an operation. */
bool bench_actor_can(const struct bench_actor *a, enum bench_actor_op op);
/* Lets it go: begins an operation, or goes on with the one that it is in. It
 * stands again at a point or when the operation is over. */
void bench_actor_run(struct bench_actor *a, enum bench_actor_op op);
void bench_actor_go_on(struct bench_actor *a);

#endif
