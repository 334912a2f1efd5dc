/* op_bed.c - an operation's fixture on a heap of its own */
// SPDX-License-Identifier: BSD-3-Clause
#include "op_bed.h"

#include "heap_stress.h"
#include "test_util.h"

/* Leaves enough that each pointer of a batch is to another object. */
#define NODES (1 << 13)

void
op_bed_open(struct op_bed *b, const struct bench_op *op,
	    enum bench_client client, enum bench_population population,
	    const char *workload)
{
	struct gc_config config = {.heap_limit = (size_t)256 << 20,
				   .buffer_words = 512,
				   .markers = 1,
				   .verify = true,
				   .poison = true};

	*b = (struct op_bed){
		.x = {.op = op,
		      .client = client,
		      .population = population,
		      .phase = BENCH_MARK,
		      .workload = bench_workload_open(workload, 1)}};
	heap_never_stress(GC_STRESS_MARK, "its cycles begin when it says so");
	b->world.gc = gc_create(&config);
	b->world.mut = gc_attach(b->world.gc);
	bench_reservoir_open(&b->world.reservoir, b->world.mut, NODES);
	b->f = (struct bench_fixture){.op = op,
				      .x = &b->x,
				      .world = &b->world,
				      .engine = call_engine_new(b->world.mut)};
	assert_int_equal(op->open(&b->f), BENCH_OK);
}

void
op_bed_close(struct op_bed *b)
{
	struct gc_stats stats;

	b->x.op->close(&b->f);
	call_engine_free(b->f.engine);
	gc_get_stats(b->world.gc, &stats);
	assert_int_equal(stats.lost, 0);
	bench_reservoir_close(&b->world.reservoir);
	gc_detach(b->world.mut);
	gc_destroy(b->world.gc);
	bench_workload_close((struct bench_workload *)b->x.workload);
}

void
op_bed_bind(struct op_bed *b, const char *set_text)
{
	struct call_set set;
	char error[128];

	assert_true(call_set_parse(&set, set_text, error, sizeof(error)));
	call_engine_bind(b->f.engine, &set);
}
