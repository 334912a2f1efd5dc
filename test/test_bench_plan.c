/* test_bench_plan.c - which cells plans and flags make, and who competes */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>
#include <unistd.h>

#include "bench_contestant.h"
#include "bench_plan.h"
#include "capture.h"

/* Two CPUs that share L3, NUMA node and package, as small machines have; what
 * is planned on it is the same everywhere. */
#define TWO_CPUS "synthetic:pack:1 [numa] l3:1 l2:2 core:1 pu:1"

static struct bench_topo *topo;

static int
load_topology(void **state)
{
	(void)state;
	return bench_topo_load(&topo, TWO_CPUS);
}

static int
free_topology(void **state)
{
	(void)state;
	bench_topo_free(topo);
	return 0;
}

static struct bench_plan *
make(const char *name, struct bench_selection sel)
{
	int status;
	struct bench_plan *plan = bench_plan_make(name, &sel, 1, topo, &status);

	assert_non_null(plan);
	assert_int_equal(status, BENCH_OK);
	return plan;
}

/* The status and one line that has a fragment. */
static void
assert_refused(const char *name, struct bench_selection sel, int want,
	       const char *fragment)
{
	struct capture c;
	int status;

	capture_start(&c, STDERR_FILENO);
	struct bench_plan *plan = bench_plan_make(name, &sel, 1, topo, &status);
	char *text = capture_end(&c);
	if (plan || status != want || !strstr(text, fragment) ||
	    strchr(text, '\n') != text + strlen(text) - 1)
		fail_msg("%s: %d '%s'", fragment, status, text);
	free(text);
}

#define NARROW(...) ((struct bench_selection){__VA_ARGS__})

static const char *const plan_names[] = {"quick", "smoke"};

static size_t
count(const struct bench_plan *plan, enum bench_axis axis, const char *value)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_cells; i++)
		n += strcmp(plan->cells[i].cell.axis[axis], value) == 0;
	return n;
}

static void
cells_are_legal_and_have_their_own_ids(void **state)
{
	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(plan_names); p++) {
		struct bench_plan *plan = make(plan_names[p], NARROW(0));

		assert_true(plan->n_cells > 0);
		for (size_t i = 0; i < plan->n_cells; i++) {
			struct bench_plan_cell *c = &plan->cells[i];
			char id[BENCH_CELL_ID_SIZE];

			assert_null(bench_experiment_illegal(&c->x));
			bench_cell_id(&c->cell, id);
			assert_string_equal(c->id, id);
			for (size_t k = 0; k < i; k++)
				assert_string_not_equal(plan->cells[k].id,
							c->id);
		}
		bench_plan_free(plan);
	}
}

/* Results of different versions meet by these. */
static void
ids_stay_what_they_were(void **state)
{
	struct bench_plan *plan = make("smoke", NARROW(0));

	(void)state;
	assert_string_equal(plan->cells[0].id, "d56ba7a833ff9cad");
	assert_string_equal(plan->cells[9].id, "916f2a0aa57c855c");
	bench_plan_free(plan);
}

static void
quick_has_each_operation_and_phase(void **state)
{
	struct bench_plan *plan = make("quick", NARROW(0));

	(void)state;
	/* Ceilings are added by what runs it. */
	for (size_t i = 0; bench_ops[i]; i++)
		assert_true(bench_ops[i]->ceiling ||
			    count(plan, AXIS_OP, bench_ops[i]->name) > 0);
	for (size_t i = 0; i < BENCH_PHASES; i++)
		assert_true(count(plan, AXIS_PHASE, bench_phase_names[i]) > 0);
	assert_true(count(plan, AXIS_RELATION, "self") > 0);
	assert_true(count(plan, AXIS_RELATION, "l3+numa+package") > 0);
	bench_plan_free(plan);
}

/* A frame that was filled while marking holds no white pointer. */
static void
populations_that_can_exist(void **state)
{
	struct bench_plan *plan =
		make(NULL, NARROW(.op = "typedmemclr,call", .client = "frame",
				  .workload = "size:32", .relation = "self",
				  .population = "nil,marked,white,noscan"));

	(void)state;
	assert_int_equal(count(plan, AXIS_PHASE, "off"), 8);
	assert_int_equal(count(plan, AXIS_PHASE, "straddle"), 4);
	assert_int_equal(count(plan, AXIS_PHASE, "mark"), 2 + 4);
	bench_plan_free(plan);
	assert_refused(NULL,
		       NARROW(.op = "typedmemclr", .client = "frame",
			      .phase = "mark", .population = "white"),
		       BENCH_USAGE, "holds no white pointer");
}

static const struct bench_contestant *
find(const struct bench_plan_cell *c, const char *label)
{
	for (size_t i = 0; i < c->n_contestants; i++)
		if (strcmp(c->contestants[i].label, label) == 0)
			return &c->contestants[i];
	fail_msg("%s is not in the cell", label);
	return NULL;
}

