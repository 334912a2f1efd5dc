/* bench_raw.c - the memory and the calls of memclr and memmove, in the
 * pre-state that a cell asks for
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_raw.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base_page.h"

/* No byte of it is zero, and no word a pointer. */
#define DATA 0xa5a5a5a5a5a5a5a5u

/* One size needs no longer a period than the region has places. */
static size_t
period(const struct bench_workload *w, size_t stride, size_t region)
{
	size_t n = 1;

	if (w->n_shapes > 1)
		return BENCH_STREAM_LENGTH;
	while (n * 2 * stride <= region && n < BENCH_STREAM_LENGTH)
		n *= 2;
	return n;
}

static bool
is_aligned(const struct bench_prestate *p)
{
	return p->dst != BENCH_AS_IT_COMES || p->src != BENCH_AS_IT_COMES;
}

/* From one call to the next: calls begin on the word, as frames do, or where a
 * place in the line is asked for each in lines of its own. */
static size_t
stride(const struct bench_prestate *p, size_t size)
{
	if (is_aligned(p))
		return ALIGN_UP(size, BENCH_LINE) + BENCH_LINE;
	return ALIGN_UP(MAX(size, 1), WORD_SIZE);
}

static size_t
in_line(size_t off, size_t asked)
{
	return asked == BENCH_AS_IT_COMES ? off : off + asked;
}

static void
place_calls(struct bench_raw *r, const struct bench_workload *w)
{
	const struct bench_prestate *p = r->state;
	size_t off = 0;

	for (size_t i = 0; i < r->n_calls; i++) {
		size_t size =
			w->shapes[w->stream[i % BENCH_STREAM_LENGTH]].size;

		if (off + stride(p, size) > p->region)
			off = 0;
		r->calls[i] = (struct bench_raw_call){
			(uint32_t)in_line(off, p->dst),
			(uint32_t)(r->src + in_line(off, p->src)),
			(uint32_t)size};
		off += stride(p, size);
		r->span = MAX(r->span, off);
	}
}

/* A lap ends before the first call that lies no further on. */
static void
count_laps(struct bench_raw *r)
{
	uint32_t end = (uint32_t)r->n_calls;

	r->lap_end = bench_alloc(r->n_calls * sizeof(*r->lap_end));
	for (size_t i = r->n_calls; i-- > 0;) {
		r->lap_end[i] = end;
		if (i > 0 && r->calls[i].dst <= r->calls[i - 1].dst)
			end = (uint32_t)i;
	}
}

/* Word by word: a libc might use stores here that leave nothing in a cache. */
static void
fill(unsigned char *memory, size_t n, uint64_t word)
{
	volatile uint64_t *p = (volatile uint64_t *)memory;

	for (size_t i = 0; i < n / WORD_SIZE; i++)
		p[i] = word;
}

static uint64_t
word_of(const struct bench_raw *r)
{
	return r->state->content == CONTENT_ZERO ? 0 : DATA;
}

/* The same bytes of both sides. */
static void
fill_sides(struct bench_raw *r, size_t n)
{
	if (r->state->place != PLACE_FRESH)
		fill(r->memory, n, word_of(r));
	if (r->src)
		fill(r->memory + r->src, n, word_of(r));
}

/* What the kernel says of the mapping that begins there: /proc/self/smaps has
 * its addresses on a line of their own, then "AnonHugePages: N kB". */
static size_t
huge_bytes(const void *start)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	char *line = NULL;
	size_t size = 0, kib = 0;
	bool here = false;

	while (f && getline(&line, &size, f) > 0) {
		unsigned long from, to;

		if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
			here = from <= (uintptr_t)start &&
			       (uintptr_t)start < to;
		else if (here && sscanf(line, "AnonHugePages: %zu", &kib) == 1)
			break;
	}
	free(line);
	if (f)
		fclose(f);
	return kib << 10;
}

/* Both sides with a page more, which has room for where they begin. */
static int
get_memory(struct bench_raw *r, const struct bench_fixture *f)
{
	const struct bench_prestate *p = r->state;
	bool moves = f->op->uses & CALL_USES_MEMMOVE;
	size_t side = ALIGN_UP(p->region, 4096) + 4096;

	CHECK(f->buffer_offset < 4096 && f->buffer_offset % BENCH_LINE == 0);
	r->src = moves ? side + p->skew : 0;
	r->bytes = moves ? 2 * side + 4096 : side;
	if (p->huge)
		r->bytes = ALIGN_UP(r->bytes, BASE_PAGE_HUGE_SIZE);
	r->map = base_page_alloc(r->bytes,
				 p->huge ? BASE_PAGE_HUGE : BASE_PAGE_SMALL);
	if (!r->map)
		return bench_error(BENCH_CANNOT,
				   "no memory for calls over %zu MiB",
				   r->bytes >> 20);
	r->memory = r->map + f->buffer_offset;
	memset(r->map, 0, r->bytes);
	fill_sides(r, p->region);
	if (p->huge && huge_bytes(r->map) < r->bytes)
		return bench_error(BENCH_CANNOT,
				   "--prestate=huge: the system gave small "
				   "pages (see thp in framebench doctor)");
	return BENCH_OK;
}

struct bench_raw *
bench_raw_open(const struct bench_fixture *f, int *status)
{
	const struct bench_prestate *p = &f->x->prestate;
	const struct bench_workload *w = f->x->workload;
	struct bench_raw *r = bench_alloc(sizeof(*r));

	*r = (struct bench_raw){.state = p};
	*status = get_memory(r, f);
	if (*status != BENCH_OK) {
		bench_raw_close(r);
		return NULL;
	}
	r->n_calls = period(w, stride(p, w->shapes[0].size), p->region);
	r->calls = bench_alloc(r->n_calls * sizeof(*r->calls));
	place_calls(r, w);
	count_laps(r);
	if (p->evict) {
		r->evictor = bench_alloc(p->evict);
		memset(r->evictor, 1, p->evict);
	}
	return r;
}

void
bench_raw_close(struct bench_raw *r)
{
	if (r->map)
		base_page_free(r->map, r->bytes);
	free(r->evictor);
	free(r->calls);
	free(r->lap_end);
	free(r);
}

void
bench_raw_restore(struct bench_raw *r)
{
	const volatile unsigned char *evictor = r->evictor;

	switch (r->state->place) {
	case PLACE_FRESH:
		CHECK(madvise(r->map, ALIGN_UP(r->state->region, 4096) + 4096,
			      MADV_DONTNEED) == 0);
		return;
	case PLACE_DRAM:
		/* Else what is touched longest ago is where it should be. */
		if (r->base == 0 && r->state->content == CONTENT_DATA)
			fill_sides(r, r->state->region);
		return;
	default: fill_sides(r, r->span);
	}
	for (size_t i = 0; i < r->state->evict; i += BENCH_LINE)
		(void)evictor[i];
}

void
bench_raw_move_on(struct bench_raw *r)
{
	if (r->state->place != PLACE_DRAM)
		return;
	r->base += r->span;
	if (r->base + r->span > r->state->region)
		r->base = 0;
}
