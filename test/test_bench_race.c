/* test_bench_race.c - races whose truth is known: that they stop, rightly */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <math.h>
#include <string.h>

#include "bench_calibrate.h"
#include "bench_race.h"
#include "synthetic_run.h"

#define MAX_K 8

/* A cell of a plan, and the truth of its candidates. */
struct course {
	struct bench_contestant contestants[MAX_K];
	struct bench_plan_cell cell;
	struct bench_plan plan;
	double ns[MAX_K];
	double noise, drift, level;
	struct base_random random;
};

static const struct bench_race_rule rule = {
	.epsilon = 0.02, .delta = 0.05, .cells = 1};

static void
set_up(struct course *c, const char *op, const double *ns, size_t k,
       uint64_t seed)
{
	static char names[MAX_K][2];

	*c = (struct course){.noise = 0.01, .level = 1, .random = {seed}};
	for (size_t i = 0; i < k; i++) {
		names[i][0] = (char)('a' + i);
		c->contestants[i] = (struct bench_contestant){
			.label = names[i],
			.standing = STANDING_CONTENDER,
			.reason = ""};
		c->ns[i] = ns[i];
	}
	for (int i = 0; i < AXIS_COUNT; i++)
		c->cell.cell.axis[i] = (char *)(i == AXIS_OP ? op : "-");
	bench_cell_id(&c->cell.cell, c->cell.id);
	c->cell.contestants = c->contestants;
	c->cell.n_contestants = k;
	c->plan = (struct bench_plan){.cells = &c->cell, .n_cells = 1};
}

/* Roughly normal. */
static double
normal(struct base_random *r)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += ldexp((double)base_random_next(r), -64);
	return sum;
}

/* With drift from sample to sample, and 3 % of samples up to 30 % late. */
static double
draw(struct course *c, size_t i)
{
	double late =
		base_random_below(&c->random, 100) < 3
			? 0.3 * ldexp((double)base_random_next(&c->random), -64)
			: 0;

	c->level *= exp(c->drift * normal(&c->random));
	return 1000 * c->ns[i] * c->level *
	       exp(late + c->noise * normal(&c->random));
}

/* The block that a turn asks for, as a machine would measure it. */
static struct bench_block *
measure(struct course *c, const struct bench_turn *turn)
{
	char *names[MAX_K];
	size_t who[MAX_K], n = 0;
	struct bench_block *b;

	for (size_t i = 0; i < c->cell.n_contestants; i++)
		if (turn->in[i]) {
			who[n] = i;
			names[n++] = c->contestants[i].label;
		}
	b = bench_block_new(c->cell.id, turn->rounds ? turn->rounds : 1, n,
			    names);
	b->launch = turn->launch;
	b->block = turn->block;
	b->round = turn->round;
	b->iters = 1000;
	b->took_ns = 1000000;
	for (size_t r = 0; r < b->n_rounds; r++)
		for (size_t i = 0; i < n; i++)
			BENCH_BLOCK_AT(b, samples, r, i).ns = draw(c, who[i]);
	return b;
}

static void
step(struct course *c, struct bench_race *r)
{
	struct bench_turn turn = bench_race_turn(r, 1);

	bench_race_add(r, measure(c, &turn));
}

/* How much slower than the best the leader is in truth. */
static double
true_regret(const struct course *c, const struct bench_race *r)
{
	size_t leader = (size_t)(r->cell.leader - r->cell.estimates);
	double best = INFINITY;

	for (size_t i = 0; i < c->cell.n_contestants; i++)
		best = MIN(best, c->ns[i]);
	return c->ns[leader] / best - 1;
}

struct result {
	int wrong, resolved;
	size_t samples;
};

static struct result
race(const double *ns, size_t k, double noise, int trials, uint64_t seed,
     bool uniform)
{
	struct result result = {0, 0, 0};

	for (int t = 0; t < trials; t++) {
		struct course c;
		struct bench_race r;

		set_up(&c, "memclr", ns, k, seed + (uint64_t)t);
		c.noise = noise;
		c.drift = noise / 10;
		bench_race_begin(&r, &c.plan, &c.cell, rule, uniform);
		while (!r.closed)
			step(&c, &r);
		result.wrong += true_regret(&c, &r) > r.cell.regret;
		result.resolved += r.cell.outcome == OUTCOME_RESOLVED;
		result.samples += r.samples;
		bench_race_end(&r);
	}
	return result;
}

