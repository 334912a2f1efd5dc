/* bench_loop.c - pure loops of stores and copies: what this machine can do at
 * most
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_loop.h"

#include "base_cpu.h"

#define ALIASED __attribute__((may_alias))

typedef uint64_t vector_8 ALIASED;
typedef uint64_t vector_16 __attribute__((vector_size(16))) ALIASED;
typedef uint64_t vector_32 __attribute__((vector_size(32))) ALIASED;
typedef uint64_t vector_64 __attribute__((vector_size(64))) ALIASED;

/* Volatile, so that no compiler sees a memset or a memcpy in the loop. */
#define PUT_PLAIN(type, p, v) (*(volatile type *)(p) = (v))
#define NO_FENCE()

#define NAME word
#define VL   8
#define ATTRIBUTES
#define PUT(p, v) PUT_PLAIN(vector_8, p, v)
#define FENCE     NO_FENCE
#include "bench_loop_template.h"

#define NAME vector
#define VL   16
#define ATTRIBUTES
#define PUT(p, v) PUT_PLAIN(vector_16, p, v)
#define FENCE     NO_FENCE
#include "bench_loop_template.h"

#if defined(__x86_64__)

#define NAME       avx2
#define VL         32
#define ATTRIBUTES TARGET("avx2")
#define PUT(p, v)  PUT_PLAIN(vector_32, p, v)
#define FENCE      NO_FENCE
#include "bench_loop_template.h"

#define NAME       avx512
#define VL         64
#define ATTRIBUTES TARGET("avx512f")
#define PUT(p, v)  PUT_PLAIN(vector_64, p, v)
#define FENCE      NO_FENCE
#include "bench_loop_template.h"

/* Non-temporal stores go past the caches, and are ordered by a fence only
 * (Intel SDM vol. 1, 10.4.6.2). */
#define STREAM(type, p, v) \
	__asm__ volatile("vmovntdq %1, %0" : "=m"(*(type *)(p)) : "v"(v))
#define STORE_FENCE() __asm__ volatile("sfence" ::: "memory")

#define NAME       nt_avx2
#define VL         32
#define ATTRIBUTES TARGET("avx2")
#define PUT(p, v)  STREAM(vector_32, p, v)
#define FENCE      STORE_FENCE
#include "bench_loop_template.h"

#define NAME       nt_avx512
#define VL         64
#define ATTRIBUTES TARGET("avx512f")
#define PUT(p, v)  STREAM(vector_64, p, v)
#define FENCE      STORE_FENCE
#include "bench_loop_template.h"

#define NAME nt_word
#define VL   8
#define ATTRIBUTES
#define PUT(p, v) \
	__asm__ volatile("movnti %1, %0" : "=m"(*(vector_8 *)(p)) : "r"(v))
#define FENCE STORE_FENCE
#include "bench_loop_template.h"

static void
store_rep(void *ptr, size_t n)
{
	size_t words = n / 8;

	__asm__ volatile("rep stosq"
			 : "+D"(ptr), "+c"(words)
			 : "a"(0)
			 : "memory");
}

static void
copy_rep(void *dst, const void *src, size_t n)
{
	size_t words = n / 8;

	__asm__ volatile("rep movsq"
			 : "+D"(dst), "+S"(src), "+c"(words)
			 :
			 : "memory");
}

#endif

static const struct bench_loop loops[] = {
	{"loop_word", 0, store_word, copy_word},
	{"loop_vector16", 0, store_vector, copy_vector},
#if defined(__x86_64__)
	{"loop_avx2", CPU_AVX2, store_avx2, copy_avx2},
	{"loop_avx512", CPU_AVX512F, store_avx512, copy_avx512},
	{"loop_rep", 0, store_rep, copy_rep},
	{"loop_nt_word", 0, store_nt_word, copy_nt_word},
	{"loop_nt_avx2", CPU_AVX2, store_nt_avx2, copy_nt_avx2},
	{"loop_nt_avx512", CPU_AVX512F, store_nt_avx512, copy_nt_avx512},
#endif
};

const struct bench_loop *
bench_loop_at(size_t i)
{
	for (size_t k = 0; k < ARRAY_LEN(loops); k++) {
		if ((loops[k].cpu_needs & ~base_cpu_features()) != 0)
			continue;
		if (i-- == 0)
			return &loops[k];
	}
	return NULL;
}
