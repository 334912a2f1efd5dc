/* bench_verify_heap.c - the heap of a round of bench_verify_barrier */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_verify_heap.h"

#include <stdlib.h>
#include <string.h>

#include "bench_census.h"
#include "bench_progress.h"
#include "gc_shadow.h"

#define LIST       200
#define HEAP_LIMIT ((size_t)64 << 20)
/* Where each object has pages of its own; the most that gc_unmap.h allows. */
#define UNMAPPED_LIMIT ((size_t)256 << 20)

#define KEY ((uintptr_t)0x0bec7)

static const uint8_t first_word[16] = {1};
static const struct gc_type object_type = {16, 8, first_word};
static const struct gc_type pointer_type = {8, 8, first_word};
static const uint8_t all_words[16] = {(1 << VERIFY_YOUNG) - 1};
static const struct gc_type young_type = {8 * VERIFY_YOUNG, 8 * VERIFY_YOUNG,
					  all_words};

void
verify_heap_wrong(struct verify_heap *h, const char *what)
{
	if (h->result->wrong++ == 0)
		snprintf(h->result->first, sizeof(h->result->first), "%s",
			 what);
}

static struct verify_object *
new_object(struct verify_heap *h)
{
	struct verify_object *o = gc_alloc(h->mut, &object_type, 1);

	CHECK(o);
	o->check = (uintptr_t)o ^ KEY;
	return o;
}

bool
verify_heap_is_whole(const struct verify_object *o)
{
	return o->check == ((uintptr_t)o ^ KEY);
}

void
verify_heap_open(struct verify_heap *h, const struct strategy *barrier,
		 bool unmap, uint64_t seed)
{
	struct gc_config config = {.heap_limit =
					   unmap ? UNMAPPED_LIMIT : HEAP_LIMIT,
				   .buffer_words = 512,
				   .markers = 1,
				   .verify = true,
				   .snapshot = true,
				   .poison = !unmap,
				   .unmap = unmap,
				   .shadow = true,
				   .out_of_memory = bench_out_of_memory};
	struct call_set set;
	char error[128];

	h->random = (struct base_random){seed};
	h->workload = bench_workload_open("go-std", seed);
	CHECK(h->workload);
	CHECK(call_set_parse(&set, "default", error, sizeof(error)));
	set.barrier = barrier;
	h->gc = gc_create(&config);
	h->mut = gc_attach(h->gc);
	h->engine = call_engine_new(h->mut);
	call_engine_bind(h->engine, &set);
	h->root = (struct gc_root){(void **)&h->stack,
				   sizeof(h->stack) / WORD_SIZE, NULL, NULL};
	gc_push_root(h->mut, &h->root);
}

/* What the collector has found. */
static void
take_findings(struct verify_heap *h)
{
	struct bench_verify_result *r = h->result;
	struct gc_bypass bypass;
	struct gc_stats stats;

	gc_get_stats(h->gc, &stats);
	r->lost = stats.lost;
	r->stray = stats.stray;
	r->bypassed = stats.bypassed;
	r->looked_at_shading = true;
	r->overshaded = stats.overshaded;
	r->overshaded_bytes = stats.overshaded_bytes;
	if (gc_shadow_first(h->gc, &bypass) && !*r->first)
		gc_shadow_text(&bypass, r->first, sizeof(r->first));
}

void
verify_heap_close(struct verify_heap *h)
{
	take_findings(h);
	gc_pop_root(h->mut, &h->root);
	call_engine_free(h->engine);
	gc_detach(h->mut);
	gc_destroy(h->gc);
	bench_workload_close(h->workload);
}

/* A value with a new object in each pointer; others an odd number. */
static void
fill_value(struct verify_heap *h, const struct gc_type *type, uintptr_t *value)
{
	for (size_t i = 0; i < type->size / WORD_SIZE; i++)
		value[i] = bench_is_pointer(type, i) ? (uintptr_t)new_object(h)
						     : KEY;
}

static void
fill_frame(struct verify_heap *h, size_t k)
{
	struct strategy_ctx *ctx = &h->engine->ctx;
	struct strategy_frame *f = &h->frames[k];
	uintptr_t *value = bench_alloc(f->type->size + WORD_SIZE);

	ctx->barrier.frame_begin(ctx, f);
	fill_value(h, f->type, value);
	ctx->barrier.frame_fill(ctx, f, 0, value, f->type->size);
	free(value);
}

void
verify_heap_set(struct verify_heap *h)
{
	struct verify_object *last = new_object(h);

	h->holder = gc_alloc(h->mut, &pointer_type, VERIFY_FRAMES);
	CHECK(h->holder);
	memset(&h->stack, 0, sizeof(h->stack));
	last->next = (struct verify_object *)h->holder;
	h->stack.list = last;
	for (size_t i = 0; i < LIST; i++) {
		struct verify_object *o = new_object(h);

		o->next = h->stack.list;
		h->stack.list = o;
	}
	for (size_t i = 0; i < 3 * VERIFY_YOUNG; i++)
		h->stack.young[i] = new_object(h);
	for (size_t k = 0; k < VERIFY_FRAMES; k++) {
		size_t i = base_random_below(&h->random, BENCH_STREAM_LENGTH);

		h->layouts[k] =
			h->workload->shapes[h->workload->stream[i]].layout;
		h->frames[k] = (struct strategy_frame){
			.type = &h->layouts[k]->frame,
			.ptr = gc_alloc(h->mut, &h->layouts[k]->frame, 1)};
		h->holder[k] = h->frames[k].ptr;
		fill_frame(h, k);
	}
}

static void *
new_young(struct verify_heap *h)
{
	void *ptr = gc_alloc(h->mut, &young_type, 1);

	CHECK(ptr);
	return ptr;
}

/* In a frame, in another object, and in one as an array that grows. */
static void
store_young(struct verify_heap *h)
{
	struct strategy_ctx *ctx = &h->engine->ctx;
	struct strategy_frame f = {.type = &young_type, .ptr = new_young(h)};

	h->stack.late[0] = f.ptr;
	h->stack.late[1] = new_young(h);
	h->stack.late[2] = new_young(h);
	ctx->barrier.frame_begin(ctx, &f);
	ctx->barrier.frame_fill(ctx, &f, 0, h->stack.young, young_type.size);
	ctx->barrier.move(ctx, &young_type, h->stack.late[1],
			  h->stack.young + VERIFY_YOUNG, 0, young_type.size);
	ctx->barrier.copy_fresh(ctx, &young_type, h->stack.late[2],
				h->stack.young + 2 * VERIFY_YOUNG,
				young_type.size);
	memset(h->stack.young, 0, sizeof(h->stack.young));
}

void
verify_heap_start(struct verify_heap *h)
{
	gc_hold_marker(h->gc, true);
	gc_cycle_start(h->gc, h->mut);
	store_young(h); /* this stack is grey still */
	gc_leave(h->mut);
	gc_mark_quantum(h->gc, 1);
	gc_enter(h->mut);
}

void
verify_heap_start_sweep(struct verify_heap *h)
{
	gc_hold_sweep(h->gc, true);
	gc_cycle_start(h->gc, h->mut);
	gc_mark_finish(h->gc, h->mut);
}

void
verify_heap_let_run(struct verify_heap *h, size_t steps)
{
	gc_leave(h->mut);
	gc_mark_quantum(h->gc, steps);
	gc_sweep_quantum(h->gc, steps);
	gc_enter(h->mut);
}
