/* test_call_layout.c - frame layouts, bit for bit as Go 1.19 has them */
// SPDX-License-Identifier: BSD-3-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_go_std.h"
#include "call_layout.h"

/* Room for the longest mask in the tables, 571 words. */
#define MASK_SIZE 1024

static struct call_layout_error error;

static struct call_layout *
parse(const char *receiver, const char *signature, enum call_abi abi)
{
	struct call_layout *l =
		call_layout_parse(receiver, signature, abi, &error);

	if (!l)
		fail_msg("%s %s: %s:%zu: %s", receiver, signature,
			 error.in_receiver ? "receiver" : "signature",
			 error.column, error.text);
	return l;
}

static bool
bit(const uint8_t *mask, size_t i)
{
	return mask[i / 8] >> i % 8 & 1;
}

static const char *
mask_text(const uint8_t *mask, size_t n, char out[MASK_SIZE])
{
	assert_true(n < MASK_SIZE);
	for (size_t i = 0; i < n; i++)
		out[i] = '0' + bit(mask, i);
	strcpy(out + n, n ? "" : "-");
	return out;
}

static const char *
regs_text(uint16_t regs, char out[MASK_SIZE])
{
	uint8_t bytes[2] = {regs & 0xff, (uint8_t)(regs >> 8)};

	return mask_text(bytes, CALL_INT_REGS, out);
}

/* size, argsize, retoffset, ptrmask, as the tables have them. */
static int
frame_text(const struct call_layout *l, char *out, size_t size)
{
	char mask[MASK_SIZE];

	return snprintf(out, size, "%zu\t%zu\t%zu\t%s", l->frame.size,
			l->argsize, l->retoffset,
			mask_text(l->frame.ptrmask,
				  l->frame.ptrbytes / WORD_SIZE, mask));
}

/* The row of a table (bench_go_std.h), without the last column, that we would
 * write. */
static void
row_text(const char *receiver, const char *signature, char *out, size_t size)
{
	struct call_layout *stack = parse(receiver, signature, CALL_ABI_STACK);
	struct call_layout *reg = parse(receiver, signature, CALL_ABI_REGISTER);
	char in[MASK_SIZE], out_regs[MASK_SIZE];
	char *end = out + size;

	out += snprintf(out, size, "%s\t%s\t", receiver, signature);
	out += frame_text(stack, out, (size_t)(end - out));
	*out++ = '\t';
	out += frame_text(reg, out, (size_t)(end - out));
	out += snprintf(out, (size_t)(end - out), "\t%s\t%s",
			regs_text(reg->in_regs, in),
			regs_text(reg->out_regs, out_regs));
	assert_true(out < end);
	assert_int_equal(stack->in_regs, 0);
	assert_int_equal(stack->out_regs, 0);
	call_layout_free(stack);
	call_layout_free(reg);
}

static void
assert_row(char *line)
{
	char text[4096];
	char receiver[1024], signature[1024];

	*strrchr(line, '\t') = '\0';
	assert_int_equal(
		sscanf(line, "%1023[^\t]\t%1023[^\t]", receiver, signature), 2);
	row_text(receiver, signature, text, sizeof(text));
	assert_string_equal(text, line);
}

/* Checks every row of a table, which it cuts up. */
static size_t
assert_table(char *text)
{
	size_t rows = 0;
	char *line = strsep(&text, "\n");

	assert_int_equal(strncmp(line, "rcvr\t", 5), 0);
	while ((line = strsep(&text, "\n")) && *line) {
		assert_row(line);
		rows++;
	}
	return rows;
}

static void
test_go_std(void **state)
{
	char *text = strdup(bench_go_std);
	(void)state;

	assert_non_null(text);
	assert_int_equal(assert_table(text), 2400);
	free(text);
}