static const double spread[] = {10, 10.05, 10.1, 10.2, 10.5, 11, 12, 14};
static const double apart[] = {10, 10.5, 10.8, 11, 11.5, 12, 13, 15};
static const double ties[] = {10, 10, 10, 10.05, 10.05, 10.1, 10.1, 10.1};

/* Every race stops by itself, and what it states is wrong in at most 5 % of
 * them (within 4 standard deviations), near ties and noise or not. */
static void
a_race_stops_and_is_right(void **state)
{
	static const struct {
		const double *ns;
		double noise;
	} cases[] = {{spread, 0.01},
		     {spread, 0.03},
		     {apart, 0.01},
		     {apart, 0.03},
		     {ties, 0.01}};
	const int trials = 60;
	uint64_t seed = test_seed();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct result r = race(cases[i].ns, 8, cases[i].noise, trials,
				       seed, false);

		printf("case %zu: %d of %d wrong, %d resolved, %zu samples a "
		       "race\n",
		       i, r.wrong, trials, r.resolved,
		       r.samples / (size_t)trials);
		assert_true(r.wrong <=
			    0.05 * trials + 4 * sqrt(trials * 0.05 * 0.95));
		assert_int_equal(r.resolved, trials);
	}
}

/* The same rule without dropping anybody takes more. */
static void
a_race_takes_less_than_measuring_all(void **state)
{
	uint64_t seed = test_seed();
	struct result fast = race(spread, 8, 0.02, 20, seed, false);
	struct result slow = race(spread, 8, 0.02, 20, seed, true);

	(void)state;
	printf("%zu samples against %zu\n", fast.samples, slow.samples);
	assert_true(fast.samples * 10 < slow.samples * 9);
}

/* Near the best, what is in use neither is beaten nor soon within epsilon: the
 * race goes on with the two, so that it stays or goes with a bound. */
static void
the_incumbent_is_settled(void **state)
{
	uint64_t seed = test_seed();
	int within = 0;

	(void)state;
	for (int t = 0; t < 40; t++) {
		const double ns[] = {10, 10.1, 12, 14};
		const struct bench_estimate *e;
		struct course c;
		struct bench_race r;

		set_up(&c, "call", ns, ARRAY_LEN(ns), seed + (uint64_t)t);
		c.contestants[1].label = (char *)"bulk1";
		c.noise = 0.03;
		bench_race_begin(&r, &c.plan, &c.cell, rule, false);
		while (!r.closed)
			step(&c, &r);
		assert_int_equal(r.cell.outcome, OUTCOME_RESOLVED);
		e = &r.cell.estimates[1];
		assert_true(e == r.cell.leader || e->ratio_lo > 1 ||
			    e->ratio_hi <= 1 + rule.epsilon);
		within += e->ratio_hi <= 1 + rule.epsilon;
		bench_race_end(&r);
	}
	assert_true(within > 0);
}

/* A policy's choice, that may be a tenth slower, is measured until it is known
 * to be more or not: beyond epsilon, where it would drop out. */
static void
what_is_allowed_is_settled(void **state)
{
	uint64_t seed = test_seed();

	(void)state;
	for (int t = 0; t < 40; t++) {
		const double ns[] = {10, 11.3};
		struct course c;
		struct bench_race r;

		set_up(&c, "call", ns, ARRAY_LEN(ns), seed + (uint64_t)t);
		c.noise = 0.03;
		bench_race_begin(&r, &c.plan, &c.cell, rule, false);
		bench_race_settle(&r, "b", 0.1);
		while (!r.closed)
			step(&c, &r);
		assert_true(r.cell.estimates[1].ratio_lo > 1.1);
		bench_race_end(&r);
	}
}

