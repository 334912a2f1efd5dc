/* call_layout.h - from a Go function signature to the layout of its frame
 *
 * What reflect.funcLayout computes (Go 1.19, src/reflect/type.go): receiver
 * word, arguments, results, each aligned; which words hold pointers; and in the
 * register ABI what stays on the stack. Exact bit for bit against Go's answers
 * (test/data/funclayout-*.tsv).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_LAYOUT_H
#define CALL_LAYOUT_H

#include "gc.h"

enum call_abi { CALL_ABI_STACK, CALL_ABI_REGISTER, CALL_ABIS };

/* Go 1.17+ on amd64: 9 integer and 15 floating-point registers. */
#define CALL_INT_REGS   9
#define CALL_FLOAT_REGS 15

/* Where one value (receiver, argument or result) lies in the frame. A value
 * that the register ABI passes in registers has in_frame false. */
struct call_value {
	size_t off;  /* from the start of the frame */
	size_t size; /* bytes; 0 for a zero-size type */
	bool in_frame;
	struct gc_type type; /* mask of this value alone, padded */
};

struct call_layout {
	enum call_abi abi;
	/* The frame: arguments (receiver first), then results from retoffset.
	 */
	struct gc_type frame; /* size is a multiple of the word size */
	size_t argsize; /* bytes of arguments, padding before results out */
	size_t retoffset;
	/* The words of the arguments only; same bits, shorter. */
	size_t arg_nwords;
	uint16_t in_regs, out_regs; /* pointer masks, register 0 in bit 0 */
	bool has_receiver;
	size_t n_args, n_results;   /* the receiver counts as an argument */
	struct call_value *values;  /* n_args, then n_results */
	char *receiver, *signature; /* as given */
};

/* Where in the text parsing stopped, and why. */
struct call_layout_error {
	bool in_receiver; /* else in the signature */
	size_t column;    /* from 1 */
	char text[160];   /* "expected ..., found ..." */
};

/* receiver is a type, or "-" or NULL for none. Returns NULL and fills *error
 * for text that is no signature or exceeds a limit (call_signature.h). Free
 * with call_layout_free. Any thread. */
struct call_layout *call_layout_parse(const char *receiver,
				      const char *signature, enum call_abi abi,
				      struct call_layout_error *error);
void call_layout_free(struct call_layout *layout);

#endif
