/* gc.h - a concurrent mark-sweep collector: heap, roots, mutators, cycles
 *
 * The collector is non-moving, precise and concurrent, with a snapshot-at-the-
 * beginning deletion barrier and an insertion barrier beside it, as Go's hybrid
 * barrier has been since 1.8 (proposal 17503). The invariant while marking:
 *
 *   every white object that a black object points to is also reachable from a
 *   grey heap object over white objects only. An entry in any mutator's
 *   barrier buffer counts as grey.
 *
 * white: not reached. grey: reached, its slots not read yet. black: reached,
 * its slots read. Objects allocated while marking are black. A mutator's stack
 * is grey until the collector has scanned it, then black until the next cycle;
 * no barrier is needed on a stack.
 *
 * A cycle: stop the world; turn the barriers on; start the world; scan the
 * stacks, each when its mutator comes to a safepoint; mark; when no grey
 * object is left, visit every mutator and flush its buffer (a ragged barrier);
 * if that found nothing, stop the world, flush again, and go back to marking
 * if that found work (Go's issue 27993 shows why); turn the barriers off;
 * start the world; sweep, in the background and before an allocation.
 *
 * Threads. A mutator is used by one thread. It is running, or outside: outside
 * it may not touch the heap and the collector does not wait for it. A running
 * mutator calls gc_safepoint often; it stops nowhere else than there, in
 * gc_enter and in gc_cycle_start. Waits are on futexes (pthread conditions):
 * nothing spins.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_H
#define GC_H

#include <stdatomic.h>

#include "base.h"
#include "base_histogram.h"
#include "gc_fault.h"

/* Where the heap says which words of an object are pointers. */
enum gc_heap_form {
	/* Go 1.22 and later: up to 512 bytes a bitmap at the end of the span;
	 * above, 8 bytes before the object that point to its type; for large
	 * objects, the type in the span. */
	GC_HEAP_HEADERS,
	/* A bitmap beside the span for every object, one bit a word, as Go up
	 * to 1.21 has one for each arena. Kept of 1.19's: allocation writes all
	 * bits of an object, readers need no type. Not kept: its second bit a
	 * word, which tells scanners where an object's pointers end. */
	GC_HEAP_BITMAP,
	GC_HEAP_FORMS
};

/* Harder conditions than any program's, for tests (gc_config.stress). Cycles
 * that these begin mind no hold. */
enum {
	/* A cycle begins as soon as one has ended, unless somebody waits for
	 * the time between. */
	GC_STRESS_MARK = 1 << 0,
	/* gc_safepoint collects, unless a cycle is running. */
	GC_STRESS_SAFEPOINT = 1 << 1,
	/* Barrier buffers have two words. */
	GC_STRESS_BUFFER = 1 << 2,
};

/* Heaps that are created from now on have these modes beside those of their
 * configuration. For the mains of test programs; no other thread may be
 * creating a heap. */
void gc_stress_heaps(unsigned stress);

/* The shape of an object, or of one element of an array object. Objects of a
 * type with pointers may refer to the type itself: it and its mask stay where
 * and as they are until a cycle has ended that began when no such object was
 * reachable any more, or until the heap is destroyed. */
struct gc_type {
	size_t size;     /* bytes; of a type with pointers, whole words */
	size_t ptrbytes; /* bytes up to the end of the last pointer; 0: noscan
			  */
	/* One bit a word, first word in the lowest bit, 1 = pointer. Readable
	 * in aligned 8-byte words, up to and with the one that has the last
	 * pointer's bit; what stands in that one from bit ptrbytes / 8 on is
	 * undefined. Who reads a mask stops at ptrbytes, as Go's heap bitmap
	 * stops at ptrdata. Unused without pointers. */
	const uint8_t *ptrmask;
};

/* Words that the collector reads as roots: a stack area, a handle, a global.
 * While linked, base[i] holds a pointer where ptrmask has a 1 (ptrmask NULL:
 * everywhere), or NULL, or an address outside the heap. Bits of ptrmask from
 * nwords on are undefined. */
