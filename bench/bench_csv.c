/* bench_csv.c - distributions of sizes, overlaps and alignments from a file */
// SPDX-License-Identifier: BSD-3-Clause
#include "bench_csv.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base_random.h"
#include "bench_hash.h"

/* Files round their probabilities to some 6 digits. */
#define SUM_TOLERANCE 0.01

/* A stream's elements are 16 bits. */
#define VALUES_MAX UINT16_MAX

#define LINE_OF_CACHE 64

struct reader {
	const char *path;
	unsigned line;
	const char *start, *at, *end; /* of that line */
	size_t max;                   /* bytes */
};

static bool
is_size(size_t value, size_t max)
{
	return value <= max;
}

static bool
is_overlap(size_t value, size_t max)
{
	(void)max;
	return value <= 1;
}

static bool
is_alignment(size_t value, size_t max)
{
	(void)max;
	return value <= LINE_OF_CACHE && (value & (value - 1)) == 0;
}

static const struct row {
	size_t member;
	const char *what;
	bool (*may_be)(size_t value, size_t max);
} rows[] = {
	{offsetof(struct bench_csv, sizes),
	 "a size in bytes, at most that of a raw operation", is_size},
	{offsetof(struct bench_csv, overlap), "an overlap, 0 or 1", is_overlap},
	{offsetof(struct bench_csv, alignments),
	 "an alignment, 0 or a power of two up to 64", is_alignment},
};

static int
refuse(const struct reader *r, const char *expected)
{
	return bench_error(BENCH_USAGE, "%s:%u:%zu: expected %s", r->path,
			   r->line, (size_t)(r->at - r->start) + 1, expected);
}

static int
parse_value(struct reader *r, const struct row *row, size_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(r->at, &end, 10);
	if (errno || *r->at < '0' || *r->at > '9' ||
	    !row->may_be(*value, r->max))
		return refuse(r, row->what);
	r->at = end;
	if (*end != ':')
		return refuse(r, "\":\" and a probability");
	r->at++;
	return BENCH_OK;
}

static int
parse_probability(struct reader *r, double *p)
{
	char *end;

	*p = strtod(r->at, &end);
	if (end == r->at || !strchr("0123456789.", *r->at) ||
	    !(*p >= 0 && *p <= 1))
		return refuse(r, "a probability from 0 to 1");
	r->at = end;
	return BENCH_OK;
}

static void
add(struct bench_distribution *d, size_t value, double p)
{
	uint64_t weight = (uint64_t)llround(p * BENCH_CSV_ONE);

	d->values = bench_realloc(d->values, (d->n + 1) * sizeof(*d->values));
	d->weights =
		bench_realloc(d->weights, (d->n + 1) * sizeof(*d->weights));
	d->values[d->n] = value;
	d->weights[d->n++] = weight;
	d->total += weight;
}

static int
check_line(struct reader *r, const struct bench_distribution *d)
{
	double sum = (double)d->total / BENCH_CSV_ONE;

	if (fabs(sum - 1) <= SUM_TOLERANCE)
		return BENCH_OK;
	return bench_error(BENCH_USAGE,
			   "%s:%u:1: expected probabilities that sum to 1, "
			   "found %g",
			   r->path, r->line, sum);
}

static int
parse_line(struct reader *r, const struct row *row,
	   struct bench_distribution *d)
{
	for (;;) {
		size_t value;
		double p;
		int status = parse_value(r, row, &value);

		if (status == BENCH_OK)
			status = parse_probability(r, &p);
		if (status != BENCH_OK)
			return status;
		if (d->n == VALUES_MAX)
			return refuse(r, "no more than 65535 values");
		add(d, value, p);
		if (r->at == r->end)
			return check_line(r, d);
		if (*r->at != ',')
			return refuse(r, "\",\" or the end of the line");
		r->at++;
	}
}

/* Without its line end, which may be of either kind. */
static void
begin_line(struct reader *r, char *line, size_t n)
{
	if (n > 0 && line[n - 1] == '\n')
		n--;
	if (n > 0 && line[n - 1] == '\r')
		n--;
	line[n] = '\0';
	r->line++;
	r->start = r->at = line;
	r->end = line + n;
}

static int
refuse_file(const char *path)
{
	return bench_error(BENCH_USAGE,
			   "%s: expected a file of three lines, found: %s",
			   path, strerror(errno));
}

/* BENCH_OK, or a status after a message. */
static int
parse_file(struct reader *r, FILE *f, struct bench_csv *csv)
{
	char *line = NULL;
	size_t size = 0;
	int status = BENCH_OK;

	ssize_t n;

	for (size_t i = 0;
	     status == BENCH_OK && (n = getline(&line, &size, f)) > 0; i++) {
		csv->digest = bench_hash_string(csv->digest, line);
		begin_line(r, line, (size_t)n);
		if (i < ARRAY_LEN(rows))
			status = parse_line(
				r, &rows[i],
				(struct bench_distribution *)((char *)csv +
							      rows[i].member));
		else
			status = refuse(r, "three lines and no more");
	}
	free(line);
	if (ferror(f)) /* a directory, which can be opened */
		return refuse_file(r->path);
	if (status == BENCH_OK && r->line < ARRAY_LEN(rows)) {
		r->line++;
		r->start = r->at = "";
		status = refuse(r, rows[r->line - 1].what);
	}
	return status;
}

struct bench_csv *
bench_csv_read(const char *path, size_t max)
{
	struct bench_csv *csv = bench_alloc(sizeof(*csv));
	struct reader r = {.path = path, .max = max};
	FILE *f = fopen(path, "re");
	int status;

	*csv = (struct bench_csv){.digest = BENCH_HASH_INIT};
	status = f ? parse_file(&r, f, csv) : refuse_file(path);
	if (f)
		fclose(f);
	if (status == BENCH_OK)
		return csv;
	bench_csv_free(csv);
	return NULL;
}

void
bench_csv_free(struct bench_csv *csv)
{
	if (!csv)
		return;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench_distribution *d =
			(struct bench_distribution *)((char *)csv +
						      rows[i].member);
		free(d->values);
		free(d->weights);
	}
	free(csv);
}

size_t
bench_csv_draw(const struct bench_distribution *d, struct base_random *r)
{
	uint64_t x = base_random_below(r, d->total);
	size_t i = 0;

	while (x >= d->weights[i])
		x -= d->weights[i++];
	return d->values[i];
}

/* An odd multiple of the alignment; of 64 there is one place. */
size_t
bench_csv_draw_in_line(const struct bench_csv *csv, struct base_random *r)
{
	size_t align = bench_csv_draw(&csv->alignments, r);

	if (align == 0)
		align = 1;
	if (align == LINE_OF_CACHE)
		return 0;
	return align *
	       (2 * base_random_below(r, LINE_OF_CACHE / align / 2) + 1);
}

bool
bench_csv_overlaps(const struct bench_csv *csv)
{
	for (size_t i = 0; i < csv->overlap.n; i++)
		if (csv->overlap.values[i] && csv->overlap.weights[i])
			return true;
	return false;
}
