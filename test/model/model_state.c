/* model_state.c - garbage, the oracle, and one name for states that are alike
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "base.h"
#include "model.h"

static void
reach(const struct model_state *s, unsigned entity, bool *reached)
{
	/* One slot each: a chain. */
	while (entity && !reached[entity]) {
		reached[entity] = true;
		entity = s->slot[entity];
	}
}

static void
reach_from_roots(const struct model_state *s, bool *reached)
{
	for (const struct model_mutator *m = s->mut;
	     m < s->mut + MODEL_MUTATORS; m++) {
		for (unsigned i = 0; i < MODEL_REGS; i++)
			reach(s, m->reg[i], reached);
		reach(s, m->frame, reached);
		reach(s, m->pool, reached);
	}
}

unsigned
model_lost(const struct model_state *s)
{
	bool reached[MODEL_ENTITIES + 1] = {0};

	reach_from_roots(s, reached);
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		if (reached[i] && s->colour[i] == MODEL_WHITE)
			return i;
	return 0;
}

static void
drop_marked_entries(struct model_state *s)
{
	for (unsigned i = 1; i <= MODEL_OBJECTS; i++)
		if (s->colour[i] != MODEL_WHITE)
			for (unsigned j = 0; j < MODEL_MUTATORS; j++)
				s->mut[j].buffer &= (uint8_t) ~(1u << i);
}

/*
 * What no mutator can reach any more, and no buffer, work list or running hook
 * will touch, can have no effect: its place is as good as new. So the bound on
 * objects is on those alive, and allocation never waits for a sweep.
 */
void
model_collect(struct model_state *s)
{
	bool reached[MODEL_ENTITIES + 1] = {0};

	drop_marked_entries(s);
	reach_from_roots(s, reached);
	for (const struct model_mutator *m = s->mut;
	     m < s->mut + MODEL_MUTATORS; m++) {
		for (unsigned i = 1; i <= MODEL_OBJECTS; i++)
			if (m->buffer >> i & 1)
				reach(s, i, reached);
		reach(s, m->dst, reached);
		reach(s, m->new, reached);
		reach(s, m->old, reached);
	}
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		if (s->colour[i] >= MODEL_LOCAL && s->colour[i] <= MODEL_GREY)
			reach(s, i, reached);
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		if (!reached[i])
			s->colour[i] = s->slot[i] = s->word[i] = 0;
}

/* Appends bits to a word of a key, and takes them off again. */
static void
put(uint64_t *word, unsigned bits, uint64_t value)
{
	*word = *word << bits | value;
}

static unsigned
get(uint64_t *word, unsigned bits)
{
	unsigned value = (unsigned)(*word & (((uint64_t)1 << bits) - 1));

	*word >>= bits;
	return value;
}

static uint64_t
pack_mutator(const struct model_mutator *m)
{
	uint64_t x = m->todo;

	put(&x, 3, m->dst);
	put(&x, 2, m->new);
	put(&x, 2, m->old);
	put(&x, 2, m->reg[0]);
	put(&x, 2, m->reg[1]);
	put(&x, 3, m->frame);
	put(&x, 3, m->pool);
	put(&x, 4, m->buffer);
	put(&x, 1, m->grey);
	put(&x, 1, m->scanning);
	put(&x, 1, m->flushing);
	put(&x, 1, m->visiting);
	put(&x, 1, m->done);
	return x;
}

static struct model_mutator
unpack_mutator(uint64_t x)
{
	struct model_mutator m;

	m.done = get(&x, 1);
	m.visiting = get(&x, 1);
	m.flushing = get(&x, 1);
	m.scanning = get(&x, 1);
	m.grey = get(&x, 1);
	m.buffer = (uint8_t)get(&x, 4);
	m.pool = (uint8_t)get(&x, 3);
	m.frame = (uint8_t)get(&x, 3);
	m.reg[1] = (uint8_t)get(&x, 2);
	m.reg[0] = (uint8_t)get(&x, 2);
	m.old = (uint8_t)get(&x, 2);
	m.new = (uint8_t)get(&x, 2);
	m.dst = (uint8_t)get(&x, 3);
	m.todo = (uint32_t)x;
	return m;
}

static struct model_key
pack(const struct model_state *s)
{
	struct model_key key = {.shared = s->phase};

	for (unsigned i = 1; i <= MODEL_ENTITIES; i++) {
		put(&key.shared, 2, s->slot[i]);
		put(&key.shared, 3, s->colour[i]);
		put(&key.shared, 2, s->word[i]);
	}
	for (unsigned i = 0; i < MODEL_MUTATORS; i++)
		key.mut[i] = pack_mutator(&s->mut[i]);
	return key;
}

struct model_state
model_unpack(const struct model_key *key)
{
	struct model_state s = {0};
	uint64_t x = key->shared;

	for (unsigned i = MODEL_ENTITIES; i > 0; i--) {
		s.word[i] = (uint8_t)get(&x, 2);
		s.colour[i] = (uint8_t)get(&x, 3);
		s.slot[i] = (uint8_t)get(&x, 2);
	}
	s.phase = (uint8_t)x;
	for (unsigned i = 0; i < MODEL_MUTATORS; i++)
		s.mut[i] = unpack_mutator(key->mut[i]);
	return s;
}

/* A renaming: which entity gets each name, and which mutator is the first. */
struct renaming {
	uint8_t from[MODEL_ENTITIES + 1], to[MODEL_ENTITIES + 1];
	bool swap;
};