struct gc_root {
	void **base;
	size_t nwords;
	const uint8_t *ptrmask;
	struct gc_root *prev; /* the collector's own */
};

/* What a mutator's barriers have cost since it was attached. */
struct gc_barrier_stats {
	uint64_t entries; /* words put in the buffer */
	uint64_t flushes;
	uint64_t flush_ticks; /* base_ticks in flushes; the mutator's work */
	uint64_t nil;         /* entries that were nil */
	uint64_t found;       /* entries that pointed to a heap object */
	uint64_t greyed;      /* objects newly marked, for the marker to scan */
	uint64_t blackened;   /* objects newly marked that have no pointers */
	uint64_t marked_bytes; /* of both */
};

/* What marking has cost a mutator that allocates (gc_config.assist). */
struct gc_assist_stats {
	uint64_t assists;
	uint64_t ticks;          /* base_ticks in assists; the mutator's work */
	uint64_t objects, bytes; /* that it has scanned */
	uint64_t stolen_bytes;   /* that markers had scanned instead */
};

struct gc;

/* What barriers and allocation read on every call; the collector's view of a
 * mutator is behind it. Written by its own thread, or by the collector while
 * the mutator is stopped or outside. */
struct gc_mutator {
	struct gc *gc;
	/* Nonzero while barriers must record. Changes only while stopped. */
	uintptr_t marking;
	/* Nonzero when gc_safepoint must stop. */
	_Atomic uint32_t poll;
	/* Barrier buffer: entries in [buffer, buffer_next), room to buffer_end.
	 */
	uintptr_t *buffer, *buffer_next, *buffer_end;
	struct gc_root *roots, *kept; /* stack; gc_keep_root */
	struct gc_barrier_stats stats;
	struct gc_assist_stats assist;
	struct base_histogram flush_times; /* base_ticks of each flush */
	/* Called with the world stopped, just before marking starts. */
	void (*cycle_start)(void *arg);
	void *cycle_start_arg;
};

#define GC_MARKERS_MAX 64

struct gc_config {
	size_t heap_limit;   /* bytes of heap that may be in use */
	size_t committed;    /* of them asked of the system at the start */
	size_t buffer_words; /* barrier buffer, in words; at least 2 */
	enum gc_heap_form form;
	/* Percent that the heap may grow over what the last cycle left before
	 * an allocation requests a cycle, as Go's GOGC; 0: never. */
	unsigned trigger_percent;
	/* Allocation while marking pays with marking, in such proportion that
	 * marking ends before the heap is full, or has grown by the percentage
	 * once more. */
	bool assist;
	/* Called by gc_must_alloc when there is no room even after cycles, with
	 * bytes; does not return. NULL: the program aborts. */
	void (*out_of_memory)(size_t asked, size_t limit, size_t live);
	bool huge_pages;     /* ask for transparent huge pages */
	bool verify;         /* re-mark at the end of each cycle */
	bool snapshot;       /* count what is marked beside a snapshot */
	bool poison;         /* overwrite what the sweep frees */
	bool unmap;          /* or make its use a fault (gc_unmap.h) */
	bool shadow;         /* find stores without a barrier (gc_shadow.h) */
	unsigned stress;     /* GC_STRESS_* */
	enum gc_fault fault; /* the rule that this collector breaks */
	unsigned markers;    /* threads that mark; 1 to GC_MARKERS_MAX */
	/* Run by each marker thread at its start; or NULL. */
	void (*bind_marker)(void *arg, unsigned marker);
	void *bind_marker_arg;
};

/* Times that the collector has waited, or has kept mutators waiting. */
struct gc_pauses {
	uint64_t n, total_ns, last_ns, max_ns;
};

