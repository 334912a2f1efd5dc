/* model_trace.c - states and steps as text, one line a step
 *
 * Objects are A, B, C, frames F, G; M0 and M1 are the mutators.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "model.h"

static const char *
name(unsigned entity)
{
	static const char *const objects[] = {"nil", "A", "B", "C"};
	static const char *const frames[] = {"F", "G"};

	return entity <= MODEL_OBJECTS ? objects[entity]
				       : frames[entity - MODEL_OBJECTS - 1];
}

void
model_print_state(FILE *out, const struct model_state *s)
{
	fprintf(out, "  at first: marking is off");
	for (unsigned i = 0; i < MODEL_MUTATORS; i++) {
		const struct model_mutator *m = &s->mut[i];

		fprintf(out, "; M%u has", i);
		for (unsigned j = 0; j < MODEL_REGS; j++)
			if (m->reg[j])
				fprintf(out, " %s", name(m->reg[j]));
		if (m->frame)
			fprintf(out, " frame %s", name(m->frame));
		if (m->pool)
			fprintf(out, " pooled %s", name(m->pool));
	}
	for (unsigned i = 1; i <= MODEL_ENTITIES; i++)
		if (s->slot[i])
			fprintf(out, "; %s -> %s", name(i), name(s->slot[i]));
	fprintf(out, "\n");
}

static void
print_did(FILE *out, const struct model_event *e, enum model_micro micro,
	  const char *does, unsigned entity)
{
	if (e->did >> micro & 1)
		fprintf(out, ", %s %s", does, name(entity));
}

/* What an operation does in one step, in order. */
static void
print_operation(FILE *out, const struct model_event *e)
{
	static const char *const begins[] = {"writes", "appends to", "calls",
					     "returns"};

	if (e->verb == MODEL_DOES_GO_ON)
		fprintf(out, "goes on");
	else
		fprintf(out, "%s %s", begins[e->verb - MODEL_DOES_WRITE],
			name(e->at));
	print_did(out, e, MODEL_TAKE, "takes", e->at);
	print_did(out, e, MODEL_PUT_OLD, "records old", e->old);
	print_did(out, e, MODEL_SHADE_OLD, "shades old", e->old);
	print_did(out, e, MODEL_PUT_NEW, "records new", e->new);
	print_did(out, e, MODEL_SHADE_NEW, "shades new", e->new);
	print_did(out, e, MODEL_STORE, "stores", e->new);
	print_did(out, e, MODEL_STAMP, "stamps", e->at);
	print_did(out, e, MODEL_POOL, "pools", e->at);
	print_did(out, e, MODEL_DROP, "drops", e->at);
	if (!e->ends_operation)
		fprintf(out, " ...");
}

static void
print_mutator(FILE *out, const struct model_event *e)
{
	switch ((enum model_verb)e->verb) {
	case MODEL_DOES_DROP: fprintf(out, "drops %s", name(e->value)); break;
	case MODEL_DOES_LOAD:
		fprintf(out, "loads %s from %s", name(e->value), name(e->at));
		break;
	case MODEL_DOES_ALLOC:
		fprintf(out, "allocates %s", name(e->value));
		break;
	case MODEL_DOES_FLUSH:
		fprintf(out, "flushes %s", name(e->value));
		break;
	default: print_operation(out, e);
	}
}

static void
print_collector(FILE *out, const struct model_event *e)
{
	switch ((enum model_verb)e->verb) {
	case MODEL_DOES_START:
		fprintf(out, "stops the world: marking is on");
		break;
	case MODEL_DOES_ROOT:
		fprintf(out, "reads M%u's pool: %s", e->at, name(e->value));
		break;
	case MODEL_DOES_SCAN:
		fprintf(out, "scans %s, finds %s", name(e->at), name(e->value));
		break;
	case MODEL_DOES_STACK:
		if (e->value)
			fprintf(out, "marks %s of M%u's stack", name(e->value),
				e->at);
		else
			fprintf(out, "M%u's stack is black", e->at);
		break;
	case MODEL_DOES_VISIT:
		fprintf(out, "visits M%u", e->at);
		if (e->value)
			fprintf(out, ", flushes %s", name(e->value));
		break;
	case MODEL_DOES_ROUND:
		fprintf(out, e->value ? "has no grey object: ragged barrier"
				      : "found work, marks on");
		break;
	case MODEL_DOES_RESTART:
		fprintf(out, "stops the world, finds work, marks on");
		break;
	default: fprintf(out, "stops the world: marking is over");
	}
	if (e->lost)
		fprintf(out, "; %s is reachable and white: LOST",
			name(e->lost));
}

void
model_print_event(FILE *out, const struct model_event *event)
{
	if (event->who == MODEL_MUTATORS) {
		fprintf(out, "  GC  ");
		print_collector(out, event);
	} else {
		fprintf(out, "  M%u  ", event->who);
		print_mutator(out, event);
	}
	fprintf(out, "\n");
}
