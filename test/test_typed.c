/* test_typed.c - typed operations, by what they write to
 *
 * Each operation runs on a value in each class of destination, on random types,
 * under each barrier, while marking. What it leaves in memory and which objects
 * it has greyed are compared with a loop over the type's words.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <sched.h>
#include <string.h>

#include "barrier_scene.h"
#include "client_fixture.h"
#include "gc_barrier.h"
#include "heap_stress.h"
#include "typed.h"

#define SCENES 60 /* of each barrier */
#define WORDS  SCENE_MAX_WORDS

/* Where a value stands; a stack, foreign and freed memory record nothing. */
enum place { HEAP, GLOBAL, STACK, FOREIGN, FREED, PLACES };

/* Freed pages this far up are not used again in a test. */
#define FREED_SIZE ((size_t)8 << 20)

struct stage {
	struct scene scene;
	uintptr_t global[WORDS], stack[WORDS], *foreign, *freed;
	uint8_t global_mask[WORDS / 8 + 8];
	struct gc_root global_root, others[2];
	uintptr_t expected[WORDS];
};

/* Three blocks, freed: small objects are put where the first was. */
static uintptr_t *
freed_pages(struct gc_heap_fixture *h)
{
	struct gc_type type = noscan_type(FREED_SIZE);
	void *last = NULL;

	for (int i = 0; i < 3; i++)
		last = gc_alloc(h->mut, &type, 1);
	gc_collect(h->gc, h->mut);
	return last;
}

/* Neighbours of the global, so that it must be looked for. */
static void
add_globals(struct stage *s)
{
	static void *before[3], *after[70];

	s->others[0] = (struct gc_root){before, 3, NULL, NULL};
	s->others[1] = (struct gc_root){after, 70, NULL, NULL};
	for (size_t i = 0; i < 2; i++)
		gc_add_global(s->scene.heap.gc, &s->others[i]);
}

static void
open_stage(struct stage *s, const struct strategy *barrier, uint64_t seed)
{
	scene_open(&s->scene, barrier, seed);
	s->foreign = malloc(WORDS * WORD_SIZE);
	s->freed = freed_pages(&s->scene.heap);
	assert_null(gc_object_of(s->scene.heap.gc, s->freed, &(size_t){0}));
	add_globals(s);
}

static void
close_stage(struct stage *s)
{
	for (size_t i = 0; i < 2; i++)
		gc_remove_global(s->scene.heap.gc, &s->others[i]);
	free(s->foreign);
	scene_close(&s->scene);
}

static uintptr_t *
words_at(struct stage *s, enum place place)
{
	switch (place) {
	case HEAP: return s->scene.objects[1];
	case GLOBAL: return s->global;
	case STACK: return s->stack;
	case FOREIGN: return s->foreign;
	default: return s->freed;
	}
}

/* Each place holds what an object of the scene does; the global has its mask.
 */
static void
set_stage(struct stage *s)
{
	struct scene *scene = &s->scene;

	scene_set(scene);
	memset(s->global_mask, 0, sizeof(s->global_mask));
	for (size_t i = 0; i < scene->nwords; i++)
		if (scene_is_pointer(scene, i))
			s->global_mask[i / 8] |= (uint8_t)(1 << i % 8);
	for (int place = GLOBAL; place < PLACES; place++)
		memcpy(words_at(s, place), scene->objects[1],
		       scene->nwords * WORD_SIZE);
	s->global_root = (struct gc_root){(void **)s->global, scene->nwords,
					  s->global_mask, NULL};
	gc_add_global(scene->heap.gc, &s->global_root);
}

static void
strike_stage(struct stage *s)
{
	gc_remove_global(s->scene.heap.gc, &s->global_root);
	scene_strike(&s->scene);
}

/* What an operation did to the words from first on, and where new ones came
 * from; NULL: it cleared. */
struct effect {
	size_t first, bytes;
	const uintptr_t *src;
};

