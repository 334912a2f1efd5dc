/* memmove_libc.c - the C library's memmove
 *
 * Built with -fno-builtin this is a jump to memmove through the dynamic
 * linker's table, which costs the same as in any program. Which kernel that
 * reaches, the library has chosen at start-up. It promises nothing about words:
 * large sizes may be copied by `rep movsb`.
 */
// SPDX-License-Identifier: BSD-3-Clause
#include <string.h>

#include "strategy.h"

static void
move(void *dst, const void *src, size_t n)
{
	memmove(dst, src, n);
}

const struct strategy memmove_libc = {
	.name = "memmove_libc",
	.summary = "the C library's memmove",
	.kind = STRATEGY_MEMMOVE,
	.atomicity = ATOMICITY_NONE,
	.memmove = move,
};
