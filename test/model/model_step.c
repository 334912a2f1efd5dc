/* model_step.c - every step that a state allows */
// SPDX-License-Identifier: BSD-3-Clause
#include "model_step.h"

void
model_emit(const struct model_walk *w, struct model_state *s,
	   struct model_event event)
{
	model_collect(s);
	w->visit(w->arg, s, &event);
}

void
model_shade(struct model_state *s, unsigned who, unsigned entity)
{
	if (s->phase != MODEL_OFF)
		model_mark(s, entity, MODEL_LOCAL + who);
}

void
model_flush_entry(struct model_state *s, unsigned who, unsigned entity)
{
	s->mut[who].buffer &= (uint8_t) ~(1u << entity);
	model_shade(s, who, entity);
}

bool
model_stoppable(const struct model_mutator *m)
{
	return !m->flushing &&
	       (m->todo == 0 || model_next_micro(m) == MODEL_SAFEPOINT);
}

void
model_successors(const struct model_config *config,
		 const struct model_state *state, bool collecting,
		 model_visit_fn *visit, void *arg)
{
	const struct model_walk w = {config, state, visit, arg};

	for (unsigned i = 0; i < MODEL_MUTATORS; i++) {
		model_mutator_steps(&w, i);
		if (!collecting)
			model_share_steps(&w, i);
	}
	if (collecting)
		model_collector_steps(&w);
}
