/* fuzz_call_signature.c - any text is a layout or one clear error (`make fuzz`)
 *
 * The input is `receiver TAB signature`; without a TAB, a signature. What must
 * hold of every layout is checked, and every word of its masks is read.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <stdlib.h>
#include <string.h>

#include "call_layout.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads the mask to its end, 8 bytes beyond the word of the last bit. */
static void
check_type(const struct gc_type *t)
{
	size_t last = t->ptrbytes / WORD_SIZE - 1;
	size_t n = (t->size / WORD_SIZE + 63) / 64 + 1;
	uint64_t bits;

	CHECK(t->ptrbytes <= t->size && t->ptrbytes % WORD_SIZE == 0);
	CHECK(!t->ptrbytes || t->ptrmask[last / 8] >> last % 8 & 1);
	for (size_t i = 0; i < n; i++) {
		memcpy(&bits, t->ptrmask + 8 * i, 8);
		CHECK(!bits || i * 64 * WORD_SIZE < t->ptrbytes);
	}
}

static void
check_layout(const struct call_layout *l)
{
	size_t end = 0;

	CHECK(l->argsize <= l->retoffset && l->retoffset <= l->frame.size);
	CHECK(l->frame.size <= CALL_MAX_FRAME);
	CHECK(l->in_regs >> CALL_INT_REGS == 0);
	CHECK(l->out_regs >> CALL_INT_REGS == 0);
	check_type(&l->frame);
	for (size_t i = 0; i < l->n_args + l->n_results; i++) {
		const struct call_value *v = &l->values[i];
		bool is_arg = i < l->n_args;

		check_type(&v->type);
		if (!v->in_frame)
			continue;
		CHECK(v->size && v->off >= (is_arg ? end : l->retoffset));
		end = v->off + v->size;
		CHECK(end <= (is_arg ? l->argsize : l->frame.size));
	}
}

static void
check_error(const struct call_layout_error *e, const char *receiver,
	    const char *signature)
{
	size_t length = strlen(e->in_receiver ? receiver : signature);

	CHECK(e->column >= 1 && e->column <= length + 1);
	CHECK(strncmp(e->text, "expected ", 9) == 0);
	CHECK(strstr(e->text, ", found ") && !strchr(e->text, '\n'));
}

static void
check_texts(const char *receiver, const char *signature)
{
	for (int abi = 0; abi < CALL_ABIS; abi++) {
		struct call_layout_error error;
		struct call_layout *l = call_layout_parse(
			receiver, signature, (enum call_abi)abi, &error);

		if (l)
			check_layout(l);
		else
			check_error(&error, receiver, signature);
		call_layout_free(l);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	CHECK(text);
	memcpy(text, data, size);
	text[size] = '\0';
	char *tab = strchr(text, '\t');
	if (tab)
		*tab = '\0';
	check_texts(tab ? text : "-", tab ? tab + 1 : text);
	free(text);
	return 0;
}
