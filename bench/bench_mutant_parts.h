/* bench_mutant_parts.h - what several mutants share: cells of the kill matrix,
 * and parts of barriers
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_MUTANT_PARTS_H
#define BENCH_MUTANT_PARTS_H

#include "bench_mutant.h"

/* A barrier beside a loop over words. */
#define ALONE "-/mark:w "
/* In the order of threads that it comes with. */
#define ORDERED "-/straddle:w "
/* Where a pointer that is cleared is kept alive by that alone. */
#define BY_CLEAR "slice+map+map-bucket+chan/mark:ws frame/straddle:ws "
#define WHILE_MARKING \
	"frame+slice+map+map-bucket+chan+append/mark+straddle:nmws "
#define BY_MOVE     "frame+slice+map+map-bucket+chan/mark:ws "
#define STORED      " slice/mark:nmws" /* into a global */
#define TERMINATION "frame/termination:ws"

/* A barrier with these hooks. */
#define BARRIER(symbol, ...)                    \
	static const struct strategy symbol = { \
		.name = #symbol,                \
		.kind = STRATEGY_BARRIER,       \
		.barrier = {__VA_ARGS__},       \
		.entry_words = 1,               \
		.default_entries = 512,         \
	}

static inline void
mutant_clear_frame(struct strategy_ctx *ctx, struct strategy_frame *frame,
		   size_t off, size_t size)
{
	ctx->barrier.clear(ctx, frame->type, (char *)frame->ptr + off, off,
			   size);
}

/* Without the barrier. */
static inline void
mutant_clear_raw(struct strategy_ctx *ctx, struct strategy_frame *frame,
		 size_t off, size_t size)
{
	ctx->memclr((char *)frame->ptr + off, size);
}

#endif
