/* gc_internal.h - the collector's own structures
 *
 * Locks. heap_lock guards spans and their lists, the page table and the heap's
 * size; handshake_lock guards mutator states, stop requests and the collector's
 * commands; work_lock guards the lists of work buffers. None is taken while
 * another is held.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_INTERNAL_H
#define GC_INTERNAL_H

#include <pthread.h>

#include "gc_global.h"
#include "gc_shadow.h"

/* As in Go: 8 KiB pages, 64 MiB arenas, small objects up to 32 KiB. */
#define GC_PAGE_SHIFT  13
#define GC_PAGE_SIZE   ((size_t)1 << GC_PAGE_SHIFT)
#define GC_ARENA_SHIFT 26
#define GC_ARENA_PAGES ((size_t)1 << (GC_ARENA_SHIFT - GC_PAGE_SHIFT))
#define GC_SMALL_MAX   ((size_t)32 << 10)

/* The largest number of size classes that gc_size.c makes; class 0 is for
 * large objects. */
#define GC_CLASSES_MAX 80

/* What marking must know of an object's span. The spans of one size class and
 * scan-ness share theirs, so that to mark or scan a small object takes none:
 * the spans of a large heap are more than a cache holds, the shapes are not. */
struct gc_shape {
	size_t elem_size;
	uint32_t div_magic; /* gc_shape_index; 0 for one large object */
	/* Bytes from base to the pointer bits in the span; 0: none are there.
	 */
	uint32_t map_off;
	uint8_t header; /* bytes of a slot before its object: 8 or 0 */
	bool noscan;
};

/* Of each size class, with pointers and without; and a number among them. */
#define GC_SHAPES (2 * GC_CLASSES_MAX)

static inline uint32_t
gc_shape_number(size_t size_class, bool noscan)
{
	return (uint32_t)(2 * size_class + noscan);
}

/* A run of pages that holds objects of one size. */
struct gc_span {
	uintptr_t base;               /* of the first slot */
	const struct gc_shape *shape; /* gc->shapes, or large_shape */
	/* One bit an object, in the mark table. Set with atomic or, and only
	 * grow within a cycle. */
	uint8_t *mark_bits;
	/* One bit a word from base on, 1 = pointer. NULL: noscan, or the masks
	 * of types say it: of large_type, or of each object's header. */
	uint64_t *ptr_bits;
	const struct gc_type *large_type;
	struct gc_shape large_shape;
	uint32_t nelems;
	bool needs_zero; /* its memory was used before */
	uint8_t size_class;
	uint32_t npages;
	/* An object is allocated when its index is below free_index, where the
	 * allocator looks on, or its alloc bit is set: its mark bit of the last
	 * cycle. */
	uint32_t free_index;
	uint8_t *alloc_bits;
	uint8_t *reach_bits; /* gc_reach.h; NULL outside it */
	uint8_t *dead_bits;  /* of the snapshot; NULL outside of marking */
	struct gc_span *next;
};

/* Bytes of the mark table for a page: a bit for each 8-byte object. A span's
 * bits begin where those of its first page do, so that for spans of one page
 * the line to fetch is known from a pointer alone. */
#define GC_MARK_BYTES (GC_PAGE_SIZE / 8 / 8)

struct gc_arena {
	struct gc_span *spans[GC_ARENA_PAGES]; /* NULL: a free page */
};

/* The spans of one size class and scan-ness that no mutator holds. */
struct gc_central {
	/* Not swept since the last cycle: with room before it, and without. */
	struct gc_span *unswept_partial, *unswept_full;
	struct gc_span *partial; /* swept, with room */
	struct gc_span *full;    /* swept, without */
};

/* Grey objects, handed between mutators and marker. 253 pointers make 2 KiB
 * with the header, Go's workbuf size. */
#define GC_WORKBUF_OBJECTS 253
struct gc_workbuf {
	struct gc_workbuf *next;
	size_t n;
	uintptr_t objects[GC_WORKBUF_OBJECTS];
};

/* More would share one list of work buffers badly. */

