/* client_map_group.c - a map as a table of groups, as Go 1.24 and later have it
 *
 * A Swiss table (Go: internal/runtime/maps; first in Abseil): one comparison of
 * a word looks at the eight control bytes of a group. A byte is empty, deleted,
 * or the low seven bits of an entry's hash. Probing ends at a group with an
 * empty slot, so that a slot of a full group is not emptied by a delete but
 * marked deleted.
 *
 * One table, which grows by a rehash into a new array; Go's directory of tables
 * above 1,024 slots is not built.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "client_map.h"

/* As Go: empty has bit 1 clear, deleted has it set, full has bit 7 clear. */
#define EMPTY     0x80u
#define DELETED   0xfeu
#define EACH_BYTE 0x0101010101010101u
#define HIGH_BITS 0x8080808080808080u

/* Of eight slots, used or deleted, on average before a rehash. */
#define MAX_LOAD 7

struct slot {
	char *row;
	size_t i;
};

/* The groups of a hash, in the order of triangular numbers: with a power of two
 * of groups each is visited once. */
struct probe {
	size_t group, step;
};

static struct probe
probe_start(uint64_t hash)
{
	return (struct probe){hash >> 7, 0};
}

static void
probe_next(struct probe *p)
{
	p->group += ++p->step;
}

static unsigned
low_hash(uint64_t hash)
{
	return hash & 0x7f;
}

static uint64_t
control_word(const char *row)
{
	return *(const uint64_t *)row;
}

static unsigned
control(struct slot s)
{
	return control_word(s.row) >> (8 * s.i) & 0xff;
}

static void
set_control(struct slot s, uint64_t byte)
{
	uint64_t *word = (uint64_t *)s.row;

	*word = (*word & ~((uint64_t)0xff << (8 * s.i))) | byte << (8 * s.i);
}

/* Matches have the high bit of each byte that matches. This one may have a byte
 * too many, above one that does match; the key decides. */
static uint64_t
match_hash(uint64_t word, unsigned low)
{
	uint64_t zero = word ^ EACH_BYTE * low;

	return (zero - EACH_BYTE) & ~zero & HIGH_BITS;
}

static uint64_t
match_empty(uint64_t word)
{
	return word & ~(word << 6) & HIGH_BITS;
}

static uint64_t
match_free(uint64_t word)
{
	return word & HIGH_BITS;
}

static size_t
first(uint64_t match)
{
	return (size_t)__builtin_ctzll(match) / 8;
}

static void
lay_out(struct client_map_type *type)
{
	type->key_stride = type->elem_stride = type->key.size + type->elem.size;
	type->elems = WORD_SIZE + type->key.size;
	type->row.size = WORD_SIZE + CLIENT_MAP_SLOTS * type->key_stride;
}

static void
set_empty(struct client_map *map)
{
	for (size_t i = 0; i <= map->row_mask; i++)
		*(uint64_t *)client_map_row(map, map->rows, i) =
			EACH_BYTE * EMPTY;
	map->growth_left = (map->row_mask + 1) * MAX_LOAD;
}

static struct client_map *
create(struct strategy_ctx *ctx, const struct client_map_type *type, size_t n,
       uint64_t seed)
{
	struct client_map *map;
	size_t n_rows = 1;

	while (n_rows * MAX_LOAD < n)
		n_rows *= 2;
	map = client_map_alloc(ctx, type, n_rows, seed);
	if (map)
		set_empty(map);
	return map;
}

static bool
find_slot(const struct client_map *map, const void *key, uint64_t hash,
	  struct slot *found)
{
	for (struct probe p = probe_start(hash);; probe_next(&p)) {
		char *row = client_map_row(map, map->rows, p.group);
		uint64_t match = match_hash(control_word(row), low_hash(hash));

		for (; match; match &= match - 1) {
			*found = (struct slot){row, first(match)};
			if (client_map_holds(map->type, row, found->i, key))
				return true;
		}
		if (match_empty(control_word(row)))
			return false;
	}
}

/* The first that is empty or deleted: there is an empty one. */
static struct slot
find_free(const struct client_map *map, uint64_t hash)
{
	for (struct probe p = probe_start(hash);; probe_next(&p)) {
		char *row = client_map_row(map, map->rows, p.group);
		uint64_t match = match_free(control_word(row));

		if (match)
			return (struct slot){row, first(match)};
	}
}

static void *
find(const struct client_map *map, const void *key)
{
	struct slot s;

	if (!find_slot(map, key, client_map_hash(map, key), &s))
		return NULL;
	return client_map_elem(map->type, s.row, s.i);
}

/* Puts an entry that is not in the map into a free slot. */
static void
put(struct strategy_ctx *ctx, struct client_map *map, struct slot s,
    uint64_t hash, const void *key, const void *elem)
{
	client_map_put_key(ctx, map->type, s.row, s.i, key);
	client_map_put_elem(ctx, map->type, s.row, s.i, elem);
	map->growth_left -= control(s) == EMPTY;
	set_control(s, low_hash(hash));
	map->used++;
}

static void
put_all(struct strategy_ctx *ctx, struct client_map *map, char *row)
{
	uint64_t full = ~control_word(row) & HIGH_BITS;

	for (; full; full &= full - 1) {
		size_t i = first(full);
		void *key = client_map_key(map->type, row, i);
		uint64_t hash = client_map_hash(map, key);

		put(ctx, map, find_free(map, hash), hash, key,
		    client_map_elem(map->type, row, i));
	}
}

/* Into as many groups where a tenth of the slots are marked deleted (as Go 1.25
 * does, in place), else into twice as many. */
static bool
rehash(struct strategy_ctx *ctx, struct client_map *map)
{
	const struct client_map_type *type = map->type;
	size_t n_rows = map->row_mask + 1;
	size_t deleted = n_rows * MAX_LOAD - map->used;
	size_t n_new =
		deleted * 10 >= n_rows * CLIENT_MAP_SLOTS ? n_rows : n_rows * 2;
	struct client_map new = *map;

	new.rows = gc_alloc(ctx->mut, &type->row, n_new);
	if (!new.rows)
		return false;
	new.row_mask = n_new - 1;
	new.used = 0;
	set_empty(&new);
	for (size_t i = 0; i < n_rows; i++)
		put_all(ctx, &new, client_map_row(map, map->rows, i));
	client_map_replace(ctx, map, &new);
	return true;
}

static bool
insert(struct strategy_ctx *ctx, struct client_map *map, const void *key,
       const void *elem)
{
	uint64_t hash = client_map_hash(map, key);
	struct slot s;

	if (find_slot(map, key, hash, &s)) {
		client_map_put_elem(ctx, map->type, s.row, s.i, elem);
		return true;
	}
	s = find_free(map, hash);
	if (control(s) == EMPTY && map->growth_left == 0) {
		if (!rehash(ctx, map))
			return false;
		s = find_free(map, hash);
	}
	put(ctx, map, s, hash, key, elem);
	return true;
}

static bool
remove_key(struct strategy_ctx *ctx, struct client_map *map, const void *key)
{
	struct slot s;

	if (!find_slot(map, key, client_map_hash(map, key), &s))
		return false;
	client_map_clear_slot(ctx, map->type, s.row, s.i);
	if (match_empty(control_word(s.row))) {
		set_control(s, EMPTY);
		map->growth_left++;
	} else {
		set_control(s, DELETED);
	}
	map->used--;
	return true;
}

const struct client_map_form client_map_group = {
	.lay_out = lay_out,
	.create = create,
	.find = find,
	.insert = insert,
	.remove = remove_key,
};
