/* test_bench_summary.c - estimates and verdicts of runs whose truth is known */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench_summary.h"
#include "capture.h"
#include "schema_check.h"
#include "synthetic_run.h"

#define CELL(list, ...)                                              \
	{                                                            \
		.candidates = list, .n_candidates = ARRAY_LEN(list), \
		__VA_ARGS__                                          \
	}
#define OP(name) .axis = {[AXIS_OP] = name}

struct run {
	char *dir;
	struct bench_summary *s;
	char *messages;
};

static void
read_back(struct run *run)
{
	struct capture c;

	capture_start(&c, STDERR_FILENO);
	run->s = bench_summary_read(run->dir);
	run->messages = capture_end(&c);
}

/* One seed for all time: an interval of 95 % misses the truth with others. */
static struct run
make_run(const struct synthetic_cell *cells, size_t n)
{
	struct run run = {.dir = synthetic_dir()};

	synthetic_run_write(run.dir, cells, n, 1);
	read_back(&run);
	assert_non_null(run.s);
	return run;
}

static void
end_run(struct run *run)
{
	bench_summary_free(run->s);
	free(run->messages);
	synthetic_remove(run->dir);
}

static const struct bench_estimate *
find(const struct run *run, size_t cell, const char *name)
{
	const struct bench_estimate *e =
		bench_estimate_find(&run->s->cells[cell], name);

	assert_non_null(e);
	return e;
}

static bool
near(double a, double b)
{
	return fabs(a - b) <= 1e-9 * fabs(b);
}

/* Differences of 10 % and of nothing, under 1 % of noise. */
static void
test_verdicts(void **state)
{
	static const struct synthetic_candidate list[] = {
		{.name = "slow", .ns = 11},
		{.name = "fast", .ns = 10},
		{.name = "twin", .ns = 10},
		{.name = "never", .ns = 11, .absent_blocks = 20},
		{.name = "memclr_floor", .ns = 2, .standing = STANDING_BOUND},
		{.name = "mutant", .ns = 1, .standing = STANDING_BOUND},
		{.name = "unsound", .standing = STANDING_REFUSED},
	};
	static const struct synthetic_cell cells[] = {
		CELL(list, OP("memclr"), .blocks = 20),
		CELL(list, OP("typedmemclr"), .blocks = 20),
	};
	struct run run = make_run(cells, 2);
	(void)state;

	for (size_t i = 0; i < 2; i++) {
		const struct bench_estimate *leader = run.s->cells[i].leader;
		const struct bench_estimate *fast = find(&run, i, "fast");
		const struct bench_estimate *twin = find(&run, i, "twin");
		const struct bench_estimate *slow = find(&run, i, "slow");
		const struct bench_estimate *floor =
			find(&run, i, "memclr_floor");

		assert_true(leader == fast || leader == twin);
		assert_int_equal(leader->verdict, VERDICT_BEST);
		assert_true(leader->ratio == 1 && leader->ratio_lo == 1 &&
			    leader->ratio_hi == 1);
		assert_int_equal((leader == fast ? twin : fast)->verdict,
				 VERDICT_TIE);
		assert_int_equal(slow->verdict, VERDICT_SLOWER);
		assert_true(slow->ratio_lo < 1.1 && 1.1 < slow->ratio_hi);
		assert_true(slow->lo <= slow->value && slow->value <= slow->hi);
		assert_int_equal(slow->n, 80);
		assert_true(fabs(slow->value / 11 - 1) < 0.02);
		assert_true(
			near(slow->above_floor, slow->value - floor->value));
		assert_int_equal(floor->verdict, VERDICT_BOUND);
		assert_true(floor->ratio < 0.3 && floor->above_floor == 0);
		assert_int_equal(find(&run, i, "mutant")->verdict,
				 VERDICT_BOUND);

		const struct bench_estimate *never = find(&run, i, "never");
		assert_int_equal(never->verdict, VERDICT_UNRESOLVED);
		assert_true(never->n == 0 && isnan(never->value) &&
			    isnan(never->ratio));
		const struct bench_estimate *no = find(&run, i, "unsound");
		assert_int_equal(no->verdict, VERDICT_REFUSED);
		assert_true(no->n == 0 && isnan(no->value));
		assert_string_equal(no->reason, "synthetic");
		assert_int_equal(run.s->cells[i].outcome, OUTCOME_RESOLVED);
		assert_true(run.s->cells[i].regret <= 0.02);
	}
	assert_null(bench_estimate_find(&run.s->cells[0], "unheard"));
	end_run(&run);
}

