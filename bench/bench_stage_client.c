/* bench_stage_client.c - the clients of the barrier as actors of a scene */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "bench_stage.h"
#include "client_chan.h"

static const uintptr_t zeros[STAGE_MAX_WORDS];

static size_t
bytes(const struct stage_structure *t)
{
	return t->n * t->type.size;
}

/* What is to be pointers: the first word and the last, and some between. */
static void
draw_type(struct stage *s, struct stage_structure *t)
{
	const struct stage_actor *actor = stage_actors[s->scene->client];
	size_t n_kinds = 0, words;

	while (actor->words[n_kinds])
		n_kinds++;
	words = actor->words[t->index % n_kinds];
	memset(t->mask, 0, sizeof(t->mask));
	for (size_t i = 0; i < words; i++)
		if (i == 0 || i == words - 1 ||
		    base_random_below(&s->random, 2))
			t->mask[i / 8] |= (uint8_t)(1u << i % 8);
	t->type =
		(struct gc_type){words * WORD_SIZE, words * WORD_SIZE, t->mask};
	t->n = 1 + t->index / n_kinds %
			   MIN(actor->max_values, STAGE_MAX_WORDS / words);
}

/* Frames: a receiver that is no pointer before every third one's arguments, and
 * a result behind every second one's. */

static void
frame_signature(const struct stage_structure *t, char *text)
{
	size_t words = t->type.size / WORD_SIZE;

	text += sprintf(text, "func(");
	for (size_t i = 0; i < words; i++)
		text += sprintf(text, "%s%s", i ? "," : "",
				stage_is_pointer(t, i) ? "*int" : "int");
	sprintf(text, ")%s", t->index % 2 ? "*int" : "");
}

/* The mask as it was before the origin's change gave such a receiver a bit: all
 * that follow have moved up by one word. */
static void
lose_receiver_bit(struct call_layout *layout)
{
	uint8_t *mask = (uint8_t *)layout->frame.ptrmask;
	size_t n = (layout->frame.size / WORD_SIZE + 7) / 8;

	for (size_t i = 0; i < n; i++)
		mask[i] = (uint8_t)(mask[i] >> 1 | mask[i + 1] << 7);
}

static void
frame_open(struct stage *s, struct stage_structure *t)
{
	char text[STAGE_MAX_WORDS * sizeof("*int,")];
	const char *receiver = t->index % 3 ? "-" : "*notinheap";
	struct call_layout_error error;

	draw_type(s, t);
	frame_signature(t, text);
	t->layout = call_layout_parse(receiver, text, CALL_ABI_STACK, &error);
	CHECK(t->layout);
	/* What the image has is not what a broken mask says. */
	t->type = t->layout->frame;
	memcpy(t->mask, t->type.ptrmask, t->type.size / WORD_SIZE / 8 + 1);
	t->type.ptrmask = t->mask;
	t->n = 1;
	if (s->scene->receiver_bit_lost && t->layout->has_receiver)
		lose_receiver_bit(t->layout);
	t->target = call_target_new(s->engine, t->layout);
}

static void
frame_close(struct stage *s, struct stage_structure *t)
{
	(void)s;
	call_layout_free(t->layout);
}

/* The result, a pointer. */
static uintptr_t *
result_of(struct stage_structure *t)
{
	return &t->image[t->layout->retoffset / WORD_SIZE];
}

/* As a callee's results come back. Until then, its stack has them. */
static void
frame_return(struct stage *s, struct stage_structure *t)
{
	const struct call_layout *l = t->layout;

	if (l->n_results)
		s->ctx->barrier.frame_fill(s->ctx, &t->frame, l->retoffset,
					   (const char *)t->image +
						   l->retoffset,
					   l->frame.size - l->retoffset);
	stage_expect(s, t->object, t->image, l->frame.size,
		     "a fill stored something else");
	if (t->result)
		*t->result = NULL;
	t->result = NULL;
}

static void
frame_make(struct stage *s, struct stage_structure *t)
{
	const struct call_layout *l = t->layout;
	const void *args[STAGE_MAX_WORDS];

	call_frame_get(s->engine, t->target, &t->frame);
	t->object = t->frame.ptr;
	if (!s->engine->dirty_frames)
		stage_expect(s, t->object, zeros, l->frame.size,
			     "a frame was got that is not zero");
	for (size_t i = 0; i < l->n_args; i++)
		args[i] = (const char *)t->image + l->values[i].off;
	call_frame_fill(s->engine, t->target, &t->frame, args);
	if (s->scene->phase == BENCH_STRADDLE && l->n_results)
		t->result = stage_push(s, (void *)*result_of(t));
	else
		frame_return(s, t);
}

