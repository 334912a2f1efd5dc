/* model_step.h - what the rules of mutators and collector share */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef MODEL_STEP_H
#define MODEL_STEP_H

#include "model.h"

/* A rule copies the state that it starts from, changes the copy and emits it.
 */
struct model_walk {
	const struct model_config *config;
	const struct model_state *from;
	model_visit_fn *visit;
	void *arg;
};

/* Frees garbage and hands a step to the visitor. */
void model_emit(const struct model_walk *w, struct model_state *s,
		struct model_event event);

static inline bool
model_faulty(const struct model_walk *w, unsigned fault)
{
	return w->config->faults & fault;
}

/* What gc_grey does: the mark bit, and a place in a work buffer. */
static inline void
model_mark(struct model_state *s, unsigned entity, unsigned grey)
{
	if (entity && s->colour[entity] == MODEL_WHITE)
		s->colour[entity] = (uint8_t)grey;
}

/* What barriers and flushes do, on a mutator's own thread or for it. */
void model_shade(struct model_state *s, unsigned who, unsigned entity);
void model_flush_entry(struct model_state *s, unsigned who, unsigned entity);

/* Held by the collector. */
static inline bool
model_stopped(const struct model_mutator *m)
{
	return m->scanning || m->visiting;
}

static inline enum model_micro
model_next_micro(const struct model_mutator *m)
{
	return m->todo & 15;
}

/* model_mutator.c, model_collector.c: the rules. */
void model_mutator_steps(const struct model_walk *w, unsigned who);
void model_share_steps(const struct model_walk *w, unsigned who);
void model_collector_steps(const struct model_walk *w);

#endif
