/* memclr_libc.c - the C library's memset
 *
 * Built with -fno-builtin this is a jump to memset through the dynamic linker's
 * table, which costs the same as in any program. Which kernel that reaches, the
 * library has chosen at start-up. It promises nothing about words: small sizes
 * may be cleared by stores of 4 bytes, large ones by `rep stosb`.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "strategy.h"

static void
clear(void *ptr, size_t n)
{
	memset(ptr, 0, n);
}

const struct strategy memclr_libc = {
	.name = "memclr_libc",
	.summary = "the C library's memset",
	.kind = STRATEGY_MEMCLR,
	.atomicity = ATOMICITY_NONE,
	.memclr = clear,
};
