/* base_page.h - memory in pages: reserved, committed, guarded, huge */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BASE_PAGE_H
#define BASE_PAGE_H

#include "base.h"

/* What one entry of the second page table level maps, and so a transparent
 * huge page: on x86-64, and on aarch64 with pages of 4 KiB. */
#define BASE_PAGE_HUGE_SIZE ((size_t)2 << 20)

size_t base_page_size(void);

/* Takes size bytes of addresses that nothing may touch yet, aligned to align:
 * a power of two, at least the page size. size is rounded up to whole pages
 * here and below. NULL when the system has none. */
void *base_page_reserve(size_t size, size_t align);
/* Makes a part of it, starting at a page, readable, writable and zero. Costs
 * memory only where touched. False when the system refuses. */
bool base_page_commit(void *ptr, size_t size);
/* Gives back what reserve or alloc returned. */
void base_page_free(void *ptr, size_t size);

enum base_page_kind {
	BASE_PAGE_SMALL, /* the system's page size, and no huge pages */
	BASE_PAGE_HUGE,  /* huge pages, if the system grants them */
};

/* Zero memory for measurements; HUGE is aligned to BASE_PAGE_HUGE_SIZE, and
 * its size should be a multiple of it. The kind is a wish: a kernel without
 * transparent huge pages gives small ones, and /proc/self/smaps has the truth.
 * NULL when there is no memory. */
void *base_page_alloc(size_t size, enum base_page_kind kind);

/* Memory [start, end) in whole pages; touching the byte before or after it is
 * a fault. */
struct base_guarded {
	unsigned char *start, *end;
};

/* Aborts without memory. */
void base_guarded_alloc(struct base_guarded *g, size_t size);
void base_guarded_free(struct base_guarded *g);

#endif
