/* test_util.h - what every test includes: cmocka and the seed */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef TEST_UTIL_H
#define TEST_UTIL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base_ticks.h"

#if defined(__has_feature)
#define TEST_SANITIZED \
	(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TEST_SANITIZED 1
#else
#define TEST_SANITIZED 0
#endif

/* The seed of a randomised test: FRAMEBENCH_SEED, or else a usual one. Printed,
 * so that a failure can be repeated. */
static inline uint64_t
test_seed_or(uint64_t usual)
{
	const char *text = getenv("FRAMEBENCH_SEED");
	uint64_t seed = text ? strtoull(text, NULL, 0) : usual;

	printf("FRAMEBENCH_SEED=%llu\n", (unsigned long long)seed);
	return seed;
}

/* Another one each time. */
static inline uint64_t
test_seed(void)
{
	return test_seed_or(base_ticks());
}

#endif