/* Adds a block of one round; sample i takes ns[i]. */
static void
add_round(struct bench_journal *j, const struct synthetic_cell *cell,
	  unsigned index, const double *ns)
{
	struct base_random random = {index};
	struct bench_block *b = synthetic_block(cell, index, &random);

	for (size_t r = 0; r < b->n_rounds; r++)
		for (size_t i = 0; i < b->n_candidates; i++)
			BENCH_BLOCK_AT(b, samples, r, i).ns =
				ns[i] * (double)b->iters;
	assert_int_equal(bench_journal_append(j, b), BENCH_OK);
	bench_block_free(b);
}

/* 12 rounds are a first look; with fewer nothing is said, not even of what
 * seems clear. One that was measured for a block only leaves the cell without a
 * bound too. */
static void
test_unresolved(void **state)
{
	static const struct synthetic_candidate list[] = {
		{.name = "a", .ns = 10},
		{.name = "b", .ns = 20},
	};
	static const struct synthetic_candidate late[] = {
		{.name = "a", .ns = 10},
		{.name = "b", .ns = 20, .absent_blocks = 7},
	};
	static const struct synthetic_cell cells[] = {
		CELL(list, OP("memmove"), .blocks = 3),
		CELL(list, OP("call"), .blocks = 5, .rounds = 1),
		CELL(list, OP("makefunc"), .blocks = 8),
		CELL(list, OP("memclr"), .blocks = 5, .rounds = 1),
		CELL(late, OP("typedmemclr")),
	};
	static const enum bench_verdict expect[] = {
		VERDICT_SLOWER, VERDICT_UNRESOLVED, VERDICT_SLOWER,
		VERDICT_UNRESOLVED, VERDICT_UNRESOLVED};
	struct run run = make_run(cells, ARRAY_LEN(cells));
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
		bool resolved = expect[i] == VERDICT_SLOWER;
		const struct bench_cell_summary *c = &run.s->cells[i];

		assert_int_equal(find(&run, i, "b")->verdict, expect[i]);
		assert_int_equal(find(&run, i, "a")->verdict,
				 resolved ? VERDICT_BEST : VERDICT_UNRESOLVED);
		assert_string_equal(c->leader->candidate, "a");
		assert_int_equal(isnan(c->regret), !resolved);
		assert_int_equal(c->outcome, resolved ? OUTCOME_RESOLVED
						      : OUTCOME_UNMEASURED);
	}
	end_run(&run);
}

