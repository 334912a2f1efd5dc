/* test_barrier.c - what each barrier records, slot by slot
 *
 * Three objects lie side by side, and parts of the middle one are cleared and
 * overwritten while marking. Every slot holds a node of its own, mostly, which
 * counts how often it must be recorded: as the old pointer of a slot that its
 * type says is one, and in a move as the new one.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "barrier_scene.h"
#include "gc_barrier.h"
#include "heap_stress.h"

#define SCENES 300 /* of each barrier */

static void
expect_record(struct scene *s, uintptr_t word)
{
	struct node *node = scene_node_of(s, word);

	if (!node)
		return;
	node->value++;
	s->records++;
}

/* A range of the middle object, often to its very end. Its last word may be cut
 * short when that is no pointer. */
static size_t
draw_range(struct scene *s, size_t *first)
{
	size_t last;

	*first = scene_below(s, 2) ? 0 : scene_below(s, s->nwords + 1);
	last = scene_below(s, 2)
		       ? s->nwords
		       : *first + scene_below(s, s->nwords - *first + 1);
	if (last > *first && !scene_is_pointer(s, last - 1) &&
	    scene_below(s, 2))
		return (last - *first) * WORD_SIZE - 1 - scene_below(s, 7);
	return (last - *first) * WORD_SIZE;
}

static void
clear_some(struct scene *s)
{
	uintptr_t *expected = s->expected[1];
	size_t first, size = draw_range(s, &first);

	for (size_t i = first; i < first + size / WORD_SIZE; i++)
		if (scene_is_pointer(s, i))
			expect_record(s, expected[i]);
	memset(expected + first, 0, size);
	s->ctx.barrier.clear(&s->ctx, &s->type, s->objects[1] + first,
			     first * WORD_SIZE, size);
}

/* Where in the same object as much can be read, slots at the place of slots. */
static size_t
draw_overlap(struct scene *s, size_t first, size_t size)
{
	size_t element = s->type.size / WORD_SIZE, at = first % element;
	size_t room = s->nwords - at - ALIGN_UP(size, WORD_SIZE) / WORD_SIZE;

	return at + element * scene_below(s, room / element + 1);
}

/* From another object, from elsewhere, or from the same one. */
static void
move_some(struct scene *s)
{
	uintptr_t *expected = s->expected[1];
	const uintptr_t *from = s->source, *expected_from = s->expected_source;
	size_t first, size = draw_range(s, &first), at = first;

	if (scene_below(s, 3) == 0)
		from = expected_from;
	if (scene_below(s, 3) == 0) {
		from = s->objects[1];
		expected_from = expected;
		at = draw_overlap(s, first, size);
	}
	for (size_t i = 0; i < size / WORD_SIZE; i++)
		if (scene_is_pointer(s, first + i)) {
			expect_record(s, expected[first + i]);
			expect_record(s, expected_from[at + i]);
		}
	memmove(expected + first, expected_from + at, size);
	s->ctx.barrier.move(&s->ctx, &s->type, s->objects[1] + first, from + at,
			    first * WORD_SIZE, size);
}

/* To an object that nobody knows yet: only what is copied is recorded. */
static void
copy_some(struct scene *s)
{
	size_t size = WORD_SIZE * scene_below(s, s->nwords + 1);
	uintptr_t *fresh = scene_empty_object(s);

	for (size_t i = 0; i < size / WORD_SIZE; i++)
		if (scene_is_pointer(s, i))
			expect_record(s, s->expected_source[i]);
	s->ctx.barrier.copy_fresh(&s->ctx, &s->type, fresh, s->source, size);
	assert_memory_equal(fresh, s->expected_source, size);
	for (size_t i = size / WORD_SIZE; i < s->nwords; i++)
		assert_int_equal(fresh[i], 0);
}

static void
check_memory(const struct scene *s)
{
	size_t size = s->nwords * WORD_SIZE;

	for (size_t k = 0; k < SCENE_OBJECTS; k++)
		assert_memory_equal(s->objects[k], s->expected[k], size);
	assert_memory_equal(s->source, s->expected_source, size);
}

/* The words in the buffer are the nodes that count on it, each as often as it
 * does; their counts are as before afterwards. */
static void
check_buffer(struct scene *s)
{
	struct gc_mutator *mut = s->heap.mut;

	for (uintptr_t *p = mut->buffer; p < mut->buffer_next; p++) {
		struct node *node = scene_node_of(s, *p);

		assert_true(!node || node->value-- > 0);
	}
	for (size_t i = 0; i < s->n_nodes; i++)
		assert_int_equal(s->nodes[i]->value, 0);
	for (uintptr_t *p = mut->buffer; p < mut->buffer_next; p++) {
		struct node *node = scene_node_of(s, *p);

		if (node)
			node->value++;
	}
}

static void
check_records(struct scene *s, const struct strategy *barrier,
	      const struct gc_barrier_stats *before)
{
	struct gc_mutator *mut = s->heap.mut;

	if (barrier->entry_words && mut->stats.flushes == before->flushes)
		check_buffer(s);
	gc_buffer_flush(mut);
	assert_int_equal(mut->stats.found - before->found, s->records);
	for (size_t i = 0; i < s->n_nodes; i++)
		assert_int_equal(gc_is_marked(s->heap.gc, s->nodes[i]),
				 s->nodes[i]->value > 0);
}

