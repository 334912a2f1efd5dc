/* bench_raw.c - the memory and the calls of memclr and memmove, in the
 * pre-state that a cell asks for
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_raw.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base_page.h"
#include "base_random.h"

/* No byte of it is zero, and no word a pointer. */
#define DATA 0xa5a5a5a5a5a5a5a5u

/* One size needs no longer a period than the region has places. */
static size_t
period(const struct bench_workload *w, size_t stride, size_t region)
{
	size_t n = 1;

	if (w->n_shapes > 1)
		return w->sequence.period;
	while (n * 2 * stride <= region && n < BENCH_STREAM_LENGTH)
		n *= 2;
	return n;
}

/* What is known of a call before its place in the region is. */
struct draft {
	size_t size;
	size_t dst, src; /* in its line, or BENCH_AS_IT_COMES */
	bool overlaps;
	size_t forward, back; /* of the source from the destination */
};

/* From the workload's file: how source and destination lie. Where they overlap
 * they are less than a size apart in either direction, each distance as often,
 * and the source's alignment follows. */
static void
draft_from_file(struct draft *d, const struct bench_workload *w, bool moves,
		struct base_random *random)
{
	size_t apart;

	d->dst = bench_csv_draw_in_line(w->csv, random);
	d->src = bench_csv_draw_in_line(w->csv, random);
	d->overlaps = moves && d->size > 0 &&
		      bench_csv_draw(&w->csv->overlap, random);
	if (!d->overlaps)
		return;
	apart = base_random_below(random, 2 * d->size - 1);
	if (apart < d->size)
		d->forward = apart;
	else
		d->back = apart - d->size + 1;
}

static struct draft
draft_call(const struct bench_workload *w, const struct bench_prestate *p,
	   size_t i, bool moves, struct base_random *random)
{
	struct draft d = {
		.size = w->shapes[w->stream[i % BENCH_STREAM_LENGTH]].size,
		.dst = p->dst,
		.src = p->src};

	if (w->csv)
		draft_from_file(&d, w, moves, random);
	return d;
}

/* From one call to the next: calls begin on the word, as frames do, or where a
 * place in the line is asked for each in lines of its own. */
static size_t
stride(const struct draft *d)
{
	if (d->dst == BENCH_AS_IT_COMES && d->src == BENCH_AS_IT_COMES)
		return ALIGN_UP(MAX(d->size, 1), WORD_SIZE);
	return ALIGN_UP(d->back, BENCH_LINE) +
	       ALIGN_UP(d->size + d->forward, BENCH_LINE) + BENCH_LINE;
}

static size_t
in_line(size_t off, size_t asked)
{
	return asked == BENCH_AS_IT_COMES ? off : off + asked;
}

static struct bench_raw_call
place_call(const struct bench_raw *r, const struct draft *d, size_t off)
{
	size_t dst = in_line(off, d->dst);
	size_t src = r->src + in_line(off, d->src);

	if (d->overlaps) {
		/* In whole lines, so that the destination keeps its place. */
		dst += ALIGN_UP(d->back, BENCH_LINE);
		src = dst + d->forward - d->back;
	}
	return (struct bench_raw_call){(uint32_t)dst, (uint32_t)src,
				       (uint32_t)d->size};
}

