/* test_bench_calls.c - the calls of a batch: their arguments, and what comes of
 * them
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_calls.h"
#include "op_bed.h"

#define CALLS 512

/* Pointers of a call's arguments, wherever they lie. */
static size_t
pointers_of(const struct call_layout *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_args; i++)
		for (size_t k = 0; k < l->values[i].size / WORD_SIZE; k++)
			n += bench_is_pointer(&l->values[i].type, k);
	return n;
}

/* The census has seen each argument's pointers, and they are what was asked
 * for. */
static void
check_arguments(struct op_bed *b)
{
	struct bench_census census;
	uint64_t counts[BENCH_CENSUS_KINDS] = {0};
	size_t pointers = 0;

	bench_census_begin(&census, b->world.gc, false, 1);
	b->x.op->meet(&b->f, 0, CALLS, &census);
	bench_census_count(&census, counts);
	for (uint64_t i = 0; i < CALLS; i++) {
		const struct bench_callable *c =
			bench_calls_at(&b->f, i)->callable;

		pointers += pointers_of(c->outer ? c->outer : c->layout);
	}
	assert_int_equal(census.skips, pointers);
	assert_int_equal(counts[POPULATION_NOSCAN], census.n);
}

/* The callee has written all results, and they are the caller's. */
static void
check_results(const struct bench_prepared_call *p)
{
	const struct call_layout *l = p->callable->outer;

	for (size_t i = l->n_args; i < l->n_args + l->n_results; i++) {
		const struct call_value *v = &l->values[i];
		char room[CALL_REGS_VALUE_MAX] = {0};
		const char *bytes = room;

		if (v->in_frame)
			bytes = (char *)p->area + v->off;
		else
			call_regs_take(p->regs, v, room);
		for (size_t k = 0; k < v->size; k++)
			assert_int_equal(bytes[k], 0);
	}
}

/* What a caller finds where its results are to be. */
static void
dirty_results(const struct bench_prepared_call *p)
{
	const struct call_layout *l = p->callable->outer;

	memset((char *)p->area + l->retoffset, 0xa5,
	       l->frame.size - l->retoffset);
}

static void
run(const char *op, const char *workload)
{
	struct op_bed b;

	op_bed_open(&b, bench_op_find(op), CLIENT_FRAME, POPULATION_NOSCAN,
		    workload);
	op_bed_bind(&b, "default");
	assert_null(bench_experiment_illegal(&b.x));
	b.x.op->prepare(&b.f, 0, CALLS);
	check_arguments(&b);
	for (uint64_t i = 0; i < CALLS; i++)
		if (bench_calls_at(&b.f, i)->callable->outer)
			dirty_results(bench_calls_at(&b.f, i));
	gc_hold_marker(b.world.gc, true);
	gc_cycle_start(b.world.gc, b.world.mut);
	b.x.op->batch(&b.f, 0, CALLS);
	for (uint64_t i = 0; i < CALLS; i++)
		if (bench_calls_at(&b.f, i)->callable->outer)
			check_results(bench_calls_at(&b.f, i));
	gc_hold_marker(b.world.gc, false);
	gc_cycle_finish(b.world.gc, b.world.mut);
	gc_collect(b.world.gc, b.world.mut);
	op_bed_close(&b);
}

static void
test_each_operation(void **state)
{
	static const char *const ops[] = {"call", "callmethod", "makefunc"};
	static const char *const workloads[] = {
		"go-std", "go-std-register", "go-std-register-framed",
		"sig:func([3]*byte, int16) ([2]*byte, bool)"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		for (size_t k = 0; k < ARRAY_LEN(workloads); k++)
			run(ops[i], workloads[k]);
}

/* A receiver more would be too much for the argument area. */
static void
test_largest_frames(void **state)
{
	struct bench_workload *w = bench_workload_open("size:65536", 1);
	struct bench_experiment x = {.client = CLIENT_FRAME, .workload = w};

	(void)state;
	x.op = bench_op_find("makefunc");
	assert_null(bench_experiment_illegal(&x));
	x.op = bench_op_find("callmethod");
	assert_non_null(strstr(bench_experiment_illegal(&x), "64 KiB"));
	bench_workload_close(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_operation),
		cmocka_unit_test(test_largest_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
