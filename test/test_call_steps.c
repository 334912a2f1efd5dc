/* test_call_steps.c - which register each part of a value has */
// SPDX-License-Identifier: BSD-3-Clause
#include "test_util.h"

#include <string.h>

#include "call_fixture.h"

static bool
bit(const uint8_t *mask, size_t i)
{
	return mask[i / 8] >> i % 8 & 1;
}

/* The parts of values [from, to) are one register each, in order; those that a
 * mask counts as pointers are pointers in memory too, and the only ones but for
 * the first word of an interface. */
static void
check_steps(const struct call_layout *l, size_t from, size_t to,
	    const uint8_t *mask)
{
	unsigned next[2] = {0, CALL_INT_REGS};

	for (size_t i = from; i < to; i++) {
		const struct call_value *v = &l->values[i];

		assert_int_equal(v->n_steps > 0, v->size && !v->in_frame);
		for (size_t k = 0; k < v->n_steps; k++) {
			const struct call_step *s = &v->steps[k];
			size_t word = s->off / WORD_SIZE;
			bool slot = heap_type_bit(&v->type, word);

			assert_int_equal(s->reg,
					 next[s->reg >= CALL_INT_REGS]++);
			assert_int_equal(s->off % s->size, 0);
			assert_true((size_t)s->off + s->size <= v->size);
			if (bit(mask, s->reg))
				assert_true(slot && s->size == WORD_SIZE);
			else
				assert_true(!slot || (k + 1 < v->n_steps &&
						      bit(mask, s->reg + 1u)));
		}
	}
	assert_true(next[0] <= CALL_INT_REGS && next[1] <= CALL_REGS);
}

static void
check_registers(const struct call_layout *l)
{
	check_steps(l, 0, l->n_args, l->in_ptrmask);
	check_steps(l, l->n_args, l->n_args + l->n_results, l->out_ptrmask);
	assert_int_equal(l->out_ptrmask[0] | l->out_ptrmask[1] << 8,
			 l->out_regs);
	if (!l->has_receiver)
		assert_int_equal(l->in_ptrmask[0] | l->in_ptrmask[1] << 8,
				 l->in_regs);
}

static void
test_signatures_of_tables(void **state)
{
	struct call_fixture f;

	(void)state;
	call_fixture_open(&f, test_seed());
	call_fixture_random_targets(&f, CALL_FIXTURE_TARGETS / 2);
	for (size_t i = 0; i < f.n_targets; i++)
		check_registers(f.layouts[i]);
	call_fixture_close(&f);
}

/* "register:offset+size ..." of a value's parts. */
static void
assert_steps(const struct call_value *v, const char *want)
{
	char text[256] = "", *end = text;

	for (size_t i = 0; i < v->n_steps; i++)
		end += sprintf(end, "%s%u:%u+%u", i ? " " : "", v->steps[i].reg,
			       v->steps[i].off, v->steps[i].size);
	assert_string_equal(text, want);
}

static void
test_steps(void **state)
{
	struct call_layout_error error;
	struct call_layout *l = call_layout_parse(
		"int",
		"func(struct{a byte; b [1]complex64; c struct{d []int; e any}},"
		" string, struct{f int16; g *int; h [0]int}) (bool, float32)",
		CALL_ABI_REGISTER, &error);
	(void)state;
	assert_non_null(l);

	assert_int_equal(l->abi, CALL_ABI_REGISTER);
	assert_steps(&l->values[0], "0:0+8");
	assert_steps(&l->values[1], "1:0+1 9:4+4 10:8+4 2:16+8 3:24+8 4:32+8 "
				    "5:40+8 6:48+8");
	assert_steps(&l->values[2], "7:0+8 8:8+8");
	/* No register is left. */
	assert_steps(&l->values[3], "");
	assert_steps(&l->values[4], "0:0+1");
	assert_steps(&l->values[5], "9:0+4");
	assert_int_equal(l->in_ptrmask[0], 0xc5);
	assert_int_equal(l->in_ptrmask[1], 0);
	call_layout_free(l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signatures_of_tables),
		cmocka_unit_test(test_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
