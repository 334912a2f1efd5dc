/* test_call_engine.c - calls of which every byte is known, at every moment of a
 * cycle
 *
 * A call's arguments are noise and new nodes. The callee compares its area with
 * what the layout says, takes the caller's copy away, so that the call alone
 * keeps the nodes alive, and then does what callees do: nothing, a collection,
 * the start of one, other calls, stores.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "call_fixture.h"

#define ROWS      200 /* of each table */
#define ROUNDS    4000
#define MAX_DEPTH 4
#define SHELF     16

/* One call. A callee gets nothing but its area, so it finds this in `current`.
 */
struct trial {
	struct call_target *target;
	uintptr_t *source;   /* the arguments, noise between them */
	uintptr_t *expected; /* the frame, zero between them */
	const void **args;
	struct gc_root root; /* of source */
};

static struct call_fixture fixture;
static struct trial *current;
static unsigned depth;
static bool may_mark;             /* the bound set is sound under a marker */
static enum call_pooling pooling; /* of the bound set */

/* A heap object that every cycle scans at its start. */
static void **shelf;
static struct gc_root shelf_root = {(void **)&shelf, 1, NULL, NULL};
static const uint8_t one_pointer[16] = {1};
static const struct gc_type pointer_type = {8, 8, one_pointer};

static uint64_t
below(uint64_t n)
{
	return base_random_below(&fixture.random, n);
}

static void
end_cycle(void)
{
	gc_hold_marker(fixture.heap.gc, false);
	gc_cycle_finish(fixture.heap.gc, fixture.heap.mut);
}

static void
check_shelf(void)
{
	for (size_t i = 0; i < SHELF; i++)
		assert_true(!shelf[i] || heap_is_whole(shelf[i]));
}

/* What may happen between any two steps of a program. */
static void
collector_step(void)
{
	struct gc_heap_fixture *h = &fixture.heap;

	if (!may_mark)
		return;
	switch (below(12)) {
	case 0: gc_safepoint(h->mut); break;
	case 1:
		end_cycle();
		gc_collect(h->gc, h->mut);
		break;
	case 2:
		end_cycle();
		gc_hold_marker(h->gc, below(4));
		gc_cycle_start(h->gc, h->mut);
		break;
	case 3:
	case 4:
		gc_leave(h->mut);
		gc_mark_quantum(h->gc, below(8));
		gc_enter(h->mut);
		break;
	case 5: end_cycle(); break;
	}
	check_shelf();
}

/* A new node in each pointer, sometimes nil; elsewhere noise, which may be the
 * address of a node that nobody holds. */
static uintptr_t
draw_word(const struct gc_type *type, size_t word)
{
	if (heap_type_bit(type, word))
		return below(8) ? (uintptr_t)heap_new_node(&fixture.heap) : 0;
	return below(8) ? base_random_next(&fixture.random)
			: (uintptr_t)heap_new_node(&fixture.heap);
}

static void
draw_arguments(struct trial *t)
{
	const struct call_layout *l = t->target->layout;

	for (size_t i = 0; i < l->arg_nwords; i++)
		t->source[i] = draw_word(&l->frame, i);
	for (size_t i = 0; i < l->n_args; i++) {
		const struct call_value *v = &l->values[i];

		t->args[i] = (char *)t->source + v->off;
		if (v->in_frame)
			memcpy((char *)t->expected + v->off, t->args[i],
			       v->size);
	}
}

static void
trial_open(struct trial *t, struct call_target *target)
{
	const struct call_layout *l = target->layout;

	t->target = target;
	t->source = calloc(l->frame.size / WORD_SIZE + 1, WORD_SIZE);
	t->expected = calloc(l->frame.size / WORD_SIZE + 1, WORD_SIZE);
	t->args = calloc(l->n_args + 1, sizeof(*t->args));
	CHECK(t->source && t->expected && t->args);
	t->root = (struct gc_root){(void **)t->source, l->arg_nwords,
				   l->frame.ptrmask, NULL};
	draw_arguments(t);
	gc_push_root(fixture.heap.mut, &t->root);
}

static void
trial_close(struct trial *t)
{
	gc_pop_root(fixture.heap.mut, &t->root);
	free(t->source);
	free(t->expected);
	free(t->args);
}

/* Words [from, to) of the frame are as expected, and their nodes are whole. */
static void
check_words(const struct trial *t, const void *words, size_t from, size_t to)
{
	const uintptr_t *got = words;

	for (size_t i = from; i < to; i++) {
		assert_int_equal(got[i], t->expected[i]);
		if (heap_type_bit(&t->target->layout->frame, i) && got[i])
			assert_true(heap_is_whole((struct node *)got[i]));
	}
}

static void call_once(struct call_target *target);

static struct call_target *
random_target(void)
{
	return fixture.targets[below(fixture.n_targets)];
}

/* A random word of the area that is a pointer, or arg_nwords. */
static size_t
random_pointer(const struct trial *t)
{
	const struct call_layout *l = t->target->layout;
	size_t word = l->arg_nwords ? below(l->arg_nwords) : 0;

	return heap_type_bit(&l->frame, word) ? word : l->arg_nwords;
}

/* An argument outlives the call in the heap. */
static void
store_argument(const struct trial *t, void **area)
{
	struct strategy_ctx *ctx = &fixture.engine->ctx;
	size_t word = random_pointer(t);

	if (word < t->target->layout->arg_nwords)
		ctx->barrier.move(ctx, &pointer_type, &shelf[below(SHELF)],
				  &area[word], 0, WORD_SIZE);
}