static void
place_calls(struct bench_raw *r, const struct bench_experiment *x)
{
	const struct bench_workload *w = x->workload;
	struct base_random random = {x->seed};
	size_t off = 0;

	for (size_t i = 0; i < r->n_calls; i++) {
		struct draft d = draft_call(w, r->state, i, r->src, &random);

		if (off + stride(&d) > r->state->region)
			off = 0;
		r->calls[i] = place_call(r, &d, off);
		off += stride(&d);
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
	if (p->content != CONTENT_ZERO)
		fill_sides(r, p->region);
	if (p->huge && huge_bytes(r->map) < r->bytes)
		return bench_error(BENCH_CANNOT,
				   "--prestate=huge: the system gave small "
				   "pages (see thp in framebench doctor)");
	return BENCH_OK;
}

/* Lines in a ring of random order (Sattolo's shuffle), so that no prefetcher
 * knows which is next. */
static void
make_neighbour(struct bench_raw *r, uint64_t seed)
{
	size_t n = (r->state->neighbour << 10) / BENCH_LINE;
	struct base_random random = {seed};
	struct bench_raw_line *lines =
		aligned_alloc(BENCH_LINE, n * sizeof(*lines));

	CHECK(lines);
	for (size_t i = 0; i < n; i++)
		lines[i].next = &lines[i];
	for (size_t i = n - 1; i > 0; i--) {
		size_t k = base_random_below(&random, i);
		struct bench_raw_line *t = lines[i].next;

		lines[i].next = lines[k].next;
		lines[k].next = t;
	}
	r->neighbour = lines;
}

/* Whether calls follow one another with nothing between them. */
static bool
is_formed(const struct bench_prestate *p)
{
	return bench_form_supported() && !p->restored &&
	       p->after == AFTER_NOTHING;
}

static void
list_form_calls(struct bench_raw *r)
{
	r->form_calls = bench_alloc(r->n_calls * sizeof(*r->form_calls));
	for (size_t i = 0; i < r->n_calls; i++) {
		const struct bench_raw_call *c = &r->calls[i];
		uintptr_t src = (uintptr_t)(r->memory + c->src);

		r->form_calls[i] = (struct bench_form_call){
			r->memory + c->dst, r->src ? src : c->size, c->size};
	}
}

struct bench_raw *
bench_raw_open(const struct bench_fixture *f, int *status)
{
	const struct bench_prestate *p = &f->x->prestate;
	const struct bench_workload *w = f->x->workload;
	struct bench_raw *r = bench_alloc(sizeof(*r));
	struct base_random random = {f->x->seed};
	struct draft first;

	*r = (struct bench_raw){.state = p};
	*status = get_memory(r, f);
	if (*status != BENCH_OK) {
		bench_raw_close(r);
		return NULL;
	}
	first = draft_call(w, p, 0, false, &random);
	r->n_calls = period(w, stride(&first), p->region);
	r->calls = bench_alloc(r->n_calls * sizeof(*r->calls));
	place_calls(r, f->x);
	count_laps(r);
	if (p->neighbour)
		make_neighbour(r, f->x->seed);
	if (is_formed(p))
		list_form_calls(r);
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
	free(r->form_calls);
	free(r->neighbour);
	free(r->evictor);
	free(r->calls);
	free(r->lap_end);
	free(r);
}

void
bench_raw_read_neighbour(const struct bench_raw *r)
{
	const struct bench_raw_line *const first = r->neighbour;
	const struct bench_raw_line *line = first;

	do
		line = *(struct bench_raw_line *const volatile *)&line->next;
	while (line != first);
}

/* For as long as the process lasts: to touch its pages takes as long as a block
 * does. */
static struct bench_form_code *
code_of(enum bench_form form, bench_form_target *target)
{
	static struct bench_form_code *made[FORM_PLT + 1];

	if (!made[form])
		made[form] = bench_form_make(form, target);
	CHECK(made[form]); /* 2 GiB of addresses around it are not full */
	return made[form];
}

void
bench_raw_aim(struct bench_raw *r, bench_form_target *target, uint64_t place)
{
	struct base_random random = {place};

	if (!r->form_calls)
		return;
	r->code = code_of(r->state->form, target);
	bench_form_aim(r->code, target,
		       base_random_below(&random, BENCH_FORM_PLACES));
}

static void
restore_place(struct bench_raw *r)
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
bench_raw_restore(struct bench_raw *r)
{
	restore_place(r);
	if (r->neighbour)
		bench_raw_read_neighbour(r);
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