static uint8_t
renamed_colour(uint8_t colour, bool swap)
{
	if (swap && colour >= MODEL_LOCAL &&
	    colour < MODEL_LOCAL + MODEL_MUTATORS)
		return (uint8_t)(2 * MODEL_LOCAL + 1 - colour);
	return colour;
}

static struct model_mutator
rename_mutator(const struct model_mutator *from, const uint8_t *to)
{
	struct model_mutator m = *from;

	m.dst = to[m.dst];
	m.new = to[m.new];
	m.old = to[m.old];
	m.frame = to[m.frame];
	m.pool = to[m.pool];
	m.buffer = 0;
	for (unsigned i = 1; i <= MODEL_OBJECTS; i++)
		m.buffer |= (uint8_t)((from->buffer >> i & 1) << to[i]);
	/* Registers are alike. */
	m.reg[0] = MAX(to[from->reg[0]], to[from->reg[1]]);
	m.reg[1] = MIN(to[from->reg[0]], to[from->reg[1]]);
	return m;
}

static struct model_state
rename_all(const struct model_state *s, const struct renaming *r)
{
	struct model_state t = {.phase = s->phase};

	for (unsigned i = 1; i <= MODEL_ENTITIES; i++) {
		t.slot[r->to[i]] = r->to[s->slot[i]];
		t.colour[r->to[i]] = renamed_colour(s->colour[i], r->swap);
		t.word[r->to[i]] = s->word[i];
	}
	for (unsigned i = 0; i < MODEL_MUTATORS; i++)
		t.mut[i] = rename_mutator(&s->mut[i ^ r->swap], r->to);
	return t;
}

/* What is known of an entity whatever its name; 0 of all that are free. */
static unsigned
sort_key(const struct model_state *s, unsigned i, bool swap)
{
	unsigned slot = s->slot[i] == 0 ? 0 : s->slot[i] == i ? 1 : 2;
	unsigned key = (unsigned)renamed_colour(s->colour[i], swap) << 2 | slot;

	key = key << 2 | s->word[i];
	for (unsigned j = 0; j < MODEL_MUTATORS; j++) {
		const struct model_mutator *m = &s->mut[j ^ swap];

		key = key << 5 | (unsigned)(m->buffer >> i & 1) << 4 |
		      (unsigned)(m->dst == i) << 3 |
		      (unsigned)(m->new == i) << 2 |
		      (unsigned)((m->reg[0] == i) + (m->reg[1] == i));
	}
	return key;
}

/* Names go by what is known of entities: only renamings that keep to it
 * compete, which mostly leaves one. Those that are free are all alike. */
static bool
in_order(const unsigned *keys, const struct renaming *r)
{
	for (unsigned i = 1; i < MODEL_ENTITIES; i++) {
		unsigned a = r->from[i], b = r->from[i + 1];

		if (i == MODEL_OBJECTS)
			continue;
		if (keys[a] < keys[b] || (keys[a] == 0 && a > b))
			return false;
	}
	return true;
}

static uint64_t
rank(const struct model_mutator *m)
{
	unsigned flags = m->grey | m->scanning << 1 | m->flushing << 2 |
			 m->visiting << 3 | m->done << 4;

	return (uint64_t)m->todo << 5 | flags;
}

static bool
is_less(const struct model_key *a, const struct model_key *b)
{
	if (a->shared != b->shared)
		return a->shared < b->shared;
	if (a->mut[0] != b->mut[0])
		return a->mut[0] < b->mut[0];
	return a->mut[1] < b->mut[1];
}

static const uint8_t orders[][MODEL_OBJECTS] = {
	{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1},
};

static struct renaming
nth_renaming(unsigned n)
{
	struct renaming r = {.swap = n & 1};
	unsigned flip = n >> 1 & 1;

	for (unsigned i = 0; i < MODEL_OBJECTS; i++)
		r.from[1 + i] = orders[n >> 2][i];
	for (unsigned i = 0; i < MODEL_FRAMES; i++)
		r.from[1 + MODEL_OBJECTS + i] =
			(uint8_t)(1 + MODEL_OBJECTS + (i ^ flip));
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		r.to[r.from[i]] = (uint8_t)i;
	return r;
}

#define RENAMINGS (4 * ARRAY_LEN(orders))

static const struct renaming *
all_renamings(void)
{
	static struct renaming all[RENAMINGS];

	if (!all[0].to[1])
		for (unsigned n = 0; n < RENAMINGS; n++)
			all[n] = nth_renaming(n);
	return all;
}

/* The least key among renamings that do or do not swap the mutators. */
static void
take_least(const struct model_state *s, bool swap, struct model_key *least)
{
	const struct renaming *all = all_renamings();
	unsigned keys[MODEL_ENTITIES + 1];

	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		keys[i] = sort_key(s, i, swap);
	for (unsigned n = swap; n < RENAMINGS; n += 2) {
		struct model_state t;
		struct model_key key;

		if (!in_order(keys, &all[n]))
			continue;
		t = rename_all(s, &all[n]);
		key = pack(&t);
		if (is_less(&key, least))
			*least = key;
	}
}

struct model_key
model_canon(const struct model_state *s)
{
	uint64_t a = rank(&s->mut[0]), b = rank(&s->mut[1]);
	struct model_key least = {UINT64_MAX, {0}};

	if (a >= b)
		take_least(s, false, &least);
	if (b >= a)
		take_least(s, true, &least);
	return least;
}
