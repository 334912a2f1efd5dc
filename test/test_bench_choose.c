/* test_bench_choose.c - choices from runs whose truth is known
 *
 * No noise, or differences far beyond it: the right choice is known.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_choose.h"
#include "bench_doc.h"
#include "bench_rule.h"
#include "strategy.h"
#include "synthetic_run.h"

#define CELL(list, ...)                                                  \
	{                                                                \
		.candidates = list, .n_candidates = ARRAY_LEN(list),     \
		.axis = {[AXIS_OP] = "memclr", __VA_ARGS__}, .noise = -1 \
	}
#define OFF(size)  [AXIS_SIZE] = size, [AXIS_PHASE] = "off"
#define MARK(size) [AXIS_SIZE] = size, [AXIS_PHASE] = "mark"

typedef struct synthetic_candidate list[];

static const list word_wins = {
	{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
	{.name = "memclr_libc", .ns = 20},
	{.name = "memclr_word", .ns = 10},
	{.name = "memclr_avx2", .ns = 15},
};
static const list avx2_wins = {
	{.name = "memclr_floor", .ns = 1, .standing = STANDING_BOUND},
	{.name = "memclr_libc", .ns = 20},
	{.name = "memclr_word", .ns = 30},
	{.name = "memclr_avx2", .ns = 10},
};
/* 1 % apart: proved, but below epsilon. */
static const list avx2_and_word_tie = {
	{.name = "memclr_libc", .ns = 20},
	{.name = "memclr_avx2", .ns = 10},
	{.name = "memclr_word", .ns = 10.1},
};
static const list libc_ties = {
	{.name = "memclr_libc", .ns = 10.1},
	{.name = "memclr_word", .ns = 10},
};
static const list word_first = {
	{.name = "memclr_word", .ns = 10},
	{.name = "memclr_libc", .ns = 20},
};
static const list libc_refused = {
	{.name = "memclr_libc", .ns = 1, .standing = STANDING_REFUSED},
	{.name = "memclr_avx2", .ns = 10},
	{.name = "memclr_word", .ns = 12},
};

struct chosen {
	char *dir;
	struct bench_summary *s;
	struct bench_incumbent *incumbent;
	struct bench_choice *choice;
	struct bench_weights *weights;
};

static struct chosen
choose_weighed(const struct synthetic_cell *cells, size_t n,
	       const char *incumbent, struct bench_rule rule,
	       const char *weights)
{
	struct chosen c = {.dir = synthetic_dir()};

	if (weights)
		c.weights = bench_weights_read(weights);

	synthetic_run_write(c.dir, cells, n, 1);
	c.s = bench_summary_read(c.dir);
	c.incumbent = bench_incumbent_read(incumbent);
	assert_non_null(c.s);
	assert_non_null(c.incumbent);
	struct bench_choose_options options = {c.incumbent, 0.02, c.weights};
	bench_rule_apply(&rule, c.s);
	c.choice = bench_choose(c.s, &options);
	return c;
}

static struct chosen
choose_by(const struct synthetic_cell *cells, size_t n, const char *incumbent,
	  struct bench_rule rule)
{
	return choose_weighed(cells, n, incumbent, rule, NULL);
}

static struct chosen
choose(const struct synthetic_cell *cells, size_t n)
{
	return choose_by(cells, n, "libc",
			 (struct bench_rule){.max_isa = NULL});
}

static void
end(struct chosen *c)
{
	bench_choice_free(c->choice);
	bench_weights_free(c->weights);
	bench_incumbent_free(c->incumbent);
	bench_summary_free(c->s);
	synthetic_remove(c->dir);
}

static void
assert_band(const struct chosen *c, size_t i, size_t first, size_t last,
	    const char *choice)
{
	assert_true(i < c->choice->n_bands);
	const struct bench_band *band = &c->choice->bands[i];

	assert_int_equal(band->first, first);
	assert_int_equal(band->last, last);
	if (choice)
		assert_string_equal(band->choice, choice);
	else
		assert_null(band->choice);
}

