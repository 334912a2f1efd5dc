/* bench_schedule_trace.c - a schedule as text: a line a step */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_schedule_step.h"

/* A letter for the object that an address is in, in order of allocation. */
static char
name(const struct bench_schedule *s, const void *at)
{
	for (size_t i = 0; i < s->n_objects; i++)
		if (at >= s->objects[i] &&
		    (const char *)at < (char *)s->objects[i] + 2 * WORD_SIZE)
			return (char)('A' + i);
	return '-';
}

void
bench_schedule_tell_heap(const struct bench_schedule *s)
{
	if (!s->trace)
		return;
	fprintf(s->trace, "  heap");
	for (size_t i = 0; i < s->n_objects; i++)
		fprintf(s->trace, " %c.slot=%c", name(s, s->objects[i]),
			name(s, *(void **)s->objects[i]));
	for (unsigned i = 0; i < SCHEDULE_ACTORS; i++)
		fprintf(s->trace, "; M%u has r0=%c r1=%c", i,
			name(s, s->actors[i].regs[0]),
			name(s, s->actors[i].regs[1]));
	fprintf(s->trace, "\n");
}

void
bench_schedule_tell_actor(const struct bench_schedule *s,
			  const struct bench_actor *a, bool begins)
{
	static const char *const ops[] = {
		[ACTOR_LOAD] = "load r1 = r0.slot",
		[ACTOR_FOLLOW] = "load r0 = r0.slot",
		[ACTOR_WRITE] = "write r0.slot = r1",
		[ACTOR_CLEAR] = "clear r0.slot",
		[ACTOR_DROP] = "drop r1",
		[ACTOR_SWAP] = "swap r0, r1",
		[ACTOR_ALLOC] = "allocate r1",
		[ACTOR_CALL] = "call: a frame's slot = r1",
		[ACTOR_ARGUMENT] = "load r1 = frame.slot",
		[ACTOR_RETURN] = "return: clear frame.slot",
		[ACTOR_SAFEPOINT] = "safepoint, its stack is scanned",
	};

	if (!s->trace)
		return;
	fprintf(s->trace, "  M%u    %s%s", a->index,
		begins ? "" : "goes on: ", ops[a->op]);
	if (a->busy)
		fprintf(s->trace, ", held at %s", a->point);
	if (a->busy && a->at)
		fprintf(s->trace, " %c", name(s, a->at));
	fprintf(s->trace, "  [r0=%c r1=%c", name(s, a->regs[0]),
		name(s, a->regs[1]));
	if (a->regs[2])
		fprintf(s->trace, " frame=%c", name(s, a->regs[2]));
	fprintf(s->trace, "]\n");
}

void
bench_schedule_tell_collector(const struct bench_schedule *s, const char *what)
{
	if (s->trace)
		fprintf(s->trace, "  GC    %s\n", what);
}