static void
play(struct scene *s, const struct strategy *barrier)
{
	static const size_t buffers[] = {2, 3, 4, 17, 64, 512, 1 << 16};
	struct gc_barrier_stats before;

	scene_set(s);
	gc_set_buffer_words(s->heap.mut,
			    buffers[scene_below(s, ARRAY_LEN(buffers))]);
	heap_start_with_black_stack(&s->heap);
	before = s->heap.mut->stats;
	for (uint64_t steps = 1 + scene_below(s, 3); steps; steps--)
		switch (scene_below(s, 5)) {
		case 0: copy_some(s); break;
		case 1:
		case 2: move_some(s); break;
		default: clear_some(s);
		}
	check_memory(s);
	check_records(s, barrier, &before);
	heap_finish(&s->heap);
	scene_strike(s);
}

/* Every barrier that promises to be sound; with STRATEGY_UNSOUND the others
 * too. */
static void
each_barrier(void (*check)(struct scene *s, const struct strategy *barrier),
	     uint32_t unsound)
{
	uint64_t seed = test_seed();
	static struct scene s;

	for (size_t i = 0; i < strategy_count(); i++) {
		const struct strategy *barrier = strategy_at(i);

		if (barrier->kind != STRATEGY_BARRIER ||
		    barrier->flags & STRATEGY_UNSOUND & ~unsound)
			continue;
		printf("%s\n", barrier->name);
		scene_open(&s, barrier, seed);
		check(&s, barrier);
		scene_close(&s);
	}
}

static void
check_random_scenes(struct scene *s, const struct strategy *barrier)
{
	void *list;
	struct gc_root root = {&list, 1, NULL, NULL};

	gc_push_root(s->heap.mut, &root);
	heap_hide_behind_list(&s->heap, &list);
	for (size_t i = 0; i < SCENES; i++)
		play(s, barrier);
	gc_pop_root(s->heap.mut, &root);
}

static void
test_records_what_it_must_and_no_more(void **state)
{
	(void)state;
	each_barrier(check_random_scenes, 0);
}

/* Clears and moves a whole value in dst, which records nothing. */
static void
check_silent(struct scene *s, uintptr_t *dst)
{
	struct gc_mutator *mut = s->heap.mut;
	struct gc_barrier_stats before = mut->stats;
	size_t size = s->type.size;

	s->ctx.barrier.move(&s->ctx, &s->type, dst, s->source, 0, size);
	assert_memory_equal(dst, s->source, size);
	s->ctx.barrier.clear(&s->ctx, &s->type, dst, 0, size);
	for (size_t i = 0; i < size / WORD_SIZE; i++)
		assert_int_equal(dst[i], 0);
	gc_buffer_flush(mut);
	assert_int_equal(mut->stats.entries, before.entries);
	assert_int_equal(mut->stats.found, before.found);
	for (size_t i = 0; i < s->n_nodes; i++)
		assert_false(gc_is_marked(s->heap.gc, s->nodes[i]));
}

/* A stack and a noscan object hold no pointers that anybody follows. */
static void
check_silent_memory(struct scene *s, const struct strategy *barrier)
{
	static uintptr_t stack[SCENE_MAX_WORDS];
	struct gc_type noscan;
	void *list;
	struct gc_root root = {&list, 1, NULL, NULL};

	(void)barrier;
	gc_push_root(s->heap.mut, &root);
	heap_hide_behind_list(&s->heap, &list);
	for (size_t i = 0; i < 50; i++) {
		uintptr_t *object;

		scene_set(s);
		noscan = noscan_type(s->type.size);
		object = gc_alloc(s->heap.mut, &noscan, 1);
		memcpy(object, s->source, s->type.size);
		memcpy(stack, s->source, s->type.size);
		heap_start_with_black_stack(&s->heap);
		check_silent(s, stack);
		check_silent(s, object);
		heap_finish(&s->heap);
		scene_strike(s);
	}
	gc_pop_root(s->heap.mut, &root);
}

static void
test_silent_outside_pointers(void **state)
{
	(void)state;
	each_barrier(check_silent_memory, STRATEGY_UNSOUND);
}

static void
check_silent_phase(struct scene *s, const struct strategy *barrier)
{
	(void)barrier;
	for (size_t i = 0; i < 50; i++) {
		scene_set(s);
		check_silent(s, s->objects[1]);
		scene_strike(s);
	}
}

static void
test_silent_while_marking_is_off(void **state)
{
	(void)state;
	each_barrier(check_silent_phase, STRATEGY_UNSOUND);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_what_it_must_and_no_more),
		cmocka_unit_test(test_silent_outside_pointers),
		cmocka_unit_test(test_silent_while_marking_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	heap_never_stress(GC_STRESS_MARK, "it counts what one cycle records");
	return heap_each_form(run);
}
