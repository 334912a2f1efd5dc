/* bench_text.h - numbers as readers want them, always three digits and a unit
 *
 * Strings are from malloc. A value that is not known (NAN) is "-".
 */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include "bench.h"

/* Three significant digits without an exponent: 0.0123, 1.20, 12.3, 123, 1234.
 */
char *bench_text_number(double value);
/* "[LO, HI]"; "-" when either is not known. */
char *bench_text_interval(double lo, double hi);
/* A fraction as "1.23 %", one decimal from 10 % up; "unknown" when NAN. */
char *bench_text_percent(double fraction);
/* "24 B", "4 KiB", "1 MiB": the largest unit that divides it. */
char *bench_text_size(size_t bytes);

/* Writes words in lines of at most `width` columns, a tab being 8: `first` in
 * front of the first line, `next` in front of the others. */
void bench_text_wrap(FILE *f, const char *first, const char *next,
		     const char *words, size_t width);

#endif