/* A marker. Two never write to one cache line. */
struct gc_marker {
	_Alignas(64) struct gc *gc;
	pthread_t thread;
	struct gc_workbuf *work;
	/* In the running cycle. */
	_Atomic uint64_t marked, scanned, bytes; /* bytes scanned */
	uint64_t drain_cpu_ns;
};

enum gc_mutator_state {
	MUTATOR_RUNNING,
	MUTATOR_PARKED,  /* at a safepoint; the collector lets it go */
	MUTATOR_OUTSIDE, /* does not touch the heap; comes back by itself */
};

/* A mutator as the collector sees it. */
struct gc_thread {
	struct gc_mutator pub; /* first, so that the two convert */
	struct gc_thread *next;
	enum gc_mutator_state state;
	unsigned stops;   /* requests that hold it */
	bool scan_wanted; /* its stack is grey: to be scanned when it stops */
	uint64_t visited; /* last one-at-a-time visit, gc_visit_mutators */
	struct gc_workbuf *work; /* objects greyed by it, not yet published */
	/* gc_pace.c: bytes of scanning that it owes, and from which debt on it
	 * pays. */
	double assist_debt, assist_at;
	struct gc_span *cache[GC_CLASSES_MAX][2]; /* [class][noscan] */
};

/* A part of the collector that can be made to wait, under handshake_lock. */
struct gc_hold {
	unsigned on; /* gc_hold.c; 0: it need not look whether it waits */
	bool waiting;
	size_t quantum; /* steps that it may still do */
};

enum gc_phase { PHASE_OFF, PHASE_MARK, PHASE_SWEEP };

struct gc {
	struct gc_config config;

	/* Heap. base and limit never change after creation. */
	uintptr_t base, limit;
	void *reservation;
	size_t reservation_size;
	struct gc_arena **arenas;
	/* Of each page of small objects: the number of its span's shape, and
	 * from GC_HOME_SHIFT on how many pages of the span come before it. 0:
	 * a free page, or a large object's. */
	uint32_t *homes;
	struct gc_shape shapes[GC_SHAPES];
	uint8_t *mark_table; /* n_pages * GC_MARK_BYTES */
	size_t n_pages, next_page, fresh_page;
	size_t heap_bytes, n_spans;
	struct gc_central central[GC_CLASSES_MAX][2];
	pthread_mutex_t heap_lock;
	size_t unswept; /* spans */
	uint64_t swept_by_alloc, swept_by_background;
	uint64_t zero_size;       /* every object without size is this one */
	struct gc_shadow *shadow; /* gc_shadow.h; NULL without the mode */
	struct gc_grave *graves;  /* gc_unmap.h; likewise; one a page */

	/* Pace (gc_pace.c). */
	size_t live_bytes;    /* that the last cycle left; under heap_lock */
	size_t trigger_bytes; /* of heap; likewise */
	double assist_ratio;  /* bytes to scan for each byte allocated */
	/* Of what markers have scanned in this cycle, bytes that were set off
	 * against debts; and what mutators have done themselves. */
	_Atomic uint64_t stolen_bytes, assist_scanned, assist_marked;

	/* Mutators and the handshake. */
	pthread_mutex_t handshake_lock;
	pthread_cond_t changed; /* any change under handshake_lock */
	struct gc_thread *threads;
	bool world_stopped;
	uint64_t stop_began_ns;
	struct gc_pauses stops, safepoints;
	uint64_t visit;
	struct gc_globals globals;

	/* The collector thread, which is the first marker, and its commands. */
	enum gc_phase phase;
	bool wanted, exiting;
	bool unheld; /* the cycle is of gc_config.stress, and minds no hold */
	bool abandoned;                  /* the cycle; nor does it then */
	unsigned asking;                 /* threads that wait for one to end */
	struct gc_hold mark_hold;        /* steps: objects scanned */
	struct gc_hold termination_hold; /* steps: attempts to end marking */
	struct gc_hold sweep_hold;       /* steps: spans swept */

	/* Grey objects; see gc_work.c. */
	pthread_mutex_t work_lock;
	pthread_cond_t work_changed;
	struct gc_workbuf *work_full, *work_free;
	unsigned idle; /* markers without work */
	bool draining, markers_exit;
	uint64_t drains; /* begun */

