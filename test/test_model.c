/* test_model.c - the model's verdicts, where a second or two suffice
 *
 * `make model` gives all of them, in larger bounds too.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "base.h"
#include "model.h"

static struct model_verdict
search(const char *name, enum model_size size, FILE *trace)
{
	const struct model_case *c = model_find(name);

	assert_non_null(c);
	return model_search(c, size, trace);
}

/* Every case but the one that needs three objects, which has a test. */
static void
test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < model_n_cases; i++) {
		const struct model_case *c = &model_cases[i];
		struct model_verdict v;

		if (c->size > MODEL_RACE)
			continue;
		printf("%s\n", c->name);
		v = model_search(c, c->size, NULL);
		assert_int_equal(v.lost, c->steps != 0);
		if (c->steps)
			assert_int_equal(v.depth, c->steps);
	}
}

/* Two mutators that write one slot at the same time, for barriers that differ
 * outside frames. */
static void
test_races_are_sound(void **state)
{
	static const char *const names[] = {"bulk1", "perslot", "blackstack"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_false(search(names[i], MODEL_RACE, NULL).lost);
}

/* What validates the model: it finds the fault that made Go stop the world once
 * more. */
static void
test_finds_27993(void **state)
{
	struct model_verdict v = search("gc_no_reflush", MODEL_CHAIN, NULL);

	(void)state;
	assert_true(v.lost);
	assert_int_equal(v.depth, model_find("gc_no_reflush")->steps);
}

/* A proof of what never happens is none: every kind of step is taken. */
static void
test_nothing_is_vacuous(void **state)
{
	struct model_verdict frame = search("bulk1", MODEL_FRAME, NULL);
	struct model_verdict race = search("bulk1", MODEL_RACE, NULL);

	(void)state;
	for (int verb = 0; verb < MODEL_VERBS; verb++)
		assert_true(frame.verbs[verb] || race.verbs[verb]);
}

/* A trace begins with the heap, ends with the loss, and has a line a step. */
static void
test_trace(void **state)
{
	char *text = NULL;
	size_t size, lines = 0;
	FILE *out = open_memstream(&text, &size);
	struct model_verdict v;

	(void)state;
	v = search("no_deletion_on_frames", MODEL_FRAME, out);
	fclose(out);
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		lines++;
	assert_int_equal(lines, v.depth + 1);
	assert_non_null(strstr(text, "at first: marking is off; M0 has"));
	assert_non_null(strstr(text, "loads A from F\n"));
	assert_non_null(strstr(text, "returns F, stores nil"));
	assert_non_null(strstr(text, "A is reachable and white: LOST\n"));
	free(text);
}

/* The names of things do not matter, what they are does. */
static void
test_states_that_are_alike(void **state)
{
	struct model_state a = {.phase = MODEL_MARK}, b = a;
	struct model_key x, y;

	(void)state;
	a.colour[1] = MODEL_WHITE;
	a.colour[2] = MODEL_GREY;
	a.slot[2] = 1;
	a.mut[0].reg[0] = 2;
	a.mut[1].buffer = 1 << 1;
	b.colour[3] = MODEL_WHITE;
	b.colour[1] = MODEL_GREY;
	b.slot[1] = 3;
	b.mut[1].reg[1] = 1;
	b.mut[0].buffer = 1 << 3;
	x = model_canon(&a);
	y = model_canon(&b);
	assert_memory_equal(&x, &y, sizeof(x));
	b.mut[0].buffer = 0;
	y = model_canon(&b);
	assert_memory_not_equal(&x, &y, sizeof(x));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_races_are_sound),
		cmocka_unit_test(test_finds_27993),
		cmocka_unit_test(test_nothing_is_vacuous),
		cmocka_unit_test(test_trace),
		cmocka_unit_test(test_states_that_are_alike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
