/* test_gc_form.c - where the heap says pointers are, against each type's mask
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "base_random.h"
#include "gc_form.h"
#include "gc_heap_fixture.h"
#include "heap_stress.h"

/* The longest element, in words: a few words of mask. */
#define MAX_WORDS 300

/* A type whose mask is malloc's, so that asan sees who reads past it, and has
 * ones where it is undefined. */
struct random_type {
	struct gc_type type;
	uint64_t *mask;
};

static struct random_type *
new_type(struct base_random *r)
{
	struct random_type *t = malloc(sizeof(*t));
	size_t nwords = 1 + base_random_below(
				    r, 4 + base_random_below(r, MAX_WORDS - 4));
	size_t ptrs = 1 + base_random_below(r, nwords);
	unsigned one_in = 1 + (unsigned)base_random_below(r, 8);

	t->mask = calloc((ptrs + 63) / 64, 8);
	for (size_t i = 0; i < ptrs; i++)
		if (i == ptrs - 1 || base_random_below(r, one_in) == 0)
			t->mask[i / 64] |= (uint64_t)1 << i % 64;
	for (size_t i = ptrs; i % 64; i++)
		t->mask[i / 64] |= (uint64_t)1 << i % 64;
	t->type = (struct gc_type){nwords * WORD_SIZE, ptrs * WORD_SIZE,
				   (const uint8_t *)t->mask};
	return t;
}

static void
free_type(struct random_type *t)
{
	free(t->mask);
	free(t);
}

/* What the type says of a word of an array; the reference. */
static bool
is_pointer(const struct gc_type *type, size_t word)
{
	return heap_type_bit(type, word % (type->size / WORD_SIZE));
}

/* Compares words [from, to) of an array with the reference. */
static void
check_range(struct gc_heap_fixture *h, const struct gc_type *type,
	    uintptr_t *object, size_t from, size_t to)
{
	struct gc_slots s;
	size_t n = gc_slots_begin(h->mut, object + from, to - from, &s);
	size_t next = 0;

	for (; n; n = gc_slots_next(&s, n)) {
		assert_true(s.at >= next && s.at + n <= to - from);
		for (; next < s.at; next++)
			assert_false(is_pointer(type, from + next));
		for (; next < s.at + n; next++) {
			size_t i = next - s.at;
			uint64_t word = gc_slots_word(&s, i / 64 * 64, n);
			bool want = is_pointer(type, from + next);

			assert_int_equal(gc_slots_test(&s, i), want);
			assert_int_equal(word >> i % 64 & 1, want);
		}
		if (n % 64)
			assert_int_equal(
				gc_slots_word(&s, n / 64 * 64, n) >> n % 64, 0);
	}
	for (; next < to - from; next++)
		assert_false(is_pointer(type, from + next));
}

struct object {
	struct random_type *t;
	size_t n; /* elements */
	uintptr_t *ptr;
};

/* Sizes of all three kinds: up to 512 bytes, up to 32 KiB, and larger. */
static struct object
new_object(struct gc_heap_fixture *h, struct base_random *r)
{
	static const size_t most_bytes[] = {64, 512, 2048, 32768, 100000};
	struct object o = {.t = new_type(r), .n = 1};
	size_t most = most_bytes[base_random_below(r, ARRAY_LEN(most_bytes))];

	if (o.t->type.size < most)
		o.n += base_random_below(r, most / o.t->type.size);
	o.ptr = gc_alloc(h->mut, &o.t->type, o.n);
	assert_non_null(o.ptr);
	return o;
}

static size_t
words_of(const struct object *o)
{
	return o->n * (o->t->type.size / WORD_SIZE);
}

static void
check_object(struct gc_heap_fixture *h, struct base_random *r,
	     const struct object *o)
{
	size_t nwords = words_of(o);

	check_range(h, &o->t->type, o->ptr, 0, nwords);
	for (int i = 0; i < 20; i++) {
		size_t from = base_random_below(r, nwords);
		size_t to = from + 1 + base_random_below(r, nwords - from);

		check_range(h, &o->t->type, o->ptr, from, to);
	}
}

