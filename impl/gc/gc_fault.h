/* gc_fault.h - rules of the collector, each of which can be broken on purpose
 *
 * An oracle that has never found anything proves nothing, so the verifier
 * breaks one rule of the very collector that runs the benchmarks and looks
 * whether it is caught (test/mutants.md). Asked on slow paths only: a stop, a
 * flush, a stack, a span; and for an allocation while marking, from a line that
 * it reads anyway.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_FAULT_H
#define GC_FAULT_H

enum gc_fault {
	GC_FAULT_NONE,
	/* The start of a cycle. */
	GC_FAULT_BARRIER_LATE, /* a mutator records from its stack's scan on */
	GC_FAULT_BUFFER_KEPT,  /* what is in the buffers stays */
	/* Roots. */
	GC_FAULT_STACK_UNSCANNED,
	GC_FAULT_ROOT_LAST_WORD, /* of each root area, not scanned */
	GC_FAULT_GLOBALS_UNSCANNED,
	GC_FAULT_KEPT_UNSCANNED, /* what a mutator keeps beside its stack */
	/* Shading and buffers. */

	GC_FAULT_FLUSH_LAST,      /* a flush leaves out the last entry */
	GC_FAULT_FLUSH_BLACKENS,  /* what a flush marks is not queued */
	GC_FAULT_FULL_DROPS,      /* a full buffer is emptied unflushed */
	GC_FAULT_ATTACH_UNMARKED, /* attached while marking, records nothing */
	GC_FAULT_DETACH_DROPS,    /* the buffer of a mutator that goes */
	/* Marking and its end. */
	GC_FAULT_ALLOC_WHITE,
	GC_FAULT_QUEUE_DROPPED,     /* the marker's last pointers */
	GC_FAULT_TERMINATION_DROPS, /* buffers are not flushed for the end */
	GC_FAULT_WORK_KEPT,         /* grey objects of mutators stay theirs */
	GC_FAULT_ONE_ROUND,         /* no second flush: Go's issue 27993 */
	/* The sweep. */
	GC_FAULT_MARKS_STALE,   /* mark bits are the last cycle's too */
	GC_FAULT_SWEEP_FORGETS, /* survivors are free as well */
	GC_FAULT_ALLOC_DIRTY,   /* memory that was used is not zeroed */
	GC_FAULTS
};

#endif
