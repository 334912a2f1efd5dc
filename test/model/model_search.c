/* model_search.c - all states, breadth first, so that a trace is a shortest one
 *
 * States are kept whole, not as hashes alone: nothing is missed by a collision.
 * Each remembers the state that it was first reached from. The search begins
 * with every heap that mutators can build while marking is off.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "model.h"

#define NONE UINT32_MAX

struct node {
	struct model_key key;
	uint32_t parent;
};

/* The tag is the hash's upper half: without it every look is a miss to memory
 * more. */
struct place {
	uint32_t tag, node; /* 1 + its index, or 0 */
};

struct search {
	const struct model_config *config;
	struct node *nodes;
	size_t n, room;
	struct place *table; /* of nodes, open addressing */
	size_t mask;
	/* The step being taken. */
	uint32_t from, lost_from;
	struct model_verdict verdict;
};

static uint64_t
hash(const struct model_key *key)
{
	const uint64_t words[] = {key->shared, key->mut[0], key->mut[1]};
	uint64_t h = 0;

	/* The finaliser of splitmix64 over each. */
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		h ^= words[i];
		h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
		h = (h ^ h >> 27) * 0x94d049bb133111ebu;
		h ^= h >> 31;
	}
	return h;
}

/* The place of a key in the table, or where it would go: then that has its tag
 * and no node. */
static struct place *
find(const struct search *q, const struct model_key *key)
{
	uint64_t h = hash(key);
	uint32_t tag = (uint32_t)(h >> 32);
	struct place *p;

	for (size_t i = h & q->mask;; i = (i + 1) & q->mask) {
		p = &q->table[i];
		if (!p->node)
			break;
		if (p->tag == tag &&
		    memcmp(&q->nodes[p->node - 1].key, key, sizeof(*key)) == 0)
			break;
	}
	p->tag = tag;
	return p;
}

/* Doubles both; the table is at most half full. */
static void
grow(struct search *q)
{
	q->room = q->room ? 2 * q->room : 1 << 12;
	q->nodes = realloc(q->nodes, q->room * sizeof(*q->nodes));
	free(q->table);
	q->mask = 2 * q->room - 1;
	q->table = calloc(q->mask + 1, sizeof(*q->table));
	CHECK(q->nodes && q->table);
	for (size_t i = 0; i < q->n; i++)
		find(q, &q->nodes[i].key)->node = (uint32_t)i + 1;
}

static void
add(struct search *q, const struct model_state *s, uint32_t parent)
{
	struct model_key key = model_canon(s);
	struct place *place;

	if (q->n == q->room)
		grow(q);
	place = find(q, &key);
	if (place->node)
		return;
	q->nodes[q->n] = (struct node){key, parent};
	place->node = (uint32_t)++q->n;
}

static void
see(void *arg, const struct model_state *next, const struct model_event *event)
{
	struct search *q = arg;

	q->verdict.steps++;
	q->verdict.verbs[event->verb]++;
	if (event->lost && !q->verdict.lost) {
		q->verdict.lost = true;
		q->lost_from = q->from;
	}
	add(q, next, q->from);
}

/* Follows every step from every state that is there and that comes. */
static void
explore(struct search *q, bool collector)
{
	for (size_t i = 0; i < q->n && !q->verdict.lost; i++) {
		struct model_state s = model_unpack(&q->nodes[i].key);

		q->from = (uint32_t)i;
		model_successors(q->config, &s, collector, see, q);
	}
}

/* Where mutators are between operations the search may begin; the others among
 * these states are on its way. */
static void
begin(struct search *q)
{
	struct model_state empty = {0};
	size_t n;

	add(q, &empty, NONE);
	explore(q, false);
	n = q->n;
	q->n = 0;
	memset(q->table, 0, (q->mask + 1) * sizeof(*q->table));
	for (size_t i = 0; i < n; i++) {
		struct model_state s = model_unpack(&q->nodes[i].key);

		if (s.mut[0].todo == 0 && s.mut[1].todo == 0)
			add(q, &s, NONE);
	}
	q->verdict = (struct model_verdict){0};
}

static unsigned
depth_of(const struct search *q, uint32_t i)
{
	unsigned depth = 0;

	while ((i = q->nodes[i].parent) != NONE)
		depth++;
	return depth;
}

/* A step of a trace, told with names that stay the same along it. */
struct retrace {
	struct model_key key; /* of the state to be reached; or a loss */
	bool lost, found;
	struct model_state next;
	struct model_event event;
};

static void
match(void *arg, const struct model_state *next,
      const struct model_event *event)
{
	struct retrace *r = arg;
	struct model_key key;

	if (r->found)
		return;
	key = model_canon(next);
	if (r->lost ? !event->lost : memcmp(&key, &r->key, sizeof(key)) != 0)
		return;
	r->found = true;
	r->next = *next;
	r->event = *event;
}

static void
tell_step(const struct search *q, struct model_state *s, struct retrace *r,
	  FILE *out)
{
	model_successors(q->config, s, true, match, r);
	CHECK(r->found);
	model_print_event(out, &r->event);
	*s = r->next;
}

static void
tell(const struct search *q, FILE *out)
{
	unsigned depth = depth_of(q, q->lost_from);
	uint32_t *path = malloc((depth + 1) * sizeof(*path));
	uint32_t node = q->lost_from;
	struct model_state s;

	CHECK(path);
	for (unsigned i = depth + 1; i > 0; i--) {
		path[i - 1] = node;
		node = q->nodes[node].parent;
	}
	s = model_unpack(&q->nodes[path[0]].key);
	model_print_state(out, &s);
	for (unsigned i = 1; i <= depth; i++)
		tell_step(q, &s,
			  &(struct retrace){.key = q->nodes[path[i]].key}, out);
	tell_step(q, &s, &(struct retrace){.lost = true}, out);
	free(path);
}

const struct model_bounds model_bounds[MODEL_SIZES] = {
	[MODEL_FRAME] = {"frame", 1, 1, 2, false},
	[MODEL_RACE] = {"race", 2, 0, 2, true},
	[MODEL_CHAIN] = {"chain", 3, 0, 2, false},
	[MODEL_FRAMED] = {"framed", 2, 1, 2, false},
};

struct model_verdict
model_search(const struct model_case *c, enum model_size size, FILE *trace)
{
	const struct model_config config = {&c->hooks, c->faults,
					    model_bounds[size]};
	struct search q = {.config = &config};
	struct model_verdict v;

	begin(&q);
	explore(&q, true);
	v = q.verdict;
	v.states = q.n;
	v.depth = v.lost ? depth_of(&q, q.lost_from) + 1
			 : depth_of(&q, (uint32_t)q.n - 1);
	if (v.lost && trace)
		tell(&q, trace);
	free(q.nodes);
	free(q.table);
	return v;
}