/* Neighbours do not disturb each other, and what is allocated where others
 * have died is described anew. */
static void
test_slots_of_random_ranges(void **state)
{
	struct base_random r = {test_seed()};
	struct gc_heap_fixture h;
	struct object objects[200];
	void *roots[ARRAY_LEN(objects)];
	struct gc_root root = {.base = roots, .nwords = ARRAY_LEN(roots)};

	(void)state;
	heap_open(&h);
	gc_push_root(h.mut, &root);
	for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
		objects[i] = new_object(&h, &r);
		roots[i] = objects[i].ptr;
	}
	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < ARRAY_LEN(objects); i++)
			check_object(&h, &r, &objects[i]);
		for (size_t i = 0; i < ARRAY_LEN(objects); i++)
			if (base_random_below(&r, 2))
				roots[i] = NULL;
		gc_collect(h.gc, h.mut);
		for (size_t i = 0; i < ARRAY_LEN(objects); i++) {
			if (roots[i])
				continue;
			free_type(objects[i].t);
			objects[i] = new_object(&h, &r);
			roots[i] = objects[i].ptr;
		}
	}
	gc_pop_root(h.mut, &root);
	gc_collect(h.gc, h.mut);
	for (size_t i = 0; i < ARRAY_LEN(objects); i++)
		free_type(objects[i].t);
	heap_close(&h);
}

static void
test_no_slots_where_no_pointers_are(void **state)
{
	struct gc_type noscan = noscan_type(4096);
	struct gc_heap_fixture h;
	uintptr_t stack[8];
	struct gc_slots s;

	(void)state;
	heap_open(&h);
	assert_int_equal(gc_slots_begin(h.mut, stack, 8, &s), 0);
	assert_int_equal(gc_slots_begin(h.mut, NULL, 8, &s), 0);
	assert_int_equal(
		gc_slots_begin(h.mut, gc_alloc(h.mut, &noscan, 1), 8, &s), 0);
	heap_close(&h);
}

/* An object of so many bytes and what the switch should make of it. */
static void
check_place(struct gc_heap_fixture *h, size_t size)
{
	static const uint64_t mask = 1;
	struct gc_type type = {size, 8, (const uint8_t *)&mask};
	void *ptr = gc_alloc(h->mut, &type, 1);
	struct gc_span *span = gc_span_of(h->gc, (uintptr_t)ptr);
	uintptr_t map = (uintptr_t)span->ptr_bits - span->base;
	size_t room;

	assert_ptr_equal(gc_object_of(h->gc, (char *)ptr + size - 1, &room),
			 ptr);
	assert_true(room >= size);
	memset(ptr, 0xff, size);
	if (heap_form == GC_HEAP_BITMAP) {
		assert_true(map >= span->npages * GC_PAGE_SIZE);
		assert_int_equal(span->shape->header, 0);
	} else if (size <= 512) {
		assert_int_equal(map, span->npages * GC_PAGE_SIZE * 63 / 64);
		assert_true(span->nelems * span->shape->elem_size <= map);
	} else if (size <= GC_SMALL_MAX - 8) {
		assert_int_equal(span->shape->header, 8);
		assert_ptr_equal(((void **)ptr)[-1], &type);
		assert_int_equal((uintptr_t)ptr % 16, 8);
	} else {
		assert_ptr_equal(span->large_type, &type);
		assert_int_equal((uintptr_t)ptr, span->base);
	}
	check_range(h, &type, ptr, 0, size / WORD_SIZE);
}

static void
test_place_of_each_size(void **state)
{
	struct gc_heap_fixture h;

	(void)state;
	heap_open(&h);
	for (size_t size = 8; size < 1200; size += 8)
		check_place(&h, size);
	for (size_t size = 1200; size < 100000; size += size / 50 / 8 * 8)
		check_place(&h, size);
	for (size_t size = GC_SMALL_MAX - 64; size < GC_SMALL_MAX + 64;
	     size += 8)
		check_place(&h, size);
	heap_close(&h);
}

#define GRAPH 2000
#define EDGES 2

