/* model_mutator.c - what mutators can do: their operations, hook by hook */
// SPDX-License-Identifier: BSD-3-Clause
#include "model_step.h"

/* An entity nobody uses, made new; 0 when all are alive. */
static uint8_t
allocate(const struct model_walk *w, struct model_state *s, unsigned first,
	 unsigned n)
{
	bool black =
		s->phase != MODEL_OFF && !model_faulty(w, MODEL_ALLOC_WHITE);

	for (unsigned i = first; i < first + n; i++)
		if (s->colour[i] == MODEL_FREE) {
			s->colour[i] = black ? MODEL_BLACK : MODEL_WHITE;
			return (uint8_t)i;
		}
	return 0;
}

/* A frame from the pool, whose slot is a global: what leaves it is shaded. Or
 * a fresh one, which is no access: true. */
static bool
take_frame(const struct model_walk *w, struct model_state *s, unsigned who)
{
	struct model_mutator *m = &s->mut[who];

	if (!m->pool) {
		m->frame = m->dst;
		return true;
	}
	if (!model_faulty(w, MODEL_RAW_POOL))
		model_shade(s, who, m->pool);
	m->frame = m->pool;
	m->pool = 0;
	return false;
}

static void
leave_frame(const struct model_walk *w, struct model_state *s, unsigned who,
	    bool pool)
{
	struct model_mutator *m = &s->mut[who];

	s->word[m->frame] = MODEL_NONE;
	if (pool) {
		if (!model_faulty(w, MODEL_RAW_POOL))
			model_shade(s, who, m->frame);
		m->pool = m->frame;
	}
	m->frame = 0;
}

/* One access. Whether the next one may be in the same step: when this one moves
 * right over all that others can do before it (model.h). */
static bool
access_memory(const struct model_walk *w, struct model_state *s, unsigned who,
	      struct model_event *event)
{
	struct model_mutator *m = &s->mut[who];

	switch (model_next_micro(m)) {
	case MODEL_LOAD_OLD:
		event->old = m->old = s->slot[m->dst];
		return m->dst > MODEL_OBJECTS || !w->config->bounds.races;
	case MODEL_TAKE: return take_frame(w, s, who);
	case MODEL_SAFEPOINT: return true;
	case MODEL_SHADE_OLD: model_shade(s, who, m->old); break;
	case MODEL_SHADE_NEW: model_shade(s, who, m->new); break;
	case MODEL_STORE: s->slot[m->dst] = m->new; break;
	case MODEL_POOL: leave_frame(w, s, who, true); break;
	default: leave_frame(w, s, who, false);
	}
	return false;
}

static void
put_entry(struct model_mutator *m, unsigned entity)
{
	m->buffer |= (uint8_t)(1u << entity & ~1u);
}

/* What nobody else can see. False when the next micro-step is not such. */
static bool
do_privately(struct model_state *s, struct model_mutator *m)
{
	switch (model_next_micro(m)) {
	case MODEL_RESERVE: return true;
	case MODEL_PUT_OLD: put_entry(m, m->old); return true;
	case MODEL_PUT_NEW: put_entry(m, m->new); return true;
	case MODEL_STAMP:
		if (s->phase != MODEL_OFF)
			s->word[m->frame] = MODEL_NOW;
		return true;
	default: return false;
	}
}

/* A mutator goes on in its operation: by an access if `free`, and then as far
 * as nobody else can see. Where it asks for room, it may also have to flush. */
static void
run(const struct model_walk *w, struct model_state s, unsigned who,
    struct model_event event, bool free)
{
	struct model_mutator *m = &s.mut[who];

	for (; m->todo; m->todo >>= 4) {
		enum model_micro micro = model_next_micro(m);

		if (micro == MODEL_RESERVE && m->buffer &&
		    s.phase != MODEL_OFF) {
			m->flushing = true;
			model_emit(w, &s, event);
			m->flushing = false;
		}
		if (!do_privately(&s, m)) {
			/* Only the first thing in a step passes a safepoint. */
			if (!free ||
			    (micro == MODEL_SAFEPOINT &&
			     (event.did || event.verb != MODEL_DOES_GO_ON))) {
				model_emit(w, &s, event);
				return;
			}
			event.at = m->dst;
			event.new = m->new;
			free = access_memory(w, &s, who, &event);
		}
		event.did |= (uint16_t)(1u << micro);
	}
	m->dst = m->new = m->old = 0;
	event.ends_operation = true;
	model_emit(w, &s, event);
}

