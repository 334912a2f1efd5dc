/* bench_text.c - numbers as readers want them, always three digits and a unit
 */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 3
/* Below this a time or a ratio is nothing, and would only add zeros. */
#define SMALLEST 1e-6

char *
bench_text_number(double value)
{
	if (!isfinite(value))
		return bench_strdup("-");
	if (fabs(value) < SMALLEST)
		return bench_strdup("0");
	/* What rounds up to the next power of ten has its digits there. */
	double shown = fabs(value) * (1 + 0.5 * pow(10, -DIGITS));
	int decimals = DIGITS - 1 - (int)floor(log10(shown));

	return bench_printf("%.*f", MAX(decimals, 0), value);
}

char *
bench_text_interval(double lo, double hi)
{
	if (!isfinite(lo) || !isfinite(hi))
		return bench_strdup("-");
	char *from = bench_text_number(lo), *to = bench_text_number(hi);
	char *s = bench_printf("[%s, %s]", from, to);

	free(from);
	free(to);
	return s;
}

char *
bench_text_percent(double fraction)
{
	if (!isfinite(fraction))
		return bench_strdup("unknown");
	if (fraction == 0)
		return bench_strdup("0 %");
	return bench_printf("%.*f %%", fraction < 0.1 ? 2 : 1, 100 * fraction);
}

char *
bench_text_size(size_t bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
	size_t unit = 0;

	while (unit + 1 < ARRAY_LEN(units) && bytes && bytes % 1024 == 0) {
		bytes /= 1024;
		unit++;
	}
	return bench_printf("%zu %s", bytes, units[unit]);
}

static size_t
columns(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n = *s == '\t' ? ALIGN_UP(n + 1, 8) : n + 1;
	return n;
}

void
bench_text_wrap(FILE *f, const char *first, const char *next, const char *words,
		size_t width)
{
	size_t at = columns(first);
	bool at_start = true;

	fputs(first, f);
	while (*words) {
		size_t n = strcspn(words, " ");
		if (!at_start && at + 1 + n > width) {
			fprintf(f, "\n%s", next);
			at = columns(next);
		} else if (!at_start) {
			fputc(' ', f);
			at++;
		}
		fwrite(words, 1, n, f);
		at += n;
		at_start = false;
		words += n + strspn(words + n, " ");
	}
	fputc('\n', f);
}
