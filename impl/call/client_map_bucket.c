/* client_map_bucket.c - a map as an array of buckets, as Go had it up to 1.23
 *
 * A bucket keeps eight keys, then eight elements, then a pointer to an overflow
 * bucket (Go: runtime/map.go). A control byte is the top byte of an entry's
 * hash, or one of two that say empty: `rest` where nothing follows in the whole
 * chain, so that a search can end there.
 *
 * The array does not grow: what is more than it was made for goes to overflow
 * buckets. The pointer to one is in every bucket; Go keeps those of buckets
 * without other pointers in a slice beside the map.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "client_map.h"
#include "typed.h"

#define EMPTY_REST 0
#define EMPTY_ONE  1
/* As Go, whose 2 to 4 are for entries that growing has moved. */
#define MIN_TOP 5

/* Entries per two buckets, on average, before Go would grow: 6.5 a bucket. */
#define LOAD_OF_TWO 13

struct slot {
	char *row;
	size_t i;
};

static uint8_t *
top(struct slot s)
{
	return (uint8_t *)s.row + s.i;
}

static bool
is_empty(struct slot s)
{
	return *top(s) < MIN_TOP;
}

static uint8_t
top_hash(uint64_t hash)
{
	uint8_t byte = hash >> 56;

	return byte < MIN_TOP ? byte + MIN_TOP : byte;
}

static size_t
overflow_off(const struct client_map_type *type)
{
	return type->row.size - WORD_SIZE;
}

static char *
overflow(const struct client_map *map, const char *row)
{
	return *(char *const *)(row + overflow_off(map->type));
}

static void
lay_out(struct client_map_type *type)
{
	size_t at;

	type->key_stride = type->key.size;
	type->elem_stride = type->elem.size;
	type->elems = WORD_SIZE + CLIENT_MAP_SLOTS * type->key.size;
	type->row.size =
		type->elems + CLIENT_MAP_SLOTS * type->elem.size + WORD_SIZE;
	at = overflow_off(type) / WORD_SIZE;
	type->mask[at / 8] |= (uint8_t)(1 << at % 8);
	type->row.ptrbytes = type->row.size;
}

static struct client_map *
create(struct strategy_ctx *ctx, const struct client_map_type *type, size_t n,
       uint64_t seed)
{
	size_t n_rows = 1;

	while (n > CLIENT_MAP_SLOTS && n * 2 > n_rows * LOAD_OF_TWO)
		n_rows *= 2;
	return client_map_alloc(ctx, type, n_rows, seed);
}

static char *
head_of(const struct client_map *map, uint64_t hash)
{
	return client_map_row(map, map->rows, hash);
}

/* The next slot of a chain; row NULL behind its end. */
static struct slot
next_slot(const struct client_map *map, struct slot s)
{
	if (s.i + 1 < CLIENT_MAP_SLOTS)
		return (struct slot){s.row, s.i + 1};
	return (struct slot){overflow(map, s.row), 0};
}

static bool
find_slot(const struct client_map *map, const void *key, uint64_t hash,
	  struct slot *found)
{
	struct slot s = {head_of(map, hash), 0};
	uint8_t wanted = top_hash(hash);

	for (; s.row && *top(s) != EMPTY_REST; s = next_slot(map, s))
		if (*top(s) == wanted &&
		    client_map_holds(map->type, s.row, s.i, key)) {
			*found = s;
			return true;
		}
	return false;
}

static void *
find(const struct client_map *map, const void *key)
{
	struct slot s;

	if (!find_slot(map, key, client_map_hash(map, key), &s))
		return NULL;
	return client_map_elem(map->type, s.row, s.i);
}

/* Chains a new bucket to the last one. */
static bool
add_bucket(struct strategy_ctx *ctx, struct client_map *map, char *last,
	   struct slot *s)
{
	const struct client_map_type *type = map->type;
	void *row = gc_alloc(ctx->mut, &type->row, 1);
	size_t off = overflow_off(type);

	if (!row)
		return false;
	typed_memmove_partial(ctx, &type->row, last + off, &row, off,
			      WORD_SIZE);
	*s = (struct slot){row, 0};
	return true;
}

/* The first empty slot of a hash's chain, in a new bucket if need be. */
static bool
find_free(struct strategy_ctx *ctx, struct client_map *map, uint64_t hash,
	  struct slot *found)
{
	struct slot s = {head_of(map, hash), 0};
	char *last = s.row;

	for (; s.row; s = next_slot(map, s)) {
		last = s.row;
		*found = s;
		if (is_empty(s))
			return true;
	}
	return add_bucket(ctx, map, last, found);
}

static bool
insert(struct strategy_ctx *ctx, struct client_map *map, const void *key,
       const void *elem)
{
	uint64_t hash = client_map_hash(map, key);
	struct slot s;

	if (!find_slot(map, key, hash, &s)) {
		if (!find_free(ctx, map, hash, &s))
			return false;
		client_map_put_key(ctx, map->type, s.row, s.i, key);
		*top(s) = top_hash(hash);
		map->used++;
	}
	client_map_put_elem(ctx, map->type, s.row, s.i, elem);
	return true;
}

/* The slot before one that is not the first of its chain. */
static struct slot
previous_slot(const struct client_map *map, char *head, struct slot s)
{
	if (s.i > 0)
		return (struct slot){s.row, s.i - 1};
	while (overflow(map, head) != s.row)
		head = overflow(map, head);
	return (struct slot){head, CLIENT_MAP_SLOTS - 1};
}

/* Marks a slot that was emptied, and if nothing follows it also the empty ones
 * before it. */
static void
set_empty(struct client_map *map, char *head, struct slot s)
{
	struct slot next = next_slot(map, s);

	*top(s) = EMPTY_ONE;
	if (next.row && *top(next) != EMPTY_REST)
		return;
	while (*top(s) == EMPTY_ONE) {
		*top(s) = EMPTY_REST;
		if (s.row == head && s.i == 0)
			return;
		s = previous_slot(map, head, s);
	}
}

static bool
remove_key(struct strategy_ctx *ctx, struct client_map *map, const void *key)
{
	uint64_t hash = client_map_hash(map, key);
	struct slot s;

	if (!find_slot(map, key, hash, &s))
		return false;
	client_map_clear_slot(ctx, map->type, s.row, s.i);
	set_empty(map, head_of(map, hash), s);
	map->used--;
	return true;
}

const struct client_map_form client_map_bucket = {
	.lay_out = lay_out,
	.create = create,
	.find = find,
	.insert = insert,
	.remove = remove_key,
};