static void
test_little(void **state)
{
	static const struct synthetic_candidate bounds[] = {
		{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
		{.name = "other", .ns = 2, .standing = STANDING_BOUND},
	};
	static const struct synthetic_candidate one[] = {
		{.name = "a", .ns = 1}};
	static const struct synthetic_candidate no[] = {
		{.name = "a", .standing = STANDING_REFUSED}};
	static const struct synthetic_cell cells[] = {
		CELL(bounds, OP("memclr")),
		CELL(one, OP("memmove")),
		CELL(no, OP("call")),
		{OP("makefunc")},
	};
	struct run run = make_run(cells, 4);
	(void)state;

	assert_null(run.s->cells[0].leader);
	assert_true(isnan(run.s->cells[0].regret));
	assert_true(isnan(find(&run, 0, "other")->ratio));
	assert_true(find(&run, 0, "other")->above_floor > 0.9);
	assert_int_equal(run.s->cells[1].leader->verdict, VERDICT_BEST);
	assert_true(run.s->cells[1].regret == 0);
	assert_true(isnan(run.s->cells[1].leader->above_floor));
	assert_null(run.s->cells[2].leader);
	assert_null(run.s->cells[3].leader);
	assert_int_equal(run.s->cells[3].n_estimates, 0);
	end_run(&run);
}

static void
test_no_blocks(void **state)
{
	static const struct synthetic_candidate list[] = {
		{.name = "a", .ns = 1}};
	static const struct synthetic_cell cell = CELL(list, OP("memclr"));
	struct run run = make_run(&cell, 1);
	char *path = bench_printf("%s/samples.jsonl", run.dir);
	(void)state;

	bench_summary_free(run.s);
	free(run.messages);
	assert_int_equal(truncate(path, 0), 0);
	read_back(&run);
	assert_non_null(run.s);
	assert_int_equal(run.s->n_blocks, 0);
	assert_null(run.s->cells[0].leader);
	assert_int_equal(find(&run, 0, "a")->verdict, VERDICT_UNRESOLVED);
	assert_int_equal(bench_summary_write(run.s), BENCH_OK);
	bench_summary_free(run.s);
	free(run.messages);
	assert_int_equal(unlink(path), 0);
	read_back(&run);
	assert_null(run.s);
	assert_non_null(strstr(run.messages, "samples.jsonl"));
	free(path);
	end_run(&run);
}

/* Blocks that do not match the manifest are named and left out. */
static void
test_strangers(void **state)
{
	static const struct synthetic_candidate list[] = {
		{.name = "a", .ns = 10},
		{.name = "b", .ns = 11},
	};
	static const struct synthetic_candidate more[] = {
		{.name = "b", .ns = 11},
		{.name = "spy", .ns = 1},
		{.name = "a", .ns = 10},
	};
	static const struct synthetic_cell cell =
		CELL(list, OP("memclr"), .noise = -1);
	static const struct synthetic_cell wider =
		CELL(more, OP("memclr"), .noise = -1);
	static const struct synthetic_cell other =
		CELL(more, OP("memmove"), .noise = -1);
	static const double ns[] = {11, 1, 10};
	struct run run = make_run(&cell, 1);
	(void)state;

	bench_summary_free(run.s);
	free(run.messages);
	struct bench_journal *j = bench_journal_open(run.dir);
	add_round(j, &wider, 8, ns);
	add_round(j, &other, 9, ns);
	bench_journal_close(j);
	read_back(&run);
	assert_int_equal(run.s->n_blocks, 10);
	assert_int_equal(run.s->skipped, 1);
	assert_non_null(strstr(run.messages, "left out block 9 of cell "));
	assert_non_null(strstr(run.messages, "left out spy, which the"));
	assert_int_equal(find(&run, 0, "a")->n, 36);
	assert_true(near(find(&run, 0, "a")->value, 10));
	assert_true(near(find(&run, 0, "b")->ratio_hi, 1.1));
	end_run(&run);
}

static void
test_schema(void **state)
{
	static const struct synthetic_candidate list[] = {
		{.name = "a", .ns = 10, .per_op = {[COUNTER_found] = 0.5}},
		{.name = "late", .ns = 11, .absent_blocks = 7},
		{.name = "no", .standing = STANDING_REFUSED},
	};
	static const struct synthetic_cell cells[] = {
		CELL(list, OP("memclr")),
		{OP("memmove")},
	};
	struct run run = make_run(cells, 2);
	char *path = bench_printf("%s/summary.json", run.dir);
	(void)state;

	assert_int_equal(bench_summary_write(run.s), BENCH_OK);
	json_t *json = json_load_file(path, 0, NULL);
	char *why = schema_check("summary", json);
	if (why)
		fail_msg("%s", why);
	const json_t *first = json_array_get(json_object_get(json, "cells"), 0);
	assert_string_equal(json_string_value(json_object_get(first, "leader")),
			    "a");
	assert_true(json_is_null(json_object_get(first, "regret")));
	json_decref(json);
	free(path);
	end_run(&run);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_unresolved),
		cmocka_unit_test(test_little),
		cmocka_unit_test(test_no_blocks),
		cmocka_unit_test(test_strangers),
		cmocka_unit_test(test_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
