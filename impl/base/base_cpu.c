/* base_cpu.c - CPU features, less those that the environment hides */
// SPDX-License-Identifier: BSD-3-Clause
#include "base_cpu.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#define HIDE_VARIABLE "FRAMEBENCH_DISABLE_CPU"

static const struct base_cpu_feature features[] = {
	{"sse2", CPU_SSE2},         {"avx2", CPU_AVX2},
	{"bmi2", CPU_BMI2},         {"avx512f", CPU_AVX512F},
	{"avx512bw", CPU_AVX512BW}, {"avx512vl", CPU_AVX512VL},
	{"erms", CPU_ERMS},         {"fsrm", CPU_FSRM},
	{"fsrs", CPU_FSRS},         {"fzrm", CPU_FZRM},
};

size_t
base_cpu_feature_count(void)
{
	return ARRAY_LEN(features);
}

const struct base_cpu_feature *
base_cpu_feature_at(size_t i)
{
	CHECK(i < ARRAY_LEN(features));
	return &features[i];
}

#if defined(__x86_64__)
/* The compiler's own question; it asks XGETBV whether the system saves the
 * vector registers. */
static uint64_t
detect_vectors(void)
{
	__builtin_cpu_init();
	return (__builtin_cpu_supports("sse2") ? CPU_SSE2 : 0) |
	       (__builtin_cpu_supports("avx2") ? CPU_AVX2 : 0) |
	       (__builtin_cpu_supports("bmi2") ? CPU_BMI2 : 0) |
	       (__builtin_cpu_supports("avx512f") ? CPU_AVX512F : 0) |
	       (__builtin_cpu_supports("avx512bw") ? CPU_AVX512BW : 0) |
	       (__builtin_cpu_supports("avx512vl") ? CPU_AVX512VL : 0);
}

/* What the compilers do not know by name: Intel SDM vol. 2A, CPUID, leaf 7. */
static uint64_t
detect_rep(void)
{
	uint64_t found = 0;
	unsigned a, b, c, d;

	if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
		found |= b & 1u << 9 ? CPU_ERMS : 0;
		found |= d & 1u << 4 ? CPU_FSRM : 0;
	}
	if (__get_cpuid_count(7, 1, &a, &b, &c, &d)) {
		found |= a & 1u << 10 ? CPU_FZRM : 0;
		found |= a & 1u << 11 ? CPU_FSRS : 0;
	}
	return found;
}

static uint64_t
detect(void)
{
	return detect_vectors() | detect_rep();
}
#else
static uint64_t
detect(void)
{
	return 0;
}
#endif

static _Noreturn void
die_unknown(const char *word, size_t len)
{
	fprintf(stderr, "framebench: %s: no CPU feature '%.*s'; expected",
		HIDE_VARIABLE, (int)len, word);
	for (size_t i = 0; i < ARRAY_LEN(features); i++)
		fprintf(stderr, "%s %s", i ? "," : "", features[i].name);
	fputc('\n', stderr);
	exit(2);
}

static uint64_t
bit_of(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(features); i++)
		if (strlen(features[i].name) == len &&
		    memcmp(features[i].name, word, len) == 0)
			return features[i].bit;
	die_unknown(word, len);
}

/* The bits of a comma-separated list; none for no list or an empty one. */
static uint64_t
parse_hidden(const char *list)
{
	uint64_t hidden = 0;

	while (list && *list) {
		size_t len = strcspn(list, ",");

		hidden |= bit_of(list, len);
		list += len;
		if (*list == ',' && *++list == '\0')
			die_unknown(list, 0);
	}
	return hidden;
}

static uint64_t usable;

static void
init(void)
{
	usable = detect() & ~parse_hidden(getenv(HIDE_VARIABLE));
}

uint64_t
base_cpu_features(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, init);
	return usable;
}
