/* call_trial.c - the values of one call, every byte of them known */
// SPDX-License-Identifier: BSD-3-Clause
#include "call_trial.h"

#include <string.h>

#include "call_box.h"
#include "collector_steps.h"
#include "test_util.h"

/* A type or method table. */
static struct node table;

static size_t
words_of(const struct call_value *v)
{
	return ALIGN_UP(v->size, WORD_SIZE) / WORD_SIZE;
}

void
call_trial_open(struct call_trial *t, const struct call_layout *layout,
		const struct call_layout *outer)
{
	size_t n = layout->n_args + layout->n_results;

	*t = (struct call_trial){.layout = layout, .outer = outer};
	t->want = calloc(n + 1, sizeof(*t->want));
	t->area = calloc(outer->frame.size + WORD_SIZE, 1);
	t->image = calloc(outer->frame.size + WORD_SIZE, 1);
	CHECK(t->want && t->area && t->image);
	for (size_t i = 0; i < n; i++) {
		t->want[i] =
			calloc(words_of(&layout->values[i]) + 1, WORD_SIZE);
		CHECK(t->want[i]);
	}
}

void
call_trial_close(struct call_trial *t)
{
	for (size_t i = 0; i < t->layout->n_args + t->layout->n_results; i++)
		free(t->want[i]);
	free(t->want);
	free(t->area);
	free(t->image);
}

/* The value in the caller's layout; NULL for its receiver. */
static const struct call_value *
outer_value(const struct call_trial *t, size_t i)
{
	size_t receivers = t->layout->n_args - t->outer->n_args;

	return i < receivers ? NULL : &t->outer->values[i - receivers];
}

/* Whether a word of a value has a register that is no root. */
static bool
is_hidden(const struct call_value *v, const uint8_t *mask, size_t word)
{
	for (size_t i = 0; v && i < v->n_steps; i++)
		if (v->steps[i].off / WORD_SIZE == word)
			return !(mask[v->steps[i].reg / 8] >>
					 v->steps[i].reg % 8 &
				 1);
	return false;
}

static bool
holds_table(const struct call_trial *t, size_t i, size_t word)
{
	const struct call_layout *l = t->layout, *o = t->outer;
	bool is_arg = i < l->n_args;

	return is_hidden(&l->values[i], is_arg ? l->in_ptrmask : l->out_ptrmask,
			 word) ||
	       is_hidden(outer_value(t, i),
			 is_arg ? o->in_ptrmask : o->out_ptrmask, word);
}

/* Registers do not carry padding. */
static void
clear_padding(const struct call_value *v, uintptr_t *bytes)
{
	char parts[CALL_REGS_VALUE_MAX] = {0};

	if (!v || !v->n_steps)
		return;
	for (size_t i = 0; i < v->n_steps; i++)
		memcpy(parts + v->steps[i].off, (char *)bytes + v->steps[i].off,
		       v->steps[i].size);
	memcpy(bytes, parts, v->size);
}

void
call_trial_draw(struct call_trial *t, size_t i)
{
	const struct call_value *v = &t->layout->values[i];

	for (size_t k = 0; k < words_of(v); k++) {
		bool pointer = heap_type_bit(&v->type, k);

		t->want[i][k] = pointer && holds_table(t, i, k)
					? (uintptr_t)&table
					: collector_draw_word(pointer);
	}
	clear_padding(v, t->want[i]);
	clear_padding(outer_value(t, i), t->want[i]);
}

void
call_trial_check(const struct call_trial *t, size_t i, const void *bytes)
{
	const struct call_value *v = &t->layout->values[i];

	if (memcmp(bytes, t->want[i], v->size) != 0)
		fail_msg("value %zu is not what was drawn", i);
	for (size_t k = 0; k < words_of(v); k++) {
		const struct node *node = (struct node *)t->want[i][k];

		if (heap_type_bit(&v->type, k) && node && node != &table)
			assert_true(heap_is_whole(node));
	}
}

/* The value in that layout, which may lack the receiver. */
static const struct call_value *
value_in(const struct call_trial *t, size_t i, const struct call_layout *layout)
{
	return layout == t->layout ? &layout->values[i] : outer_value(t, i);
}

void
call_trial_check_in(const struct call_trial *t, size_t i,
		    const struct call_layout *layout, const void *area,
		    const struct call_regs *regs)
{
	const struct call_value *v = value_in(t, i, layout);
	char room[CALL_REGS_VALUE_MAX] = {0};

	if (!v || !v->size)
		return;
	if (v->in_frame) {
		call_trial_check(t, i, (const char *)area + v->off);
		return;
	}
	call_regs_take(regs, v, room);
	call_trial_check(t, i, room);
}

void
call_trial_put_in(const struct call_trial *t, size_t i,
		  const struct call_layout *layout, void *area,
		  struct call_regs *regs)
{
	const struct call_value *v = value_in(t, i, layout);

	if (v && v->in_frame)
		memcpy((char *)area + v->off, t->want[i], v->size);
	else if (v && v->size)
		call_regs_put(regs, v, t->want[i]);
}

static void
draw_noise(uintptr_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		words[i] = collector_draw_word(false);
}

void
call_trial_enter(struct call_trial *t, struct gc_mutator *mut)
{
	const struct call_layout *o = t->outer;
	size_t nwords = o->frame.size / WORD_SIZE;

	draw_noise(t->area, nwords + 1);
	draw_noise((uintptr_t *)t->regs.words, CALL_REGS);
	for (size_t i = 0; i < t->layout->n_args; i++) {
		call_trial_draw(t, i);
		call_trial_put_in(t, i, o, t->area, &t->regs);
	}
	memcpy(t->image, t->area, (nwords + 1) * WORD_SIZE);
	call_caller_enter(&t->caller, mut, o, t->area, &t->regs);
}

void
call_trial_leave(struct call_trial *t, struct gc_mutator *mut)
{
	call_caller_leave(&t->caller, mut);
}

void
call_trial_forget(struct call_trial *t)
{
	size_t size = t->outer->retoffset;

	memset(t->area, 0, size);
	memset(t->image, 0, size);
	memset(&t->regs, 0, sizeof(t->regs));
}

void
call_trial_keep_argument(const struct call_trial *t)
{
	size_t i = collector_below(t->layout->n_args + 1);

	if (i < t->layout->n_args && call_box_is_pointer(&t->layout->values[i]))
		collector_keep_node((struct node *)t->want[i][0]);
}

void
call_trial_check_caller(struct call_trial *t)
{
	const struct call_layout *l = t->layout, *o = t->outer;
	size_t end = o->frame.size / WORD_SIZE;

	for (size_t i = l->n_args; i < l->n_args + l->n_results; i++)
		call_trial_check_in(t, i, o, t->area, &t->regs);
	assert_memory_equal(t->area, t->image, o->retoffset);
	assert_int_equal(t->area[end], t->image[end]);
}