	struct gc_marker markers[GC_MARKERS_MAX];
	_Atomic uint64_t stack_marked;
	/* Of finished cycles, under handshake_lock. */
	uint64_t total_scanned, mark_cpu_ns, sweep_cpu_ns;

	uint64_t cycles; /* under handshake_lock */
	/* The collector is the only writer; others read for evidence. */
	_Atomic uint64_t restarts, lost, stray, verified, bypassed;
	_Atomic uint64_t overshaded, overshaded_bytes;
};

/* Whether this is the rule that the collector breaks. */
static inline bool
gc_breaks(const struct gc *gc, enum gc_fault rule)
{
	return UNLIKELY(gc->config.fault == rule);
}

static inline struct gc_thread *
gc_thread_of(struct gc_mutator *mut)
{
	return (struct gc_thread *)mut;
}

/* Bytes of a span's alloc and mark bits, in whole 8-byte words. */
static inline size_t
gc_span_bits_bytes(const struct gc_span *span)
{
	return ((size_t)span->nelems + 63) / 64 * 8;
}

static inline bool
gc_bit_test(const uint8_t *bits, size_t i)
{
	return __atomic_load_n(&bits[i / 8], __ATOMIC_RELAXED) >> i % 8 & 1;
}

/* Sets a mark bit; true when it was clear. */
static inline bool
gc_bit_set(uint8_t *bits, size_t i)
{
	uint8_t bit = (uint8_t)(1u << i % 8);

	if (__atomic_load_n(&bits[i / 8], __ATOMIC_RELAXED) & bit)
		return false;
	return !(__atomic_fetch_or(&bits[i / 8], bit, __ATOMIC_RELAXED) & bit);
}

/* Whether there is an object at an index. */
static inline bool
gc_span_has(const struct gc_span *span, size_t i)
{
	return i < span->free_index || gc_bit_test(span->alloc_bits, i);
}

/* gc_size.c */
extern size_t gc_class_count;
extern size_t gc_class_size[GC_CLASSES_MAX];
extern uint32_t gc_class_pages[GC_CLASSES_MAX];
void gc_size_init(void);
size_t gc_class_of(size_t size); /* size <= GC_SMALL_MAX, > 0 */

/* gc_heap.c; heap_lock is held */
void gc_heap_init(struct gc *gc);
void gc_heap_destroy(struct gc *gc);
struct gc_span *gc_span_new(struct gc *gc, size_t size_class, size_t elem_size,
			    bool noscan); /* NULL: over the limit */
void gc_span_free(struct gc *gc, struct gc_span *span);
/* The first span from a page on, which is then the one behind it; NULL when
 * there is none. */
struct gc_span *gc_heap_next_span(struct gc *gc, size_t *page);

/* Takes back all marks of the running cycle. The world is stopped. */
void gc_heap_drop_marks(struct gc *gc);

/* gc_alloc.c; the world is stopped */
void gc_alloc_return_cache(struct gc *gc, struct gc_thread *t);

/* gc_sweep.c */
void gc_sweep_start(struct gc *gc); /* the world is stopped */
/* The collector's own, as far as it is allowed; and an allocation's, at once.
 */
void gc_sweep_background(struct gc *gc);
void gc_sweep_all(struct gc *gc);
/* heap_lock is held; a swept span with room, or NULL. */
struct gc_span *gc_sweep_for(struct gc *gc, size_t size_class, bool noscan);

/* gc_work.c */
void gc_work_init(struct gc *gc);
void gc_work_destroy(struct gc *gc);
/* Hands a thread's grey objects to the markers. */
void gc_work_publish(struct gc *gc, struct gc_workbuf **buf);
/* Whether any are published that no marker has taken. */
bool gc_work_left(struct gc *gc);
void gc_work_push_slow(struct gc *gc, struct gc_workbuf **buf,
		       uintptr_t object);
/* Takes a published buffer instead of an empty one; false when there is none.
 */
bool gc_work_refill(struct gc *gc, struct gc_workbuf **buf);
/* Gives half of a buffer away when a marker is idle. */
void gc_work_share(struct gc *gc, struct gc_workbuf *buf);
/* A drain: begun by the collector; a marker without work waits for more, and
 * gets false when the drain is over; other markers wait for the next one, and
 * get false when they shall exit. */
