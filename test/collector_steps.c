/* collector_steps.c - what may happen between any two steps of a program */
// SPDX-License-Identifier: BSD-3-Clause
#include "collector_steps.h"

#include "test_util.h"

#define SHELF 16

static struct call_fixture *fixture;
static bool may_mark; /* the bound set is sound under a marker */

static void **shelf;
static struct gc_root shelf_root = {(void **)&shelf, 1, NULL, NULL};
static const uint8_t one_pointer[16] = {1};
static const struct gc_type pointer_type = {8, 8, one_pointer};

uint64_t
collector_below(uint64_t n)
{
	return base_random_below(&fixture->random, n);
}

void
collector_open(struct call_fixture *f)
{
	fixture = f;
	may_mark = true;
	/* Empty, it is added at once: then it holds what is allocated. */
	shelf = NULL;
	gc_add_global(f->heap.gc, &shelf_root);
	shelf = gc_alloc(f->heap.mut, &pointer_type, SHELF);
	assert_non_null(shelf);
}

static void
end_cycle(void)
{
	gc_hold_marker(fixture->heap.gc, false);
	gc_cycle_finish(fixture->heap.gc, fixture->heap.mut);
}

uint64_t
collector_close(void)
{
	struct gc_stats stats;

	end_cycle();
	gc_collect(fixture->heap.gc, fixture->heap.mut);
	gc_get_stats(fixture->heap.gc, &stats);
	heap_remove_global(&fixture->heap, &shelf_root);
	return stats.lost;
}

static void
check_shelf(void)
{
	for (size_t i = 0; i < SHELF; i++)
		assert_true(!shelf[i] || heap_is_whole(shelf[i]));
}

void
collector_step(void)
{
	struct gc_heap_fixture *h = &fixture->heap;

	if (!may_mark)
		return;
	switch (collector_below(12)) {
	case 0: gc_safepoint(h->mut); break;
	case 1:
		end_cycle();
		gc_collect(h->gc, h->mut);
		break;
	case 2:
		end_cycle();
		gc_hold_marker(h->gc, collector_below(4));
		gc_cycle_start(h->gc, h->mut);
		break;
	case 3:
	case 4:
		gc_leave(h->mut);
		gc_mark_quantum(h->gc, collector_below(8));
		gc_enter(h->mut);
		break;
	case 5: end_cycle(); break;
	}
	check_shelf();
}

void
collector_keep_node(const struct node *node)
{
	struct strategy_ctx *ctx = &fixture->engine->ctx;

	ctx->barrier.move(ctx, &pointer_type, &shelf[collector_below(SHELF)],
			  &node, 0, WORD_SIZE);
}

uintptr_t
collector_draw_word(bool pointer)
{
	if (pointer)
		return collector_below(8)
			       ? (uintptr_t)heap_new_node(&fixture->heap)
			       : 0;
	return collector_below(8) ? base_random_next(&fixture->random)
				  : (uintptr_t)heap_new_node(&fixture->heap);
}

static const struct strategy *
random_strategy(enum strategy_kind kind)
{
	const struct strategy *s;

	do
		s = strategy_at(collector_below(strategy_count()));
	while (s->kind != kind || !strategy_usable(s) ||
	       s->flags & (STRATEGY_FLOOR | STRATEGY_UNSOUND |
			   STRATEGY_WORDS_ONLY));
	return s;
}

void
collector_bind_random_set(void)
{
	static const unsigned buffers[] = {2, 3, 8, 64, 512};
	char text[128], error[160];
	struct call_set set;

	snprintf(text, sizeof(text),
		 "memclr=%s;memmove=%s;barrier=%s;buffer=%u;pool=%s",
		 random_strategy(STRATEGY_MEMCLR)->name,
		 random_strategy(STRATEGY_MEMMOVE)->name,
		 random_strategy(STRATEGY_BARRIER)->name,
		 buffers[collector_below(ARRAY_LEN(buffers))],
		 call_pooling_names[collector_below(CALL_POOLINGS)]);
	assert_true(call_set_parse(&set, text, error, sizeof(error)));
	may_mark = !call_set_refusal(&set, CALL_USES_ALL, true, false);
	if (!may_mark)
		end_cycle();
	call_engine_bind(fixture->engine, &set);
}

void
collector_play(struct call_fixture *f, size_t rounds, void (*once)(void))
{
	collector_open(f);
	for (size_t i = 0; i < rounds; i++) {
		if (i % 10 == 0)
			collector_bind_random_set();
		once();
		collector_step();
	}
	assert_int_equal(collector_close(), 0);
}