static void
assert_standing(const struct bench_plan_cell *c, const char *label,
		enum bench_standing standing, const char *reason)
{
	const struct bench_contestant *who = find(c, label);

	assert_int_equal(who->standing, standing);
	assert_non_null(strstr(who->reason, reason));
	assert_true((*who->reason == '\0') == (standing == STANDING_CONTENDER));
}

static void
refusals_have_reasons(void **state)
{
	struct bench_plan *plan =
		make(NULL, NARROW(.op = "memclr", .workload = "size:64,size:9",
				  .phase = "off,mark", .relation = "self"));

	(void)state;
	assert_int_equal(plan->n_cells, 4);
	assert_standing(&plan->cells[0], "memclr_libc", STANDING_CONTENDER, "");
	assert_standing(&plan->cells[0], "memclr_word", STANDING_CONTENDER, "");
	assert_standing(&plan->cells[0], "memclr_floor", STANDING_BOUND,
			"floor");
	assert_standing(&plan->cells[1], "memclr_libc", STANDING_REFUSED,
			"not word-atomic");
	bench_plan_free(plan);
	plan = make(NULL, NARROW(.op = "typedmemclr", .workload = "size:64",
				 .client = "slice", .phase = "off"));
	assert_standing(&plan->cells[0], "nobarrier", STANDING_BOUND,
			"unsound");
	assert_standing(&plan->cells[0], "floor", STANDING_BOUND, "floor");
	assert_standing(&plan->cells[0], "bulk1", STANDING_CONTENDER, "");
	bench_plan_free(plan);
}

/* A bare name is `default` with that member replaced; an operation that uses
 * one member reports it under that member's name, once. */
static void
sets_and_bare_names(void **state)
{
	struct bench_plan *plan = make(
		NULL,
		NARROW(.op = "typedmemclr", .workload = "size:64",
		       .client = "slice", .phase = "off", .relation = "self",
		       .strategy = "memclr_word,default;buffer=64,bulk"));
	const struct bench_contestant *who;
	struct call_set standard;
	char error[64];

	(void)state;
	assert_true(call_set_parse(&standard, "default", error, sizeof(error)));
	who = find(&plan->cells[0], "memclr_word");
	assert_string_equal(who->set.rules[STRATEGY_MEMCLR][0].strategy->name,
			    "memclr_word");
	assert_ptr_equal(who->set.barrier, standard.barrier);
	assert_int_equal(
		find(&plan->cells[0], "default;buffer=64")->set.buffer_entries,
		64);
	assert_string_equal(find(&plan->cells[0], "bulk")->set.barrier->name,
			    "bulk");
	bench_plan_free(plan);
	plan = make(NULL, NARROW(.op = "memclr", .workload = "size:64",
				 .phase = "off",
				 .strategy = "memclr=memclr_word;pool=none,"
					     "memclr_word,memmove_word"));
	/* Its placebo comes along. */
	assert_int_equal(plan->cells[0].n_contestants, 2);
	assert_string_equal(plan->cells[0].contestants[0].label, "memclr_word");
	assert_standing(&plan->cells[0], "memclr_word_placebo", STANDING_BOUND,
			"placebo: another's code a second time");
	who = find(&plan->cells[0], "memclr_word");
	assert_string_equal(who->set.rules[STRATEGY_MEMCLR][0].strategy->name,
			    "memclr_word");
	bench_contestants_swap(&plan->cells[0]);
	assert_string_equal(who->set.rules[STRATEGY_MEMCLR][0].strategy->name,
			    "memclr_word_placebo");
	assert_string_equal(who->label, "memclr_word");
	bench_plan_free(plan);
}

static void
shards_partition_the_cells(void **state)
{
	struct bench_plan *whole = make("quick", NARROW(0));

	(void)state;
	for (unsigned n = 1; n < 9; n += 1 + n / 3) {
		size_t found = 0, all = 0;

		for (unsigned i = 1; i <= n; i++) {
			struct bench_plan *shard = make("quick", NARROW(0));

			bench_plan_keep_shard(shard, i, n);
			all += shard->n_cells;
			for (size_t k = 0; k < whole->n_cells; k++)
				for (size_t m = 0; m < shard->n_cells; m++)
					found +=
						strcmp(whole->cells[k].id,
						       shard->cells[m].id) == 0;
			bench_plan_free(shard);
		}
		assert_int_equal(found, whole->n_cells);
		assert_int_equal(all, whole->n_cells);
	}
	bench_plan_free(whole);
}

static void
hash(const char *name, struct bench_selection sel,
     char text[BENCH_CELL_ID_SIZE])
{
	struct bench_plan *plan = make(name, sel);

	bench_plan_hash(plan, text);
	bench_plan_free(plan);
}

