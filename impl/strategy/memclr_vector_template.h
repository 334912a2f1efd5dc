/* memclr_vector_template.h - memclr by vector stores
 *
 * Defines `static void clear(void *ptr, size_t n)`. Parameters:
 *   VL                 vector length in bytes: 16, 32, 64, or 8 for a word
 *   ATTRIBUTES         of the functions: the TARGET with vectors of VL bytes
 *   CLEAR_SHORT(p, n)  optional; for n <= VL: either clears and is true, or is
 *                      false and leaves the memory as it is
 * Undefined at the end. Tested: 8 anywhere, 16 sse2, 32 avx2,
 * 64 avx512f.
 *
 * Up to 8 * VL there is no loop: two stores of the greatest power of two that
 * fits, then 2, 4 and 8 vectors, half of them from the start and half back from
 * the end; they overlap in the middle. Above, the first vector is stored where
 * the memory begins, a loop of 4 aligned vectors follows, and 4 vectors back
 * from the end close it. Aligned stores never split a cache line.
 *
 * Word-atomicity. When ptr and n are multiples of 8, so is the address of every
 * store here, and each is 8 bytes or more: a word is inside a store or outside
 * it, never across its edge. A word written twice is zero both times. That a
 * vector store writes its words whole is convention. Manuals promise more than
 * a quadword only for 16 aligned bytes on CPUs with AVX: Intel SDM vol.
 * 3A 9.1.1, Guaranteed Atomic Operations, for the aligned moves (MOVDQA and its
 * kind, with EVEX where nothing is masked), AMD APM vol. 2 7.3.2, Access
 * Atomicity, for any single load or store of cacheable memory. The stores here
 * may be unaligned, wider, or masked by bytes. An SSE access beyond a quadword
 * may be several (9.1.1), AVX adds no guarantee (vol. 1, Memory Alignment, in
 * the chapters on AVX and AVX-512), and no x86 manual says where such ones are
 * cut. Every known CPU cuts them at multiples of 8 bytes, also at the edge of a
 * line or a page, and Go's concurrent collector relies on it (memclr_amd64.s
 * clears pointers with MOVOU and VMOVDQU). On aarch64 it would be no
 * convention: 16 bytes of a SIMD register that are aligned to 8 are two
 * single-copy atomic writes of 8 (Arm ARM B2.2.1).
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "kernel_access.h"

typedef ACCESS_OF(VL) vec;

ATTRIBUTES RACES_WITH_MARKER static inline void
clear_below_vector(char *p, size_t n)
{
#if VL > 32
	if (n >= 32) {
		CLEAR_ENDS(access_32, p, n);
		return;
	}
#endif
#if VL > 16
	if (n >= 16) {
		CLEAR_ENDS(access_16, p, n);
		return;
	}
#endif
#if VL > 8
	if (n >= 8) {
		CLEAR_ENDS(access_8, p, n);
		return;
	}
#endif
	clear_below_word(p, n);
}

ATTRIBUTES RACES_WITH_MARKER static inline void
clear_4_vectors(char *p)
{
	vec zero = {0};

	STORE(vec, p, zero);
	STORE(vec, p + VL, zero);
	STORE(vec, p + 2 * VL, zero);
	STORE(vec, p + 3 * VL, zero);
}

ATTRIBUTES RACES_WITH_MARKER static void
clear(void *ptr, size_t n)
{
	char *p = ptr, *end = p + n;
	vec zero = {0};

#ifdef CLEAR_SHORT
	if (n <= VL && CLEAR_SHORT(p, n))
		return;
#endif
	if (n < VL) {
		clear_below_vector(p, n);
		return;
	}
	STORE(vec, p, zero);
	STORE(vec, end - VL, zero);
	if (n <= 2 * VL)
		return;
	STORE(vec, p + VL, zero);
	STORE(vec, end - 2 * VL, zero);
	if (n <= 4 * VL)
		return;
	if (n > 8 * VL) {
		p = (char *)ALIGN_DOWN((uintptr_t)p, VL) + VL;
		do {
			clear_4_vectors(p);
			p += 4 * VL;
		} while (p < end - 4 * VL);
	} else {
		STORE(vec, p + 2 * VL, zero);
		STORE(vec, p + 3 * VL, zero);
	}
	STORE(vec, end - 4 * VL, zero);
	STORE(vec, end - 3 * VL, zero);
}

#undef VL
#undef ATTRIBUTES
#undef CLEAR_SHORT
