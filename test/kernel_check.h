/* kernel_check.h - what the tests of memclr and memmove share */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef KERNEL_CHECK_H
#define KERNEL_CHECK_H

#include "strategy.h"

/* The widest alignment that a kernel knows: a cache line. */
#define KERNEL_ALIGNS 64
/* Every size up to here is tried: past 8 vectors of 32 bytes, so that each
 * band is met at each of its sizes; 64-byte loops begin at 513. */
#define KERNEL_SMALL 300

/* Sizes above KERNEL_SMALL: thresholds that known kernels have, and steps of a
 * byte and of a word around them. */
extern const size_t kernel_large[];
extern const size_t kernel_large_count;
#define KERNEL_LARGEST (65536 + 8)

/* Calls check with every strategy of a kind that has work to do and that this
 * CPU can run, and says which it leaves out. */
void kernel_each(enum strategy_kind kind,
		 void (*check)(const struct strategy *s));

/* Whether s may be called so; ptr is an address, an offset from an aligned one,
 * or several or-ed together. */
bool kernel_in_domain(const struct strategy *s, uintptr_t ptr, size_t n);

/* What is being tried, for the message of a failure. */
struct kernel_case {
	const struct strategy *strategy;
	size_t size;
	const unsigned char *dst, *src; /* src NULL: memclr */
};

/* Notes the case first, so that a fault in it is reported with it. */
void kernel_begin(const struct kernel_case *c);
/* Fails with the case and the first wrong byte, counted from dst. */
void kernel_expect(const struct kernel_case *c, const unsigned char *got,
		   const unsigned char *want, size_t len);

/* From FRAMEBENCH_SEED, or drawn; printed. */
uint64_t kernel_seed(void);

/* Runs the tests, then again in new processes with CPU features hidden. */
int kernel_main(int (*run)(void));

#endif