static void
test_winners_make_bands(void **state)
{
	/* Out of order on purpose. */
	static const struct synthetic_cell cells[] = {
		CELL(avx2_wins, OFF("4096")), CELL(word_wins, OFF("8")),
		CELL(word_wins, OFF("64")),   CELL(avx2_wins, OFF("1024")),
		CELL(avx2_wins, MARK("8")),
	};
	struct chosen c = choose(cells, ARRAY_LEN(cells));
	const struct bench_band *bands = c.choice->bands;

	(void)state;
	assert_int_equal(c.choice->n_bands, 3);
	assert_band(&c, 0, 8, 64, "memclr_word");
	assert_band(&c, 1, 1024, 4096, "memclr_avx2");
	assert_band(&c, 2, 8, 8, "memclr_avx2");
	/* The switch lies between the neighbours. */
	assert_int_equal(bands[0].below, 0);
	assert_int_equal(bands[0].above, 1024);
	assert_int_equal(bands[1].below, 64);
	assert_int_equal(bands[1].above, 0);
	assert_int_equal(bands[0].points[GROUND_BEST], 2);
	assert_int_equal(bands[0].n_cells, 2);
	assert_true(bands[0].regret == 0);
	assert_string_equal(bands[0].incumbent, "memclr_libc");
	assert_float_equal(bands[0].ratio, 0.5, 1e-6);
	end(&c);
}

static void
test_bounds_and_refused_are_never_chosen(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(libc_refused, OFF("8")),
		CELL(word_wins, MARK("8")),
	};
	struct chosen c = choose(cells, ARRAY_LEN(cells));

	(void)state;
	assert_band(&c, 0, 8, 8, "memclr_avx2");
	assert_band(&c, 1, 8, 8, "memclr_word");
	/* Nothing to compare with. */
	assert_null(c.choice->bands[0].incumbent);
	assert_true(isnan(c.choice->bands[0].ratio));
	end(&c);
}

static void
test_tie_takes_the_fewest_needs(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(avx2_and_word_tie, OFF("8")),
	};
	struct chosen c = choose(cells, ARRAY_LEN(cells));
	const struct bench_band *band = c.choice->bands;

	(void)state;
	assert_band(&c, 0, 8, 8, "memclr_word");
	assert_int_equal(band->points[GROUND_TIE], 1);
	assert_int_equal(band->n_tied, 1);
	assert_string_equal(band->tied[0], "memclr_avx2");
	assert_float_equal(band->regret, 0.01, 1e-6);
	end(&c);
}

/* Where noise hides what is best, the one with the lesser bound is safer than
 * the one with the fewer needs. */
static void
test_wide_tie_takes_the_least_regret(void **state)
{
	static const list hidden = {
		{.name = "memclr_word", .ns = 10.5},
		{.name = "memclr_avx2", .ns = 10},
	};
	struct synthetic_cell cells[] = {CELL(hidden, OFF("8"))};
	cells[0].noise = 0.2;
	struct chosen c = choose(cells, 1);

	(void)state;
	assert_int_equal(c.choice->bands[0].points[GROUND_UNRESOLVED], 1);
	assert_true(c.choice->bands[0].regret > 0.02);
	assert_band(&c, 0, 8, 8, "memclr_avx2");
	end(&c);
}

/* Whatever the figures say: where two copies of one code are apart, they may
 * say it of the layout. */
static void
test_noise_keeps_the_incumbent(void **state)
{
	static const list apart = {
		{.name = "memclr_libc", .ns = 30},
		{.name = "memclr_word", .ns = 10},
		{.name = "memclr_word_placebo",
		 .ns = 10.5,
		 .standing = STANDING_BOUND},
	};
	struct synthetic_cell cells[] = {CELL(apart, OFF("8"))};
	struct chosen c = choose(cells, 1);

	(void)state;
	assert_int_equal(c.choice->bands[0].points[GROUND_UNRESOLVED], 1);
	assert_band(&c, 0, 8, 8, "memclr_libc");
	end(&c);
}

