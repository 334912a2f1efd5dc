/* call_cache.c - interned types and the cache of layouts
 *
 * The cache is a table with open addressing whose slots are only ever filled.
 * A reader that sees a slot filled sees the record's contents (release by the
 * writer, acquire by the reader); one that sees it empty may be late and looks
 * again under the lock. A table that is half full is replaced by one twice as
 * large; the old ones stay for their readers, all together as large as the
 * last.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_cache.h"

#include <pthread.h>
#include <search.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The first table: 2^6 slots. */
#define FIRST_BITS 6

struct record {
	struct call_key key;
	struct call_layout *layout;
};

struct table {
	struct table *older;
	unsigned bits;
	size_t n;
	_Atomic(struct record *) slots[]; /* 2^bits */
};

static _Atomic(struct table *) newest;
static void *types; /* tree of struct call_rtype, by text and ABI */
/* Of both, for who writes. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static bool
is_word_char(char c)
{
	return c == '_' || c == '.' || (c >= '0' && c <= '9') ||
	       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0x80;
}

/* A copy of a text that has been parsed, with spaces only where two words would
 * become one without. */
static char *
without_spaces(const char *text)
{
	char *copy = malloc(strlen(text) + 1), *to = copy;

	CHECK(copy);
	for (const char *p = text; *p; p++) {
		if (*p == ' ')
			continue;
		if (to > copy && p[-1] == ' ' && is_word_char(to[-1]) &&
		    is_word_char(*p))
			*to++ = ' ';
		*to++ = *p;
	}
	*to = '\0';
	return copy;
}

static int
compare_types(const void *a, const void *b)
{
	const struct call_rtype *x = a, *y = b;

	if (x->abi != y->abi)
		return x->abi < y->abi ? -1 : 1;
	return strcmp(x->text, y->text);
}

static const struct call_rtype *
intern(const char *text, enum call_abi abi)
{
	struct call_rtype *type = malloc(sizeof(*type)), **found;

	CHECK(type);
	*type = (struct call_rtype){abi, without_spaces(text)};
	pthread_mutex_lock(&lock);
	found = tsearch(type, &types, compare_types);
	pthread_mutex_unlock(&lock);
	CHECK(found);
	if (*found != type) {
		free((char *)type->text);
		free(type);
	}
	return *found;
}

bool
call_key_parse(struct call_key *key, const char *receiver,
	       const char *signature, enum call_abi abi,
	       struct call_layout_error *error)
{
	struct call_layout *layout =
		call_layout_parse(receiver, signature, abi, error);
	bool ok = layout;

	if (!ok)
		return false;
	key->func = intern(signature, abi);
	key->rcvr =
		layout->has_receiver ? intern(receiver, CALL_ABI_STACK) : NULL;
	call_layout_free(layout);
	return true;
}

/* The key's slot, or the empty one where it would be. */
static _Atomic(struct record *) *
find(struct table *t, struct call_key key)
{
	size_t mask = ((size_t)1 << t->bits) - 1;
	size_t i = call_key_hash(key) >> (64 - t->bits);

	for (;; i++) {
		struct record *e = atomic_load_explicit(&t->slots[i & mask],
							memory_order_acquire);

		if (!e || call_key_equal(e->key, key))
			return &t->slots[i & mask];
	}
}

static struct call_layout *
find_layout(struct call_key key)
{
	struct table *t = atomic_load_explicit(&newest, memory_order_acquire);
	struct record *e = t ? *find(t, key) : NULL;

	return e ? e->layout : NULL;
}

/* A table with room for one more. The lock is held. */
static struct table *
table_with_room(void)
{
	struct table *old = newest, *t;
	unsigned bits = old ? old->bits + 1 : FIRST_BITS;

	if (old && old->n < (size_t)1 << (old->bits - 1))
		return old;
	t = calloc(1, sizeof(*t) + sizeof(t->slots[0]) * ((size_t)1 << bits));
	CHECK(t);
	t->bits = bits;
	t->older = old;
	for (size_t i = 0; old && i < (size_t)1 << old->bits; i++)
		if (old->slots[i])
			*find(t, old->slots[i]->key) = old->slots[i];
	t->n = old ? old->n : 0;
	atomic_store_explicit(&newest, t, memory_order_release);
	return t;
}

static void
insert(struct call_key key, struct call_layout *layout)
{
	struct table *t = table_with_room();
	struct record *e = malloc(sizeof(*e));

	CHECK(e);
	*e = (struct record){key, layout};
	atomic_store_explicit(find(t, key), e, memory_order_release);
	t->n++;
}

static const struct call_layout *
add_layout(struct call_key key)
{
	const char *receiver = key.rcvr ? key.rcvr->text : NULL;
	struct call_layout_error error;
	struct call_layout *own, *found;

	own = call_layout_parse(receiver, key.func->text, key.func->abi,
				&error);
	CHECK(own); /* the key's texts have been parsed */
	pthread_mutex_lock(&lock);
	found = find_layout(key);
	if (!found)
		insert(key, own);
	pthread_mutex_unlock(&lock);
	if (!found)
		return own;
	call_layout_free(own);
	return found;
}

const struct call_layout *
call_cache_layout(struct call_key key)
{
	const struct call_layout *found = find_layout(key);

	return found ? found : add_layout(key);
}
