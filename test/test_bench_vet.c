/* test_bench_vet.c - what a run verifies of its candidates, and what it says */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_manifest.h"
#include "bench_mutant.h"
#include "bench_vet.h"
#include "heap_stress.h"

/* One cell with two contenders, sound bulk1 and another. */
struct bed {
	struct bench_workload *workload;
	struct bench_contestant contestants[2];
	struct bench_plan_cell cell;
	struct bench_plan plan;
};

static void
open_bed(struct bed *b, const char *op, enum bench_client client,
	 enum bench_phase phase)
{
	static char bulk1[] = "bulk1", other[] = "other";
	static char *const labels[] = {bulk1, other};
	char error[128];

	*b = (struct bed){.workload = bench_workload_open("mask:11", 1)};
	assert_non_null(b->workload);
	b->cell.x = (struct bench_experiment){.op = bench_op_find(op),
					      .workload = b->workload,
					      .client = client,
					      .phase = phase};
	b->cell.contestants = b->contestants;
	b->cell.n_contestants = 2;
	for (size_t i = 0; i < 2; i++) {
		struct bench_contestant *c = &b->contestants[i];

		assert_true(
			call_set_parse(&c->set, "bulk1", error, sizeof(error)));
		c->label = labels[i];
		c->reason = "";
	}
	b->plan.cells = &b->cell;
	b->plan.n_cells = 1;
	b->plan.seed = test_seed();
}

static const struct strategy *
mutant(const char *name)
{
	const struct bench_mutant *m;

	for (size_t i = 0; (m = bench_mutant_at(i)); i++)
		if (strcmp(m->name, name) == 0)
			return m->strategy;
	fail_msg("%s", name);
	return NULL;
}

static const char *
failed(const json_t *v, size_t i)
{
	return json_string_value(json_object_get(
		json_array_get(json_object_get(v, "candidates"), i), "failed"));
}

/* Who fails is refused, who passes competes, and both are recorded. */
static void
test_what_fails_is_refused(void **state)
{
	struct bed b;
	json_t *v;

	(void)state;
	open_bed(&b, "typedmemclr", CLIENT_FRAME, BENCH_STRADDLE);
	b.contestants[1].set.barrier = mutant("clear_raw");
	v = bench_vet_plan(&b.plan);
	assert_int_equal(b.contestants[0].standing, STANDING_CONTENDER);
	assert_string_equal(failed(v, 0), "");
	assert_int_equal(b.contestants[1].standing, STANDING_REFUSED);
	assert_string_equal(failed(v, 1), "frame/straddle");
	json_decref(v);
	bench_workload_close(b.workload);
}

/* The same barrier where it cannot lose anything. */
static void
test_phases_are_looked_at_one_by_one(void **state)
{
	struct bed b;
	json_t *v;

	(void)state;
	open_bed(&b, "typedmemclr", CLIENT_FRAME, BENCH_OFF);
	b.contestants[1].set.barrier = mutant("clear_raw");
	v = bench_vet_plan(&b.plan);
	assert_int_equal(b.contestants[1].standing, STANDING_CONTENDER);
	assert_string_equal(failed(v, 1), "");
	json_decref(v);
	bench_workload_close(b.workload);
}

static void
test_kernels_are_looked_at(void **state)
{
	struct bed b;
	json_t *v;

	(void)state;
	open_bed(&b, "memclr", CLIENT_RAW, BENCH_OFF);
	b.contestants[1].set.rules[STRATEGY_MEMCLR][0] =
		(struct call_rule){SIZE_MAX, mutant("memclr_short")};
	v = bench_vet_plan(&b.plan);
	assert_int_equal(b.contestants[0].standing, STANDING_CONTENDER);
	assert_int_equal(b.contestants[1].standing, STANDING_REFUSED);
	json_decref(v);
	bench_workload_close(b.workload);
}

static int held = -1;

/* Right where the descriptor is closed, and only there. */
static void
clear_where_closed(void *dst, size_t n)
{
	if (fcntl(held, F_GETFD) < 0)
		memset(dst, 0, n);
}

/* A lock that a run holds is not held on by who verifies its candidates. */
static void
test_children_hold_nothing(void **state)
{
	static const struct strategy closed = {.name = "closed",
					       .kind = STRATEGY_MEMCLR,
					       .memclr = clear_where_closed};
	struct bed b;
	json_t *v;

	(void)state;
	open_bed(&b, "memclr", CLIENT_RAW, BENCH_OFF);
	b.contestants[1].set.rules[STRATEGY_MEMCLR][0] =
		(struct call_rule){SIZE_MAX, &closed};
	held = open("/", O_RDONLY | O_CLOEXEC);
	assert_true(held > STDERR_FILENO);
	v = bench_vet_plan(&b.plan);
	assert_int_equal(b.contestants[1].standing, STANDING_CONTENDER);
	close(held);
	json_decref(v);
	bench_workload_close(b.workload);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_fails_is_refused),
		cmocka_unit_test(test_phases_are_looked_at_one_by_one),
		cmocka_unit_test(test_kernels_are_looked_at),
		cmocka_unit_test(test_children_hold_nothing),
	};

	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
