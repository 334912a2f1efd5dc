/* bench_table.h - rows of words, printed as text, TSV or JSON */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "bench.h"

enum bench_table_format { TABLE_TEXT, TABLE_TSV, TABLE_JSON };

struct bench_table;

struct bench_table *bench_table_new(void);
void bench_table_free(struct bench_table *t);
/* Adds a row of n words, which are copied; the first row has the names of the
 * columns, and all rows as many words as it. */
void bench_table_row(struct bench_table *t, unsigned n, ...);
/* Text: columns aligned; TSV: with the header line; JSON: an array of objects.
 * BENCH_OK, or a status after a message when the output was lost. */
int bench_table_print(const struct bench_table *t,
		      enum bench_table_format format, FILE *f);

/* Parses "[WHAT] [--format=...]"; *what is NULL when it is not given. `accepts`
 * lists the formats of this command. BENCH_OK or BENCH_USAGE after a message.
 */
int bench_table_options(int argc, char **argv, const char *accepts,
			enum bench_table_format *format, const char **what);

#endif
