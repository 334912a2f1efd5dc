/* call_layout.h - from a Go function signature to the layout of its frame
 *
 * What reflect.funcLayout computes (Go 1.19, src/reflect/type.go and abi.go):
 * receiver word, arguments, results, each aligned; which words hold pointers;
 * and in the register ABI what stays on the stack. Exact bit for bit against
 * Go's answers (bench/data/go-std.tsv, test/data/funclayout-random.tsv).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_LAYOUT_H
#define CALL_LAYOUT_H

#include "gc.h"

enum call_abi { CALL_ABI_STACK, CALL_ABI_REGISTER, CALL_ABIS };

/* Go 1.17+ on amd64: 9 integer and 15 floating-point registers. */
#define CALL_INT_REGS   9
#define CALL_FLOAT_REGS 15
#define CALL_REGS       (CALL_INT_REGS + CALL_FLOAT_REGS)

/* Bytes of a frame: the largest that Go's reflectcall can make room for on a
 * stack (runtime.call1073741824). */
#define CALL_MAX_FRAME ((size_t)1 << 30)

/* A part of a value that has a register to itself. */
struct call_step {
	uint8_t reg;  /* the integer registers, then the others */
	uint8_t size; /* 1, 2, 4 or 8 bytes, in the low end of the register */
	uint16_t off; /* bytes from the start of the value */
};

/* Where one value (receiver, argument or result) lies. */
struct call_value {
	bool in_frame;       /* false: in registers, or without size */
	uint8_t n_steps;     /* registers; 0: none */
	size_t off;          /* bytes from the start of the frame */
	size_t size;         /* bytes */
	struct gc_type type; /* of this value alone */
	const struct call_step *steps;
};

/* How one argument comes into the frame. */
struct call_store {
	uint32_t arg;       /* its index */
	uint32_t off, size; /* in the frame, bytes */
	bool pointers;      /* it has some */
};

/* The masks of the frame and of each value have zeros from the last pointer to
 * the end of their size and for 8 bytes of mask beyond. */
struct call_layout {
	enum call_abi abi;
	/* The frame: arguments (receiver first), then results from retoffset.
	 */
	struct gc_type frame; /* size is a multiple of the word size */
	size_t argsize;       /* bytes of arguments, without padding behind */
	size_t retoffset;     /* a multiple of the word size */
	/* The words of the arguments only; same bits, shorter. */
	size_t arg_nwords;
	/* The same bits behind a 1: a word that points to the frame. */
	const uint8_t *area_mask; /* 1 + arg_nwords bits */
	/* The arguments that lie in the frame: n_word_stores of exactly one
	 * word each, aligned, then the others. */
	const struct call_store *stores;
	size_t n_word_stores, n_stores;
	/* Integer registers with pointers as Go 1.19 has them, register 0 in
	 * bit 0; with a receiver its in_regs are those of other arguments. */
	uint16_t in_regs, out_regs;
	/* The same without that quirk, for who reads the registers as roots. */
	_Alignas(8) uint8_t in_ptrmask[8];
	_Alignas(8) uint8_t out_ptrmask[8];
	bool has_receiver;
	size_t n_args, n_results;   /* the receiver counts as an argument */
	struct call_value values[]; /* n_args, then n_results */
};

/* Where in the text parsing stopped, and why. */
struct call_layout_error {
	bool in_receiver; /* else in the signature */
	size_t column;    /* in bytes, from 1 */
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