static void
draw_range(struct scene *s, size_t nwords, struct effect *e)
{
	e->first = scene_below(s, nwords);
	e->bytes = scene_below(s, nwords - e->first + 1) * WORD_SIZE;
}

static void
do_memclr(struct scene *s, uintptr_t *dst, struct effect *e)
{
	e->bytes = s->type.size;
	typed_memclr(&s->ctx, &s->type, dst);
}

static void
do_memclr_partial(struct scene *s, uintptr_t *dst, struct effect *e)
{
	draw_range(s, s->type.size / WORD_SIZE, e);
	typed_memclr_partial(&s->ctx, &s->type, dst + e->first,
			     e->first * WORD_SIZE, e->bytes);
}

static void
do_memclr_has_pointers(struct scene *s, uintptr_t *dst, struct effect *e)
{
	draw_range(s, s->nwords, e);
	typed_memclr_has_pointers(&s->ctx, dst + e->first, e->bytes);
}

static void
do_memmove(struct scene *s, uintptr_t *dst, struct effect *e)
{
	e->bytes = s->type.size;
	e->src = s->source;
	typed_memmove(&s->ctx, &s->type, dst, s->source);
}

static void
do_memmove_partial(struct scene *s, uintptr_t *dst, struct effect *e)
{
	draw_range(s, s->type.size / WORD_SIZE, e);
	e->src = s->source + e->first;
	typed_memmove_partial(&s->ctx, &s->type, dst + e->first, e->src,
			      e->first * WORD_SIZE, e->bytes);
}

/* Often from the same array, where the slices may overlap. */
static void
do_slicecopy(struct scene *s, uintptr_t *dst, struct effect *e)
{
	size_t words = s->type.size / WORD_SIZE, n = s->nwords / words;
	size_t to = scene_below(s, n + 1), from = scene_below(s, n + 1);
	size_t dst_len = scene_below(s, n - to + 1);
	size_t src_len = scene_below(s, n - from + 1);
	const uintptr_t *src = scene_below(s, 3) ? dst : s->source;

	*e = (struct effect){to * words, MIN(dst_len, src_len) * s->type.size,
			     src + from * words};
	assert_int_equal(typed_slicecopy(&s->ctx, &s->type, dst + e->first,
					 dst_len, e->src, src_len),
			 MIN(dst_len, src_len));
}

typedef void operation(struct scene *s, uintptr_t *dst, struct effect *e);

static operation *const operations[] = {
	do_memclr,  do_memclr_partial,  do_memclr_has_pointers,
	do_memmove, do_memmove_partial, do_slicecopy,
};

static void
expect_record(struct scene *s, uintptr_t word)
{
	struct node *node = scene_node_of(s, word);

	if (node) {
		node->value++;
		s->records++;
	}
}

static bool
is_barriered(enum place place, const uintptr_t *dst, const struct effect *e)
{
	return (place == HEAP || place == GLOBAL) && dst + e->first != e->src;
}

/* What must be recorded of the effect on what stood in `before`. */
static void
expect_records(struct scene *s, const uintptr_t *before, const uintptr_t *dst,
	       const struct effect *e)
{
	const uintptr_t *src = e->src;

	if (src >= dst && src < dst + s->nwords)
		src = before + (src - dst);
	for (size_t i = 0; i < e->bytes / WORD_SIZE; i++)
		if (scene_is_pointer(s, e->first + i)) {
			expect_record(s, before[e->first + i]);
			if (src)
				expect_record(s, src[i]);
		}
}

/* The same on a copy, by other means. */
static void
apply(uintptr_t *copy, const uintptr_t *dst, size_t nwords,
      const struct effect *e)
{
	const uintptr_t *src = e->src;

	if (src >= dst && src < dst + nwords)
		src = copy + (src - dst);
	if (src)
		memmove(copy + e->first, src, e->bytes);
	else
		memset(copy + e->first, 0, e->bytes);
}

