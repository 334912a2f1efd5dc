/* base_page.c - memory in pages, by mmap */
// SPDX-License-Identifier: BSD-3-Clause
#include "base_page.h"

#include <sys/mman.h>
#include <unistd.h>

size_t
base_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t
whole_pages(size_t size)
{
	return ALIGN_UP(size, base_page_size());
}

/* mmap aligns to pages only, so this takes align more and trims both ends. */
void *
base_page_reserve(size_t size, size_t align)
{
	size_t page = base_page_size(), want = whole_pages(size);
	size_t slack = align - page, head;
	char *map;

	if (want < size || want + slack < want)
		return NULL;
	map = mmap(NULL, want + slack, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (map == MAP_FAILED)
		return NULL;
	head = ALIGN_UP((uintptr_t)map, align) - (uintptr_t)map;
	if (head > 0)
		munmap(map, head);
	if (head < slack)
		munmap(map + head + want, slack - head);
	return map + head;
}

bool
base_page_commit(void *ptr, size_t size)
{
	return mprotect(ptr, whole_pages(size), PROT_READ | PROT_WRITE) == 0;
}

void
base_page_free(void *ptr, size_t size)
{
	CHECK(munmap(ptr, whole_pages(size)) == 0);
}

void *
base_page_alloc(size_t size, enum base_page_kind kind)
{
	bool huge = kind == BASE_PAGE_HUGE;
	void *ptr = base_page_reserve(size, huge ? BASE_PAGE_HUGE_SIZE
						 : base_page_size());

	if (!ptr)
		return NULL;
	if (!base_page_commit(ptr, size)) {
		base_page_free(ptr, size);
		return NULL;
	}
	/* A wish: EINVAL from a kernel without huge pages is no error. */
	madvise(ptr, whole_pages(size), huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return ptr;
}

void
base_guarded_alloc(struct base_guarded *g, size_t size)
{
	size_t page = base_page_size(), inside = whole_pages(size);
	unsigned char *map = base_page_reserve(inside + 2 * page, page);

	CHECK(map);
	g->start = map + page;
	g->end = g->start + inside;
	CHECK(base_page_commit(g->start, inside));
}

void
base_guarded_free(struct base_guarded *g)
{
	size_t page = base_page_size();

	base_page_free(g->start - page, (size_t)(g->end - g->start) + 2 * page);
	g->start = g->end = NULL;
}
