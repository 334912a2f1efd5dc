/* base.h - checks, attributes and small arithmetic that every layer uses */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BASE_H
#define BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORD_SIZE sizeof(uintptr_t)

#define ARRAY_LEN(a)     (sizeof(a) / sizeof((a)[0]))
#define ALIGN_UP(x, a)   (((x) + (a)-1) & ~((uintptr_t)(a)-1))
#define ALIGN_DOWN(x, a) ((x) & ~((uintptr_t)(a)-1))
#define MIN(a, b)        ((a) < (b) ? (a) : (b))
#define MAX(a, b)        ((a) > (b) ? (a) : (b))

#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)

#define ALWAYS_INLINE inline __attribute__((always_inline, unused))

/* A function compiled for an instruction set that the build does not assume;
 * base_cpu.h says at run time whether it may be called. */
#define TARGET(isa) __attribute__((target(isa)))

/* Kernels that race with the marker by design: the marker reads words that
 * they are writing. TSan does not see them; test/tsan.tsv lists each with the
 * tests that cover it instead. Stands on the line before the function's name.
 */
#if defined(__clang__)
#define RACES_WITH_MARKER __attribute__((no_sanitize("thread")))
#elif defined(__GNUC__)
#define RACES_WITH_MARKER __attribute__((no_sanitize_thread))
#endif

/* Whether this build has TSan's runtime in it. */
#if defined(__SANITIZE_THREAD__)
#define BUILT_WITH_TSAN 1
#elif defined(__has_feature)
#define BUILT_WITH_TSAN __has_feature(thread_sanitizer)
#else
#define BUILT_WITH_TSAN 0
#endif

/* CHECK is for what can happen in a release build: a bad argument, no memory.
 * ASSERT is for what cannot; -DNDEBUG removes it but keeps its operands
 * "used". Neither is for a user's input, which gets a message and a status. */
#define CHECK(cond)                                                   \
	do {                                                          \
		if (UNLIKELY(!(cond)))                                \
			base_check_failed(__FILE__, __LINE__, #cond); \
	} while (0)

#ifdef NDEBUG
#define ASSERT(cond) ((void)sizeof(!(cond)))
#else
#define ASSERT(cond) CHECK(cond)
#endif

_Noreturn void base_check_failed(const char *file, int line, const char *cond);

#endif