static void
test_tie_keeps_the_incumbent(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(libc_ties, OFF("8")),
		CELL(word_wins, OFF("64")),
	};
	struct chosen c = choose(cells, ARRAY_LEN(cells));

	(void)state;
	/* word would do for both, but libc is not beaten at 8. */
	assert_int_equal(c.choice->n_bands, 2);
	assert_band(&c, 0, 8, 8, "memclr_libc");
	assert_band(&c, 1, 64, 64, "memclr_word");
	end(&c);
}

static void
test_tie_joins_its_neighbours(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(avx2_wins, OFF("8")),
		CELL(avx2_and_word_tie, OFF("16")),
		CELL(avx2_wins, OFF("32")),
	};
	struct chosen c = choose(cells, ARRAY_LEN(cells));
	const struct bench_band *band = c.choice->bands;

	(void)state;
	/* By itself 16 would be word's. */
	assert_int_equal(c.choice->n_bands, 1);
	assert_band(&c, 0, 8, 32, "memclr_avx2");
	assert_int_equal(band->points[GROUND_BEST], 2);
	assert_int_equal(band->points[GROUND_TIE], 1);
	assert_int_equal(band->n_tied, 0);
	end(&c);
}

static void
test_unresolved_keeps_the_incumbent(void **state)
{
	struct synthetic_cell cells[] = {
		CELL(word_wins, OFF("8")),
		CELL(word_wins, OFF("16")),
		CELL(word_wins, OFF("32")),
		CELL(libc_refused, MARK("8")),
	};
	cells[1].blocks = cells[3].blocks = 1;
	struct chosen c = choose(cells, ARRAY_LEN(cells));

	(void)state;
	/* An unresolved size is never hidden in a band. */
	assert_int_equal(c.choice->n_bands, 4);
	assert_band(&c, 0, 8, 8, "memclr_word");
	assert_band(&c, 1, 16, 16, "memclr_libc");
	assert_band(&c, 2, 32, 32, "memclr_word");
	assert_int_equal(c.choice->bands[1].points[GROUND_UNRESOLVED], 1);
	assert_true(isnan(c.choice->bands[1].regret));
	/* The incumbent is refused there: nothing is chosen. */
	assert_band(&c, 3, 8, 8, NULL);
	end(&c);
}

static void
test_cells_of_a_point_are_decided_together(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(word_wins, OFF("8"), [AXIS_RELATION] = "l2"),
		CELL(avx2_wins, OFF("8"), [AXIS_RELATION] = "numa"),
	};
	struct chosen c = choose(cells, ARRAY_LEN(cells));
	const struct bench_band *band = c.choice->bands;

	(void)state;
	/* word is 3 times the best in one, avx2 1.5 times in the other. */
	assert_int_equal(c.choice->n_bands, 1);
	assert_band(&c, 0, 8, 8, "memclr_avx2");
	assert_int_equal(band->points[GROUND_COMPROMISE], 1);
	assert_int_equal(band->n_cells, 2);
	assert_float_equal(band->regret, 0.5, 1e-6);
	end(&c);
}

/* What noise hides in one cell may cost more than what is proved in another. */
static void
test_least_regret_before_good_enough(void **state)
{
	static const list word_wins_narrowly = {
		{.name = "memclr_word", .ns = 10},
		{.name = "memclr_avx2", .ns = 11},
	};
	static const list avx2_leads = {
		{.name = "memclr_word", .ns = 12},
		{.name = "memclr_avx2", .ns = 10},
	};
	struct synthetic_cell cells[] = {
		CELL(word_wins_narrowly, OFF("8"), [AXIS_RELATION] = "l2"),
		CELL(avx2_leads, OFF("8"), [AXIS_RELATION] = "numa"),
	};
	cells[1].noise = 0.5;
	struct chosen c = choose(cells, 2);

	(void)state;
	assert_int_equal(c.s->cells[1].estimates[0].verdict,
			 VERDICT_UNRESOLVED);
	assert_band(&c, 0, 8, 8, "memclr_avx2");
	assert_int_equal(c.choice->bands[0].points[GROUND_COMPROMISE], 1);
	end(&c);
}