static void
hashes(void **state)
{
	struct bench_selection all[] = {
		NARROW(0),
		NARROW(.workload = "size:32"),
		NARROW(.strategy = "memclr_word,memmove_word,bulk"),
		NARROW(.strategy = "memclr_word,memmove_word,bulk1"),
		NARROW(.strategy = "memclr_word,memmove_word,bulk,bulk1"),
		NARROW(.phase = "off"),
	};
	char texts[ARRAY_LEN(all)][BENCH_CELL_ID_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		char again[BENCH_CELL_ID_SIZE];

		hash("smoke", all[i], texts[i]);
		hash("smoke", all[i], again);
		assert_string_equal(texts[i], again);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(texts[k], texts[i]);
	}
}

static void
flags_narrow_a_plan(void **state)
{
	struct bench_plan *whole = make("quick", NARROW(0));
	struct bench_plan *some = make("quick", NARROW(.op = "memclr,call"));

	(void)state;
	assert_int_equal(count(some, AXIS_OP, "memclr"),
			 count(whole, AXIS_OP, "memclr"));
	assert_int_equal(count(some, AXIS_OP, "call"),
			 count(whole, AXIS_OP, "call"));
	assert_int_equal(some->n_cells, count(some, AXIS_OP, "memclr") +
						count(some, AXIS_OP, "call"));
	bench_plan_free(some);
	some = make("quick", NARROW(.phase = "straddle"));
	assert_int_equal(some->n_cells, count(whole, AXIS_PHASE, "straddle"));
	bench_plan_free(some);
	some = make("quick", NARROW(.strategy = "memmove_word"));
	assert_int_equal(count(some, AXIS_OP, "memmove"),
			 count(whole, AXIS_OP, "memmove"));
	assert_int_equal(count(some, AXIS_OP, "memclr"), 0);
	assert_int_equal(count(some, AXIS_OP, "typedmemclr"), 0);
	bench_plan_free(some);
	bench_plan_free(whole);
}

static void
the_same_cell_enters_once(void **state)
{
	struct bench_plan *plan =
		make(NULL, NARROW(.op = "memclr,memclr",
				  .workload = "size:8,size:16,size:8",
				  .phase = "off,off"));

	(void)state;
	assert_int_equal(plan->n_cells, 2);
	bench_plan_free(plan);
}

static void
typed_operations_have_the_words_of_a_grid(void **state)
{
	struct bench_plan *plan =
		make(NULL, NARROW(.op = "typedmemclr", .client = "slice",
				  .workload = "sizes:8-32", .phase = "off",
				  .relation = "self"));

	(void)state;
	assert_int_equal(plan->n_cells, 4); /* not 12 */
	bench_plan_free(plan);
}

/* The ABI of each cell, in order. */
static void
assert_abis(struct bench_selection narrow, const char *want)
{
	struct bench_plan *plan = make(NULL, narrow);
	char text[256] = "";

	for (size_t i = 0; i < plan->n_cells; i++) {
		strcat(text, i ? " " : "");
		strcat(text, plan->cells[i].cell.axis[AXIS_ABI]);
		assert_int_equal(plan->cells[i].x.workload->abi,
				 strcmp(plan->cells[i].cell.axis[AXIS_ABI],
					"register") == 0);
	}
	assert_string_equal(text, want);
	bench_plan_free(plan);
}

#define CALLS .op = "call", .phase = "off", .relation = "self"

static void
abis(void **state)
{
	(void)state;
	/* The workload's own, or the stack's. */
	assert_abis(NARROW(CALLS, .workload = "go-std,go-std-register,size:8"),
		    "stack register stack");
	assert_abis(NARROW(CALLS, .workload = "sig:func(*byte)",
			   .abi = "register,stack"),
		    "stack register");
	/* A workload is left out of the other's. */
	assert_abis(NARROW(CALLS, .abi = "register",
			   .workload = "go-std,go-std-register,mask:1"),
		    "register register");
	assert_abis(NARROW(CALLS, .abi = "stack"), "stack");
	assert_abis(NARROW(CALLS, .abi = "register"), "register");
	/* Raw operations of one size have none. */
	assert_abis(NARROW(.op = "memclr", .phase = "off",
			   .workload = "size:64", .abi = "stack,register"),
		    "-");
}

/* More than there are CPUs beside the mutator's are none, however they were to
 * be spread; one CPU for all has one; and without a heap there is none. */
