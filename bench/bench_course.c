/* bench_course.c - measures a plan: the races of all its cells, block by block
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_course.h"

#include <stdlib.h>
#include <string.h>

#include "bench_contestant.h"

void
bench_course_begin(struct bench_course *c, struct bench_race_rule rule,
		   bool uniform)
{
	c->races = bench_alloc(c->plan->n_cells * sizeof(*c->races));
	for (size_t i = 0; i < c->plan->n_cells; i++) {
		struct bench_plan_cell *cell = &c->plan->cells[i];

		if (c->layout.swapped)
			bench_contestants_swap(cell);
		bench_race_begin(&c->races[i], c->plan, cell, rule, uniform);
		if (cell->choice)
			bench_race_settle(&c->races[i], cell->choice,
					  cell->allowed);
	}
}

void
bench_course_end(struct bench_course *c)
{
	for (size_t i = 0; c->races && i < c->plan->n_cells; i++)
		bench_race_end(&c->races[i]);
	free(c->races);
}

static size_t
find_cell(const struct bench_plan *plan, const char *id)
{
	size_t i = 0;

	while (i < plan->n_cells && strcmp(plan->cells[i].id, id) != 0)
		i++;
	return i;
}

void
bench_course_take(struct bench_course *c, struct bench_block *block)
{
	size_t i = find_cell(c->plan, block->cell);
	struct bench_plan_cell *cell = &c->plan->cells[i];

	if (i == c->plan->n_cells) {
		bench_block_free(block);
		return;
	}
	cell->iters = block->iters;
	cell->rounds = (unsigned)block->n_rounds;
	bench_race_add(&c->races[i], block);
}

size_t
bench_course_closed(const struct bench_course *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->plan->n_cells; i++)
		n += c->races[i].closed;
	return n;
}

static int
measure_block(struct bench_course *c, struct bench_sampler *s, size_t i)
{
	struct bench_plan_cell *cell = &c->plan->cells[i];
	struct bench_turn turn = bench_race_turn(&c->races[i], c->plan->seed);
	struct bench_block *block;
	int status;

	turn.launch = c->launch;
	turn.layout = c->layout;
	status = bench_sampler_block(s, cell, &turn, &block);
	if (status != BENCH_OK || !block)
		return status;
	if (c->journal)
		status = bench_journal_append(c->journal, block);
	if (status != BENCH_OK) {
		bench_block_free(block);
		return status;
	}
	bench_race_add(&c->races[i], block);
	bench_progress_show(&c->progress, bench_course_closed(c),
			    cell->cell.axis[AXIS_OP]);
	return BENCH_OK;
}

static bool
has_ended(const struct bench_course *c, const volatile sig_atomic_t *stop)
{
	return *stop || bench_progress_out_of_time(&c->progress) ||
	       (c->until_s && bench_now_s() >= c->until_s);
}

static int
run_races(struct bench_course *c, struct bench_sampler *s,
	  const volatile sig_atomic_t *stop)
{
	int status = BENCH_OK;

	while (status == BENCH_OK && !has_ended(c, stop)) {
		size_t i =
			bench_race_pick(c->races, c->plan->n_cells, c->launch);

		if (i == c->plan->n_cells)
			break;
		status = measure_block(c, s, i);
	}
	return status;
}

int
bench_course_run(struct bench_course *c, const volatile sig_atomic_t *stop)
{
	struct bench_sampler *s =
		bench_sampler_open(c->topo, c->progress.deadline_s);
	int status = run_races(c, s, stop);

	bench_sampler_close(s);
	return status;
}