static void
play(struct stage *s, enum place place)
{
	struct scene *scene = &s->scene;
	struct gc_mutator *mut = scene->heap.mut;
	uintptr_t *dst = words_at(s, place);
	size_t size = scene->nwords * WORD_SIZE;
	struct effect e = {0};
	uint64_t found;

	memcpy(s->expected, dst, size);
	found = mut->stats.found;
	scene->records = 0;
	operations[scene_below(scene, ARRAY_LEN(operations))](scene, dst, &e);
	if (is_barriered(place, dst, &e))
		expect_records(scene, s->expected, dst, &e);
	apply(s->expected, dst, scene->nwords, &e);
	assert_memory_equal(dst, s->expected, size);
	gc_buffer_flush(mut);
	assert_int_equal(mut->stats.found - found, scene->records);
	for (size_t i = 0; i < scene->n_nodes; i++)
		if (scene->nodes[i]->value)
			assert_true(
				gc_is_marked(scene->heap.gc, scene->nodes[i]));
}

static void
check_barrier(const struct strategy *barrier, uint64_t seed)
{
	static struct stage s;
	void *list;
	struct gc_root root = {&list, 1, NULL, NULL};

	open_stage(&s, barrier, seed);
	gc_push_root(s.scene.heap.mut, &root);
	heap_hide_behind_list(&s.scene.heap, &list);
	for (size_t i = 0; i < SCENES * PLACES; i++) {
		set_stage(&s);
		heap_start_with_black_stack(&s.scene.heap);
		play(&s, (enum place)(i % PLACES));
		heap_finish(&s.scene.heap);
		strike_stage(&s);
	}
	gc_pop_root(s.scene.heap.mut, &root);
	close_stage(&s);
}

static void
test_each_class_records_its_own(void **state)
{
	const struct strategy *barrier;
	uint64_t seed = test_seed();

	(void)state;
	for (size_t i = 0; (barrier = client_contender(i)); i++) {
		printf("%s\n", barrier->name);
		check_barrier(barrier, seed);
	}
}

static const uint8_t first_word[16] = {1};
static const struct gc_type pointer_type = {8, 8, first_word};

/* A slot of the heap holds the only pointer to a node. The stack, which is
 * black, takes it, and the slot is emptied: objects lost. */
static uint64_t
lose_from_heap(const struct strategy *barrier, operation *op)
{
	static struct client_fixture f;
	struct scene s = {.type = pointer_type, .nwords = 1};
	void **holder, *nil = NULL;
	struct effect e = {0};

	client_open(&f, barrier, 1);
	holder = gc_alloc(f.heap.mut, &pointer_type, 1);
	*holder = client_node(&f, 1);
	client_hide(&f, holder);
	heap_start_with_black_stack(&f.heap);
	f.stack[1] = *holder;
	s.ctx = f.ctx;
	s.source = (uintptr_t *)&nil;
	op(&s, (uintptr_t *)holder, &e);
	heap_finish(&f.heap);
	f.stack[1] = NULL;
	return client_close(&f);
}

static operation *const whole_operations[] = {do_memclr, do_memmove};

static void
test_heap_loses_nothing(void **state)
{
	const struct strategy *barrier;

	(void)state;
	for (size_t op = 0; op < ARRAY_LEN(whole_operations); op++) {
		for (size_t i = 0; (barrier = client_contender(i)); i++)
			assert_int_equal(
				lose_from_heap(barrier, whole_operations[op]),
				0);
		assert_int_equal(lose_from_heap(client_nobarrier(),
						whole_operations[op]),
				 1);
	}
}

/* Globals are marked before any stack: what the stack alone holds is stored in
 * one after that, and leaves the stack before that is looked at. */
