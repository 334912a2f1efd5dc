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

#include "collector_steps.h"

#define ROWS      200 /* of each table */
#define ROUNDS    4000
#define MAX_DEPTH 4

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

static void
draw_arguments(struct trial *t)
{
	const struct call_layout *l = t->target->layout;

	for (size_t i = 0; i < l->arg_nwords; i++)
		t->source[i] = collector_draw_word(heap_type_bit(&l->frame, i));
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
	return fixture.targets[collector_below(fixture.n_targets)];
}

/* A random word of the area that is a pointer, or arg_nwords. */
static size_t
random_pointer(const struct trial *t)
{
	const struct call_layout *l = t->target->layout;
	size_t word = l->arg_nwords ? collector_below(l->arg_nwords) : 0;

	return heap_type_bit(&l->frame, word) ? word : l->arg_nwords;
}

/* An argument outlives the call in the heap. */
static void
store_argument(const struct trial *t, void **area)
{
	size_t word = random_pointer(t);

	if (word < t->target->layout->arg_nwords)
		collector_keep_node(area[word]);
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
	switch (collector_below(4)) {
	case 0:
		if (depth < MAX_DEPTH)
			call_once(collector_below(2) ? t->target
						     : random_target());
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

		area[i] = collector_draw_word(heap_type_bit(&l->frame, i));
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
	for (uint64_t steps = collector_below(4); steps; steps--)
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
	return l->n_results &&
	       !(fixture.engine->pooling == CALL_POOL_UNALIASED &&
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

static void
call_random(void)
{
	call_once(random_target());
}

static void
test_random_calls(void **state)
{
	(void)state;
	call_fixture_open(&fixture, test_seed());
	call_fixture_random_targets(&fixture, ROWS);
	collector_play(&fixture, ROUNDS, call_random);
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
