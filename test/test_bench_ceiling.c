/* test_bench_ceiling.c - a machine's ceilings, measured in a moment */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>
#include <string.h>

#include "bench_ceiling.h"
#include "bench_progress.h"

/* Long, so that a busy machine has time; it ends when all is measured. */
#define BUDGET_S 120.0

static struct bench_topo *topo;

static int
load_topo(void **state)
{
	(void)state;
	return bench_topo_load(&topo, "this");
}

static int
free_topo(void **state)
{
	(void)state;
	bench_topo_free(topo);
	return 0;
}

/* Every place that has a cell of its own, with a loop that reached something
 * that a CPU can: an empty batch would be faster than any. */
static void
all_are_measured(void **state)
{
	struct bench_ceilings *c = bench_ceilings_measure(
		topo, PLACE_L2, bench_now_s() + BUDGET_S);

	(void)state;
	assert_non_null(c);
	assert_false(c->late);
	assert_true(c->plan->n_cells >= 2);
	for (size_t i = 0; i < c->plan->n_cells; i++) {
		const struct bench_ceiling *one = &c->ceilings[i];

		assert_ptr_equal(one->cell, &c->plan->cells[i]);
		if (!one->loop) { /* no huge pages here */
			assert_true(one->cell->x.prestate.huge);
			continue;
		}
		assert_true(strncmp(one->loop, "loop_", 5) == 0);
		assert_true(one->gb_s > 0.001 && one->gb_s < 10000);
	}
	bench_ceilings_free(c);
}

/* A deadline that has passed leaves nothing to wait for, and says so. */
static void
a_deadline_cuts_it_off(void **state)
{
	struct bench_ceilings *c =
		bench_ceilings_measure(topo, PLACE_DRAM, bench_now_s());

	(void)state;
	assert_non_null(c);
	assert_true(c->late);
	for (size_t i = 0; i < c->plan->n_cells; i++)
		assert_null(c->ceilings[i].loop);
	bench_ceilings_free(c);
}

/* What the caches hold comes before what they do not. */
static void
memory_is_last(void **state)
{
	struct bench_ceilings *c =
		bench_ceilings_measure(topo, PLACE_DRAM, bench_now_s());
	bool memory = false;

	(void)state;
	assert_non_null(c);
	for (size_t i = 0; i < c->plan->n_cells; i++) {
		bool dram = c->plan->cells[i].x.prestate.place == PLACE_DRAM;

		assert_true(dram || !memory);
		memory |= dram;
	}
	assert_true(memory);
	bench_ceilings_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_measured),
		cmocka_unit_test(a_deadline_cuts_it_off),
		cmocka_unit_test(memory_is_last),
	};

	return cmocka_run_group_tests(tests, load_topo, free_topo);
}