static uint64_t
lose_from_global(const struct strategy *barrier)
{
	static struct client_fixture f;
	static void *global;
	struct gc_root root = {&global, 1, NULL, NULL};
	void *value;

	client_open(&f, barrier, 1);
	gc_add_global(f.heap.gc, &root);
	f.stack[1] = client_node(&f, 1);
	gc_hold_marker(f.heap.gc, true);
	gc_cycle_start(f.heap.gc, f.heap.mut);
	/* The collector wants the stack, so it is done with the globals. */
	while (!atomic_load(&f.heap.mut->poll))
		sched_yield();
	value = f.stack[1];
	typed_memmove(&f.ctx, &pointer_type, &global, &value);
	f.stack[1] = NULL;
	heap_finish(&f.heap);
	gc_remove_global(f.heap.gc, &root);
	global = NULL;
	return client_close(&f);
}

static void
test_global_loses_nothing(void **state)
{
	const struct strategy *barrier;

	(void)state;
	for (size_t i = 0; (barrier = client_contender(i)); i++)
		assert_int_equal(lose_from_global(barrier), 0);
	assert_int_equal(lose_from_global(client_nobarrier()), 1);
}

/* While marking, and used at once. */
static void
test_empty_global_comes_at_any_time(void **state)
{
	static struct client_fixture f;
	static void *early[3], *late[2];
	static const uint8_t second[16] = {2};
	struct gc_root roots[2] = {{early, 3, NULL, NULL},
				   {late, 2, second, NULL}};
	void *value;
	uint64_t found;

	(void)state;
	client_open(&f, strategy_find("bulk1"), 1);
	gc_add_global(f.heap.gc, &roots[0]);
	client_hide(&f, NULL);
	heap_start_with_black_stack(&f.heap);
	gc_add_global(f.heap.gc, &roots[1]);
	value = client_node(&f, 1);
	found = f.heap.mut->stats.found;
	typed_memmove(&f.ctx, &pointer_type, &late[0], &value);
	typed_memmove(&f.ctx, &pointer_type, &late[1], &value);
	typed_memmove(&f.ctx, &pointer_type, &early[2], &value);
	gc_buffer_flush(f.heap.mut);
	assert_int_equal(f.heap.mut->stats.found - found, 2);
	heap_finish(&f.heap);
	gc_collect(f.heap.gc, f.heap.mut);
	assert_int_equal(((struct node *)late[1])->value, 1);
	for (size_t i = 0; i < 2; i++)
		gc_remove_global(f.heap.gc, &roots[i]);
	memset(early, 0, sizeof(early));
	memset(late, 0, sizeof(late));
	client_close(&f);
}

/* Not of whole words, and where a clear or a move by bytes would be seen. */
static void
test_no_pointers_any_size(void **state)
{
	static struct client_fixture f;
	struct gc_type type = noscan_type(13);
	char value[3][16] = {"0123456789abcde", "ABCDEFGHIJKLMNO", ""};

	(void)state;
	client_open(&f, strategy_find("bulk1"), 1);
	heap_start_with_black_stack(&f.heap);
	typed_memmove(&f.ctx, &type, value[0], value[1]);
	assert_string_equal(value[0], "ABCDEFGHIJKLMde");
	typed_memclr_partial(&f.ctx, &type, value[0] + 2, 2, 3);
	assert_memory_equal(value[0], "AB\0\0\0FGHIJKLMde", 16);
	typed_memclr(&f.ctx, &type, value[1]);
	assert_memory_equal(value[1], value[2], 13);
	assert_string_equal(value[1] + 13, "NO");
	assert_int_equal(
		typed_slicecopy(&f.ctx, &type, value[0], 1, value[1], 9), 1);
	assert_memory_equal(value[0], value[2], 13);
	heap_finish(&f.heap);
	client_close(&f);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_class_records_its_own),
		cmocka_unit_test(test_heap_loses_nothing),
		cmocka_unit_test(test_global_loses_nothing),
		cmocka_unit_test(test_empty_global_comes_at_any_time),
		cmocka_unit_test(test_no_pointers_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	heap_never_stress(GC_STRESS_MARK, "its scenes are on no stack");
	return heap_each_form(run);
}
