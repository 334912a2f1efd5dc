/* bench_case_raw.c - memclr and memmove on memory that is no heap
 *
 * The calls walk a region that fits L1, so what is measured is the function and
 * not the memory behind it; sizes come from the workload's stream. The memory
 * is cleared again and again: a clear meets zeros.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <stdlib.h>
#include <string.h>

#include "base_page.h"

/* A third of the smallest L1 data cache in use, 48 KiB and 32 KiB: two regions
 * of a copy fit beside the stream. */
#define REGION ((size_t)8 << 10)

/* Source and destination of a copy differ by this much modulo 4 KiB, so that
 * loads do not wait for stores that only look like theirs (4 KiB aliasing). */
#define SKEW 1088

/* Calls begin on the word, as frames do. */
struct call_at {
	uint32_t off, size;
};

struct raw {
	unsigned char *memory, *dst, *src;
	size_t bytes; /* of the memory */
	struct call_at *calls;
	size_t n_calls; /* a power of two */
};

static size_t
largest(const struct bench_workload *w)
{
	size_t max = 0;

	for (size_t i = 0; i < w->n_shapes; i++)
		max = MAX(max, w->shapes[i].size);
	return max;
}

static size_t
region_of(const struct bench_workload *w)
{
	return MAX(REGION, ALIGN_UP(largest(w), WORD_SIZE));
}

static size_t
footprint_raw(const struct bench_experiment *x)
{
	size_t regions = x->op->uses == CALL_USES_MEMMOVE ? 2 : 1;

	return regions * region_of(x->workload);
}

/* One size needs no longer a period than the region has places. */
static size_t
period(const struct bench_workload *w, size_t region)
{
	size_t size = ALIGN_UP(MAX(w->shapes[0].size, 1), WORD_SIZE), n = 1;

	if (w->n_shapes > 1)
		return BENCH_STREAM_LENGTH;
	while (n * 2 * size <= region)
		n *= 2;
	return n;
}

static void
place_calls(struct raw *r, const struct bench_workload *w, size_t region)
{
	size_t off = 0;

	for (size_t i = 0; i < r->n_calls; i++) {
		size_t size =
			w->shapes[w->stream[i % BENCH_STREAM_LENGTH]].size;

		if (off + size > region)
			off = 0;
		r->calls[i] = (struct call_at){(uint32_t)off, (uint32_t)size};
		off += ALIGN_UP(size, WORD_SIZE);
	}
}

static int
open_raw(struct bench_fixture *f)
{
	const struct bench_workload *w = f->x->workload;
	size_t region = region_of(w);
	struct raw *r = bench_alloc(sizeof(*r));

	r->n_calls = period(w, region);
	r->calls = bench_alloc(r->n_calls * sizeof(*r->calls));
	place_calls(r, w, region);
	r->bytes = 2 * ALIGN_UP(region, 4096) + 2 * 4096;
	r->memory = base_page_alloc(r->bytes, BASE_PAGE_SMALL);
	CHECK(r->memory && f->buffer_offset < 4096);
	memset(r->memory, 0, r->bytes);
	r->dst = r->memory + f->buffer_offset;
	r->src = r->dst + ALIGN_UP(region, 4096) + SKEW;
	f->data = r;
	f->max_iters = UINT64_MAX;
	return BENCH_OK;
}

static void
close_raw(struct bench_fixture *f)
{
	struct raw *r = f->data;

	base_page_free(r->memory, r->bytes);
	free(r->calls);
	free(r);
}

static void
prepare_raw(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	(void)f;
	(void)start;
	(void)iters;
}

static void
batch_memclr(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	const struct raw *r = f->data;
	memclr_fn *memclr = f->memclr;

	for (uint64_t i = start; i < start + iters; i++) {
		struct call_at c = r->calls[i & (r->n_calls - 1)];

		memclr(r->dst + c.off, c.size);
	}
}

static void
batch_memmove(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	const struct raw *r = f->data;
	memmove_fn *copy = f->memmove;

	for (uint64_t i = start; i < start + iters; i++) {
		struct call_at c = r->calls[i & (r->n_calls - 1)];

		copy(r->dst + c.off, r->src + c.off, c.size);
	}
}

extern const struct bench_op bench_memclr, bench_memmove;

const struct bench_op bench_memclr = {
	.name = "memclr",
	.summary = "clear memory without pointers",
	.uses = CALL_USES_MEMCLR,
	.clients = 1 << CLIENT_RAW,
	.raw = true,
	.footprint = footprint_raw,
	.open = open_raw,
	.close = close_raw,
	.prepare = prepare_raw,
	.batch = batch_memclr,
};

const struct bench_op bench_memmove = {
	.name = "memmove",
	.summary = "copy memory without pointers",
	.uses = CALL_USES_MEMMOVE,
	.clients = 1 << CLIENT_RAW,
	.raw = true,
	.footprint = footprint_raw,
	.open = open_raw,
	.close = close_raw,
	.prepare = prepare_raw,
	.batch = batch_memmove,
};
