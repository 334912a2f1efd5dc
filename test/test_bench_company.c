/* test_bench_company.c - what other CPUs do while a batch is timed */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <sched.h>
#include <stdatomic.h>
#include <string.h>

#include "bench_company.h"
#include "bench_resolve.h"

static struct bench_topo *topo;
static unsigned cpu;
static atomic_size_t clears;
static atomic_bool on_own_cpu;

static int
load_topology(void **state)
{
	(void)state;
	if (bench_topo_load(&topo, "this") != BENCH_OK)
		return 1;
	if (topo->n_cpus < 2)
		return 0;
	cpu = topo->cpus[0].number;
	return bench_topo_bind(topo, cpu);
}

static int
free_topology(void **state)
{
	(void)state;
	bench_topo_free(topo);
	return 0;
}

static void
counted_clear(void *p, size_t n)
{
	memset(p, 0, n);
	if ((unsigned)sched_getcpu() == cpu)
		on_own_cpu = true;
	clears++;
}

/* A fixture of so many mutators, open. */
static void
open_fixture(struct bench_fixture *f, struct bench_experiment *x,
	     unsigned mutators, bool busy)
{
	*x = (struct bench_experiment){
		.op = bench_op_find("memclr"),
		.workload = bench_workload_open("size:64", 1),
		.prestate = bench_prestate_usual,
		.mutators = mutators};
	x->prestate.busy = busy;
	assert_null(bench_resolve(x, topo, cpu));
	*f = (struct bench_fixture){
		.op = x->op, .x = x, .memclr = counted_clear};
	assert_int_equal(x->op->open(f), BENCH_OK);
	assert_int_equal(bench_company_open(f, topo, cpu), BENCH_OK);
	clears = 0;
	on_own_cpu = false;
}

static void
close_fixture(struct bench_fixture *f, struct bench_experiment *x)
{
	bench_company_close(f);
	x->op->close(f);
	bench_workload_close((struct bench_workload *)x->workload);
}

/* Waits on what it is for: the other thread's first clear. */
static void
await_a_clear(void)
{
	while (clears == 0)
		sched_yield();
}

/* Again and again: the others clear while they are to, on their CPUs, with the
 * function that the fixture has, and not a moment longer. */
static void
mutators_work_until_they_may_rest(void **state)
{
	struct bench_experiment x;
	struct bench_fixture f;

	(void)state;
	if (topo->n_cpus < 2)
		skip();
	open_fixture(&f, &x, 2, false);
	for (int i = 0; i < 100; i++) {
		size_t n;

		clears = 0;
		bench_company_work(&f);
		await_a_clear();
		bench_company_rest(&f);
		n = clears;
		sched_yield();
		assert_int_equal(clears, n);
	}
	assert_false(on_own_cpu);
	close_fixture(&f, &x);
}

static void
a_busy_cpu_does_something_else(void **state)
{
	struct bench_experiment x;
	struct bench_fixture f;

	(void)state;
	if (topo->n_cpus < 2)
		skip();
	open_fixture(&f, &x, 1, true);
	assert_non_null(f.company);
	bench_company_work(&f);
	bench_company_rest(&f);
	assert_int_equal(clears, 0);
	close_fixture(&f, &x);
}

static void
one_mutator_is_alone(void **state)
{
	struct bench_experiment x;
	struct bench_fixture f;

	(void)state;
	open_fixture(&f, &x, 1, false);
	assert_null(f.company);
	bench_company_work(&f);
	bench_company_rest(&f);
	close_fixture(&f, &x);
}

/* Closed at work's end or before any: no thread is left behind. */
static void
closed_without_work(void **state)
{
	struct bench_experiment x;
	struct bench_fixture f;

	(void)state;
	if (topo->n_cpus < 2)
		skip();
	open_fixture(&f, &x, 2, false);
	close_fixture(&f, &x);
	assert_null(f.company);
}

static void
more_threads_than_cpus_are_refused(void **state)
{
	struct bench_experiment x = {.op = bench_op_find("memclr"),
				     .workload =
					     bench_workload_open("size:64", 1),
				     .prestate = bench_prestate_usual,
				     .mutators = (unsigned)topo->n_cpus + 1};

	(void)state;
	assert_ptr_equal(bench_resolve(&x, topo, cpu), bench_resolve_too_many);
	bench_workload_close((struct bench_workload *)x.workload);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutators_work_until_they_may_rest),
		cmocka_unit_test(a_busy_cpu_does_something_else),
		cmocka_unit_test(one_mutator_is_alone),
		cmocka_unit_test(closed_without_work),
		cmocka_unit_test(more_threads_than_cpus_are_refused),
	};

	return cmocka_run_group_tests(tests, load_topology, free_topology);
}