/* An entry at a time; after the last one the hook has its room. */
static void
own_flush(const struct model_walk *w, unsigned who)
{
	for (unsigned i = 1; i <= MODEL_OBJECTS; i++) {
		struct model_state s = *w->from;
		struct model_mutator *m = &s.mut[who];
		struct model_event e = {.verb = MODEL_DOES_FLUSH,
					.who = (uint8_t)who,
					.value = (uint8_t)i};

		if (m->buffer ? !(m->buffer >> i & 1) : i > 1)
			continue;
		if (m->buffer)
			model_flush_entry(&s, who, i);
		else
			e.value = 0;
		if (m->buffer) {
			model_emit(w, &s, e);
			continue;
		}
		m->flushing = false;
		m->todo >>= 4;
		run(w, s, who, e, false);
	}
}

/* What a hook sees. */
static struct model_op
op_of(const struct model_state *s, unsigned who)
{
	const struct model_mutator *m = &s->mut[who];

	return (struct model_op){
		.marking = s->phase != MODEL_OFF,
		.stack_black = s->phase != MODEL_OFF && !m->grey,
		.word = s->word[m->frame],
	};
}

/* Begins an operation whose steps are known; its first access is done with it.
 */
static void
begin(const struct model_walk *w, struct model_state s, unsigned who,
      const struct model_op *op, enum model_verb verb, unsigned dst,
      unsigned new)
{
	struct model_mutator *m = &s.mut[who];

	m->dst = (uint8_t)dst;
	m->new = (uint8_t) new;
	m->todo = op->todo;
	run(w, s, who,
	    (struct model_event){.verb = (uint8_t)verb, .who = (uint8_t)who},
	    true);
}

static void
store_ops(const struct model_walk *w, unsigned who, unsigned dst)
{
	const struct model_mutator *m = &w->from->mut[who];
	const struct model_hooks *hooks = w->config->hooks;

	for (unsigned i = 0; i <= MODEL_REGS; i++) {
		struct model_op op = op_of(w->from, who);
		unsigned new = i ? m->reg[i - 1] : 0;

		if (i && !new)
			continue;
		if (new)
			hooks->move(&op);
		else
			hooks->clear(&op);
		begin(w, *w->from, who, &op, MODEL_DOES_WRITE, dst, new);
	}
}

/* The first of the mutator's registers that is empty, if another root is within
 * the bound. */
static unsigned
empty_register(const struct model_walk *w, unsigned who)
{
	const struct model_mutator *mut = w->from->mut;
	unsigned roots = 0, i = 0;

	for (unsigned j = 0; j < MODEL_MUTATORS * MODEL_REGS; j++)
		roots += mut[j / MODEL_REGS].reg[j % MODEL_REGS] != 0;
	if (roots >= w->config->bounds.roots)
		return MODEL_REGS;
	while (i < MODEL_REGS && mut[who].reg[i])
		i++;
	return i;
}

static void
load_op(const struct model_walk *w, unsigned who, unsigned reg, unsigned from)
{
	struct model_state s = *w->from;

	s.mut[who].reg[reg] = s.slot[from];
	model_emit(w, &s,
		   (struct model_event){.verb = MODEL_DOES_LOAD,
					.who = (uint8_t)who,
					.at = (uint8_t)from,
					.value = s.slot[from]});
}

/* An empty object, and one made by copy_fresh: an array that grows. */
static void
alloc_ops(const struct model_walk *w, unsigned who, unsigned reg,
	  unsigned copied)
{
	struct model_state s = *w->from;
	struct model_op op = op_of(&s, who);
	unsigned fresh = allocate(w, &s, 1, w->config->bounds.objects);
	const struct model_hooks *hooks = w->config->hooks;

	if (!fresh)
		return;
	s.mut[who].reg[reg] = (uint8_t)fresh;
	if (copied) {
		if (hooks->copy_fresh)
			hooks->copy_fresh(&op);
		else
			hooks->move(&op);
		begin(w, s, who, &op, MODEL_DOES_APPEND, fresh, copied);
		return;
	}
	model_emit(w, &s,
		   (struct model_event){.verb = MODEL_DOES_ALLOC,
					.who = (uint8_t)who,
					.value = (uint8_t)fresh});
}

