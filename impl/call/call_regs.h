/* call_regs.h - the registers of a call in the register ABI, as memory
 *
 * Go's internal/abi.RegArgs without its second copy of the pointers: integer
 * registers are read as roots through the layout's in_ptrmask or out_ptrmask. A
 * part of a value lies in the low end of its register, the rest of which is
 * zero (both architectures that this is built for are little-endian).
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef CALL_REGS_H
#define CALL_REGS_H

#include <string.h>

#include "call_layout.h"

/* The integer registers, then the floating-point ones; those that a layout has
 * no step for hold anything. */
struct call_regs {
	uint64_t words[CALL_REGS];
};

/* Bytes of the largest value in registers: to each part belong at most 7 bytes
 * of padding, and 8 more lie behind the last. */
#define CALL_REGS_VALUE_MAX (CALL_REGS * 15 + 8)

static inline uint64_t
call_regs_load(const void *src, size_t size)
{
	uint64_t word = 0;

	switch (size) {
	case 8: memcpy(&word, src, 8); break;
	case 4: memcpy(&word, src, 4); break;
	case 2: memcpy(&word, src, 2); break;
	default: memcpy(&word, src, 1);
	}
	return word;
}

static inline void
call_regs_store(void *dst, uint64_t word, size_t size)
{
	switch (size) {
	case 8: memcpy(dst, &word, 8); break;
	case 4: memcpy(dst, &word, 4); break;
	case 2: memcpy(dst, &word, 2); break;
	default: memcpy(dst, &word, 1);
	}
}

/* Puts a value into its registers. */
static inline void
call_regs_put(struct call_regs *regs, const struct call_value *v,
	      const void *src)
{
	const char *from = src;

	for (size_t i = 0; i < v->n_steps; i++) {
		const struct call_step *s = &v->steps[i];

		regs->words[s->reg] = call_regs_load(from + s->off, s->size);
	}
}

/* Takes a value from its registers; bytes of dst that are padding stay. */
static inline void
call_regs_take(const struct call_regs *regs, const struct call_value *v,
	       void *dst)
{
	char *to = dst;

	for (size_t i = 0; i < v->n_steps; i++) {
		const struct call_step *s = &v->steps[i];

		call_regs_store(to + s->off, regs->words[s->reg], s->size);
	}
}

#endif