/* The first result goes to the caller's stack, whose word there was never set:
 * it happens to be a dead object's address. */
static void
take_result(struct stage *s, struct stage_structure *t)
{
	static const uint8_t first_word[8] = {1};
	static const struct gc_type type = {WORD_SIZE, WORD_SIZE, first_word};
	size_t off = t->layout->retoffset;
	uintptr_t result = (uintptr_t)s->dead[t->index];

	s->ctx->barrier.move(s->ctx, &type, &result, (char *)t->object + off, 0,
			     WORD_SIZE);
	stage_expect(s, &result, (char *)t->image + off, WORD_SIZE,
		     "a result came back as something else");
}

/* Somebody else gets the frame before it is cleared. */
static void
put_early(struct stage *s, struct stage_structure *t)
{
	struct strategy_frame other;

	call_frame_put(s->engine, t->target, &t->frame);
	call_frame_get(s->engine, t->target, &other);
	stage_expect(s, other.ptr, zeros, t->layout->frame.size,
		     "a frame was got that is not zero");
}

static void
frame_clear(struct stage *s, struct stage_structure *t)
{
	const struct call_layout *l = t->layout;
	size_t size = l->n_results ? l->retoffset : l->frame.size;
	size_t half = t->index % 4 < 2 ? 0 : ALIGN_DOWN(size / 2, WORD_SIZE);

	if (l->n_results)
		take_result(s, t);
	if (s->scene->put_early)
		put_early(s, t);
	/* Every second pair in two steps. */
	if (half)
		s->ctx->barrier.frame_clear(s->ctx, &t->frame, 0, half);
	if (half)
		s->ctx->barrier.frame_clear(s->ctx, &t->frame, half,
					    size - half);
	else
		call_frame_clear(s->engine, t->target, &t->frame);
	if (!s->engine->dirty_frames)
		stage_expect(s, t->object, zeros, size, "a clear left a word");
	stage_expect(s, (char *)t->object + size, (char *)t->image + size,
		     l->frame.size - size, "a clear went past its range");
	call_frame_put(s->engine, t->target, &t->frame);
}

/* One word to some more than a word of mask, to two. */
static const uint16_t frame_words[] = {1, 2, 3, 8, 62, 64, 65, 130, 0};

static const struct stage_actor frame = {
	.words = frame_words,
	.max_values = 1,
	.open = frame_open,
	.close = frame_close,
	.make = frame_make,
	.store = frame_make,
	.finish = frame_return,
	.clear = frame_clear,
};

/* Slices. */

static void
slice_make(struct stage *s, struct stage_structure *t)
{
	t->object = stage_alloc(s, &t->type, t->n);
	s->ctx->barrier.move(s->ctx, &t->type, t->object, t->image, 0,
			     bytes(t));
	stage_expect(s, t->object, t->image, bytes(t),
		     "a move stored something else");
}

/* Cleared whole, from the second value on, or overwritten. */
static void
slice_clear(struct stage *s, struct stage_structure *t)
{
	size_t kept = t->index % 4 == 2 && t->n > 1 ? t->type.size : 0;
	char *from = (char *)t->object + kept;

	if (t->index % 2)
		s->ctx->barrier.move(s->ctx, &t->type, t->object, zeros, 0,
				     bytes(t));
	else
		s->ctx->barrier.clear(s->ctx, &t->type, from, kept,
				      bytes(t) - kept);
	stage_expect(s, t->object, t->image, kept,
		     "a clear began before its range");
	stage_expect(s, from, zeros, bytes(t) - kept, "a clear left a word");
}

static const uint16_t slice_words[] = {1, 2, 3, 7, 24, 33, 70, 130, 0};

static const struct stage_actor slice = {
	.words = slice_words,
	.max_values = 5,
	.open = draw_type,
	.make = slice_make,
	.store = slice_make,
	.clear = slice_clear,
};

/* Maps: a value is a key of one word and its element. */

