/* test_client_map.c - maps in groups and in buckets, against a plain array, and
 * on a heap that loses what their barriers miss
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "client_fixture.h"
#include "client_map.h"
#include "heap_stress.h"

#define KEYS 300

static const uint8_t no_pointer[8], one_pointer[8] = {1};
static const struct gc_type word_key = {8, 0, no_pointer};
static const struct gc_type pointer_key = {8, 8, one_pointer};

static const struct client_map_form *const forms[] = {&client_map_group,
						      &client_map_bucket};

/* A map whose elements are `struct node` by value: `next` points to an object
 * that nothing else points to, `value` is its number. A plain array says what
 * must be in it. */
struct model {
	const struct client_map_form *form;
	struct client_map_type type;
	struct client_map *map;
	bool pointers;        /* keys are pointers to objects of their own */
	uintptr_t key[KEYS];  /* no root: the map keeps them alive */
	uintptr_t elem[KEYS]; /* number of the element's object; 0: none */
	size_t used;
	uintptr_t numbers;
};

static void
model_open(struct model *m, struct client_fixture *f,
	   const struct client_map_form *form, bool pointers, size_t n)
{
	*m = (struct model){.form = form, .pointers = pointers, .numbers = 1};
	for (size_t k = 0; k < KEYS && !pointers; k++)
		m->key[k] = k;
	client_map_type_init(&m->type, form,
			     pointers ? &pointer_key : &word_key, &node_type);
	m->map = form->create(&f->ctx, &m->type, n, 42);
	assert_non_null(m->map);
	client_hide(f, m->map);
}

static void
put(struct client_fixture *f, struct model *m, size_t k)
{
	uintptr_t number = m->numbers++;
	struct node elem = {client_node(f, number), number, NULL};

	if (!m->elem[k] && m->pointers)
		m->key[k] = (uintptr_t)client_node(f, k);
	m->used += !m->elem[k];
	assert_true(m->form->insert(&f->ctx, m->map, &m->key[k], &elem));
	m->elem[k] = number;
}

static struct node *
look(struct model *m, size_t k)
{
	struct node *elem = m->form->find(m->map, &m->key[k]);

	if (!m->elem[k]) {
		assert_null(elem);
		return NULL;
	}
	assert_non_null(elem);
	assert_int_equal(elem->value, m->elem[k]);
	assert_int_equal(elem->next->value, m->elem[k]);
	if (m->pointers)
		assert_int_equal(((struct node *)m->key[k])->value, k);
	return elem;
}

static void
drop(struct client_fixture *f, struct model *m, size_t k)
{
	bool there = m->elem[k] != 0;

	assert_int_equal(m->form->remove(&f->ctx, m->map, &m->key[k]), there);
	m->used -= there;
	m->elem[k] = 0;
	/* An address may be another object's soon. */
	if (m->pointers)
		m->key[k] = 0;
	assert_int_equal(m->map->used, m->used);
}

static void
check_all(struct model *m)
{
	size_t n = 0;

	for (size_t k = 0; k < KEYS; k++)
		n += look(m, k) != NULL;
	assert_int_equal(n, m->used);
}

static void
step(struct client_fixture *f, void *model)
{
	struct model *m = model;
	size_t k = base_random_below(&f->random, KEYS);
	struct node *elem = look(m, k);
	void **taken = &f->stack[1 + base_random_below(&f->random, 7)];

	gc_safepoint(f->heap.mut);
	if (*taken)
		assert_in_range(((struct node *)*taken)->value, 1, m->numbers);
	switch (base_random_below(&f->random, 3)) {
	case 0: put(f, m, k); break;
	case 1:
		if (elem)
			*taken = elem->next;
		drop(f, m, k);
		break;
	default: break;
	}
}

/* From far too small to ample. */
static void
test_random_against_array(void **state)
{
	static const size_t hints[] = {0, 8, 9, 100, KEYS};
	uint64_t seed = test_seed();
	size_t steps = heap_stress_steps(5000);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms) * ARRAY_LEN(hints) * 2; i++) {
		struct client_fixture f;
		struct model m;

		client_open(&f, client_contender(0), seed + i);
		model_open(&m, &f, forms[i % 2], i / 2 % 2, hints[i / 4]);
		for (size_t n = 0; n < steps; n++)
			step(&f, &m);
		check_all(&m);
		client_close(&f);
	}
}

static void
test_random_while_marking(void **state)
{
	const struct strategy *barrier;
	uint64_t seed = test_seed();

	(void)state;
	for (size_t i = 0; (barrier = client_contender(i / 8)); i++) {
		struct client_fixture f;
		struct model m;

		client_open(&f, barrier, seed + i);
		/* In buckets, an array of one and of some, with chains. */
		model_open(&m, &f, forms[i % 2], i / 2 % 2, i / 4 % 2 ? 8 : 30);
		client_run_cycles(&f, 20, step, &m);
		check_all(&m);
		assert_int_equal(client_close(&f), 0);
	}
}

/* An element is moved to a stack that was scanned, then deleted. */
static uint64_t
lose_by_remove(const struct strategy *barrier,
	       const struct client_map_form *form)
{
	struct client_fixture f;
	struct model m;
	struct node *elem;

	client_open(&f, barrier, 0);
	model_open(&m, &f, form, true, 8);
	put(&f, &m, 0);
	heap_start_with_black_stack(&f.heap);
	elem = look(&m, 0);
	f.stack[1] = elem->next;
	f.stack[2] = (void *)m.key[0];
	drop(&f, &m, 0);
	heap_finish(&f.heap);
	return client_close(&f);
}