static void
test_go_random(void **state)
{
	/* Tests run where the tree's root is. */
	const char *path = "test/data/funclayout-random.tsv";
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	(void)state;

	if (!f)
		fail_msg("cannot open %s", path);
	assert_true(getdelim(&text, &size, '\0', f) > 0);
	fclose(f);
	assert_int_equal(assert_table(text), 1500);
	free(text);
}

static void
assert_layout(const char *receiver, const char *signature, enum call_abi abi,
	      const char *frame)
{
	struct call_layout *l = parse(receiver, signature, abi);
	char text[2 * MASK_SIZE];

	frame_text(l, text, sizeof(text));
	assert_string_equal(text, frame);
	call_layout_free(l);
}

static void
test_stack_frames(void **state)
{
	const enum call_abi abi = CALL_ABI_STACK;
	(void)state;

	assert_layout("-", "func()", abi, "0\t0\t0\t-");
	assert_layout(NULL, "func(int)", abi, "8\t8\t8\t-");
	/* A receiver that holds no pointer, passed directly, has a 0 bit. */
	assert_layout("*notinheap", "func(uintptr, *byte)", abi,
		      "24\t24\t24\t001");
	assert_layout("-", "func(*notinheap, *byte)", abi, "16\t16\t16\t01");
	/* The mask ends at the last pointer. */
	assert_layout("*notinheap", "func(int)", abi, "16\t16\t16\t-");
	/* Any other receiver is a pointer, if only by its address. */
	assert_layout("uintptr", "func()", abi, "8\t8\t8\t1");
	assert_layout("struct{}", "func(byte)", abi, "16\t9\t16\t1");
	/* What has no size still aligns. */
	assert_layout("-", "func(byte, [0]int32, byte)", abi, "8\t5\t8\t-");
	assert_layout("-", "func(byte) (byte, [0]int)", abi, "16\t1\t8\t-");
	/* A last field without size gives a struct a byte more. */
	assert_layout("-", "func(struct{a *byte; b struct{}}, *byte)", abi,
		      "24\t24\t24\t101");
}

static void
test_register_frames(void **state)
{
	const enum call_abi abi = CALL_ABI_REGISTER;
	(void)state;

	assert_layout("*byte", "func(int, float64) error", abi, "0\t0\t0\t-");
	/* An array of more than one goes to the stack, alone or within. */
	assert_layout("-", "func([1]*byte, [2]*byte)", abi, "16\t16\t16\t11");
	assert_layout("-", "func(struct{a *byte; b [2]struct{}})", abi,
		      "16\t16\t16\t1");
	/* A value that does not fit whole leaves its registers to the next. */
	assert_layout("-", "func([]int, []int, string, string, *int)", abi,
		      "16\t16\t16\t1");
	/* 15 registers for floating point. */
	assert_layout("-",
		      "func(complex128, complex128, complex128, complex128, "
		      "complex128, complex128, complex128, [1]struct{f "
		      "float32}, float64)",
		      abi, "8\t8\t8\t-");
	/* Results have all registers again. */
	assert_layout("-",
		      "func([]int, []int, []int, *int) ([]int, []int, "
		      "[]int, *int)",
		      abi, "16\t8\t8\t11");
}

static void
assert_regs(const char *receiver, const char *signature, const char *in,
	    const char *out)
{
	struct call_layout *l = parse(receiver, signature, CALL_ABI_REGISTER);
	char text[MASK_SIZE];

	assert_string_equal(regs_text(l->in_regs, text), in);
	assert_string_equal(regs_text(l->out_regs, text), out);
	call_layout_free(l);
}

