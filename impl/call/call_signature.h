/* call_signature.h - from the text of a Go function signature to its types
 *
 *   signature = "func(" [types] ")" [ "(" types ")" | type ]
 *   types     = type { "," type }
 *   type      = basic | "*" type | "*notinheap" | "[]" type
 *             | "[" digits "]" type | "struct{" [ field { ";" field } ] "}"
 *             | "map[" type "]" type | "chan" type | signature
 *             | "any" | "interface{}" | "error" | "unsafe.Pointer"
 *   field     = identifier type
 *   basic     = bool, int..., uint..., uintptr, byte, float..., complex...,
 *               string
 *
 * Spaces may stand before and after any token, none is needed but between two
 * words, and no other white space is known. Digits are decimal. An identifier
 * is Go's, no keyword; bytes from 0x80 up count as letters, and two fields may
 * have one name: names do not matter to a layout.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_SIGNATURE_H
#define CALL_SIGNATURE_H

#include "call_layout.h"
#include "call_type.h"

/* Bytes of a text. Bounds the memory that parsing takes: 64 times as much. */
#define CALL_MAX_TEXT ((size_t)1 << 20)
/* Types within types. Bounds the recursion; Go has no limit of its own. */
#define CALL_MAX_DEPTH 1000
/* Types or fields in a list. Go counts results in 15 bits (funcType). */
#define CALL_MAX_LIST 32767
/* Elements of an array: what Go's int holds. */
#define CALL_MAX_LENGTH ((size_t)INT64_MAX)

struct call_types {
	struct call_type *first;
	size_t n;
};

struct call_signature {
	bool has_receiver;
	/* A receiver is the first argument: the word that is passed for it,
	 * which is its address or itself. */
	struct call_types args, results;
	struct call_type types[]; /* all that are pointed to */
};

/* receiver is a type, or "-" or NULL for none. Returns NULL and fills *error
 * for a text that the grammar does not have, for an interface as receiver, and
 * beyond a limit. Free with free. Any thread. */
struct call_signature *call_signature_parse(const char *receiver,
					    const char *signature,
					    struct call_layout_error *error);

#endif
