/* bench_loop_template.h - a loop of stores and one of copies
 *
 * Defines `static void store_NAME(void *, size_t)` and `static void
 * copy_NAME(void *, const void *, size_t)`. Parameters:
 *   NAME        of the loops
 *   VL          bytes of an access
 *   ATTRIBUTES  of the functions: the TARGET of such an access
 *   PUT(p, v)   stores v at p
 *   FENCE()     what makes the stores visible in order, or nothing
 * Undefined at the end. Each round of a loop is four accesses, at least what a
 * CPU needs to hide the loop's own instructions.
 */
// SPDX-License-Identifier: BSD-3-Clause

#define PASTE_(a, b) a##b
#define PASTE(a, b)  PASTE_(a, b)
#define VECTOR       PASTE(vector_, VL)
#define GET(p)       (*(const volatile VECTOR *)(p))

ATTRIBUTES static void
PASTE(store_, NAME)(void *ptr, size_t n)
{
	VECTOR zero = {0};
	char *end = (char *)ptr + n;

	for (char *p = ptr; p < end; p += 4 * VL) {
		PUT(p, zero);
		PUT(p + VL, zero);
		PUT(p + 2 * VL, zero);
		PUT(p + 3 * VL, zero);
	}
	FENCE();
}

ATTRIBUTES static void
PASTE(copy_, NAME)(void *dst, const void *src, size_t n)
{
	const char *s = src;
	char *d = dst, *end = d + n;

	for (; d < end; d += 4 * VL, s += 4 * VL) {
		VECTOR a = GET(s), b = GET(s + VL);
		VECTOR c = GET(s + 2 * VL), e = GET(s + 3 * VL);

		PUT(d, a);
		PUT(d + VL, b);
		PUT(d + 2 * VL, c);
		PUT(d + 3 * VL, e);
	}
	FENCE();
}

#undef PASTE_
#undef PASTE
#undef VECTOR
#undef GET
#undef NAME
#undef VL
#undef ATTRIBUTES
#undef PUT
#undef FENCE
