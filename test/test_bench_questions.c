/* test_bench_questions.c - answers from runs whose truth is known */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "bench_questions.h"
#include "capture.h"
#include "synthetic_run.h"

static const struct synthetic_candidate word_wins[] = {
	{.name = "memclr_floor", .ns = 2, .standing = STANDING_BOUND},
	{.name = "memclr_libc", .ns = 20},
	{.name = "memclr_word", .ns = 10},
};
static const struct synthetic_candidate libc_wins[] = {
	{.name = "memclr_floor", .ns = 2, .standing = STANDING_BOUND},
	{.name = "memclr_libc", .ns = 20},
	{.name = "memclr_word", .ns = 40},
};
static const struct synthetic_candidate barriers[] = {
	{.name = "nobarrier", .ns = 5, .standing = STANDING_BOUND},
	{.name = "bulk1", .ns = 10, .per_op = {[COUNTER_marker_ns] = 10}},
	{.name = "perslot", .ns = 40},
	{.name = "bulk", .standing = STANDING_REFUSED},
};
/* The placebo is not as fast as its baseline: nothing is chosen by it. */
static const struct synthetic_candidate mislaid[] = {
	{.name = "memclr_word", .ns = 10},
	{.name = "memclr_word_placebo", .ns = 11, .standing = STANDING_BOUND},
	{.name = "memclr_libc", .ns = 20},
};

#define CELL(who, ...)                                             \
	{                                                          \
		.candidates = who, .n_candidates = ARRAY_LEN(who), \
		.noise = -1, .axis = {                             \
			__VA_ARGS__                                \
		}                                                  \
	}
#define RAW(size, phase, markers)                                           \
	[AXIS_OP] = "memclr", [AXIS_WORKLOAD] = "size", [AXIS_SIZE] = size, \
	[AXIS_PHASE] = phase, [AXIS_MARKERS] = markers
#define CALL(phase, relation)                                                 \
	[AXIS_OP] = "call", [AXIS_ABI] = "stack", [AXIS_WORKLOAD] = "go-std", \
	[AXIS_PHASE] = phase, [AXIS_RELATION] = relation

static const struct synthetic_cell cells[] = {
	CELL(word_wins, RAW("8", "off", "0")),
	CELL(word_wins, RAW("64", "off", "0")),
	CELL(libc_wins, RAW("4096", "off", "0")),
	CELL(libc_wins, RAW("8", "sweep", "1"), [AXIS_RELATION] = "self"),
	CELL(barriers, CALL("off", "self")),
	CELL(barriers, CALL("mark", "self")),
	CELL(mislaid, RAW("8", "mark", "1")),
	{.candidates = barriers,
	 .n_candidates = ARRAY_LEN(barriers),
	 .blocks = 1,
	 .axis = {CALL("mark", "l3")}},
};

static char *answers;

/* All as one line, for sentences are broken anywhere. */
static void
join_lines(char *text)
{
	char *to = text;

	for (const char *p = text; *p; p++) {
		bool space = *p == ' ' || *p == '\n';

		if (space && to > text && to[-1] == ' ')
			continue;
		*to++ = space ? ' ' : *p;
	}
	*to = '\0';
}

/* Returns the answers, from malloc. */
static char *
ask(const struct synthetic_cell *of, size_t n)
{
	char *dir = synthetic_dir(), *text;
	struct capture out;

	synthetic_run_write(dir, of, n, 1);
	struct bench_summary *s = bench_summary_read(dir);
	struct bench_incumbent *old = bench_incumbent_read("libc,bulk1");
	const struct bench_choose_options options = {old, 0.02, NULL};
	struct bench_choice *choice = bench_choose(s, &options);
	struct bench_doc *doc = bench_doc_new("");
	bench_questions_add(doc, s, choice, options.epsilon);
	capture_start(&out, 1);
	bench_doc_write_text(doc, stdout);
	fflush(stdout);
	text = capture_end(&out);
	join_lines(text);
	bench_doc_free(doc);
	bench_choice_free(choice);
	bench_incumbent_free(old);
	bench_summary_free(s);
	synthetic_remove(dir);
	return text;
}

static int
answer(void **state)
{
	(void)state;
	answers = ask(cells, ARRAY_LEN(cells));
	return 0;
}

static int
free_answers(void **state)
{
	(void)state;
	free(answers);
	return 0;
}

static void
assert_says(const char *what)
{
	if (!strstr(answers, what))
		fail_msg("no '%s' in: %s", what, strstr(answers, "Where do"));
}

static void
what_to_choose(void **state)
{
	(void)state;
	/* Half, half and all of the time of memclr_libc. */
	assert_says("- memclr, phase off: memclr_word up to 64 B, then "
		    "memclr_libc. 0.630 times the time of what is in use");
	assert_says("Keep memclr_libc, for nothing is proved faster: memclr "
		    "(sweep, mark).");
}

static void
what_it_can_cost(void **state)
{
	(void)state;
	assert_says("In 4 of 6 rows of the winners' table at most 2.00 %:");
	assert_says("The widest bound: slower by at most 100.0 %: memclr, "
		    "phase mark, 8 B, memclr_libc (unresolved).");
	assert_says("Nobody knows in 1 of them:");
	assert_says("Of their time 50.0 % is the marker's, not the "
		    "mutator's, in the median of");
}

static void
what_is_left(void **state)
{
	(void)state;
	assert_says("memclr off - - memclr_floor 0.200");
	assert_says("call off - - nobarrier 0.250");
}

/* Raw cells without a marker are compared with those that have one. */
static void
where_phases_matter(void **state)
{
	(void)state;
	assert_says("- phase, off to sweep: 2.00 times the time (memclr, size "
		    "8 B, phase sweep). In 1 of them another candidate wins, "
		    "and not to know costs at least 100.0 % in one.");
	assert_says("- phase, off to mark: 1.00 times the time in the median "
		    "of 2 pairs of cells");
	assert_says("- relation, self to l3: 1.00 times the time");
}

static void
what_was_not_decided(void **state)
{
	(void)state;
	assert_says("- 6 of 8 cells are resolved,");
	assert_says("- 1 are noisy:");
	assert_says("In 1 cells they are proved to differ:");
	assert_says("- 1 have too little for any bound:");
	assert_says("- Refused in 3 cells, as bulk:");
}

/* Cells whose times cannot be summed have figures that compare with none. */
static void
times_out_of_range(void **state)
{
	static const struct synthetic_candidate endless[] = {
		{.name = "bulk1", .ns = 1e305},
		{.name = "perslot", .ns = 1e305},
	};
	static const struct synthetic_cell two[] = {
		CELL(endless, CALL("off", "self")),
		CELL(endless, CALL("mark", "self")),
	};
	char *text = ask(two, ARRAY_LEN(two));

	(void)state;
	if (!strstr(text, "- No two cells that compare differ in one of them"))
		fail_msg("said: %s", text);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_to_choose),
		cmocka_unit_test(what_it_can_cost),
		cmocka_unit_test(what_is_left),
		cmocka_unit_test(where_phases_matter),
		cmocka_unit_test(what_was_not_decided),
		cmocka_unit_test(times_out_of_range),
	};

	return cmocka_run_group_tests(tests, answer, free_answers);
}
