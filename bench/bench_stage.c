/* bench_stage.c - objects, lists and checks of a scene */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_stage.h"

#include <string.h>

#include "bench_census.h"

/* No heap address has these bits. */
#define KEY ((uintptr_t)0x5ce7e << 44)

static const uint8_t first_word[16] = {1};
static const struct gc_type object_type = {sizeof(struct stage_object),
					   WORD_SIZE, first_word};
static const struct gc_type noscan_type = {sizeof(struct stage_object), 0,
					   first_word};

void
stage_wrong(struct stage *s, const char *what)
{
	if (s->result->wrong++ == 0)
		snprintf(s->result->first, sizeof(s->result->first), "%s",
			 what);
}

void **
stage_push(struct stage *s, void *ptr)
{
	CHECK(s->depth < STAGE_STACK);
	s->stack[s->depth] = ptr;
	return &s->stack[s->depth++];
}

void *
stage_alloc(struct stage *s, const struct gc_type *type, size_t n)
{
	void *ptr = gc_alloc(s->mut, type, n);

	CHECK(ptr);
	for (size_t i = 0; i < type->size * n / WORD_SIZE; i++)
		if (((uintptr_t *)ptr)[i])
			stage_wrong(s, "new memory is not zero");
	return ptr;
}

static struct stage_object *
keyed(struct stage *s, const struct gc_type *type, void *next)
{
	struct stage_object *o = stage_alloc(s, type, 1);

	o->next = next;
	o->check = (uintptr_t)o ^ KEY;
	return o;
}

struct stage_object *
stage_object(struct stage *s, bool noscan)
{
	if (noscan)
		return keyed(s, &noscan_type, NULL);
	return keyed(s, &object_type, keyed(s, &noscan_type, NULL));
}

bool
stage_is_whole(const struct stage_object *o)
{
	return o && o->check == ((uintptr_t)o ^ KEY);
}

void *
stage_list(struct stage *s, size_t n, void *last)
{
	while (n--)
		last = keyed(s, &object_type, last);
	return last;
}

bool
stage_is_pointer(const struct stage_structure *t, size_t i)
{
	return bench_is_pointer(&t->type, i % (t->type.size / WORD_SIZE));
}

void
stage_expect(struct stage *s, const void *words, const void *expected,
	     size_t size, const char *what)
{
	if (memcmp(words, expected, size) != 0)
		stage_wrong(s, what);
}

void
stage_let_run(struct stage *s, size_t steps)
{
	gc_leave(s->mut);
	gc_mark_quantum(s->gc, steps);
	gc_sweep_quantum(s->gc, steps);
	gc_enter(s->mut);
}

void
stage_settle(struct stage *s)
{
	struct stage_object *last = s->global;

	gc_collect(s->gc, s->mut);
	while (last->next)
		last = last->next;
	last->next = stage_object(s, true);
	gc_collect(s->gc, s->mut);
}

bool
stage_is_bad(struct stage *s)
{
	struct bench_verify_result *r = s->result;
	struct gc_stats stats;

	gc_get_stats(s->gc, &stats);
	r->lost += stats.lost - s->seen.lost;
	r->looked_at_shading = true;
	r->overshaded += stats.overshaded - s->seen.overshaded;
	r->overshaded_bytes +=
		stats.overshaded_bytes - s->seen.overshaded_bytes;
	s->seen = stats;
	return r->lost || r->wrong;
}