/* Who is far behind drops out at the first look; the leader never does. */
static void
the_slow_drop_out(void **state)
{
	struct course c;
	struct bench_race r;

	(void)state;
	set_up(&c, "memclr", spread, 8, 1);
	c.noise = 0.02;
	bench_race_begin(&r, &c.plan, &c.cell, rule, false);
	while (r.rows < 12) {
		for (size_t i = 0; i < 8; i++)
			assert_true(r.in[i]);
		step(&c, &r);
	}
	assert_false(r.closed);
	assert_true(r.in[0] && r.in[1]);
	assert_false(r.in[7]);
	assert_int_equal(r.stage, 1);
	assert_int_equal(r.row, 0);
	bench_race_end(&r);
}

/* A journal says the same as the race that wrote it: replayed up to any block,
 * it asks for the same next one. */
static void
a_race_resumes_from_its_blocks(void **state)
{
	struct course c, other;
	struct bench_race r, again;
	uint64_t seed = test_seed();

	(void)state;
	set_up(&c, "memclr", spread, 8, seed);
	set_up(&other, "memclr", spread, 8, seed);
	bench_race_begin(&r, &c.plan, &c.cell, rule, false);
	while (!r.closed) {
		struct bench_turn a = bench_race_turn(&r, 7), b;

		bench_race_begin(&again, &c.plan, &c.cell, rule, false);
		other.random = (struct base_random){seed};
		other.level = 1;
		for (size_t i = 0; i < r.cell.n_blocks; i++)
			step(&other, &again);
		b = bench_race_turn(&again, 7);
		assert_true(a.block == b.block && a.round == b.round &&
			    a.rounds == b.rounds && a.seed == b.seed &&
			    a.row == b.row);
		assert_memory_equal(a.in, b.in, 8 * sizeof(*a.in));
		assert_false(again.closed);
		bench_race_end(&again);
		step(&c, &r);
	}
	bench_race_end(&r);
}

/* Launches of rows that a race has looked at, and the most rows of one. */
static void
count_launches(const struct bench_race *r, size_t *launches, size_t *most)
{
	const struct bench_cell_summary *c = &r->cell;
	size_t rows = 0;

	*launches = *most = 0;
	for (size_t i = 0; i < c->n_blocks; i++) {
		bool other = i == 0 ||
			     c->blocks[i]->launch != c->blocks[i - 1]->launch;

		*launches += other;
		rows = (other ? 0 : rows) + c->blocks[i]->n_rounds;
		*most = MAX(*most, rows);
	}
}

/* When a cell has its share of a launch, others and then another one have
 * their turn; no look rests on fewer layouts, nor for most part on one. */
static void
looks_rest_on_layouts(void **state)
{
	struct bench_race_rule five = rule;
	struct course c;
	struct bench_race r;
	unsigned looks = 0, launch = 0;

	(void)state;
	five.layouts = 5;
	five.epsilon = 0;
	set_up(&c, "memclr", ties, 8, 1);
	bench_race_begin(&r, &c.plan, &c.cell, five, false);
	for (; !r.closed && launch < 40; launch++)
		while (bench_race_pick(&r, 1, launch) == 0) {
			struct bench_turn turn = bench_race_turn(&r, 1);
			size_t wanted = r.next, launches, most;

			turn.launch = launch;
			bench_race_add(&r, measure(&c, &turn));
			if (r.next == wanted)
				continue;
			count_launches(&r, &launches, &most);
			assert_true(launches >= 5);
			assert_true(most < wanted / 5 + 1 + BENCH_BLOCK_ROUNDS);
			looks++;
		}
	assert_true(looks >= 3);
	assert_true(launch >= 7);
	bench_race_end(&r);
}

/* Disturbed blocks count for nothing, are repeated in the same order, and get
 * shorter; unless all are disturbed. */