static void
test_register_masks(void **state)
{
	(void)state;
	assert_regs("-", "func(int, *int, []int, error) (any, string)",
		    "011000100", "011000000");
	assert_regs("-", "func(*notinheap, *int)", "010000000", "000000000");
	/* Go's quirk: with a receiver, argument i stands for value i, which is
	 * the receiver, or argument i - 1. The last one is never seen. */
	assert_regs("*byte", "func()", "000000000", "000000000");
	assert_regs("*byte", "func(*int)", "100000000", "000000000");
	assert_regs("*byte", "func(*int, *int)", "110000000", "000000000");
	assert_regs("*byte", "func([2]int)", "000000000", "000000000");
	assert_regs("*byte", "func(*int, [2]int)", "100000000", "000000000");
	assert_regs("*byte", "func([2]int, *int, struct{})", "010000000",
		    "000000000");
	assert_regs("*notinheap", "func(*int, int)", "010000000", "000000000");
}

static void
test_values(void **state)
{
	struct call_layout *l =
		parse("int", "func(byte, struct{}, string, []*int) (bool, any)",
		      CALL_ABI_STACK);
	static const struct {
		size_t off, size, ptrbytes;
		bool in_frame;
		const char *mask;
	} want[] = {
		{0, 8, 8, true, "1"},     {8, 1, 0, true, "-"},
		{9, 0, 0, false, "-"},    {16, 16, 8, true, "1"},
		{32, 24, 8, true, "1"},   {56, 1, 0, true, "-"},
		{64, 16, 16, true, "11"},
	};
	char text[MASK_SIZE];
	(void)state;

	assert_true(l->has_receiver);
	assert_int_equal(l->n_args, 5);
	assert_int_equal(l->n_results, 2);
	assert_int_equal(l->arg_nwords, 7);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		const struct call_value *v = &l->values[i];

		assert_int_equal(v->in_frame, want[i].in_frame);
		assert_int_equal(v->off, want[i].off);
		assert_int_equal(v->size, want[i].size);
		assert_int_equal(v->type.size, want[i].size);
		assert_int_equal(v->type.ptrbytes, want[i].ptrbytes);
		assert_string_equal(mask_text(v->type.ptrmask,
					      v->type.ptrbytes / WORD_SIZE,
					      text),
				    want[i].mask);
	}
	call_layout_free(l);

	l = parse("-", "func([2]*int, *int) string", CALL_ABI_REGISTER);
	assert_false(l->has_receiver);
	assert_true(l->values[0].in_frame);
	assert_false(l->values[1].in_frame);
	assert_false(l->values[2].in_frame);
	assert_int_equal(l->values[2].type.ptrbytes, 8);
	assert_int_equal(l->arg_nwords, 2);
	call_layout_free(l);
}

static void
assert_zero_after(const struct gc_type *t)
{
	size_t end = (ALIGN_UP(t->size / WORD_SIZE, 64) + 64) / 8;

	for (size_t i = t->ptrbytes / WORD_SIZE; i < end * 8; i++)
		assert_false(bit(t->ptrmask, i));
}

/* A root for the frame, then the arguments', as padded as the others. */
static void
assert_area_mask(const struct call_layout *l)
{
	size_t n = 1 + l->arg_nwords, end = ALIGN_UP(n, 64) + 64;

	assert_true(bit(l->area_mask, 0));
	for (size_t i = 1; i < end; i++)
		assert_int_equal(bit(l->area_mask, i),
				 i < n && bit(l->frame.ptrmask, i - 1));
}

/* Under BUILD=asan this also reads every byte that must be there. */
static void
test_masks_are_padded(void **state)
{
	(void)state;
	for (unsigned n = 0; n < 200; n++) {
		char text[64];

		snprintf(text, sizeof(text), "func([%u]*int, [%u]int) *int", n,
			 n);
		struct call_layout *l = parse("*byte", text, CALL_ABI_STACK);
		assert_zero_after(&l->frame);
		for (size_t i = 0; i < l->n_args + l->n_results; i++)
			assert_zero_after(&l->values[i].type);
		assert_area_mask(l);
		call_layout_free(l);
	}
}

static void
assert_store(const struct call_store *s, uint32_t arg, uint32_t off,
	     uint32_t size, bool pointers)
{
	assert_int_equal(s->arg, arg);
	assert_int_equal(s->off, off);
	assert_int_equal(s->size, size);
	assert_int_equal(s->pointers, pointers);
}

