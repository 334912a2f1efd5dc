/* test_bench_op.c - which experiments exist, and what the clients' batches do
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "gc_barrier.h"
#include "op_bed.h"

/* Elements of four words, of which three are pointers. */
#define MASK     "mask:1101"
#define POINTERS 3

static const struct bench_op *
find_op(const char *name, enum bench_client client)
{
	for (size_t i = 0; bench_ops[i]; i++)
		if (strcmp(bench_ops[i]->name, name) == 0 &&
		    bench_ops[i]->clients & 1u << client)
			return bench_ops[i];
	return NULL;
}

static const char *
operation_of(enum bench_client client)
{
	return client == CLIENT_APPEND ? "typedmemmove" : "typedmemclr";
}

/* Whether an experiment with a client's operation can exist. */
static bool
is_legal(enum bench_client client, const char *workload, enum bench_phase phase)
{
	struct bench_workload *w = bench_workload_open(workload, 1);
	struct bench_experiment x = {
		.op = find_op(operation_of(client), client),
		.client = client,
		.population = POPULATION_WHITE,
		.phase = phase,
		.workload = w};
	bool legal;

	assert_non_null(w);
	assert_non_null(x.op);
	legal = bench_experiment_illegal(&x) == NULL;
	bench_workload_close(w);
	return legal;
}

static void
test_clients_and_their_elements(void **state)
{
	(void)state;
	for (int c = CLIENT_SLICE; c < CLIENT_COUNT; c++) {
		assert_true(is_legal(c, "size:8", BENCH_OFF));
		assert_true(is_legal(c, "size:128", BENCH_MARK));
		assert_true(is_legal(c, MASK, BENCH_MARK));
		assert_false(is_legal(c, "size:8", BENCH_STRADDLE));
		assert_false(is_legal(c, "size:12", BENCH_OFF));
		assert_int_equal(is_legal(c, "go-std", BENCH_OFF),
				 c == CLIENT_SLICE);
		assert_int_equal(is_legal(c, "size:136", BENCH_OFF),
				 c != CLIENT_MAP && c != CLIENT_MAP_BUCKET);
		assert_int_equal(is_legal(c, "size:65536", BENCH_OFF),
				 c == CLIENT_SLICE || c == CLIENT_APPEND);
	}
}

/* What is not a frame's life holds its pointers before marking starts. */
static void
test_who_is_filled_before_marking(void **state)
{
	(void)state;
	for (int c = CLIENT_RAW; c < CLIENT_COUNT; c++) {
		struct bench_experiment x = {.client = c, .phase = BENCH_MARK};

		assert_int_equal(bench_fills_before_cycle(&x),
				 c >= CLIENT_SLICE);
		x.phase = BENCH_OFF;
		assert_false(bench_fills_before_cycle(&x));
	}
}

/* A client has one row of an operation, so that a plan has one cell. */
static void
test_rows_share_names_but_no_clients(void **state)
{
	(void)state;
	for (size_t i = 0; bench_ops[i]; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(bench_ops[i]->name, bench_ops[k]->name) == 0)
				assert_int_equal(bench_ops[i]->clients &
							 bench_ops[k]->clients,
						 0);
}

static void
bed_open(struct op_bed *b, enum bench_client client)
{
	op_bed_open(b, find_op(operation_of(client), client), client,
		    POPULATION_WHITE, MASK);
}

/* What the barrier has found in a batch. The marker is held, so that the
 * white objects are those that nothing else has come to. */
static struct gc_barrier_stats
batch(struct op_bed *b, uint64_t start, uint64_t iters)
{
	struct gc_mutator *mut = b->world.mut;
	struct gc_barrier_stats before, now;

	gc_buffer_flush(mut);
	before = mut->stats;
	b->x.op->batch(&b->f, start, iters);
	gc_buffer_flush(mut);
	now = mut->stats;
	now.entries -= before.entries;
	now.found -= before.found;
	now.greyed -= before.greyed;
	return now;
}

static void
prepare(struct op_bed *b, uint64_t start, uint64_t iters)
{
	bench_reservoir_rewind(&b->world.reservoir);
	b->x.op->prepare(&b->f, start, iters);
}

static void
start_held(struct op_bed *b)
{
	gc_hold_marker(b->world.gc, true);
	gc_cycle_start(b->world.gc, b->world.mut);
}

static void
finish(struct op_bed *b)
{
	gc_hold_marker(b->world.gc, false);
	gc_cycle_finish(b->world.gc, b->world.mut);
}

/* Each operation of a batch meets a whole element, wherever its stretch lies;
 * deleted and received ones are gone then, slices stay. */
static void
test_batches_meet_what_was_prepared(void **state)
{
	static const uint64_t stretches[][2] = {
		{0, 16}, {0, 1024}, {1000, 3000}, {5000, 4096}, {5000, 1}};
	static const char *const barriers[] = {"perslot", "bulk", "bulk1"};

	(void)state;
	for (int c = CLIENT_MAP; c < CLIENT_COUNT; c++) {
		struct op_bed b;

		bed_open(&b, c);
		assert_int_equal(b.f.max_iters, 4096);
		for (size_t i = 0; i < 3 * ARRAY_LEN(stretches); i++) {
			uint64_t start = stretches[i / 3][0];
			uint64_t iters = stretches[i / 3][1];
			struct gc_barrier_stats first, again;

			op_bed_bind(&b, barriers[i % 3]);
			prepare(&b, start, iters);
			start_held(&b);
			first = batch(&b, start, iters);
			again = batch(&b, start, iters);
			finish(&b);
			assert_int_equal(first.greyed, POINTERS * iters);
			assert_int_equal(again.greyed, 0);
			assert_int_equal(again.found,
					 c == CLIENT_APPEND ? first.found : 0);
		}
		op_bed_close(&b);
	}
}

/* A batch elsewhere leaves no gap: maps are as full for each. */
static void
test_maps_are_full_before_each_batch(void **state)
{
	(void)state;
	for (int c = CLIENT_MAP; c <= CLIENT_MAP_BUCKET; c++) {
		struct op_bed b;

		bed_open(&b, c);
		op_bed_bind(&b, "bulk1");
		for (uint64_t start = 0; start < 5000; start += 1000) {
			prepare(&b, start, 700);
			b.x.op->batch(&b.f, start, 700);
		}
		prepare(&b, 3, 1);
		start_held(&b);
		assert_int_equal(batch(&b, 0, 4096).entries, POINTERS * 4096);
		finish(&b);
		op_bed_close(&b);
	}
}

/* A floor finds what there is, does none of the work, and spoils nothing for
 * whoever comes after. */
static void
test_a_floor_finds_all_and_spoils_nothing(void **state)
{
	(void)state;
	for (int c = CLIENT_MAP; c < CLIENT_COUNT; c++) {
		struct op_bed b;

		bed_open(&b, c);
		for (size_t i = 0; i < 3; i++) {
			op_bed_bind(&b, "floor");
			prepare(&b, 100, 200);
			b.x.op->batch(&b.f, 100, 200);
			prepare(&b, 100, 200);
			op_bed_bind(&b, "bulk1");
			start_held(&b);
			assert_int_equal(batch(&b, 100, 200).greyed,
					 POINTERS * 200);
			finish(&b);
		}
		op_bed_close(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_clients_and_their_elements),
		cmocka_unit_test(test_who_is_filled_before_marking),
		cmocka_unit_test(test_rows_share_names_but_no_clients),
		cmocka_unit_test(test_batches_meet_what_was_prepared),
		cmocka_unit_test(test_maps_are_full_before_each_batch),
		cmocka_unit_test(test_a_floor_finds_all_and_spoils_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