void gc_work_begin(struct gc *gc);
bool gc_work_wait(struct gc *gc);
bool gc_work_next_drain(struct gc *gc, uint64_t *seen);
void gc_work_exit(struct gc *gc);

static inline void
gc_work_push(struct gc *gc, struct gc_workbuf **buf, uintptr_t object)
{
	struct gc_workbuf *b = *buf;

	if (LIKELY(b && b->n < GC_WORKBUF_OBJECTS))
		b->objects[b->n++] = object;
	else
		gc_work_push_slow(gc, buf, object);
}

/* 0 when there is none. */
static inline uintptr_t
gc_work_pop(struct gc *gc, struct gc_workbuf **buf)
{
	if (UNLIKELY(!*buf || (*buf)->n == 0) && !gc_work_refill(gc, buf))
		return 0;
	return (*buf)->objects[--(*buf)->n];
}

/* gc_create.c: the first of the globals; those behind it stay while a cycle
 * runs. */
struct gc_root *gc_globals(struct gc *gc);

/* gc_mark.c */
void gc_mark_start(struct gc *gc); /* threads of the markers but the first */
void gc_mark_stop(struct gc *gc);
/* Marks the object that a word points to; one with pointers is grey and goes to
 * *buf. Returns its shape when it was white, NULL otherwise. */
const struct gc_shape *gc_grey(struct gc *gc, uintptr_t ptr,
			       struct gc_workbuf **buf);
/* Greys what roots point to, into *buf; returns how many were white. */
size_t gc_mark_roots(struct gc *gc, const struct gc_root *root,
		     struct gc_workbuf **buf);
/* Until no published object is grey. On the collector's thread. */
void gc_mark_drain(struct gc *gc);
/* A mutator's assist, on its thread, as a marker of which gc and work are set:
 * scans until m->bytes have been scanned, less when nothing is grey. */
void gc_mark_assist(struct gc_marker *m, uint64_t bytes);

/* gc_handshake.c */
void gc_stop_world(struct gc *gc);
void gc_start_world(struct gc *gc);
/* Turns every stack black, as soon as its mutator is at a safepoint or outside;
 * waits for none. */
void gc_scan_stacks(struct gc *gc);
/* Calls fn for each mutator in turn, while that one is stopped. */
void gc_visit_mutators(struct gc *gc,
		       void (*fn)(struct gc *gc, struct gc_thread *t));

/* gc_create.c */
uint64_t gc_markers_cpu_ns(struct gc *gc);

/* gc_cycle.c */
void *gc_collector_main(void *gc);
uint64_t gc_thread_cpu_ns(void); /* of the calling thread */

/* Asks for a cycle and waits for nothing. While one is wanted, for none. */
void gc_cycle_request(struct gc *gc);
/* A whole cycle that minds no hold; none when one is running. */
void gc_cycle_unheld(struct gc *gc, struct gc_mutator *mut);

/* gc_hold.c */
/* Called by a part of the collector before a step: waits while it is held.
 * False when the cycle is abandoned, and the marker's step is not to be done.
 */
bool gc_hold_wait(struct gc *gc, struct gc_hold *hold);
/* handshake_lock is held. */
void gc_hold_abandon(struct gc *gc, bool abandon);

/* gc_pace.c */
/* No cycle is running: from which heap size on the next one is due. */
void gc_pace_set_trigger(struct gc *gc);
/* Whether a cycle has become due; says so once. heap_lock is held. */
bool gc_pace_due(struct gc *gc);
/* The world is stopped for a cycle; everything was swept after one. */
void gc_pace_cycle_start(struct gc *gc);
void gc_pace_cycle_end(struct gc *gc);
size_t gc_pace_live(struct gc *gc);
/* While marking: a mutator pays for bytes that it has allocated. */
void gc_pace_pay(struct gc_thread *t, size_t bytes);

/* gc_verify.c; the world is stopped, marking has ended */
void gc_verify_marks(struct gc *gc);

/* gc_snapshot.c; the world is stopped, before marking and when it has ended, as
 * yet without what the oracle adds */
void gc_snapshot_take(struct gc *gc);
void gc_snapshot_compare(struct gc *gc);

#endif