static void
disturbed_blocks_are_repeated(void **state)
{
	struct course c;
	struct bench_race r;
	struct bench_turn turn;

	(void)state;
	set_up(&c, "memclr", spread, 8, 1);
	bench_race_begin(&r, &c.plan, &c.cell, rule, false);
	step(&c, &r);
	for (unsigned i = 0; i < 2; i++) {
		struct bench_block *b;

		turn = bench_race_turn(&r, 1);
		assert_int_equal(turn.row, 6);
		assert_int_equal(turn.rounds, 6 >> i);
		b = measure(&c, &turn);
		b->discarded = DISTURBANCE_switches;
		bench_race_add(&r, b);
	}
	/* Two of three are: so that is how this machine is. */
	assert_int_equal(r.rows, 6 + 6 + 3);
	step(&c, &r);
	assert_int_equal(r.rows, 6 + 1);
	assert_int_equal(bench_race_turn(&r, 1).rounds, 6);
	bench_race_end(&r);
}

/* Whom disturbed blocks have shown to be the best waits outside until the
 * placebo is settled. In the quiet blocks that come then nobody else contends
 * with the placebo's baseline; once they alone count, that is not the best but
 * unknown, and the best comes in again. */
static void
the_best_returns_when_its_blocks_count_no_more(void **state)
{
	static const double ns[] = {10, 22, 22};
	struct course c;
	struct bench_race r;

	(void)state;
	set_up(&c, "memclr", ns, ARRAY_LEN(ns), 1);
	c.contestants[1].label = (char *)"word";
	c.contestants[2].label = (char *)"word_placebo";
	c.contestants[2].standing = STANDING_BOUND;
	c.noise = 0.03;
	bench_race_begin(&r, &c.plan, &c.cell, rule, false);
	while (r.in[0]) {
		struct bench_turn turn = bench_race_turn(&r, 1);
		struct bench_block *b = measure(&c, &turn);

		b->discarded = DISTURBANCE_switches;
		bench_race_add(&r, b);
	}
	assert_true(r.in[1] && r.in[2]);
	assert_ptr_equal(r.cell.leader, r.cell.estimates);
	while (!r.in[0]) {
		assert_false(r.closed);
		step(&c, &r);
	}
	assert_true(isnan(r.cell.regret));
	while (!r.closed)
		step(&c, &r);
	assert_ptr_equal(r.cell.leader, r.cell.estimates);
	assert_int_equal(r.cell.outcome, OUTCOME_RESOLVED);
	bench_race_end(&r);
}

/* First a block each, then a look each, then what is next for the least time.
 */
static void
the_budget_goes_to_open_cells(void **state)
{
	static const double clear[] = {10, 20, 30};
	struct course c[3];
	struct bench_race r[3];
	unsigned taken[3] = {0};

	(void)state;
	set_up(&c[0], "memclr", clear, 3, 1);
	set_up(&c[1], "call", ties, 3, 2);
	set_up(&c[2], "memmove", spread, 3, 3);
	for (size_t i = 0; i < 3; i++)
		bench_race_begin(&r[i], &c[i].plan, &c[i].cell, rule, false);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(bench_race_pick(r, 3, 0), i);
		step(&c[i], &r[i]);
	}
	for (size_t i; (i = bench_race_pick(r, 3, 0)) < 3;) {
		assert_false(r[i].closed);
		taken[i]++;
		/* Nobody is looked at twice before all are once. */
		for (size_t k = 0; k < 3; k++)
			assert_true(r[i].rows < r[i].looks.first ||
				    r[k].rows >= r[k].looks.first);
		step(&c[i], &r[i]);
	}
	assert_int_equal(taken[0], 1);
	assert_true(taken[1] >= 7 && taken[2] >= 1);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(r[i].cell.outcome, OUTCOME_RESOLVED);
		bench_race_end(&r[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_race_stops_and_is_right),
		cmocka_unit_test(a_race_takes_less_than_measuring_all),
		cmocka_unit_test(the_incumbent_is_settled),
		cmocka_unit_test(what_is_allowed_is_settled),
		cmocka_unit_test(the_slow_drop_out),
		cmocka_unit_test(a_race_resumes_from_its_blocks),
		cmocka_unit_test(looks_rest_on_layouts),
		cmocka_unit_test(disturbed_blocks_are_repeated),
		cmocka_unit_test(
			the_best_returns_when_its_blocks_count_no_more),
		cmocka_unit_test(the_budget_goes_to_open_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
