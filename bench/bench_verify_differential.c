/* bench_verify_differential.c - a barrier's hooks against a plain loop */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_verify_differential.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_differential.h"
#include "bench_progress.h"

/* Cycles of a heap; marking is off in the last. */
#define LAPS 4

#define HEAP_LIMIT ((size_t)64 << 20)

static const uint8_t first_word[8] = {1};
static const struct gc_type pooled_type = {sizeof(struct differential_pooled),
					   WORD_SIZE, first_word};
static const struct gc_type noscan_type = {sizeof(struct differential_pooled),
					   0, NULL};

static size_t
below(struct differential *d, size_t n)
{
	return base_random_below(&d->random, n);
}

/* The case being played, for a fault in it. */
static const struct differential_case *playing;
static struct sigaction previous;

/* The access is tried again on return, and meets the handler before. */
static void
on_fault(int signal)
{
	static const char lead[] = "framebench: verify: memory touched that is "
				   "not to be: ";
	char text[400];

	differential_text(playing, text, sizeof(text) - 1);
	strcat(text, "\n");
	if (write(STDERR_FILENO, lead, sizeof(lead) - 1) < 0 ||
	    write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(1);
	sigaction(signal, &previous, NULL);
}

static void
set_pool(struct differential *d)
{
	for (size_t i = 0; i < DIFFERENTIAL_POOL; i++) {
		d->pool[i] = gc_alloc(
			d->mut, below(d, 2) ? &pooled_type : &noscan_type, 1);
		CHECK(d->pool[i]);
		d->pool[i]->index = i;
	}
	d->used = 0;
}

/* Mostly an object that no other word points to; or to its inside, one that
 * another word has, nil, or an address that is none of the heap's. */
static uintptr_t
draw_word(struct differential *d)
{
	switch (below(d, 16)) {
	case 0: return 0;
	case 1: return (uintptr_t)&d->random;
	case 2: return (uintptr_t)&d->pool[d->used++]->index;
	case 3:
		if (d->used > d->used_before)
			return (uintptr_t)d->pool[d->used - 1];
		/* fallthrough */
	default: return (uintptr_t)d->pool[d->used++];
	}
}

static uintptr_t *
at_edge(const struct base_guarded *memory, bool ends, size_t words)
{
	return (uintptr_t *)(ends ? memory->end - words * WORD_SIZE
				  : memory->start);
}

/* Before it holds anything, so that it may be added while marking. */
static void
add_global(struct differential *d, struct differential_remains *m)
{
	size_t words = differential_words(&d->c);

	/* Bits that say nothing are ones. */
	memset(m->global_mask, 0xff, sizeof(m->global_mask));
	for (size_t i = 0; i < words; i++)
		if (!differential_bit(&d->c, i))
			m->global_mask[i / 8] &= (uint8_t) ~(1u << i % 8);
	m->global =
		(struct gc_root){(void **)d->dst, words, m->global_mask, NULL};
	gc_add_global(d->gc, &m->global);
}

static void
set_memory(struct differential *d, struct differential_remains *m)
{
	const struct differential_case *c = &d->c;
	size_t words = differential_words(c);

	if (c->place == DIFFERENTIAL_HEAP) {
		d->dst = gc_alloc(d->mut, &m->type, c->n);
		CHECK(d->dst);
	} else {
		d->dst = at_edge(&m->memory, c->memory_ends, words);
		memset(d->dst, 0, words * WORD_SIZE);
	}
	if (c->place == DIFFERENTIAL_GLOBAL)
		add_global(d, m);
	for (size_t i = 0; i < words; i++) {
		uintptr_t word =
			differential_is_empty(c->op) ? 0 : draw_word(d);

		d->dst[i] = d->before[i] = d->after[i] = word;
	}
}

static void
set_source(struct differential *d)
{
	const struct differential_case *c = &d->c;
	size_t words = ALIGN_UP(c->size, WORD_SIZE) / WORD_SIZE;

	if (c->overlaps) {
		d->src = d->dst + (ptrdiff_t)c->first +
			 c->elements_away *
				 (ptrdiff_t)(c->type.size / WORD_SIZE);
	} else {
		d->src = at_edge(&d->source, c->source_ends, words);
		for (size_t i = 0; i < words; i++)
			d->src[i] = draw_word(d);
	}
	memcpy(d->stored, d->src, words * WORD_SIZE);
}

static void
call_hook(struct differential *d, const struct gc_type *type)
{
	const struct differential_case *c = &d->c;
	const struct gc_type any = {type->size, type->size, NULL};
	const struct gc_type *given = c->has_mask ? type : &any;
	struct barrier_hooks *hooks = &d->ctx.barrier;
	struct strategy_frame frame = {.ptr = d->dst, .type = type};
	size_t off = c->first * WORD_SIZE;
	void *ptr = d->dst + c->first;

	switch (c->op) {
	case DIFFERENTIAL_CLEAR:
		hooks->clear(&d->ctx, given, ptr, off, c->size);
		break;
	case DIFFERENTIAL_MOVE:
		hooks->move(&d->ctx, given, ptr, d->src, off, c->size);
		break;
	case DIFFERENTIAL_COPY_FRESH:
		hooks->copy_fresh(&d->ctx, given, ptr, d->src, c->size);
		break;
	case DIFFERENTIAL_FRAME_FILL:
		hooks->frame_fill(&d->ctx, &frame, off, d->src, c->size);
		break;
	default: hooks->frame_clear(&d->ctx, &frame, off, c->size);
	}
}

static void
play(struct differential *d, struct differential_remains *m)
{
	/* In half of the cases all records are in the buffer at the end. */
	static const size_t buffers[] = {2,
					 3,
					 64,
					 512,
					 2 * DIFFERENTIAL_CASE_POOL,
					 2 * DIFFERENTIAL_CASE_POOL,
					 2 * DIFFERENTIAL_CASE_POOL,
					 2 * DIFFERENTIAL_CASE_POOL};
	struct gc_barrier_stats before;

	differential_draw(&d->c, &d->random, !d->ctx.frame_hooks, &m->mask);
	d->c.number = ++d->result->rounds;
	d->c.buffer_words = buffers[below(d, ARRAY_LEN(buffers))];
	m->type = d->c.type;
	d->used_before = d->used;
	set_memory(d, m);
	if (differential_has_source(d->c.op))
		set_source(d);
	differential_refer(d);
	gc_set_buffer_words(d->mut, d->c.buffer_words);
	before = d->mut->stats;
	playing = &d->c;
	call_hook(d, &m->type);
	differential_judge(d, &before);
}

/* A cycle that cannot end before its cases: they have no safepoint. */
static void
play_lap(struct differential *d, bool marking)
{
	set_pool(d);
	d->c.marking = marking;
	gc_hold_termination(d->gc, marking);
	if (marking) {
		gc_cycle_start(d->gc, d->mut);
		/* Globals have been scanned: nobody reads those of the cases.
		 * This stack is grey, and the collector wants to scan it. */
		gc_wait_no_grey(d->gc);
	}
	for (size_t i = 0;
	     i < DIFFERENTIAL_CASES &&
	     DIFFERENTIAL_POOL - d->used >= DIFFERENTIAL_CASE_POOL;
	     i++)
		play(d, &d->remains[i]);
	gc_hold_termination(d->gc, false);
	if (marking)
		gc_cycle_finish(d->gc, d->mut);
	for (size_t i = 0; i < DIFFERENTIAL_CASES; i++) {
		if (d->remains[i].global.nwords)
			gc_remove_global(d->gc, &d->remains[i].global);
		d->remains[i].global.nwords = 0;
	}
	/* No object is left that refers to a type. */
	gc_collect(d->gc, d->mut);
}

static void
open_memory(struct differential *d)
{
	size_t size = DIFFERENTIAL_WORDS * WORD_SIZE;

	base_guarded_alloc(&d->source, size);
	for (size_t i = 0; i < DIFFERENTIAL_CASES; i++) {
		base_guarded_alloc(&d->remains[i].memory, size);
		base_guarded_alloc(&d->remains[i].mask, size / 64 + WORD_SIZE);
	}
}

static void
close_memory(struct differential *d)
{
	base_guarded_free(&d->source);
	for (size_t i = 0; i < DIFFERENTIAL_CASES; i++) {
		base_guarded_free(&d->remains[i].memory);
		base_guarded_free(&d->remains[i].mask);
	}
}

static void
play_heap(struct differential *d, const struct strategy *barrier,
	  enum gc_heap_form form)
{
	struct gc_config config = {.heap_limit = HEAP_LIMIT,
				   .buffer_words = 512,
				   .markers = 1,
				   .poison = true,
				   .form = form};

	d->gc = gc_create(&config);
	d->mut = gc_attach(d->gc);
	strategy_bind(&d->ctx, d->mut, strategy_find("memclr_word")->memclr,
		      strategy_find("memmove_word")->memmove, barrier);
	for (unsigned i = 0; i < LAPS && !d->result->wrong; i++)
		play_lap(d, i < LAPS - 1);
	d->mut->cycle_start = NULL;
	gc_detach(d->mut);
	gc_destroy(d->gc);
}

void
bench_verify_differential(const struct strategy *barrier, uint64_t seed,
			  double until_s, struct bench_verify_result *r)
{
	struct differential *d = bench_alloc(sizeof(*d));
	struct sigaction action = {.sa_handler = on_fault};

	memset(d, 0, sizeof(*d));
	d->random = (struct base_random){seed};
	d->buffered = barrier->entry_words > 0;
	d->result = r;
	open_memory(d);
	sigaction(SIGSEGV, &action, &previous);
	do
		for (int form = 0; form < GC_HEAP_FORMS && !r->wrong; form++)
			play_heap(d, barrier, (enum gc_heap_form)form);
	while (!r->wrong && bench_now_s() < until_s);
	sigaction(SIGSEGV, &previous, NULL);
	close_memory(d);
	free(d);
}