/* Totals of a collector; a snapshot, consistent while the world is stopped. */
struct gc_stats {
	uint64_t cycles;   /* finished */
	uint64_t marked;   /* this cycle, by marker, assists and stack scans */
	uint64_t scanned;  /* objects whose slots the marker has read */
	uint64_t assisted; /* likewise the mutators, this cycle */
	uint64_t marker_cpu_ns; /* CPU time of the marker threads, all told */
	/* Of all finished cycles: objects scanned, and the CPU time of it. */
	uint64_t total_scanned, mark_cpu_ns;
	/* Spans that the last cycle left to be swept, and who has swept how
	 * many since the heap was created. */
	uint64_t unswept, swept_by_alloc, swept_by_background;
	uint64_t sweep_cpu_ns; /* of the background, in finished cycles */
	/* Attempts to end marking, each a ragged barrier; and those that found
	 * work only when the world was stopped, and started it again. */
	uint64_t rounds, restarts;
	/* Stops of the world, from the request to the restart; and the part of
	 * each until the last mutator had come to a safepoint. */
	struct gc_pauses stops, safepoints;
	uint64_t lost;     /* reachable objects that a cycle did not mark */
	uint64_t stray;    /* marks that it found where no object is */
	uint64_t verified; /* objects that the re-mark has visited */
	/* Objects, and bytes of their slots, that could not be reached when a
	 * cycle began and that it marked (gc_config.snapshot). */
	uint64_t overshaded, overshaded_bytes;
	/* Pointer words that the shadow found changed without a barrier. */
	uint64_t bypassed;
	size_t heap_bytes; /* bytes of spans in use */
};

/* Creates a heap and its marker threads; aborts without memory or threads. */
struct gc *gc_create(const struct gc_config *config);
/* No mutator may be attached. */
void gc_destroy(struct gc *gc);
/* Any thread. */
void gc_get_stats(struct gc *gc, struct gc_stats *out);
/* Switches the re-mark at the end of cycles; not while one is running. */
void gc_set_verify(struct gc *gc, bool verify);

/* Attaches the calling thread as a mutator, running. */
struct gc_mutator *gc_attach(struct gc *gc);
/* The mutator must be running, with no roots left. */
void gc_detach(struct gc_mutator *mut);
/* running -> outside, and back. Enter waits while the world is stopped. */
void gc_leave(struct gc_mutator *mut);
void gc_enter(struct gc_mutator *mut);

/* Flushes the barrier buffer and gives it another size, at least 2 words. */
void gc_set_buffer_words(struct gc_mutator *mut, size_t words);

void gc_safepoint_slow(struct gc_mutator *mut);

/* The mutator may be stopped here, and nowhere between two of these. */
static inline void
gc_safepoint(struct gc_mutator *mut)
{
	if (UNLIKELY(atomic_load_explicit(&mut->poll, memory_order_acquire)))
		gc_safepoint_slow(mut);
}

/* Allocates n elements of a type, all zero, black while marking. Aligned to 8
 * bytes; and to 16 when the size is a multiple of 16 and there is no header
 * before the object, which as in Go 1.22 makes it 8 past a multiple of 16. Not
 * a safepoint. Returns NULL when the heap limit does not allow it. */
void *gc_alloc(struct gc_mutator *mut, const struct gc_type *type, size_t n);

/* As gc_alloc, but where that returns NULL it collects, for which it lets a
 * held marker go, and returns memory or does not return. A safepoint then. */
void *gc_must_alloc(struct gc_mutator *mut, const struct gc_type *type,
		    size_t n);

/* Link roots, last in first out: the mutator's stack. It must be running. */
static inline void
gc_push_root(struct gc_mutator *mut, struct gc_root *root)
{
	root->prev = mut->roots;
	mut->roots = root;
}

static inline void
gc_pop_root(struct gc_mutator *mut, struct gc_root *root)
{
	ASSERT(mut->roots == root);
	mut->roots = root->prev;
}