static void
test_abis_and_mixes_stand_apart(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(word_wins, OFF("8"), [AXIS_ABI] = "stack"),
		CELL(avx2_wins, OFF("8"), [AXIS_ABI] = "register"),
		CELL(avx2_wins, [AXIS_ABI] = "stack", [AXIS_PHASE] = "off",
		     [AXIS_WORKLOAD] = "go-std"),
		CELL(word_wins, [AXIS_ABI] = "stack", [AXIS_PHASE] = "off",
		     [AXIS_WORKLOAD] = "csv:a"),
	};
	struct chosen c = choose(cells, ARRAY_LEN(cells));

	(void)state;
	assert_int_equal(c.choice->n_bands, 4);
	assert_band(&c, 0, 8, 8, "memclr_word");
	assert_band(&c, 1, 8, 8, "memclr_avx2");
	assert_band(&c, 2, 0, 0, "memclr_avx2");
	assert_band(&c, 3, 0, 0, "memclr_word");
	for (size_t i = 0; i < 4; i++)
		assert_false(bench_band_continues(c.choice, i));
	end(&c);
}

static void
test_incumbent_by_name(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(avx2_and_word_tie, OFF("8")),
	};
	struct chosen c = choose_by(cells, 1, "nobody,avx2",
				    (struct bench_rule){.max_isa = NULL});

	(void)state;
	assert_band(&c, 0, 8, 8, "memclr_avx2");
	assert_string_equal(c.choice->bands[0].incumbent, "memclr_avx2");
	end(&c);
}

static void
test_max_isa(void **state)
{
	static const list sets = {
		{.name = "memclr=memclr_avx2;barrier=unheard_of", .ns = 5},
		{.name = "memclr=memclr_avx2;memmove=memmove_word;buffer=9",
		 .ns = 7},
		{.name = "memclr_avx2", .ns = 10},
		{.name = "memclr_word", .ns = 20},
	};
	static const struct synthetic_cell cells[] = {CELL(sets, OFF("8"))};
	struct bench_rule rule = {.max_isa = NULL};

	(void)state;
	assert_int_equal(bench_rule_max_isa(&rule, "sse2"), BENCH_OK);
	struct chosen c = choose_by(cells, 1, "libc", rule);
	assert_band(&c, 0, 8, 8, "memclr_word");
	/* Regret is against what may be chosen. */
	assert_true(c.choice->bands[0].regret == 0);
	end(&c);

	assert_int_equal(bench_rule_max_isa(&rule, "avx2"), BENCH_OK);
	c = choose_by(cells, 1, "libc", rule);
	assert_band(&c, 0, 8, 8,
		    "memclr=memclr_avx2;memmove=memmove_word;buffer=9");
	end(&c);
}

/* What an operation does not use cannot break a rule. */
static void
test_named_sets(void **state)
{
	static const list sets = {
		{.name = "go1.12", .ns = 10},
		{.name = "memclr=memclr_word;memmove=memmove_word;"
			 "barrier=bulk1",
		 .ns = 20},
		{.name = "memclr_word", .ns = 30},
	};
	struct synthetic_cell run[] = {
		CELL(sets, OFF("8")),
		CELL(sets, OFF("8")),
	};
	struct bench_rule rule = {.max_isa = NULL};

	(void)state;
	/* A named set is what this CPU can run of it. */
	if (!strategy_usable(strategy_find("memclr_avx2")))
		skip();
	run[0].axis[AXIS_OP] = "call";
	assert_int_equal(bench_rule_max_isa(&rule, "sse2"), BENCH_OK);
	struct chosen c = choose_by(run, 2, "libc", rule);
	assert_band(&c, 0, 8, 8,
		    "memclr=memclr_word;memmove=memmove_word;barrier=bulk1");
	/* With the default's memmove, which needs AVX2. */
	assert_int_equal(c.s->cells[0].estimates[2].verdict, VERDICT_BOUND);
	assert_int_equal(c.s->cells[1].estimates[2].verdict, VERDICT_SLOWER);
	end(&c);
}

