/* bench_schedule_shrink.c - the shortest part of a schedule that still fails
 *
 * Delta debugging (Zeller and Hildebrandt 2002) over the recorded steps:
 * pieces are left out, halves first, then ever smaller ones, as long as the
 * rest loses an object; then pointers of the heap at the start are.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "base.h"
#include "bench_schedule.h"

static bool
loses(struct bench_schedule *s, const struct bench_script *script)
{
	return bench_schedule_replay(s, script, NULL);
}

/* Leaves out pieces of a size wherever it can. */
static void
leave_out(struct bench_schedule *s, struct bench_script *script, size_t piece)
{
	for (size_t at = 0; at < script->n;) {
		struct bench_script rest = *script;
		size_t k = MIN(piece, rest.n - at);

		rest.n -= k;
		memmove(rest.steps + at, rest.steps + at + k, rest.n - at);
		if (loses(s, &rest))
			*script = rest;
		else
			at += k;
	}
}

/* Makes the heap emptier. */
static void
empty(struct bench_schedule *s, struct bench_script *script)
{
	for (size_t i = 0; i < BENCH_SCHEDULE_HEAP; i++) {
		struct bench_script rest = *script;

		rest.heap[i] = 0;
		if (loses(s, &rest))
			*script = rest;
	}
}

void
bench_schedule_shrink(struct bench_schedule *s, struct bench_script *script)
{
	size_t before;

	do {
		before = script->n;
		for (size_t piece = (before + 1) / 2; piece; piece /= 2)
			leave_out(s, script, piece);
		empty(s, script);
	} while (script->n < before);
}

const struct strategy *
bench_schedule_hooked(const struct strategy *barrier)
{
	static const struct strategy *const hooked[] = {
		&bench_schedule_bulk,
		&bench_schedule_bulk1,
		&bench_schedule_perslot,
	};

	for (size_t i = 0; i < ARRAY_LEN(hooked); i++)
		if (strcmp(hooked[i]->name, barrier->name) == 0)
			return hooked[i];
	return barrier;
}
