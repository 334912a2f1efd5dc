/* call_type.h - a Go type, as far as a layout depends on it */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_TYPE_H
#define CALL_TYPE_H

#include "base.h"

/* Bytes of a type, also behind a pointer: as Go's compiler on amd64 (MAXWIDTH).
 * A frame has a lower limit, CALL_MAX_FRAME. */
#define CALL_MAX_TYPE ((size_t)1 << 50)

/* A struct is its fields once, an array of n is its one member n times, and a
 * basic type has no members; its count is 1. */
struct call_type {
	size_t size, align; /* bytes */
	/* Bytes up to the end of the last pointer; 0: none. In a basic type all
	 * words up to there are pointers. */
	size_t ptrbytes;
	/* One word that is no pointer but that an interface holds itself:
	 * *notinheap, or a struct or array of nothing but one of them. */
	bool notinheap;
	/* The registers that a basic type takes when it is passed in some, and
	 * which of the integer ones then hold pointers, the first in bit 0. */
	uint8_t n_ints, n_floats, reg_ptrs;
	struct call_type *first; /* member */
	size_t count;            /* how often the members are there */
	/* As a member, argument or result: */
	struct call_type *next;
	size_t off;    /* of a field, from the start of its struct */
	size_t column; /* in the text, from 1 */
};

/* Lay out a type with members: from `first` and `count` to all that depends on
 * them. False: it has more than CALL_MAX_TYPE bytes. */
bool call_type_set_array(struct call_type *t);
bool call_type_set_struct(struct call_type *t);

#endif
