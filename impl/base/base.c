/* base.c - the end of a program whose CHECK did not hold */
// SPDX-License-Identifier: BSD-3-Clause
#include "base.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void
base_check_failed(const char *file, int line, const char *cond)
{
	fprintf(stderr, "%s:%d: check failed: %s\n", file, line, cond);
	abort();
}