/* Beside the stack: a root of the mutator's own that stays until it is dropped.
 * Scanned together with the stack, so that it needs no barrier either. The
 * mutator must be running, or outside while no cycle is. */
void gc_keep_root(struct gc_mutator *mut, struct gc_root *root);
void gc_drop_root(struct gc_mutator *mut, struct gc_root *root);
/* A global: a root of no mutator. Its slots are written with a barrier that
 * shades old and new, and which finds them by address and mask: no two globals
 * overlap, and the root and its mask stay as they are. Both wait for a running
 * cycle to end, so not from a running mutator then; but a global whose words
 * are all zero is added at once, by any thread in any phase: all that will be
 * in it is shaded on its way. */
void gc_add_global(struct gc *gc, struct gc_root *root);
void gc_remove_global(struct gc *gc, struct gc_root *root);

/* Starts a cycle and returns when marking is on. With a mutator, which must be
 * running: it stops for the start and then runs on, its stack still grey, until
 * its next safepoint. With NULL: from outside. Waits for another thread's cycle
 * to end first, outside. */
void gc_cycle_start(struct gc *gc, struct gc_mutator *mut);
/* Waits, outside, for marking to end: barriers are off, sweeping has begun. */
void gc_mark_finish(struct gc *gc, struct gc_mutator *mut);
/* Waits, outside, for marking to end and for the sweep. */
void gc_cycle_finish(struct gc *gc, struct gc_mutator *mut);
/* Waits, outside, for the cycle to end, minding no hold. If it still marks it
 * is given up: what is grey is not scanned, no mark is left, nothing is swept,
 * and what was allocated stays so until another cycle. */
void gc_cycle_abandon(struct gc *gc, struct gc_mutator *mut);
/* A whole cycle. */
void gc_collect(struct gc *gc, struct gc_mutator *mut);
bool gc_cycle_running(struct gc *gc);

/* Marking in quanta, for one CPU that mutator and marker share: while held, the
 * marker scans only what gc_mark_quantum allows it, objects at a time. Returns
 * the nanoseconds of CPU that the quantum took. Called from outside. */
void gc_hold_marker(struct gc *gc, bool hold);
uint64_t gc_mark_quantum(struct gc *gc, size_t objects);

/* While held, the collector does not try to end marking when it has no grey
 * object left, but waits. Set before the cycle starts, or while it waits.
 * gc_wait_no_grey returns as soon as it does, or at once when nothing is held;
 * a running mutator may call it, because the collector stops nobody meanwhile
 * (but it is no safepoint: a stack may stay grey). */
void gc_hold_termination(struct gc *gc, bool hold);
void gc_wait_no_grey(struct gc *gc);
/* Waits until the collector has asked a mutator to stop, which another thread
 * than the caller's has, and stands until it does. For who decides in which
 * order threads go on. */
void gc_wait_wanted(struct gc_mutator *mut);

/* Sweeping in quanta: while held, the background sweeps only the spans that it
 * is allowed; allocation sweeps as ever. Set before marking ends. A cycle ends
 * only after the hold. gc_allow_sweep sets how many it may still sweep, and
 * returns at once; gc_sweep_quantum waits until it has swept them, or nothing
 * is left, and returns the CPU nanoseconds of it. Called from outside, or by a
 * running mutator: the sweep stops nobody. */
void gc_hold_sweep(struct gc *gc, bool hold);
void gc_allow_sweep(struct gc *gc, size_t spans);
uint64_t gc_sweep_quantum(struct gc *gc, size_t spans);

/* Whether ptr points into an object, and if so whether that is marked in the
 * running cycle. For evidence and tests; any thread. */
bool gc_is_marked(struct gc *gc, const void *ptr);
/* Whether ptr points into an object that has pointers. */
bool gc_has_pointers(struct gc *gc, const void *ptr);
/* The address and size of the object that ptr points into; NULL when none. */
void *gc_object_of(struct gc *gc, const void *ptr, size_t *size);

#endif
