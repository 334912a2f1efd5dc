/* kernel_access.h - loads and stores that stay whole, for memclr and memmove
 *
 * A kernel that promises word-atomicity must make exactly the accesses that it
 * spells. They are volatile: the compiler makes each one once, whole and in
 * this order, and cannot recognise the loop as a memset. At any alignment: a
 * word of 8 bytes is one move, a vector one move of its width.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef KERNEL_ACCESS_H
#define KERNEL_ACCESS_H

#include "base.h"

#define ACCESS __attribute__((may_alias, aligned(1)))

typedef uint8_t access_1 ACCESS;
typedef uint16_t access_2 ACCESS;
typedef uint32_t access_4 ACCESS;
typedef uint64_t access_8 ACCESS;
typedef uint64_t access_16 __attribute__((vector_size(16))) ACCESS;
typedef uint64_t access_32 __attribute__((vector_size(32))) ACCESS;
typedef uint64_t access_64 __attribute__((vector_size(64))) ACCESS;

/* access_32 where VL is a macro for 32. */
#define ACCESS_OF(size)  ACCESS_OF_(size)
#define ACCESS_OF_(size) access_##size

#define LOAD(type, p)     (*(const volatile type *)(p))
#define STORE(type, p, v) (*(volatile type *)(p) = (v))

/* Keeps a loop's pointer in a register. clang 14 addresses both sides of a copy
 * by one index instead, and a store with an index costs Intel CPUs one more
 * micro-operation: memmove_avx2 of 4 KiB takes 30 ns so, and 23 with this. */
#define KEEP_POINTER(p) __asm__("" : "+r"(p))

/* Clears n bytes from p, size <= n <= 2 * size, by two stores that overlap. */
#define CLEAR_ENDS(type, p, n)                                    \
	do {                                                      \
		STORE(type, (p), (type){0});                      \
		STORE(type, (p) + (n) - sizeof(type), (type){0}); \
	} while (0)

/* Copies so; both loads come before the stores, so that overlap is harmless. */
#define MOVE_ENDS(type, d, s, n)                                  \
	do {                                                      \
		type head = LOAD(type, (s));                      \
		type tail = LOAD(type, (s) + (n) - sizeof(type)); \
		STORE(type, (d), head);                           \
		STORE(type, (d) + (n) - sizeof(type), tail);      \
	} while (0)

/* Whether dst starts inside src, so that copying upwards would lose bytes. */
static inline bool
move_is_downwards(const void *d, const void *s, size_t n)
{
	return (uintptr_t)d - (uintptr_t)s < n;
}

/* Below one word: outside the promise, so in the fewest moves. */
RACES_WITH_MARKER static inline void
clear_below_word(char *p, size_t n)
{
	if (n >= 4)
		CLEAR_ENDS(access_4, p, n);
	else if (n >= 2)
		CLEAR_ENDS(access_2, p, n);
	else if (n == 1)
		STORE(access_1, p, 0);
}

RACES_WITH_MARKER static inline void
move_below_word(char *d, const char *s, size_t n)
{
	if (n >= 4)
		MOVE_ENDS(access_4, d, s, n);
	else if (n >= 2)
		MOVE_ENDS(access_2, d, s, n);
	else if (n == 1)
		STORE(access_1, d, LOAD(access_1, s));
}

#endif
