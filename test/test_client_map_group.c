/* test_client_map_group.c - the control bytes of a table of groups, its growth
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "client_fixture.h"
#include "client_map.h"

#define GROUPS   64
#define MAX_LOAD 7 /* of the eight slots of a group, on average */

/* A set of numbers. */
struct bed {
	struct client_fixture f;
	struct client_map_type type;
	struct client_map *map;
};

static void
bed_open(struct bed *b)
{
	static const uint8_t no_pointer[8];
	static const struct gc_type key = {8, 0, no_pointer};
	static const struct gc_type none = {0, 0, no_pointer};

	client_open(&b->f, client_contender(0), 0);
	client_map_type_init(&b->type, &client_map_group, &key, &none);
	b->map = client_map_group.create(&b->f.ctx, &b->type, GROUPS * MAX_LOAD,
					 42);
	assert_int_equal(b->map->row_mask + 1, GROUPS);
}

static void
insert(struct bed *b, uintptr_t key)
{
	assert_true(client_map_group.insert(&b->f.ctx, b->map, &key, NULL));
}

static bool
drop(struct bed *b, uintptr_t key)
{
	return client_map_group.remove(&b->f.ctx, b->map, &key);
}

/* What the controls must say at any time. */
static void
check_controls(const struct client_map *map)
{
	size_t deleted = 0, full = 0;

	for (size_t i = 0; i <= map->row_mask; i++) {
		const uint8_t *c = (uint8_t *)client_map_row(map, map->rows, i);
		size_t here = 0, empty = 0;

		for (size_t k = 0; k < CLIENT_MAP_SLOTS; k++) {
			here += c[k] == 0xfe;
			empty += c[k] == 0x80;
			full += c[k] < 0x80;
		}
		/* Only of a full group is a slot marked deleted. */
		assert_true(here == 0 || empty == 0);
		deleted += here;
	}
	assert_int_equal(full, map->used);
	assert_int_equal(map->growth_left + deleted + full,
			 MAX_LOAD * (map->row_mask + 1));
}

static void
test_controls_at_random(void **state)
{
	struct base_random r = {test_seed()};
	struct bed b;

	(void)state;
	bed_open(&b);
	for (size_t i = 0; i < 20000; i++) {
		uintptr_t key = base_random_below(&r, 2 * GROUPS * MAX_LOAD);

		if (!drop(&b, key))
			insert(&b, key);
		if (i % 100 == 0)
			check_controls(b.map);
	}
	client_close(&b.f);
}

/* Keys come and go at a load of 6/8: deleted slots gather, and a rehash in as
 * many groups is enough. */
static void
test_churn_does_not_grow_it(void **state)
{
	const size_t window = GROUPS * 6;
	struct bed b;
	size_t rehashes = 0;

	(void)state;
	bed_open(&b);
	for (uintptr_t key = 0; key < 50000; key++) {
		const void *rows = b.map->rows;

		insert(&b, key);
		rehashes += rows != b.map->rows;
		assert_int_equal(drop(&b, key - window), key >= window);
	}
	assert_true(rehashes > 1);
	check_controls(b.map);
	assert_int_equal(b.map->row_mask + 1, GROUPS);
	client_close(&b.f);
}

/* A rehash for few deleted slots would soon be due again. */
static void
test_it_grows_when_few_are_deleted(void **state)
{
	struct bed b;
	uintptr_t key = 0, gone = 0;

	(void)state;
	bed_open(&b);
	while (b.map->growth_left > 0)
		insert(&b, key++);
	/* Until one leaves a deleted slot. */
	assert_true(drop(&b, gone));
	while (b.map->growth_left > 0) {
		insert(&b, gone++);
		assert_true(drop(&b, gone));
	}
	assert_int_equal(b.map->used, GROUPS * MAX_LOAD - 1);
	assert_int_equal(b.map->row_mask + 1, GROUPS);
	insert(&b, key);
	assert_int_equal(b.map->row_mask + 1, 2 * GROUPS);
	client_close(&b.f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_controls_at_random),
		cmocka_unit_test(test_churn_does_not_grow_it),
		cmocka_unit_test(test_it_grows_when_few_are_deleted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
