/* bench_export_csv.c - a run as the contract's table */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_export.h"

#include <math.h>
#include <string.h>

#include "bench_verified.h"

/* RFC 4180: a field with a comma, a quote or a line end is quoted, and a quote
 * in it doubled. Lines end as on Unix. */
static void
write_text(FILE *f, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, f);
		return;
	}
	fputc('"', f);
	for (; *text; text++)
		fprintf(f, *text == '"' ? "\"\"" : "%c", *text);
	fputc('"', f);
}

/* A comma and 6 digits, which is more than a time is good for. Nothing for what
 * is not known. */
static void
write_number(FILE *f, double value)
{
	fputc(',', f);
	if (isfinite(value))
		fprintf(f, "%.6g", value);
}

static void
write_header(const struct bench_export_counters *counters, FILE *f)
{
	for (int i = 0; i < AXIS_COUNT; i++)
		fprintf(f, "%s,", bench_axis_names[i]);
	fputs("candidate,unit,value,lo,hi,n,verdict", f);
	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		if (counters->apply[c])
			fprintf(f, ",%s", bench_counter_names[c]);
	fputs(counters->share ? ",share" : "", f);
	fputs(counters->unverified ? "," BENCH_UNVERIFIED "\n" : "\n", f);
}

static void
write_row(const struct bench_cell *cell, const struct bench_estimate *e,
	  const struct bench_export_counters *counters, FILE *f)
{
	bool refused = e->verdict == VERDICT_REFUSED;

	for (int i = 0; i < AXIS_COUNT; i++) {
		write_text(f, cell->axis[i]);
		fputc(',', f);
	}
	write_text(f, e->candidate);
	fputs(",ns", f);
	write_number(f, e->value);
	write_number(f, e->lo);
	write_number(f, e->hi);
	write_number(f, refused ? NAN : (double)e->n);
	fprintf(f, ",%s", bench_verdict_names[e->verdict]);
	for (int c = 0; c < BENCH_COUNTER_COUNT; c++)
		if (counters->apply[c])
			write_number(f, e->n ? e->counters[c] : NAN);
	if (counters->share)
		write_number(f, e->share);
	if (counters->unverified)
		fputs(e->unverified ? ",1" : ",0", f);
	fputc('\n', f);
}

void
bench_export_csv(const struct bench_summary *s, FILE *f)
{
	struct bench_export_counters counters = bench_export_find_counters(s);

	write_header(&counters, f);
	for (size_t i = 0; i < s->n_cells; i++)
		for (size_t k = 0; k < s->cells[i].n_estimates; k++)
			write_row(&s->cells[i].cell->cell,
				  &s->cells[i].estimates[k], &counters, f);
}