static void
drop_op(const struct model_walk *w, unsigned who, unsigned reg)
{
	struct model_state s = *w->from;
	uint8_t value = s.mut[who].reg[reg];

	s.mut[who].reg[reg] = 0;
	model_emit(w, &s,
		   (struct model_event){.verb = MODEL_DOES_DROP,
					.who = (uint8_t)who,
					.value = value});
}

/* Get, begin and fill, in one atomic section: call() polls before them, and
 * then not until the callee. */
static void
call_op(const struct model_walk *w, unsigned who, unsigned argument)
{
	const struct model_hooks *hooks = w->config->hooks;
	struct model_state s = *w->from;
	struct model_op op = op_of(&s, who);
	unsigned frame = s.mut[who].pool;

	if (!frame)
		frame = allocate(w, &s, 1 + MODEL_OBJECTS,
				 w->config->bounds.frames);
	if (!frame)
		return;
	op.fresh = frame != s.mut[who].pool;
	op.word = MODEL_NONE;
	model_do(&op, MODEL_TAKE);
	if (hooks->frame_begin)
		hooks->frame_begin(&op);
	s.word[frame] = op.word;
	if (hooks->frame_fill)
		hooks->frame_fill(&op);
	else
		hooks->move(&op);
	begin(w, s, who, &op, MODEL_DOES_CALL, frame, argument);
}

/* Clear and put. A frame with results is not pooled. */
static void
return_op(const struct model_walk *w, unsigned who, bool pool)
{
	const struct model_hooks *hooks = w->config->hooks;
	struct model_op op = op_of(w->from, who);

	if (hooks->frame_clear)
		hooks->frame_clear(&op);
	else
		hooks->clear(&op);
	if (pool && hooks->frame_put && !hooks->frame_put(&op))
		return;
	model_do(&op, pool ? MODEL_POOL : MODEL_DROP);
	begin(w, *w->from, who, &op, MODEL_DOES_RETURN, w->from->mut[who].frame,
	      0);
}

static void
register_ops(const struct model_walk *w, unsigned who, unsigned i)
{
	const struct model_mutator *m = &w->from->mut[who];
	unsigned empty = empty_register(w, who);

	drop_op(w, who, i);
	load_op(w, who, i, m->reg[i]);
	store_ops(w, who, m->reg[i]);
	if (!m->frame)
		call_op(w, who, m->reg[i]);
	if (empty == MODEL_REGS)
		return;
	load_op(w, who, empty, m->reg[i]);
	alloc_ops(w, who, empty, m->reg[i]);
}

static void
operations(const struct model_walk *w, unsigned who)
{
	const struct model_mutator *m = &w->from->mut[who];
	unsigned empty = empty_register(w, who);

	for (unsigned i = 0; i < MODEL_REGS; i++)
		if (m->reg[i])
			register_ops(w, who, i);
	if (empty < MODEL_REGS)
		alloc_ops(w, who, empty, 0);
	if (!m->frame)
		return;
	if (empty < MODEL_REGS)
		load_op(w, who, empty, m->frame);
	return_op(w, who, false);
	if (!m->pool)
		return_op(w, who, true);
}

/* Before the search begins a mutator gets objects from the other one, which is
 * how they come to share any. Later they have what they share. */
void
model_share_steps(const struct model_walk *w, unsigned who)
{
	unsigned empty = empty_register(w, who);

	for (unsigned i = 0; empty < MODEL_REGS && i < MODEL_REGS; i++) {
		struct model_state s = *w->from;

		s.mut[who].reg[empty] = s.mut[!who].reg[i];
		model_emit(w, &s, (struct model_event){0});
	}
}

void
model_mutator_steps(const struct model_walk *w, unsigned who)
{
	const struct model_mutator *m = &w->from->mut[who];

	if (model_stopped(m))
		return;
	if (m->flushing)
		own_flush(w, who);
	else if (m->todo)
		run(w, *w->from, who,
		    (struct model_event){.verb = MODEL_DOES_GO_ON,
					 .who = (uint8_t)who},
		    true);
	else
		operations(w, who);
}
