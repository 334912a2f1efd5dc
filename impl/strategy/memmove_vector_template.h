/* memmove_vector_template.h - memmove by vector loads and stores
 *
 * Defines `static void move(void *dst, const void *src, size_t n)`. Parameters:
 *   VL                   vector length in bytes: 16, 32, 64, or 8 for a word
 *   ATTRIBUTES           of the functions: the TARGET with vectors of VL bytes
 *   MOVE_SHORT(d, s, n)  optional; for n <= VL: either copies and is true, or
 *                        is false and leaves the memory as it is
 * Undefined at the end. Tested: 8 anywhere, 16 sse2, 32 avx2,
 * 64 avx512f.
 *
 * Up to 8 * VL everything is loaded before anything is stored, so overlap needs
 * no test: two loads of the greatest power of two that fits, then 2, 4 and 8
 * vectors, half of them from the start and half back from the end.
 *
 * Above, a loop moves 4 vectors a turn to aligned places in dst, upwards, or
 * downwards where dst starts inside src. What the loop leaves at the two ends
 * is loaded before it and stored after it, since the loop may overwrite it in
 * src.
 *
 * Word-atomicity. When pointers and n are multiples of 8, so is the address of
 * every access, and each is 8 bytes or more: a word is inside an access or
 * outside it, never across its edge. A word that is moved twice is stored with
 * the same value twice. That a vector access moves its words whole is
 * convention, for the reason given in memclr_vector_template.h.
 *
 * It loses where a load spans words that were stored one by one a moment ago:
 * no CPU forwards several stores to one load, so that load waits for the cache.
 * Nothing is done about source and destination a little apart modulo 4 KiB,
 * where a CPU that first compares 12 address bits makes loads wait for stores
 * that they do not depend on.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_access.h"

typedef ACCESS_OF(VL) vec;

ATTRIBUTES RACES_WITH_MARKER static inline void
move_below_vector(char *d, const char *s, size_t n)
{
#if VL > 32
	if (n >= 32) {
		MOVE_ENDS(access_32, d, s, n);
		return;
	}
#endif
#if VL > 16
	if (n >= 16) {
		MOVE_ENDS(access_16, d, s, n);
		return;
	}
#endif
#if VL > 8
	if (n >= 8) {
		MOVE_ENDS(access_8, d, s, n);
		return;
	}
#endif
	move_below_word(d, s, n);
}

/* 2 * VL < n <= 4 * VL */
ATTRIBUTES RACES_WITH_MARKER static inline void
move_4_vectors(char *d, const char *s, size_t n)
{
	vec a = LOAD(vec, s), b = LOAD(vec, s + VL);
	vec y = LOAD(vec, s + n - 2 * VL), z = LOAD(vec, s + n - VL);

	STORE(vec, d, a);
	STORE(vec, d + VL, b);
	STORE(vec, d + n - 2 * VL, y);
	STORE(vec, d + n - VL, z);
}

/* 4 * VL < n <= 8 * VL */
ATTRIBUTES RACES_WITH_MARKER static inline void
move_8_vectors(char *d, const char *s, size_t n)
{
	vec a = LOAD(vec, s), b = LOAD(vec, s + VL);
	vec e = LOAD(vec, s + 2 * VL), f = LOAD(vec, s + 3 * VL);
	vec u = LOAD(vec, s + n - 4 * VL), v = LOAD(vec, s + n - 3 * VL);
	vec y = LOAD(vec, s + n - 2 * VL), z = LOAD(vec, s + n - VL);

	STORE(vec, d, a);
	STORE(vec, d + VL, b);
	STORE(vec, d + 2 * VL, e);
	STORE(vec, d + 3 * VL, f);
	STORE(vec, d + n - 4 * VL, u);
	STORE(vec, d + n - 3 * VL, v);
	STORE(vec, d + n - 2 * VL, y);
	STORE(vec, d + n - VL, z);
}

/* n > 8 * VL, and dst does not start inside src. */
ATTRIBUTES RACES_WITH_MARKER static inline void
move_up(char *d, const char *s, size_t n)
{
	char *end = d + n, *to = (char *)ALIGN_DOWN((uintptr_t)d, VL) + VL;
	const char *from = s + (to - d);
	vec head = LOAD(vec, s);
	vec u = LOAD(vec, s + n - 4 * VL), v = LOAD(vec, s + n - 3 * VL);
	vec y = LOAD(vec, s + n - 2 * VL), z = LOAD(vec, s + n - VL);

	do {
		move_4_vectors(to, from, 4 * VL);
		to += 4 * VL;
		from += 4 * VL;
		KEEP_POINTER(to);
		KEEP_POINTER(from);
	} while (to < end - 4 * VL);
	STORE(vec, end - 4 * VL, u);
	STORE(vec, end - 3 * VL, v);
	STORE(vec, end - 2 * VL, y);
	STORE(vec, end - VL, z);
	STORE(vec, d, head);
}

/* n > 8 * VL, and src does not start inside dst. */
ATTRIBUTES RACES_WITH_MARKER static inline void
move_down(char *d, const char *s, size_t n)
{
	char *to = (char *)ALIGN_DOWN((uintptr_t)d + n - 1, VL);
	const char *from = s + (to - d);
	vec a = LOAD(vec, s), b = LOAD(vec, s + VL);
	vec e = LOAD(vec, s + 2 * VL), f = LOAD(vec, s + 3 * VL);
	vec tail = LOAD(vec, s + n - VL);

	do {
		to -= 4 * VL;
		from -= 4 * VL;
		KEEP_POINTER(to);
		KEEP_POINTER(from);
		move_4_vectors(to, from, 4 * VL);
	} while (to > d + 4 * VL);
	STORE(vec, d + 3 * VL, f);
	STORE(vec, d + 2 * VL, e);
	STORE(vec, d + VL, b);
	STORE(vec, d, a);
	STORE(vec, d + n - VL, tail);
}

ATTRIBUTES RACES_WITH_MARKER static void
move(void *dst, const void *src, size_t n)
{
	char *d = dst;
	const char *s = src;

#ifdef MOVE_SHORT
	if (n <= VL && MOVE_SHORT(d, s, n))
		return;
#endif
	if (n < VL)
		move_below_vector(d, s, n);
	else if (n <= 2 * VL)
		MOVE_ENDS(vec, d, s, n);
	else if (n <= 4 * VL)
		move_4_vectors(d, s, n);
	else if (n <= 8 * VL)
		move_8_vectors(d, s, n);
	else if (move_is_downwards(d, s, n))
		move_down(d, s, n);
	else
		move_up(d, s, n);
}

#undef VL
#undef ATTRIBUTES
#undef MOVE_SHORT
