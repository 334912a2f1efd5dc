/* gc_unmap.c - freed objects whose use is a fault */
// SPDX-License-Identifier: BSD-3-Clause
#include "gc_unmap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* What stood on a page that was unmapped; size 0: nothing did. */
struct gc_grave {
	uintptr_t object;
	size_t size;
};

/* The heap that has the signal, for its handler. */
static struct gc *watched;
static struct sigaction previous;

static const struct gc_grave *
grave_of(const struct gc *gc, uintptr_t addr)
{
	uintptr_t off = addr - gc->base;

	if (off >= gc->limit - gc->base)
		return NULL;
	return &gc->graves[off >> GC_PAGE_SHIFT];
}

/* For integers glibc's snprintf takes no lock and no memory. The access is
 * tried again on return, and goes to the handler before this one. */
static void
on_fault(int signal, siginfo_t *info, void *context)
{
	uintptr_t addr = (uintptr_t)info->si_addr;
	const struct gc_grave *g = grave_of(watched, addr);
	char text[200];
	int n;

	(void)signal;
	(void)context;
	if (g && g->size) {
		n = snprintf(text, sizeof(text),
			     "framebench: access to %#zx, byte %zu of an "
			     "object of %zu bytes that was freed and unmapped: "
			     "marking did not reach it\n",
			     addr, addr - g->object, g->size);
		if (write(STDERR_FILENO, text, (size_t)n) < 0)
			_exit(1);
	}
	sigaction(SIGSEGV, &previous, NULL);
}

void
gc_unmap_init(struct gc *gc)
{
	struct sigaction action = {.sa_sigaction = on_fault,
				   .sa_flags = SA_SIGINFO};

	if (!gc->config.unmap)
		return;
	CHECK(!watched);
	gc->graves = calloc(gc->n_pages, sizeof(*gc->graves));
	CHECK(gc->graves);
	watched = gc;
	CHECK(sigaction(SIGSEGV, &action, &previous) == 0);
}

void
gc_unmap_destroy(struct gc *gc)
{
	if (!gc->config.unmap)
		return;
	CHECK(sigaction(SIGSEGV, &previous, NULL) == 0);
	watched = NULL;
	free(gc->graves);
}

static void
set_graves(struct gc *gc, const struct gc_span *span, struct gc_grave grave)
{
	size_t first = (span->base - gc->base) >> GC_PAGE_SHIFT;

	for (size_t i = 0; i < span->npages; i++)
		gc->graves[first + i] = grave;
}

void
gc_unmap_free(struct gc *gc, const struct gc_span *span)
{
	size_t size = (size_t)span->npages << GC_PAGE_SHIFT;

	set_graves(gc, span,
		   (struct gc_grave){span->base, span->shape->elem_size});
	CHECK(mmap((void *)span->base, size, PROT_NONE,
		   MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		   0) == (void *)span->base);
}

void
gc_unmap_use(struct gc *gc, const struct gc_span *span)
{
	size_t size = (size_t)span->npages << GC_PAGE_SHIFT;

	set_graves(gc, span, (struct gc_grave){0, 0});
	CHECK(mprotect((void *)span->base, size, PROT_READ | PROT_WRITE) == 0);
}
