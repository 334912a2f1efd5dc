/* client_map.h - a map on the heap, in the two forms that Go has had
 *
 * A client of the barrier: deleting an entry finds it, clears its key and
 * element with the bound barrier, and marks its slot free. Both forms keep rows
 * of eight slots, with a control byte for each: groups (Go 1.24 and later), in
 * which probing goes from group to group, and buckets (before), which chain
 * overflow buckets.
 *
 * Which parts a delete clears, in both (Go: issue 25936): the key when it has
 * pointers, and the element always, because what is inserted next may add to
 * it.
 *
 * Keys are compared and hashed as bytes: numbers and pointers, and structs of
 * them, but not strings. A map belongs to one mutator, its address to the
 * caller, who roots it. No function reaches a safepoint.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CLIENT_MAP_H
#define CLIENT_MAP_H

#include <string.h>

#include "gc.h"
#include "strategy.h"

/* In a row (Go: abi.SwissMapGroupSlots and bucketCnt). */
#define CLIENT_MAP_SLOTS 8
/* Go keeps larger keys and elements behind a pointer, and deletes that
 * (abi.SwissMapMaxKeyBytes, maxKeySize). Here they are refused. */
#define CLIENT_MAP_VALUE_MAX 128
/* Words of the largest row: keys and elements, control, overflow pointer. */
#define CLIENT_MAP_ROW_WORDS \
	(2 * CLIENT_MAP_SLOTS * CLIENT_MAP_VALUE_MAX / WORD_SIZE + 2)

/* A type of map: what its keys and elements are, and where they lie. */
struct client_map_type {
	const struct client_map_form *form;
	struct gc_type key, elem;
	/* Bytes from a slot to the next, and from a row to its first element;
	 * its first key is behind the control word. */
	size_t key_stride, elem_stride, elems;
	struct gc_type row;
	uint8_t mask[ALIGN_UP(CLIENT_MAP_ROW_WORDS, 64) / 8];
};

/* The head of a map, on the heap like its rows. */
struct client_map {
	void *rows; /* an array; the one pointer */
	const struct client_map_type *type;
	uint64_t seed;
	size_t row_mask;    /* rows less one; a power of two of them */
	size_t used;        /* entries */
	size_t growth_left; /* groups: empty slots to fill before a rehash */
};

struct client_map_form {
	/* Sets the strides and the size of a row. */
	void (*lay_out)(struct client_map_type *type);
	/* A map with room for n entries. NULL: the heap has none. */
	struct client_map *(*create)(struct strategy_ctx *ctx,
				     const struct client_map_type *type,
				     size_t n, uint64_t seed);
	/* The element of a key; NULL when there is none. */
	void *(*find)(const struct client_map *map, const void *key);
	/* Stores an element, over an old one where there is one. False: the
	 * heap has no room. */
	bool (*insert)(struct strategy_ctx *ctx, struct client_map *map,
		       const void *key, const void *elem);
	/* False: there is no such key. */
	bool (*remove)(struct strategy_ctx *ctx, struct client_map *map,
		       const void *key);
};

extern const struct client_map_form client_map_group, client_map_bucket;

/* Makes a type of map in place, which must outlive its maps and not move. Keys
 * and elements are whole words, at most CLIENT_MAP_VALUE_MAX bytes; an element
 * may have no size. */
void client_map_type_init(struct client_map_type *type,
			  const struct client_map_form *form,
			  const struct gc_type *key,
			  const struct gc_type *elem);

/* What the forms share. */

/* A head with n_rows rows, a power of two, all zero. NULL: no room. */
struct client_map *client_map_alloc(struct strategy_ctx *ctx,
				    const struct client_map_type *type,
				    size_t n_rows, uint64_t seed);

/* *map = *new, with the bound barrier: other rows. */
void client_map_replace(struct strategy_ctx *ctx, struct client_map *map,
			const struct client_map *new);

uint64_t client_map_hash(const struct client_map *map, const void *key);

static inline char *
client_map_row(const struct client_map *map, const void *rows, size_t i)
{
	return (char *)rows + (i & map->row_mask) * map->type->row.size;
}

static inline void *
client_map_key(const struct client_map_type *type, char *row, size_t i)
{
	return row + WORD_SIZE + i * type->key_stride;
}

static inline void *
client_map_elem(const struct client_map_type *type, char *row, size_t i)
{
	return row + type->elems + i * type->elem_stride;
}

static inline bool
client_map_holds(const struct client_map_type *type, char *row, size_t i,
		 const void *key)
{
	return memcmp(client_map_key(type, row, i), key, type->key.size) == 0;
}

/* Stores and clears an entry, with the bound barrier. */
void client_map_put_key(struct strategy_ctx *ctx,
			const struct client_map_type *type, char *row, size_t i,
			const void *key);
void client_map_put_elem(struct strategy_ctx *ctx,
			 const struct client_map_type *type, char *row,
			 size_t i, const void *elem);
void client_map_clear_slot(struct strategy_ctx *ctx,
			   const struct client_map_type *type, char *row,
			   size_t i);

#endif
