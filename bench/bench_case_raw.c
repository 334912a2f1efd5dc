/* bench_case_raw.c - memclr and memmove on memory that is no heap
 *
 * Usually the calls walk a region that fits L1, so that what is measured is the
 * function and not the memory behind it; the memory is then cleared again and
 * again, and a clear meets zeros. Other pre-states are brought about before
 * each lap of the region (bench_raw.h). Sizes come from the workload's stream.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_op.h"

#include <string.h>

#include "bench_clock.h"
#include "bench_raw.h"

static size_t
footprint_raw(const struct bench_experiment *x)
{
	return x->prestate.region * (x->op->uses & CALL_USES_MEMMOVE ? 2 : 1);
}

static int
open_raw(struct bench_fixture *f)
{
	int status;

	f->data = bench_raw_open(f, &status);
	f->max_iters = UINT64_MAX;
	return status;
}

static void
close_raw(struct bench_fixture *f)
{
	bench_raw_close(f->data);
}

static void
prepare_raw(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	bool moves = f->op->uses & CALL_USES_MEMMOVE;

	(void)iters;
	bench_raw_aim(f->data,
		      moves ? (bench_form_target *)f->memmove
			    : (bench_form_target *)f->memclr,
		      f->x->seed + start);
}

/* Reads what a call has stored, or stores what the next will find, word by
 * word, and what is less than a word by bytes. */
static inline __attribute__((always_inline)) void
follow_up(unsigned char *p, size_t n, enum bench_after after)
{
	volatile uint64_t *word = (volatile uint64_t *)p;
	size_t i;

	if (after == AFTER_NOTHING)
		return;
	for (i = 0; i + WORD_SIZE <= n; i += WORD_SIZE, word++)
		if (after == AFTER_READ)
			(void)*word;
		else
			*word = UINT64_MAX;
	for (volatile unsigned char *byte = p; i < n; i++)
		if (after == AFTER_READ)
			(void)byte[i];
		else
			byte[i] = UINT8_MAX;
}

/* Calls [from, from + n) of the list, which begins again at its end. */
static inline __attribute__((always_inline)) void
run_as(const struct bench_fixture *f, uint64_t from, uint64_t n, bool moves,
       enum bench_after after)
{
	const struct bench_raw *r = f->data;
	unsigned char *memory = r->memory + r->base;
	memclr_fn *clear = f->memclr;
	memmove_fn *copy = f->memmove;

	for (uint64_t i = from; i < from + n; i++) {
		struct bench_raw_call c = r->calls[i & (r->n_calls - 1)];

		if (moves)
			copy(memory + c.dst, memory + c.src, c.size);
		else
			clear(memory + c.dst, c.size);
		follow_up(memory + c.dst, c.size, after);
	}
}

/* A loop of its own for each, so that nothing is decided in it. */
static void
run(const struct bench_fixture *f, uint64_t from, uint64_t n)
{
	bool moves = f->op->uses & CALL_USES_MEMMOVE;
	enum bench_after after = f->x->prestate.after;

	if (moves && after == AFTER_READ)
		run_as(f, from, n, true, AFTER_READ);
	else if (moves)
		run_as(f, from, n, true, AFTER_NOTHING);
	else if (after == AFTER_READ)
		run_as(f, from, n, false, AFTER_READ);
	else if (after == AFTER_REFILL)
		run_as(f, from, n, false, AFTER_REFILL);
	else
		run_as(f, from, n, false, AFTER_NOTHING);
}

static void
restore(struct bench_fixture *f)
{
	uint64_t start = bench_clock_ticks();

	bench_raw_restore(f->data);
	f->untimed_ticks += bench_clock_ticks() - start;
}

static void
read_neighbour(struct bench_fixture *f)
{
	uint64_t start = bench_clock_ticks();

	bench_raw_read_neighbour(f->data);
	f->neighbour_ticks += bench_clock_ticks() - start;
}

static void
run_formed(const struct bench_raw *r, uint64_t from, uint64_t left)
{
	while (left > 0) {
		uint64_t at = from & (r->n_calls - 1);
		uint64_t n = MIN(left, r->n_calls - at);

		bench_form_run(r->code, r->form_calls + at, n);
		from += n;
		left -= n;
	}
}

static void
run_laps(struct bench_fixture *f, uint64_t from, uint64_t left)
{
	struct bench_raw *r = f->data;

	while (left > 0) {
		uint64_t at = from & (r->n_calls - 1);
		uint64_t n = MIN(left, r->lap_end[at] - at);

		restore(f);
		run(f, at, n);
		if (r->neighbour)
			read_neighbour(f);
		bench_raw_move_on(r);
		from += n;
		left -= n;
	}
}

static void
batch_raw(struct bench_fixture *f, uint64_t start, uint64_t iters)
{
	const struct bench_raw *r = f->data;

	if (r->code)
		run_formed(r, start, iters);
	else if (f->x->prestate.restored)
		run_laps(f, start, iters);
	else
		run(f, start, iters);
}

extern const struct bench_op bench_memclr, bench_memmove, bench_store,
	bench_copy;

/* What all raw operations have. */
#define RAW                                                                  \
	.clients = 1 << CLIENT_RAW, .raw = true, .footprint = footprint_raw, \
	.open = open_raw, .close = close_raw, .prepare = prepare_raw,        \
	.batch = batch_raw

const struct bench_op bench_memclr = {
	RAW,
	.name = "memclr",
	.summary = "clear memory without pointers",
	.uses = CALL_USES_MEMCLR,
};

const struct bench_op bench_memmove = {
	RAW,
	.name = "memmove",
	.summary = "copy memory without pointers",
	.uses = CALL_USES_MEMMOVE,
};

const struct bench_op bench_store = {
	RAW,
	.name = "store",
	.summary = "the ceiling of memclr: pure loops of stores",
	.uses = CALL_USES_MEMCLR,
	.ceiling = true,
};

const struct bench_op bench_copy = {
	RAW,
	.name = "copy",
	.summary = "the ceiling of memmove: pure loops of copies",
	.uses = CALL_USES_MEMMOVE,
	.ceiling = true,
};