static void
markers(void **state)
{
	struct bench_topo *small = topo;
	struct bench_plan *plan;

	(void)state;
	assert_refused(
		NULL,
		NARROW(.op = "typedmemclr", .phase = "mark", .markers = "2"),
		BENCH_CANNOT, "fewer CPUs than threads");
	assert_int_equal(bench_topo_load(&topo, "synthetic:pack:1 l3:1 core:4 "
						"pu:1"),
			 BENCH_OK);
	/* Raw with marking off: one. */
	plan = make(NULL, NARROW(.op = "memclr", .workload = "size:64",
				 .phase = "off", .markers = "1,3"));
	assert_int_equal(plan->n_cells, 1);
	assert_int_equal(count(plan, AXIS_MARKERS, "0"), 1);
	bench_plan_free(plan);
	/* Each phase: self and a pair with one marker, the pair with three. */
	plan = make(NULL, NARROW(.op = "typedmemclr", .client = "slice",
				 .workload = "size:64", .phase = "off,mark",
				 .markers = "1,3"));
	assert_int_equal(count(plan, AXIS_MARKERS, "1"), 4);
	assert_int_equal(count(plan, AXIS_MARKERS, "3"), 2);
	for (size_t i = 0; i < plan->n_cells; i++)
		if (plan->cells[i].x.markers == 3)
			assert_int_not_equal(plan->cells[i].cpus[0],
					     plan->cells[i].cpus[1]);
	bench_plan_free(plan);
	assert_refused(NULL,
		       NARROW(.op = "typedmemclr", .phase = "mark",
			      .relation = "self", .markers = "2"),
		       BENCH_USAGE, "there is one marker");
	bench_topo_free(topo);
	topo = small;
}

static void
words_that_are_none(void **state)
{
	(void)state;
	assert_refused("none", NARROW(0), BENCH_USAGE, "plan 'none'");
	assert_refused("quick", NARROW(.op = "memclr,x"), BENCH_USAGE,
		       "--op=x: expected one of memclr, ");
	assert_refused(NULL, NARROW(.phase = "sweeping"), BENCH_USAGE,
		       "--phase=sweeping: expected one of off, ");
	assert_refused(NULL, NARROW(.phase = "sweeping"), BENCH_USAGE,
		       "--phase=sweeping: expected one of off, ");
	assert_refused(NULL, NARROW(.abi = "stack,regs"), BENCH_USAGE,
		       "--abi=regs: expected one of stack, register");
	assert_refused("quick", NARROW(.client = "x"), BENCH_USAGE,
		       "--client=x: expected one of");
	assert_refused(NULL, NARROW(.population = "x"), BENCH_USAGE,
		       "--population=x: expected one of nil, ");
	assert_refused(NULL, NARROW(.relation = "self,x"), BENCH_USAGE,
		       "--relation=x: expected self");
	assert_refused(NULL, NARROW(.op = "call", .relation = "core"),
		       BENCH_CANNOT, "--relation=core: no two usable CPUs");
	assert_refused(NULL, NARROW(.strategy = "memclr_word,x"), BENCH_USAGE,
		       "--strategy=x: 'x': expected a strategy");
	assert_refused(NULL, NARROW(.strategy = "default;buffer=1"),
		       BENCH_USAGE, "--strategy=default;buffer=1: '1'");
	assert_refused(NULL, NARROW(.workload = "size:8,x"), BENCH_USAGE,
		       "workload 'x'");
}

static void
no_cell_is_an_error(void **state)
{
	(void)state;
	assert_refused("smoke", NARROW(.op = "typedmemmove"), BENCH_USAGE,
		       "the plan lacks the operation");
	assert_refused(NULL,
		       NARROW(.op = "typedmemclr", .workload = "sizes:9-15"),
		       BENCH_USAGE, "whole words");
	assert_refused(NULL, NARROW(.op = "memclr", .client = "frame"),
		       BENCH_USAGE, "does not have that client");
	assert_refused(NULL, NARROW(.op = "memclr", .phase = "straddle"),
		       BENCH_USAGE, "only typed clears can straddle");
	assert_refused(NULL, NARROW(.op = "memclr", .strategy = "bulk"),
		       BENCH_USAGE, "uses none of the strategies");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_legal_and_have_their_own_ids),
		cmocka_unit_test(ids_stay_what_they_were),
		cmocka_unit_test(quick_has_each_operation_and_phase),
		cmocka_unit_test(populations_that_can_exist),
		cmocka_unit_test(refusals_have_reasons),
		cmocka_unit_test(sets_and_bare_names),
		cmocka_unit_test(shards_partition_the_cells),
		cmocka_unit_test(hashes),
		cmocka_unit_test(flags_narrow_a_plan),
		cmocka_unit_test(the_same_cell_enters_once),
		cmocka_unit_test(typed_operations_have_the_words_of_a_grid),
		cmocka_unit_test(abis),
		cmocka_unit_test(markers),
		cmocka_unit_test(words_that_are_none),
		cmocka_unit_test(no_cell_is_an_error),
	};

	return cmocka_run_group_tests(tests, load_topology, free_topology);
}