static void
test_require_architectural(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(avx2_wins, OFF("8")),
		CELL(avx2_wins, MARK("8")),
	};
	struct bench_rule rule = {.architectural = true};
	struct chosen c = choose_by(cells, 2, "word", rule);

	(void)state;
	/* No marker looks while it is off. */
	assert_band(&c, 0, 8, 8, "memclr_avx2");
	assert_band(&c, 1, 8, 8, "memclr_word");
	end(&c);
}

/* Whom nobody may choose is said to be so, and not to lack samples. */
static void
test_no_contender_left(void **state)
{
	static const struct synthetic_candidate vectors[] = {
		{.name = "memclr_avx2", .ns = 10},
		{.name = "memclr_sse2", .ns = 20},
	};
	static const struct synthetic_cell cell = CELL(vectors, MARK("8"));
	struct bench_rule rule = {.architectural = true};
	struct chosen c = choose_by(&cell, 1, "memclr_avx2", rule);
	struct bench_doc *doc = bench_doc_new("notes");

	(void)state;
	bench_choice_notes(c.choice, doc);
	assert_int_equal(doc->n_items, 1);
	assert_non_null(strstr(doc->items[0].text,
			       "unresolved, no contender: not word-atomic on "
			       "architectural ground: cell "));
	bench_doc_free(doc);
	end(&c);
}

/* Noise as it is: a choice is never worse than the truth allows. */
static void
test_regret_bounds_the_truth(void **state)
{
	struct base_random random = {synthetic_seed()};
	size_t broken = 0, n = 200;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct synthetic_candidate three[] = {
			{.name = "memclr_libc", .ns = 10.3},
			{.name = "memclr_word", .ns = 10},
			{.name = "memclr_avx2",
			 .ns = 10 +
			       (double)base_random_below(&random, 50) / 100},
		};
		struct synthetic_cell cell = CELL(three, OFF("8"));
		cell.noise = 0.02;
		char *dir = synthetic_dir();
		synthetic_run_write(dir, &cell, 1, base_random_next(&random));
		struct bench_summary *s = bench_summary_read(dir);
		struct bench_incumbent *libc = bench_incumbent_read("libc");
		struct bench_choose_options options = {libc, 0.02, NULL};
		struct bench_choice *choice = bench_choose(s, &options);
		const struct bench_band *band = choice->bands;
		for (size_t k = 0; k < ARRAY_LEN(three); k++)
			if (strcmp(three[k].name, band->choice) == 0)
				broken += three[k].ns / 10 - 1 > band->regret;
		bench_choice_free(choice);
		bench_incumbent_free(libc);
		bench_summary_free(s);
		synthetic_remove(dir);
	}
	/* 5 % may be wrong; P(more than 20 of 200) is below 0.3 %. */
	print_message("%zu of %zu beyond the bound\n", broken, n);
	assert_true(broken <= 20);
}

/* A file of sizes, each `value:probability`, for as long as a test. */
static char *
write_sizes(const char *dir, const char *sizes)
{
	char *path = bench_printf("%s/sizes.csv", dir);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f, "%s\n0:1\n1:1\n", sizes);
	assert_int_equal(fclose(f), 0);
	return path;
}

static struct chosen
choose_by_sizes(const struct synthetic_cell *cells, size_t n, const char *sizes)
{
	char *dir = synthetic_dir(), *path = write_sizes(dir, sizes);
	char *spec = bench_printf("csv:%s", path);
	struct chosen c = choose_weighed(
		cells, n, "libc", (struct bench_rule){.max_isa = NULL}, spec);

	free(spec);
	free(path);
	synthetic_remove(dir);
	return c;
}

