/* gc_unmap.h - freed objects whose use is a fault
 *
 * With gc_config.unmap each object is a span, on pages of its own, and goes
 * with them: an object that marking has lost is not quietly used again, and who
 * follows a pointer to it is stopped there and told. Pages are used again when
 * all others have been. Costs pages and system calls an object; for tests, on
 * heaps up to 256 MiB (the kernel allows 65,530 mappings). The re-mark counts
 * what was lost but does not save it.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef GC_UNMAP_H
#define GC_UNMAP_H

#include "gc_internal.h"

/* Without the mode, nothing. One heap at a time has it: it takes SIGSEGV, says
 * what it knows, and leaves the rest to who had the signal before. */
void gc_unmap_init(struct gc *gc);
void gc_unmap_destroy(struct gc *gc);
/* A span's pages go, and come back as zeros; heap_lock is held. */
void gc_unmap_free(struct gc *gc, const struct gc_span *span);
void gc_unmap_use(struct gc *gc, const struct gc_span *span);

#endif
