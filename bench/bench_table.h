/* bench_table.h - rows of words, printed as text, TSV or JSON */
// SPDX-License-Identifier: BSD-3-Clause
#ifndef BENCH_TABLE_H
#define BENCH_TABLE_H

#include "bench.h"

/* Cells are added one by one, row after row. */
struct bench_table {
	const char *const *columns; /* a '>' in front: aligned to the right */
	size_t n_columns;
	char **cells;
	size_t n_cells;
};

enum bench_table_format { TABLE_TEXT, TABLE_TSV, TABLE_JSON };

/* Frees the cells; the columns are the caller's. */
void bench_table_clear(struct bench_table *t);
/* Takes a string from malloc over. */
void bench_table_take(struct bench_table *t, char *cell);
void bench_table_put(struct bench_table *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Adds as many strings as there are columns, which are copied. */
void bench_table_row(struct bench_table *t, ...);
/* The column's name without the '>'. */
const char *bench_table_column(const struct bench_table *t, size_t c);

/* Text: columns aligned; TSV: with the header line; JSON: an array of
 * objects. */
void bench_table_print(const struct bench_table *t,
		       enum bench_table_format format, FILE *f);

/* Parses "[WHAT] [--format=...]"; *what is NULL when it is not given. `accepts`
 * lists the formats of this command. BENCH_OK, or BENCH_USAGE after a message.
 */
int bench_table_options(int argc, char **argv, const char *accepts,
			enum bench_table_format *format, const char **what);

#endif