static const struct synthetic_cell weighed_cells[] = {
	CELL(word_wins, OFF("8")), CELL(avx2_wins, OFF("64")),
	CELL(word_wins, OFF("512")), CELL(avx2_wins, OFF("4096"))};

/* A size that the workload has not asks for nothing, and one that is rare for
 * little: there memclr_word is 3 times as slow, for less than a third of 2 % of
 * the time. */
static void
test_rare_sizes_make_no_switch(void **state)
{
	struct chosen c =
		choose_by_sizes(weighed_cells, 4, "8:0.5,64:0.001,512:0.499");

	(void)state;
	assert_int_equal(c.choice->n_bands, 1);
	assert_band(&c, 0, 8, 512, "memclr_word");
	const struct bench_band *band = &c.choice->bands[0];
	assert_float_equal(band->ops, 1, 1e-9);
	assert_float_equal(band->share, 1, 1e-9);
	assert_float_equal(band->cost, 0.001 * 2, 1e-9);
	assert_float_equal(band->time / band->incumbent_time,
			   (0.999 * 10 + 0.001 * 30) / 20, 1e-9);
	/* The bound of the worst size stays what it is. */
	assert_float_equal(band->regret, 2, 1e-9);
	end(&c);
}

/* What is not rare has its say, and sizes beyond the last count for it. */
static void
test_common_sizes_are_decided(void **state)
{
	struct chosen c = choose_by_sizes(
		weighed_cells, 4, "4:0.3,8:0.2,64:0.01,512:0.29,9999:0.2");

	(void)state;
	assert_int_equal(c.choice->n_bands, 4);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(c.choice->bands[i].choice,
				    i % 2 ? "memclr_avx2" : "memclr_word");
	assert_float_equal(c.choice->bands[0].ops, 0.5, 1e-9);
	assert_float_equal(c.choice->bands[1].ops, 0.01, 1e-9);
	assert_float_equal(c.choice->bands[3].ops, 0.2, 1e-9);
	assert_float_equal(c.choice->bands[3].cost, 0, 1e-9);
	end(&c);
}

/* What is in use stays where little hangs on it. */
static void
test_rare_sizes_keep_what_is_in_use(void **state)
{
	static const struct synthetic_cell cells[] = {
		CELL(word_first, OFF("8")), CELL(libc_ties, OFF("64"))};
	struct chosen c = choose_by_sizes(cells, 2, "8:0.0001,64:0.9999");

	(void)state;
	assert_int_equal(c.choice->n_bands, 1);
	assert_band(&c, 0, 8, 64, "memclr_libc");
	end(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_winners_make_bands),
		cmocka_unit_test(test_bounds_and_refused_are_never_chosen),
		cmocka_unit_test(test_tie_takes_the_fewest_needs),
		cmocka_unit_test(test_wide_tie_takes_the_least_regret),
		cmocka_unit_test(test_noise_keeps_the_incumbent),
		cmocka_unit_test(test_tie_keeps_the_incumbent),
		cmocka_unit_test(test_tie_joins_its_neighbours),
		cmocka_unit_test(test_unresolved_keeps_the_incumbent),
		cmocka_unit_test(test_cells_of_a_point_are_decided_together),
		cmocka_unit_test(test_least_regret_before_good_enough),
		cmocka_unit_test(test_abis_and_mixes_stand_apart),
		cmocka_unit_test(test_incumbent_by_name),
		cmocka_unit_test(test_max_isa),
		cmocka_unit_test(test_named_sets),
		cmocka_unit_test(test_require_architectural),
		cmocka_unit_test(test_no_contender_left),
		cmocka_unit_test(test_regret_bounds_the_truth),
		cmocka_unit_test(test_rare_sizes_make_no_switch),
		cmocka_unit_test(test_common_sizes_are_decided),
		cmocka_unit_test(test_rare_sizes_keep_what_is_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