/* Words first, and nothing of what is in registers or has no size. */
static void
test_stores(void **state)
{
	const char *text = "func(string, int, bool, [8]byte, [2]*int, "
			   "struct{}, *int) *int";
	struct call_layout *l = parse("*byte", text, CALL_ABI_STACK);

	(void)state;
	assert_int_equal(l->n_word_stores, 3);
	assert_int_equal(l->n_stores, 7);
	assert_store(&l->stores[0], 0, 0, 8, true);
	assert_store(&l->stores[1], 2, 24, 8, false);
	assert_store(&l->stores[2], 7, 64, 8, true);
	assert_store(&l->stores[3], 1, 8, 16, true);
	assert_store(&l->stores[4], 3, 32, 1, false);
	assert_store(&l->stores[5], 4, 33, 8, false);
	assert_store(&l->stores[6], 5, 48, 16, true);
	call_layout_free(l);
	l = parse("*byte", text, CALL_ABI_REGISTER);
	assert_int_equal(l->n_word_stores, 1);
	assert_int_equal(l->n_stores, 2);
	assert_store(&l->stores[0], 4, 0, 8, false);
	assert_store(&l->stores[1], 5, 8, 16, true);
	call_layout_free(l);
}

/* Elements repeat at every depth. */
static void
test_nested_arrays(void **state)
{
	struct call_layout *l =
		parse("-",
		      "func([2][3]struct{a [2]struct{b string; c []byte}; "
		      "d string}) bool",
		      CALL_ABI_STACK);
	(void)state;

	/* 12 words each: two of string and slice, then a string. */
	assert_int_equal(l->argsize, 6 * 12 * 8);
	for (size_t i = 0; i < 6 * 12; i++)
		assert_int_equal(bit(l->frame.ptrmask, i),
				 "101001010010"[i % 12] == '1');
	call_layout_free(l);
}

static void
test_frame_limit(void **state)
{
	(void)state;
	struct call_layout *l =
		parse("-", "func([1073741824]byte)", CALL_ABI_STACK);
	assert_int_equal(l->frame.size, CALL_MAX_FRAME);
	assert_int_equal(l->frame.ptrbytes, 0);
	call_layout_free(l);

	assert_null(call_layout_parse("-", "func([1073741824]byte, int, bool)",
				      CALL_ABI_STACK, &error));
	assert_false(error.in_receiver);
	assert_int_equal(error.column, 24);
	assert_string_equal(error.text, "expected at most 1073741824 bytes in "
					"a frame, found more");
	assert_null(call_layout_parse("-", "func() [1073741825]byte",
				      CALL_ABI_REGISTER, &error));
	assert_int_equal(error.column, 8);
	/* Sums that leave 64 bits. */
	char text[20 << 10] = "func([1125899906842624]byte";
	for (char *p = text + strlen(text); p < text + (18 << 10);)
		p = stpcpy(p, ",[140737488355328]int");
	strcat(text, ")");
	assert_null(call_layout_parse("-", text, CALL_ABI_STACK, &error));
	assert_int_equal(error.column, 6);
}

static void
test_errors(void **state)
{
	(void)state;
	assert_null(
		call_layout_parse("error", "func()", CALL_ABI_STACK, &error));
	assert_true(error.in_receiver);
	assert_int_equal(error.column, 1);
	assert_null(
		call_layout_parse("*byte", "func(", CALL_ABI_STACK, &error));
	assert_false(error.in_receiver);
	assert_int_equal(error.column, 6);
	call_layout_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_go_std),
		cmocka_unit_test(test_go_random),
		cmocka_unit_test(test_stack_frames),
		cmocka_unit_test(test_register_frames),
		cmocka_unit_test(test_register_masks),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_masks_are_padded),
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_nested_arrays),
		cmocka_unit_test(test_frame_limit),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