static void
map_open(struct stage *s, struct stage_structure *t)
{
	bool pointers = t->index % 2 && s->scene->population != POPULATION_NIL;
	struct gc_type key = {WORD_SIZE, pointers ? WORD_SIZE : 0, t->key_mask};
	struct gc_type elem;

	draw_type(s, t);
	if (!pointers)
		t->mask[0] &= (uint8_t)~1u;
	t->key_mask[0] = pointers;
	for (size_t i = 0; i < sizeof(t->elem_mask) - 1; i++)
		t->elem_mask[i] =
			(uint8_t)(t->mask[i] >> 1 | t->mask[i + 1] << 7);
	elem = (struct gc_type){t->type.size - WORD_SIZE,
				t->type.size - WORD_SIZE, t->elem_mask};
	client_map_type_init(&t->map_type,
			     s->scene->client == CLIENT_MAP
				     ? &client_map_group
				     : &client_map_bucket,
			     &key, &elem);
}

static uintptr_t *
map_value(struct stage_structure *t, size_t i)
{
	return t->image + i * t->type.size / WORD_SIZE;
}

static void
map_make(struct stage *s, struct stage_structure *t)
{
	const struct client_map_type *type = &t->map_type;
	struct client_map *map;

	map = type->form->create(s->ctx, type, t->n, s->scene->seed);
	CHECK(map);
	t->object = map;
	for (size_t i = 0; i < t->n; i++) {
		uintptr_t *value = map_value(t, i);

		if (!type->key.ptrbytes)
			value[0] = i + 1;
		CHECK(type->form->insert(s->ctx, map, value, value + 1));
		stage_expect(s, type->form->find(map, value), value + 1,
			     type->elem.size, "an insert stored another");
	}
}

static void
map_clear(struct stage *s, struct stage_structure *t)
{
	const struct client_map_form *form = t->map_type.form;

	for (size_t i = 0; i < t->n; i++) {
		uintptr_t *value = map_value(t, i);

		/* In some maps an element is overwritten first. */
		if (t->index % 4 == 3)
			form->insert(s->ctx, t->object, value, zeros);
		if (!form->remove(s->ctx, t->object, value) ||
		    form->find(t->object, value))
			stage_wrong(s, "a delete did not find its key");
	}
}

static const uint16_t map_words[] = {2, 3, 4, 9, 17, 0};

static const struct stage_actor map = {
	.words = map_words,
	.max_values = 6,
	.open = map_open,
	.make = map_make,
	.store = map_make,
	.clear = map_clear,
};

/* Channels. */

static void
chan_make(struct stage *s, struct stage_structure *t)
{
	struct client_chan *chan = client_chan_new(s->ctx, &t->type, t->n);

	CHECK(chan);
	t->object = chan;
	for (size_t i = 0; i < t->n; i++)
		client_chan_send(s->ctx, chan,
				 (char *)t->image + i * t->type.size);
	stage_expect(s, chan->ring, t->image, bytes(t),
		     "a send stored something else");
}

static void
chan_clear(struct stage *s, struct stage_structure *t)
{
	struct client_chan *chan = t->object;
	uintptr_t value[STAGE_MAX_WORDS];

	for (size_t i = 0; i < t->n; i++) {
		client_chan_receive(s->ctx, chan, value);
		stage_expect(s, value, (char *)t->image + i * t->type.size,
			     t->type.size, "a receive gave something else");
	}
	stage_expect(s, chan->ring, zeros, bytes(t), "a receive left a word");
}

static const struct stage_actor chan = {
	.words = slice_words,
	.max_values = 5,
	.open = draw_type,
	.make = chan_make,
	.store = chan_make,
	.clear = chan_clear,
};

/* Slices that grow: the old array is full, and only the new pointers are to be
 * recorded. */

static void
append_make(struct stage *s, struct stage_structure *t)
{
	slice_make(s, t);
	t->slice = (struct client_slice){t->object, t->n, t->n};
}

static void
append_grow(struct stage *s, struct stage_structure *t)
{
	CHECK(client_append_grow(s->ctx, &t->type, &t->slice, t->n + 1));
	t->object = t->slice.array;
	stage_expect(s, t->object, t->image, bytes(t),
		     "a copy stored something else");
}

static void
append_clear(struct stage *s, struct stage_structure *t)
{
	append_grow(s, t);
	stage_push(s, t->object);
}

static const struct stage_actor append = {
	.words = slice_words,
	.max_values = 5,
	.open = draw_type,
	.make = append_make,
	.prepare = append_make,
	.store = append_grow,
	.clear = append_clear,
};

const struct stage_actor *const stage_actors[CLIENT_COUNT] = {
	[CLIENT_FRAME] = &frame, [CLIENT_SLICE] = &slice,
	[CLIENT_MAP] = &map,     [CLIENT_MAP_BUCKET] = &map,
	[CLIENT_CHAN] = &chan,   [CLIENT_APPEND] = &append,
};