/* A key and an element are moved from a stack that was not scanned to a black
 * map. */
static uint64_t
lose_by_insert(const struct strategy *barrier,
	       const struct client_map_form *form)
{
	struct client_fixture f;
	struct model m;
	struct node elem = {NULL, 0, NULL};

	client_open(&f, barrier, 0);
	f.stack[1] = client_node(&f, 1);
	f.stack[2] = client_node(&f, 2);
	gc_cycle_start(f.heap.gc, f.heap.mut);
	model_open(&m, &f, form, true, 8);
	elem.next = f.stack[1];
	assert_true(form->insert(&f.ctx, m.map, &f.stack[2], &elem));
	f.stack[1] = f.stack[2] = NULL;
	heap_finish(&f.heap);
	return client_close(&f);
}

static void
test_only_a_barrier_keeps_what_moves(void **state)
{
	const struct strategy *barrier;

	(void)state;
	for (size_t form = 0; form < ARRAY_LEN(forms); form++) {
		for (size_t i = 0; (barrier = client_contender(i)); i++) {
			assert_int_equal(lose_by_remove(barrier, forms[form]),
					 0);
			assert_int_equal(lose_by_insert(barrier, forms[form]),
					 0);
		}
		barrier = client_nobarrier();
		assert_int_equal(lose_by_remove(barrier, forms[form]), 2);
		assert_int_equal(lose_by_insert(barrier, forms[form]), 2);
	}
}

/* The list, the map's head and its rows stay. */
static void
test_removed_entries_die(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms) * 2; i++) {
		struct client_fixture f;
		struct model m;
		uint64_t empty;

		heap_without_stress(GC_STRESS_MARK,
				    "it counts what one cycle marks");
		client_open(&f, client_contender(0), 0);
		model_open(&m, &f, forms[i % 2], i / 2, KEYS * 2);
		empty = client_count_live(&f);
		for (size_t k = 0; k < KEYS; k++)
			put(&f, &m, k);
		assert_in_range(client_count_live(&f), empty + KEYS,
				empty + 3 * KEYS);
		check_all(&m);
		for (size_t k = 0; k < KEYS; k++)
			drop(&f, &m, k);
		/* Overflow buckets stay. */
		assert_in_range(client_count_live(&f), empty, empty + 20);
		client_close(&f);
	}
}

/* How often a word stands in a map's rows. */
static size_t
count_word(const struct client_map *map, uintptr_t word)
{
	size_t n = (map->row_mask + 1) * map->type->row.size / WORD_SIZE;
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += ((uintptr_t *)map->rows)[i] == word;
	return found;
}

static void
test_remove_clears_as_go_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms) * 2; i++) {
		struct client_fixture f;
		struct model m;
		uintptr_t object, key = 0x123456789;
		bool pointers = i / 2;
		struct node elem = {NULL, 0xabcdef, NULL};

		client_open(&f, client_contender(0), 0);
		model_open(&m, &f, forms[i % 2], pointers, 8);
		object = (uintptr_t)client_node(&f, 1);
		elem.next = (struct node *)object;
		if (pointers)
			key = (uintptr_t)client_node(&f, 2);
		assert_true(m.form->insert(&f.ctx, m.map, &key, &elem));
		assert_int_equal(count_word(m.map, key), 1);
		assert_int_equal(count_word(m.map, object), 1);
		assert_int_equal(count_word(m.map, 0xabcdef), 1);
		assert_true(m.form->remove(&f.ctx, m.map, &key));
		assert_int_equal(count_word(m.map, key), pointers ? 0 : 1);
		assert_int_equal(count_word(m.map, object), 0);
		assert_int_equal(count_word(m.map, 0xabcdef), 0);
		client_close(&f);
	}
}

/* Elements without size, of the largest, and a heap that has no more room. */
static void
test_sizes_and_a_full_heap(void **state)
{
	static const struct gc_type none = {0, 0, no_pointer};
	static const struct gc_type largest = {CLIENT_MAP_VALUE_MAX, 0,
					       no_pointer};
	static const uint64_t value[CLIENT_MAP_VALUE_MAX / 8] = {7};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct client_fixture f;
		struct client_map_type set, type;
		struct client_map *map;
		uint64_t key = 0, n;

		client_open(&f, client_contender(0), 0);
		client_map_type_init(&set, forms[i], &word_key, &none);
		map = forms[i]->create(&f.ctx, &set, 4, 1);
		for (; key < 100; key++)
			assert_true(forms[i]->insert(&f.ctx, map, &key, value));
		for (key = 0; key < 200; key++)
			assert_int_equal(forms[i]->remove(&f.ctx, map, &key),
					 key < 100);
		client_map_type_init(&type, forms[i], &word_key, &largest);
		assert_null(forms[i]->create(&f.ctx, &type, 1 << 20, 1));
		map = forms[i]->create(&f.ctx, &type, 200000, 1);
		assert_non_null(map);
		for (key = 0; forms[i]->insert(&f.ctx, map, &key, value); key++)
			;
		n = key;
		assert_true(n > 200000);
		assert_int_equal(map->used, n);
		for (key = 0; key <= n; key++)
			assert_int_equal(forms[i]->find(map, &key) != NULL,
					 key < n);
		client_close(&f);
	}
}

static int
run(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_against_array),
		cmocka_unit_test(test_random_while_marking),
		cmocka_unit_test(test_only_a_barrier_keeps_what_moves),
		cmocka_unit_test(test_removed_entries_die),
		cmocka_unit_test(test_remove_clears_as_go_does),
		cmocka_unit_test(test_sizes_and_a_full_heap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int
main(void)
{
	return heap_each_form(run);
}
