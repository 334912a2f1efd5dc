/* test_client_map_bucket.c - the control bytes of chains of buckets */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include "client_fixture.h"
#include "client_map.h"

#define KEYS 300

/* Nothing behind `rest`, which is 0, and no empty slot but `rest` before it. */
static void
check_chain(const struct client_map *map, const char *row, size_t *used)
{
	size_t next = map->type->row.size - WORD_SIZE;
	uint8_t last = 255;

	for (; row; row = *(char *const *)(row + next))
		for (size_t k = 0; k < CLIENT_MAP_SLOTS; k++) {
			uint8_t top = (uint8_t)row[k];

			assert_true(top == 0 || last != 0);
			assert_true(top != 0 || last != 1);
			*used += top > 1;
			last = top;
		}
	assert_int_not_equal(last, 1);
}

static void
check_chains(const struct client_map *map)
{
	size_t used = 0;

	for (size_t i = 0; i <= map->row_mask; i++)
		check_chain(map, client_map_row(map, map->rows, i), &used);
	assert_int_equal(used, map->used);
}

/* From one long chain to hardly any. */
static void
test_chains_at_random(void **state)
{
	static const uint8_t no_pointer[8];
	static const struct gc_type key_type = {8, 0, no_pointer};
	static const struct gc_type none = {0, 0, no_pointer};
	static const size_t hints[] = {0, 8, 9, 100, KEYS};
	uint64_t seed = test_seed();

	(void)state;
	for (size_t h = 0; h < ARRAY_LEN(hints); h++) {
		struct client_fixture f;
		struct client_map_type type;
		struct client_map *map;

		client_open(&f, client_contender(0), seed + h);
		client_map_type_init(&type, &client_map_bucket, &key_type,
				     &none);
		map = client_map_bucket.create(&f.ctx, &type, hints[h], seed);
		for (size_t i = 0; i < 5000; i++) {
			uintptr_t key = base_random_below(&f.random, KEYS);

			if (!client_map_bucket.remove(&f.ctx, map, &key))
				assert_true(client_map_bucket.insert(
					&f.ctx, map, &key, NULL));
			if (i % 20 == 0)
				check_chains(map);
		}
		client_close(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chains_at_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
