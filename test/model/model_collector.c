/* model_collector.c - what the collector can do: the cycle of gc_cycle.c and
 * gc_handshake.c
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "model_step.h"

static struct model_event
collector(enum model_verb verb, unsigned at, unsigned value)
{
	return (struct model_event){.verb = (uint8_t)verb,
				    .who = MODEL_MUTATORS,
				    .at = (uint8_t)at,
				    .value = (uint8_t)value};
}

static bool
all_stoppable(const struct model_state *s)
{
	for (unsigned i = 0; i < MODEL_MUTATORS; i++)
		if (!model_stoppable(&s->mut[i]) || model_stopped(&s->mut[i]))
			return false;
	return true;
}

static bool
all_done(const struct model_state *s)
{
	for (unsigned i = 0; i < MODEL_MUTATORS; i++)
		if (!s->mut[i].done)
			return false;
	return true;
}

static void
enter_phase(struct model_state *s, enum model_phase phase)
{
	s->phase = (uint8_t)phase;
	for (unsigned i = 0; i < MODEL_MUTATORS; i++)
		s->mut[i].done = false;
}

static bool
any_grey(const struct model_state *s)
{
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		if (s->colour[i] == MODEL_GREY)
			return true;
	return false;
}

/* Hands a mutator's grey objects to the marker. */
static void
publish(struct model_state *s, unsigned who)
{
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		if (s->colour[i] == MODEL_LOCAL + who)
			s->colour[i] = MODEL_GREY;
}

/* Barriers on, for all at once. */
static void
start_step(const struct model_walk *w)
{
	struct model_state s = *w->from;

	if (!all_stoppable(&s))
		return;
	enter_phase(&s, MODEL_ROOTS);
	for (unsigned i = 0; i < MODEL_MUTATORS; i++) {
		struct model_mutator *m = &s.mut[i];

		m->grey = true;
		m->buffer = 0;
	}
	if (w->config->hooks->cycle_start)
		for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
			s.word[i] = w->config->hooks->cycle_start(s.word[i]);
	model_emit(w, &s, collector(MODEL_DOES_START, 0, 0));
}

static void
root_steps(const struct model_walk *w)
{
	for (unsigned i = 0; i < MODEL_MUTATORS; i++) {
		struct model_state s = *w->from;

		if (s.mut[i].done)
			continue;
		model_mark(&s, s.mut[i].pool, MODEL_GREY);
		s.mut[i].done = true;
		if (all_done(&s))
			enter_phase(&s, MODEL_MARK);
		model_emit(w, &s, collector(MODEL_DOES_ROOT, i, s.mut[i].pool));
	}
}

static void
scan_steps(const struct model_walk *w)
{
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++) {
		struct model_state s = *w->from;

		if (s.colour[i] != MODEL_GREY)
			continue;
		s.colour[i] = MODEL_BLACK;
		model_mark(&s, s.slot[i], MODEL_GREY);
		model_emit(w, &s, collector(MODEL_DOES_SCAN, i, s.slot[i]));
	}
}

/* A visited mutator whose stack and buffer are done is let go. */
static void
end_visit(const struct model_walk *w, struct model_state *s, unsigned who)
{
	struct model_mutator *m = &s->mut[who];

	if (!m->visiting || m->grey ||
	    (m->buffer && !model_faulty(w, MODEL_NO_FLUSH)))
		return;
	publish(s, who);
	m->visiting = false;
	m->done = true;
}

static void
stack_step(const struct model_walk *w, unsigned who, unsigned root)
{
	struct model_state s = *w->from;

	s.mut[who].scanning = true;
	model_mark(&s, root, MODEL_LOCAL + who);
	model_emit(w, &s, collector(MODEL_DOES_STACK, who, root));
}

/* A root at a time, in any order; black when all are marked. */
static void
stack_steps(const struct model_walk *w, unsigned who)
{
	struct model_state s = *w->from;
	struct model_mutator *m = &s.mut[who];
	const uint8_t roots[] = {m->reg[0], m->reg[1], m->frame};
	bool all = true;

	if (!m->grey || (!model_stopped(m) && !model_stoppable(m)))
		return;
	for (unsigned i = 0; i < sizeof(roots); i++)
		if (roots[i] && s.colour[roots[i]] == MODEL_WHITE) {
			stack_step(w, who, roots[i]);
			all = false;
		}
	if (!all)
		return;
	m->grey = m->scanning = false;
	publish(&s, who);
	end_visit(w, &s, who);
	model_emit(w, &s, collector(MODEL_DOES_STACK, who, 0));
}