/* Arguments are the callee's variables, which it may write without barrier. */
static void
replace_argument(struct trial *t, void **area)
{
	size_t word = random_pointer(t);

	if (word == t->target->layout->arg_nwords)
		return;
	area[word] = heap_new_node(&fixture.heap);
	t->expected[word] = (uintptr_t)area[word];
}

static void
callee_step(struct trial *t, void *area)
{
	switch (below(4)) {
	case 0:
		if (depth < MAX_DEPTH)
			call_once(below(2) ? t->target : random_target());
		break;
	case 1: store_argument(t, area); break;
	case 2: replace_argument(t, area); break;
	}
	collector_step();
}

/* Noise and new nodes, and where there are any the arguments' own. */
static void
write_results(struct trial *t, uintptr_t *area)
{
	const struct call_layout *l = t->target->layout;
	size_t first = l->retoffset / WORD_SIZE;

	for (size_t i = first; i < l->frame.size / WORD_SIZE; i++) {
		size_t word = random_pointer(t);

		area[i] = draw_word(&l->frame, i);
		if (heap_type_bit(&l->frame, i) && word < l->arg_nwords)
			area[i] = area[word];
		t->expected[i] = area[i];
	}
}

static void
callee(void *area)
{
	struct trial *t = current;
	size_t nwords = t->target->layout->arg_nwords;

	assert_int_equal((uintptr_t)area % 16, 0);
	check_words(t, area, 0, nwords);
	memset(t->source, 0, nwords * WORD_SIZE);
	for (uint64_t steps = below(4); steps; steps--)
		callee_step(t, area);
	check_words(t, area, 0, nwords);
	write_results(t, area);
}

/* The results, and nothing of the arguments. */
static void
check_frame(struct trial *t, void *frame)
{
	const struct call_layout *l = t->target->layout;
	size_t first = l->retoffset / WORD_SIZE;
	struct gc_root root = {&frame, 1, NULL, NULL};

	gc_push_root(fixture.heap.mut, &root);
	memset(t->expected, 0, first * WORD_SIZE);
	check_words(t, frame, 0, l->frame.size / WORD_SIZE);
	collector_step();
	check_words(t, frame, 0, l->frame.size / WORD_SIZE);
	gc_pop_root(fixture.heap.mut, &root);
}

static void
check_pool(const struct call_target *t)
{
	size_t nwords = t->layout->frame.size / WORD_SIZE;

	for (size_t k = 0; k < ARRAY_LEN(t->slots); k++) {
		bool live = k < CALL_POOL_SLOTS
				    ? k < t->n_pooled
				    : k - CALL_POOL_SLOTS < t->n_victims;
		const uintptr_t *frame = t->slots[k];

		assert_int_equal(frame != NULL, live);
		for (size_t i = 0; frame && i < nwords; i++)
			assert_int_equal(frame[i], 0);
	}
}

/* Whether a call gives a frame with results to its caller. */
static bool
gives_frame(const struct call_layout *l)
{
	return l->n_results && !(pooling == CALL_POOL_UNALIASED &&
				 l->frame.size == l->retoffset);
}

static void
call_once(struct call_target *target)
{
	struct trial t = {0}, *outer = current;
	void *frame;

	trial_open(&t, target);
	current = &t;
	depth++;
	frame = call(fixture.engine, target, callee, t.args);
	depth--;
	current = outer;
	assert_int_equal(frame != NULL, gives_frame(target->layout));
	if (frame)
		check_frame(&t, frame);
	check_pool(target);
	trial_close(&t);
}

static const struct strategy *
random_strategy(enum strategy_kind kind)
{
	const struct strategy *s;

	do
		s = strategy_at(below(strategy_count()));
	while (s->kind != kind || !strategy_usable(s) ||
	       s->flags & (STRATEGY_FLOOR | STRATEGY_UNSOUND |
			   STRATEGY_WORDS_ONLY));
	return s;
}

/* Also while a cycle runs, unless the set may not see one. */
static void
bind_random_set(void)
{
	static const unsigned buffers[] = {2, 3, 8, 64, 512};
	char text[128], error[160];
	struct call_set set;

	snprintf(text, sizeof(text),
		 "memclr=%s;memmove=%s;barrier=%s;buffer=%u;pool=%s",
		 random_strategy(STRATEGY_MEMCLR)->name,
		 random_strategy(STRATEGY_MEMMOVE)->name,
		 random_strategy(STRATEGY_BARRIER)->name,
		 buffers[below(ARRAY_LEN(buffers))],
		 call_pooling_names[below(CALL_POOLINGS)]);
	assert_true(call_set_parse(&set, text, error, sizeof(error)));
	may_mark = !call_set_refusal(&set, CALL_USES_ALL, true, false);
	if (!may_mark)
		end_cycle();
	call_engine_bind(fixture.engine, &set);
	pooling = set.pooling;
}

static uint64_t
lost(void)
{
	struct gc_stats stats;

	end_cycle();
	gc_collect(fixture.heap.gc, fixture.heap.mut);
	gc_get_stats(fixture.heap.gc, &stats);
	return stats.lost;
}

static void
test_random_calls(void **state)
{
	(void)state;
	call_fixture_open(&fixture, test_seed());
	call_fixture_random_targets(&fixture, ROWS);
	shelf = gc_alloc(fixture.heap.mut, &pointer_type, SHELF);
	gc_add_global(fixture.heap.gc, &shelf_root);
	for (size_t i = 0; i < ROUNDS; i++) {
		if (i % 10 == 0)
			bind_random_set();
		call_once(random_target());
		collector_step();
	}
	assert_int_equal(lost(), 0);
	gc_remove_global(fixture.heap.gc, &shelf_root);
	call_fixture_close(&fixture);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
