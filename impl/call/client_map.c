/* client_map.c - what both forms of a map share: types, heads, hash, entries */
// SPDX-License-Identifier: BSD-3-Clause
#include "client_map.h"

#include "base_random.h"
#include "typed.h"

static const uint8_t first_word[16] = {1};
static const struct gc_type head_type = {sizeof(struct client_map), WORD_SIZE,
					 first_word};

static bool
is_valid(const struct gc_type *t)
{
	return t->size % WORD_SIZE == 0 && t->size <= CLIENT_MAP_VALUE_MAX;
}

/* Adds a value's pointers to a row's mask, off bytes into it. */
static void
add_pointers(struct client_map_type *type, size_t off, const struct gc_type *t)
{
	for (size_t i = 0; i < t->ptrbytes / WORD_SIZE; i++) {
		size_t at = off / WORD_SIZE + i;

		if (!(t->ptrmask[i / 8] >> i % 8 & 1))
			continue;
		type->mask[at / 8] |= (uint8_t)(1 << at % 8);
		type->row.ptrbytes =
			MAX(type->row.ptrbytes, (at + 1) * WORD_SIZE);
	}
}

void
client_map_type_init(struct client_map_type *type,
		     const struct client_map_form *form,
		     const struct gc_type *key, const struct gc_type *elem)
{
	CHECK(is_valid(key) && key->size > 0 && is_valid(elem));
	*type = (struct client_map_type){
		.form = form, .key = *key, .elem = *elem};
	type->row.ptrmask = type->mask;
	form->lay_out(type);
	for (size_t i = 0; i < CLIENT_MAP_SLOTS; i++) {
		add_pointers(type, WORD_SIZE + i * type->key_stride, key);
		add_pointers(type, type->elems + i * type->elem_stride, elem);
	}
}

/* The two objects are new, so both are white or both are black: the head's
 * pointer needs no barrier. */
struct client_map *
client_map_alloc(struct strategy_ctx *ctx, const struct client_map_type *type,
		 size_t n_rows, uint64_t seed)
{
	struct client_map *map = gc_alloc(ctx->mut, &head_type, 1);
	void *rows = gc_alloc(ctx->mut, &type->row, n_rows);

	if (!map || !rows)
		return NULL;
	*map = (struct client_map){.rows = rows,
				   .type = type,
				   .seed = seed,
				   .row_mask = n_rows - 1};
	return map;
}

void
client_map_replace(struct strategy_ctx *ctx, struct client_map *map,
		   const struct client_map *new)
{
	typed_memmove(ctx, &head_type, map, new);
}

/* A step of SplitMix64 for each word: its output mixes all bits of its state,
 * and this mixes the state with the key. */
uint64_t
client_map_hash(const struct client_map *map, const void *key)
{
	const uint64_t *words = key;
	uint64_t hash = map->seed;

	for (size_t i = 0; i < map->type->key.size / WORD_SIZE; i++) {
		struct base_random r = {hash ^ words[i]};

		hash = base_random_next(&r);
	}
	return hash;
}

void
client_map_put_key(struct strategy_ctx *ctx, const struct client_map_type *type,
		   char *row, size_t i, const void *key)
{
	typed_memmove(ctx, &type->key, client_map_key(type, row, i), key);
}

void
client_map_put_elem(struct strategy_ctx *ctx,
		    const struct client_map_type *type, char *row, size_t i,
		    const void *elem)
{
	typed_memmove(ctx, &type->elem, client_map_elem(type, row, i), elem);
}

void
client_map_clear_slot(struct strategy_ctx *ctx,
		      const struct client_map_type *type, char *row, size_t i)
{
	if (type->key.ptrbytes)
		typed_memclr(ctx, &type->key, client_map_key(type, row, i));
	typed_memclr(ctx, &type->elem, client_map_elem(type, row, i));
}