static void
visit_step(const struct model_walk *w, unsigned who, unsigned entity)
{
	struct model_state s = *w->from;

	s.mut[who].visiting = true;
	if (entity)
		model_flush_entry(&s, who, entity);
	end_visit(w, &s, who);
	model_emit(w, &s, collector(MODEL_DOES_VISIT, who, entity));
}

/* The ragged barrier: one mutator after another stands still, its stack black,
 * and its buffer is flushed. */
static void
visit_steps(const struct model_walk *w, unsigned who)
{
	const struct model_mutator *m = &w->from->mut[who];

	if (m->done ||
	    (!m->visiting && (model_stopped(m) || !model_stoppable(m))))
		return;
	if (m->grey) {
		if (!m->visiting)
			visit_step(w, who, 0); /* stack_steps go on */
		return;
	}
	if (!m->buffer || model_faulty(w, MODEL_NO_FLUSH))
		visit_step(w, who, 0);
	else
		for (unsigned i = 1; i <= MODEL_OBJECTS; i++)
			if (m->buffer >> i & 1)
				visit_step(w, who, i);
}

static void
flush_all(struct model_state *s)
{
	for (unsigned i = 0; i < MODEL_MUTATORS; i++) {
		for (unsigned j = 1; j <= MODEL_OBJECTS; j++)
			if (s->mut[i].buffer >> j & 1)
				model_flush_entry(s, i, j);
		publish(s, i);
	}
}

/* Marks are white again; what was lost would be freed now. */
static void
end_step(const struct model_walk *w, struct model_state *s)
{
	struct model_event e = collector(MODEL_DOES_END, 0, 0);

	e.lost = (uint8_t)model_lost(s);
	enter_phase(s, MODEL_OFF);
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		if (s->colour[i])
			s->colour[i] = MODEL_WHITE;
	for (unsigned i = 0; i < MODEL_MUTATORS; i++) {
		s->mut[i].grey = false;
		s->mut[i].buffer = 0;
	}
	model_emit(w, s, e);
}

/* All visited: back to marking, or the world is stopped to see whether it is
 * over (gc_cycle.c, try_terminate). */
static void
terminate_step(const struct model_walk *w)
{
	struct model_state s = *w->from;

	if (any_grey(&s)) {
		enter_phase(&s, MODEL_MARK);
		model_emit(w, &s, collector(MODEL_DOES_ROUND, 0, 0));
		return;
	}
	if (!all_stoppable(&s))
		return;
	if (!model_faulty(w, MODEL_NO_REFLUSH | MODEL_NO_FLUSH))
		flush_all(&s);
	if (any_grey(&s)) {
		enter_phase(&s, MODEL_MARK);
		model_emit(w, &s, collector(MODEL_DOES_RESTART, 0, 0));
	} else {
		end_step(w, &s);
	}
}

static bool
one_is_visited(const struct model_state *s)
{
	for (unsigned i = 0; i < MODEL_MUTATORS; i++)
		if (s->mut[i].visiting)
			return true;
	return false;
}

void
model_collector_steps(const struct model_walk *w)
{
	const struct model_state *s = w->from;

	if (s->phase == MODEL_OFF)
		start_step(w);
	if (s->phase == MODEL_ROOTS)
		root_steps(w);
	if (s->phase == MODEL_MARK || s->phase == MODEL_VISIT)
		for (unsigned i = 0; i < MODEL_MUTATORS; i++)
			stack_steps(w, i);
	if (s->phase == MODEL_MARK) {
		struct model_state t = *s;

		scan_steps(w);
		enter_phase(&t, MODEL_VISIT);
		if (!any_grey(s))
			model_emit(w, &t, collector(MODEL_DOES_ROUND, 0, 1));
	}
	if (s->phase == MODEL_VISIT && all_done(s))
		terminate_step(w);
	else if (s->phase == MODEL_VISIT)
		for (unsigned i = 0; i < MODEL_MUTATORS; i++)
			if (!one_is_visited(s) || s->mut[i].visiting)
				visit_steps(w, i);
}
