/* heap_stress.h - every heap of a test program under the modes of gc.h
 *
 * FRAMEBENCH_STRESS is a list of mark, safepoint and buffer: all heaps of a
 * test program have these modes (GC_STRESS_*). framebench itself knows nothing
 * of it.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef HEAP_STRESS_H
#define HEAP_STRESS_H

#include "gc.h"

/* The modes of the next heap. */
unsigned heap_stress(void);
/* A test that contradicts modes says so before it creates a heap: heaps go
 * without them until heap_stress_again, which heap_close calls; or all heaps of
 * the program that follow. */
void heap_without_stress(unsigned stress, const char *why);
void heap_never_stress(unsigned stress, const char *why);
void heap_stress_again(void);
/* How many of n steps to take: each comes to a safepoint, which may be a whole
 * cycle, and a sanitizer makes each slow. */
size_t heap_stress_steps(size_t n);

#endif
