/* bench_layout.h - where a launch puts its memory
 *
 * The size of the environment and the address of a buffer move results by as
 * much as a compiler's options do (Mytkowicz et al., ASPLOS 2009), so each
 * launch draws its own from a seed, on top of what the kernel randomises. One
 * launch is one sample of layouts.
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_LAYOUT_H
#define BENCH_LAYOUT_H

#include "bench.h"

/* Bytes, each below BENCH_LAYOUT_SPAN: what differs by whole pages, no cache
 * and no predictor tells apart that would be indexed by offsets in a page. */
#define BENCH_LAYOUT_SPAN 4096

struct bench_layout {
	uint64_t seed;
	unsigned environment; /* of padding in the environment */
	unsigned stack;       /* whole 16 bytes, as the ABI wants it */
	unsigned buffer;      /* whole cache lines */
	/* A placebo's code runs under its baseline's name, and the other way
	 * round: in every other launch, so that neither keeps an address. */
	bool swapped;
};

/* The layout of one launch of a run. */
struct bench_layout bench_layout_draw(uint64_t seed, unsigned launch);

/* Starts this program again, with a command's argv and the environment that the
 * layout asks for, unless it has that already. Comes back where it does, or
 * where it cannot be started: then *layout says that nothing was added. */
void bench_layout_enter(struct bench_layout *layout, char **argv);

#endif