struct graph {
	struct random_type *types[40];
	struct object objects[GRAPH];
	size_t edges[GRAPH][EDGES];
	bool reached[GRAPH];
	size_t todo[GRAPH * EDGES + 1]; /* of the search */
};

static void
new_graph(struct gc_heap_fixture *h, struct graph *g, struct base_random *r)
{
	for (size_t i = 0; i < ARRAY_LEN(g->types); i++)
		g->types[i] = new_type(r);
	for (size_t i = 0; i < GRAPH; i++) {
		struct object *o = &g->objects[i];

		o->t = g->types[base_random_below(r, ARRAY_LEN(g->types))];
		o->n = 1 + base_random_below(r, 4) * base_random_below(r, 10);
		o->ptr = gc_alloc(h->mut, &o->t->type, o->n);
		assert_non_null(o->ptr);
	}
}

static size_t
random_slot(const struct object *o, struct base_random *r)
{
	size_t i = base_random_below(r, words_of(o));

	while (!is_pointer(&o->t->type, i))
		i = (i + 1) % words_of(o);
	return i;
}

/* Edges in random slots; words that are no pointers look like some. */
static void
link_up(struct graph *g, struct base_random *r, size_t from)
{
	struct object *o = &g->objects[from];
	size_t slots[EDGES];

	for (size_t i = 0; i < words_of(o); i++)
		if (!is_pointer(&o->t->type, i))
			o->ptr[i] =
				(uintptr_t)g
					->objects[base_random_below(r, GRAPH)]
					.ptr;
	for (size_t e = 0; e < EDGES; e++) {
		slots[e] = random_slot(o, r);
		g->edges[from][e] = base_random_below(r, GRAPH);
		/* In the same slot the later edge counts. */
		for (size_t k = 0; k < e; k++)
			if (slots[k] == slots[e])
				g->edges[from][k] = g->edges[from][e];
		o->ptr[slots[e]] = (uintptr_t)g->objects[g->edges[from][e]].ptr;
	}
}

/* How many objects the first one reaches. */
static size_t
search(struct graph *g)
{
	size_t todo = 0, n = 0, at;

	g->todo[todo++] = 0;
	while (todo) {
		at = g->todo[--todo];
		if (g->reached[at])
			continue;
		g->reached[at] = true;
		n++;
		for (size_t e = 0; e < EDGES; e++)
			g->todo[todo++] = g->edges[at][e];
	}
	return n;
}

/* What is reachable from an object survives a cycle, and nothing else: in each
 * form the set that the graph itself says. */
static void
test_marks_of_random_graphs(void **state)
{
	struct base_random r = {test_seed()};
	struct graph *g = calloc(1, sizeof(*g));
	struct gc_heap_fixture h;
	struct gc_stats stats;
	size_t reachable;
	void *head;
	struct gc_root root = {.base = &head, .nwords = 1};

	(void)state;
	heap_open(&h);
	new_graph(&h, g, &r);
	for (size_t i = 0; i < GRAPH; i++)
		link_up(g, &r, i);
	reachable = search(g);
	head = g->objects[0].ptr;
	gc_push_root(h.mut, &root);
	gc_collect(h.gc, h.mut);
	gc_get_stats(h.gc, &stats);
	assert_int_equal(stats.marked, reachable);
	assert_int_equal(stats.verified, reachable);
	assert_int_equal(stats.lost, 0);
	for (size_t i = 0; i < GRAPH; i++)
		if (g->reached[i])
			check_object(&h, &r, &g->objects[i]);
	gc_pop_root(h.mut, &root);
	heap_close(&h);
	for (size_t i = 0; i < ARRAY_LEN(g->types); i++)
		free_type(g->types[i]);
	free(g);
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slots_of_random_ranges),
		cmocka_unit_test(test_no_slots_where_no_pointers_are),
		cmocka_unit_test(test_place_of_each_size),
		cmocka_unit_test(test_marks_of_random_graphs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	heap_never_stress(GC_STRESS_MARK, "it counts what one cycle marks");
	return heap_each_form(run);
}
